//@ target: loongarch64-unknown-linux-gnu
//@ asm: addi.d
#![feature(no_core, lang_items, rustc_attrs, decl_macro, f16, asm_experimental_arch, asm_goto_with_outputs, asm_unwind)]
#![allow(internal_features)]
#![no_core]
#![no_main]

#[path = "minicore.rs"]
mod minicore;
use minicore::*;

#[no_mangle]
extern "C" fn compute(x: usize) -> usize {
    let a: usize;
    unsafe { asm!("addi.d {0}, {1}, 2", out(reg) a, in(reg) x, out("$t0") _) };
    a
}

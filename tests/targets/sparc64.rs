//@ target: sparc64-unknown-linux-gnu
//@ asm: add %
#![feature(no_core, lang_items, rustc_attrs, decl_macro, f16, asm_experimental_arch, asm_goto_with_outputs, asm_unwind)]
#![allow(internal_features)]
#![no_core]
#![no_main]

#[path = "minicore.rs"]
mod minicore;
use minicore::*;

#[no_mangle]
extern "C" fn compute(x: u64) -> u64 {
    let a: u64;
    unsafe { asm!("add {1}, 2, {0}", out(reg) a, in(reg) x) };
    a
}

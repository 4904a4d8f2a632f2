//@ target: m68k-unknown-linux-gnu
//@ asm: move.l
#![feature(no_core, lang_items, rustc_attrs, decl_macro, f16, asm_experimental_arch, asm_goto_with_outputs, asm_unwind)]
#![allow(internal_features)]
#![no_core]
#![no_main]

#[path = "minicore.rs"]
mod minicore;
use minicore::*;

#[no_mangle]
extern "C" fn compute(x: u32) -> u32 {
    let a: u32;
    unsafe { asm!("move.l {1}, {0}", out(reg_data) a, in(reg) x, out("d1") _) };
    a
}

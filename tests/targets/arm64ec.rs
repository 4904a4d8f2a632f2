//@ target: arm64ec-pc-windows-msvc
//@ asm: add
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
    unsafe { asm!("add {0:w}, {1:w}, #2", out(reg) a, in(reg) x) };
    a
}

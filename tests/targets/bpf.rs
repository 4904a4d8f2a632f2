//@ target: bpfel-unknown-none
//@ asm: += 2
#![feature(no_core, lang_items, rustc_attrs, decl_macro, f16, asm_experimental_arch, asm_goto_with_outputs, asm_unwind)]
#![allow(internal_features)]
#![no_core]
#![no_main]

#[path = "minicore.rs"]
mod minicore;
use minicore::*;

#[no_mangle]
extern "C" fn compute(x: u64) -> u64 {
    let mut a = x;
    unsafe { asm!("{0} += 2", inout(reg) a, out("r5") _) };
    a
}

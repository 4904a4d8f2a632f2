//@ target: msp430-none-elf
//@ asm: incd
#![feature(no_core, lang_items, rustc_attrs, decl_macro, f16, asm_experimental_arch, asm_goto_with_outputs, asm_unwind)]
#![allow(internal_features)]
#![no_core]
#![no_main]

#[path = "minicore.rs"]
mod minicore;
use minicore::*;

#[no_mangle]
extern "C" fn compute(x: u16) -> u16 {
    let mut a = x;
    unsafe { asm!("add #2, {0}", inout(reg) a, out("r11") _) };
    a
}

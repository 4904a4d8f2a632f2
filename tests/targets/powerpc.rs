//@ target: powerpc-unknown-linux-gnu
//@ asm: addi
#![feature(no_core, lang_items, rustc_attrs, decl_macro, f16, asm_experimental_arch, asm_goto_with_outputs, asm_unwind)]
#![allow(internal_features)]
#![no_core]
#![no_main]

#[path = "minicore.rs"]
mod minicore;
use minicore::*;

#[no_mangle]
extern "C" fn compute(x: u32, f: f64) -> f64 {
    let (a, b): (u32, f64);
    unsafe {
        asm!("addi {0}, {1}, 2", out(reg) a, in(reg_nonzero) x, out("cr0") _, out("xer") _);
        asm!("fmr {0}, {1}", out(freg) b, in(freg) f);
    }
    match a {
        7 => b,
        _ => f,
    }
}

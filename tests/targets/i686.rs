//@ target: i686-unknown-linux-gnu
//@ asm: add
#![feature(no_core, lang_items, rustc_attrs, decl_macro, f16, asm_experimental_arch, asm_goto_with_outputs, asm_unwind)]
#![allow(internal_features)]
#![no_core]
#![no_main]

#[path = "minicore.rs"]
mod minicore;
use minicore::*;

#[no_mangle]
extern "C" fn compute(x: u32, f: f32) -> f32 {
    let (mut a, b): (u32, f32);
    a = x;
    unsafe {
        asm!("add {0}, 2", inout(reg) a);
        asm!("movaps {0}, {1}", out(xmm_reg) b, in(xmm_reg) f);
        asm!("", out("mm0") _, out("st(3)") _, options(nomem, nostack));
    }
    match a {
        7 => b,
        _ => f,
    }
}

//@ target: i686-unknown-linux-gnu
//@ asm: add
use crate::minicore::*;

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

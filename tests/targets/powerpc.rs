//@ target: powerpc-unknown-linux-gnu
//@ asm: addi
use crate::minicore::*;

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

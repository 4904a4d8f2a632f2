//@ target: mips64el-unknown-linux-gnuabi64
//@ asm: daddiu
use crate::minicore::*;

#[no_mangle]
extern "C" fn compute(x: u64, f: f64) -> f64 {
    let (a, b): (u64, f64);
    unsafe {
        asm!("daddiu {0}, {1}, 2", out(reg) a, in(reg) x);
        asm!("mov.d {0}, {1}", out(freg) b, in(freg) f);
    }
    match a {
        7 => b,
        _ => f,
    }
}

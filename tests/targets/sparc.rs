//@ target: sparc-unknown-linux-gnu
//@ asm: add %
use crate::minicore::*;

#[no_mangle]
extern "C" fn compute(x: u32) -> u32 {
    let a: u32;
    unsafe { asm!("add {1}, 2, {0}", out(reg) a, in(reg) x, out("g2") _) };
    a
}

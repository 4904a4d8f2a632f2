//@ target: loongarch64-unknown-linux-gnu
//@ asm: addi.d
use crate::minicore::*;

#[no_mangle]
extern "C" fn compute(x: usize) -> usize {
    let a: usize;
    unsafe { asm!("addi.d {0}, {1}, 2", out(reg) a, in(reg) x, out("$t0") _) };
    a
}

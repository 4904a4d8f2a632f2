//@ target: csky-unknown-linux-gnuabiv2
//@ asm: addi
use crate::minicore::*;

#[no_mangle]
extern "C" fn compute(x: u32) -> u32 {
    let a: u32;
    unsafe { asm!("addi32 {0}, {1}, 2", out(reg) a, in(reg) x) };
    a
}

//@ target: m68k-unknown-linux-gnu
//@ asm: move.l
use crate::minicore::*;

#[no_mangle]
extern "C" fn compute(x: u32) -> u32 {
    let a: u32;
    unsafe { asm!("move.l {1}, {0}", out(reg_data) a, in(reg) x, out("d1") _) };
    a
}

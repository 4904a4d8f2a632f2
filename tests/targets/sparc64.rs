//@ target: sparc64-unknown-linux-gnu
//@ asm: add %
use crate::minicore::*;

#[no_mangle]
extern "C" fn compute(x: u64) -> u64 {
    let a: u64;
    unsafe { asm!("add {1}, 2, {0}", out(reg) a, in(reg) x) };
    a
}

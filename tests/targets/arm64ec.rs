//@ target: arm64ec-pc-windows-msvc
//@ asm: add
use crate::minicore::*;

#[no_mangle]
extern "C" fn compute(x: u32) -> u32 {
    let a: u32;
    unsafe { asm!("add {0:w}, {1:w}, #2", out(reg) a, in(reg) x) };
    a
}

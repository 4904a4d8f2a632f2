//@ target: bpfel-unknown-none
//@ asm: += 2
use crate::minicore::*;

#[no_mangle]
extern "C" fn compute(x: u64) -> u64 {
    let mut a = x;
    unsafe { asm!("{0} += 2", inout(reg) a, out("r5") _) };
    a
}

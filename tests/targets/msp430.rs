//@ target: msp430-none-elf
//@ asm: incd
use crate::minicore::*;

#[no_mangle]
extern "C" fn compute(x: u16) -> u16 {
    let mut a = x;
    unsafe { asm!("add #2, {0}", inout(reg) a, out("r11") _) };
    a
}

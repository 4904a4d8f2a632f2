//@ target: avr-none
//@ flags: -Ctarget-cpu=atmega328p
//@ asm: subi
use crate::minicore::*;

#[no_mangle]
extern "C" fn compute(x: u8, y: u16) -> u16 {
    let mut a = x;
    let mut b = y;
    unsafe {
        asm!("subi {0}, 254", inout(reg_upper) a);
        asm!("adiw {0}, 2", inout(reg_iw) b);
        asm!("inc {0:l}", "inc {0:h}", inout(reg_pair) b);
    }
    match a {
        7 => b,
        _ => y,
    }
}

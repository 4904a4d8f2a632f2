//@ target: riscv32imac-unknown-none-elf
//@ asm: addi
use crate::minicore::*;

#[no_mangle]
extern "C" fn compute(x: u32) -> u32 {
    let a: u32;
    unsafe { asm!("addi {0}, {1}, 2", out(reg) a, in(reg) x, out("t0") _, out("ft0") _, out("v1") _) };
    a
}

//@ stdout: 3c00
//@ stdout: 3c00
//@ since: 1.97
// A half that leaves an asm goto in a general-purpose register.
#![feature(asm_goto_with_outputs, f16)]
use std::arch::asm;

fn main() {
    let (named, any): (f16, f16);
    unsafe { asm!("mov r11d, 0x3c00", "jmp {0}", label {}, out("r11") named) };
    println!("{:x}", named.to_bits());
    unsafe { asm!("mov {1:e}, 0x3c00", "jmp {0}", label {}, out(reg) any) };
    println!("{:x}", any.to_bits());
}

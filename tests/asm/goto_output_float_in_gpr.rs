//@ stdout: 0.5
//@ since: 1.97
// A float that leaves an asm goto in a general-purpose register.
#![feature(asm_goto_with_outputs)]
use std::arch::asm;

fn main() {
    let output: f32;
    let input = std::hint::black_box(1.0_f32);
    unsafe { asm!("mov {0:e}, 0x3f000000", "jmp {1}", inout(reg) input => output, label {}) };
    println!("{output}");
}

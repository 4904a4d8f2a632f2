//@ stdout: 1
//@ stdout: 1
//@ since: 1.97
// An output of an asm goto that must be kept in memory on the label path.
#![feature(asm_goto_with_outputs)]
use std::arch::asm;

#[inline(never)]
fn show<T: std::fmt::Display>(value: T) {
    println!("{value}");
}

fn main() {
    let output: f64;
    unsafe {
        asm!("pcmpeqd {0}, {0}", "psllq {0}, 54", "psrlq {0}, 2", "jmp {1}", out(xmm_reg) output, label {})
    };
    show(1);
    show(output);
}

//@ stdout: 2a
//@ stdout: 5:29
//@ since: 1.97
// Integers that leave an asm goto in a vector register.
#![feature(asm_goto_with_outputs)]
use std::arch::asm;

#[inline(never)]
fn narrow() -> u64 {
    let output: i64;
    unsafe {
        asm!("mov {1:e}, 41", "movq {0}, {1}", "jmp {2}", out(xmm_reg) output, out(reg) _,
            label { return output as u64 + 1 })
    };
    0
}

#[inline(never)]
fn wide() -> u128 {
    let output: u128;
    unsafe {
        asm!("mov {1:e}, 41", "movq {0}, {1}", "mov {1:e}, 5", "movq {3}, {1}", "punpcklqdq {0}, {3}",
            "jmp {2}", out(xmm_reg) output, out(reg) _, label { return output }, out(xmm_reg) _)
    };
    0
}

fn main() {
    println!("{:x}", narrow());
    let wide = wide();
    println!("{:x}:{:x}", (wide >> 64) as u64, wide as u64);
}

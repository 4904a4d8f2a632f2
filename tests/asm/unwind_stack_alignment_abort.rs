//@ flags: -Cpanic=abort
//@ stdout: 0
//@ stdout: 0
//@ since: 1.88
// The stack is aligned inside a may_unwind asm, also where there is nothing but a terminate pad.
#![feature(asm_unwind)]
use std::arch::asm;

#[inline(never)]
fn plain() -> u64 {
    let seen: u64;
    unsafe { asm!("mov {0}, rsp", "and {0}, 15", out(reg) seen, options(may_unwind)) };
    seen
}

#[inline(never)]
extern "C" fn terminating() -> u64 {
    let seen: u64;
    unsafe { asm!("mov {0}, rsp", "and {0}, 15", out(reg) seen, options(may_unwind)) };
    seen
}

fn main() {
    println!("{}", plain());
    println!("{}", terminating());
}

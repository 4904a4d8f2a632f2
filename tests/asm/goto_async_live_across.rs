//@ stdout: 4
//@ edition: 2021
//@ since: 1.97
// A value that is live across an asm goto with outputs, in an `async fn`.
#![feature(asm_goto_with_outputs)]
use std::arch::asm;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

#[inline(never)]
fn show(x: u64) {
    println!("{x}");
}

async unsafe fn jump(_x: u64, y: u64) {
    let _a: u64;
    asm!("mov {0}, 5", "jmp {1}", out(reg) _a, label { show(y) }, out("r11") _, out("r10") _, out("rax") _,
        out("rcx") _, out("rdx") _, out("rdi") _, out("rsi") _, out("r8") _, out("r9") _);
}

fn main() {
    let mut future = pin!(unsafe { jump(1, 4) });
    let _ = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
}

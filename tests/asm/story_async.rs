//@ stdout: 42
//@ edition: 2021
// The second way into the bug of 2022: an `async fn` holding an asm with an output.
use std::arch::asm;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

async fn probe(x: u64) -> u64 {
    let seen: u64;
    unsafe { asm!("lea {}, [{} + 2]", out(reg) seen, in(reg) x, options(nomem, nostack, preserves_flags)) };
    std::future::ready(()).await;
    seen
}

fn main() {
    let mut future = pin!(probe(40));
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => println!("{value}"),
        Poll::Pending => println!("pending"),
    }
}

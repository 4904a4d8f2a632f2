//@ stdout: 42
// The second way into the bug of 2022: an `async fn` holding an asm with an output.
use std::arch::asm;
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

async fn probe(x: u64) -> u64 {
    let seen: u64;
    unsafe { asm!("lea {}, [{} + 2]", out(reg) seen, in(reg) x, options(nomem, nostack, preserves_flags)) };
    std::future::ready(()).await;
    seen
}

struct Quiet;
impl Wake for Quiet {
    fn wake(self: Arc<Self>) {}
}

fn main() {
    let mut future = Box::pin(probe(40));
    let waker = Waker::from(Arc::new(Quiet));
    match future.as_mut().poll(&mut Context::from_waker(&waker)) {
        Poll::Ready(value) => println!("{}", value),
        Poll::Pending => println!("pending"),
    }
}

// Coroutines: futures that suspend across drops and panics, async closures, generators as iterators.
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

struct Yield(bool);
impl Future for Yield {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.0 {
            return Poll::Ready(());
        }
        self.0 = true;
        Poll::Pending
    }
}

struct Loud(&'static str);
impl Drop for Loud {
    fn drop(&mut self) {
        println!("drop {}", self.0);
    }
}

async fn step(n: u32) -> u32 {
    let _guard = Loud("step");
    Yield(false).await;
    if n == 3 {
        std::panic::resume_unwind(Box::new("three"));
    }
    n * 2
}

async fn all(limit: u32) -> Vec<u32> {
    let _outer = Loud("all");
    let mut list = vec![];
    for n in 0..limit {
        list.push(step(n).await);
    }
    let add = async |x: u32| x + list.len() as u32;
    let extra = add(10).await;
    list.push(extra);
    list
}

fn drive<T>(future: impl Future<Output = T>) -> (T, u32) {
    let mut future = pin!(future);
    let mut polls = 0;
    loop {
        polls += 1;
        if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return (value, polls);
        }
    }
}

fn main() {
    println!("{:?}", drive(all(3)));
    println!("{}", std::panic::catch_unwind(|| drive(all(5))).is_err());
    let mut dropped = Box::pin(all(2));
    let _ = dropped.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    drop(dropped);
}

// Closures, methods, generic functions, inlined functions and futures as frames.
//@ flags: -g -Copt-level=2
//@ gdb: start
//@ gdb: continue
//@ gdb: bt 5
//@ gdb: info frame
//@ gdb: up
//@ gdb: info locals
//@ gdb: continue
//@ gdb: bt 5
//@ gdb: continue
//@ gdb: bt 5
//@ gdb: continue
//@ gdb: bt 5
//@ gdb: tbreak frames::deep
//@ gdb: continue
//@ gdb: bt 5
//@ gdb: finish
//@ gdb: next
//@ gdb: info functions speak
//@ expect: frames::twice<frames::main::{closure_env#0}>
//@ expect: frames::{impl#1}::speak
//@ expect: frames::wait::{async_fn#0}
//@ expect: frames::Counter<u8>::bump
use std::future::Future;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

#[inline(never)]
fn stop(at: u32) {
    black_box(at); // #break
}

struct Counter<T> {
    value: T,
}

impl<T: Copy + Into<u32>> Counter<T> {
    #[inline(always)]
    fn bump(&mut self, by: u32) -> u32 {
        let sum = self.value.into() + by;
        stop(sum);
        sum
    }
}

trait Animal {
    fn speak(&self) -> u32;
}

impl Animal for u16 {
    #[inline(never)]
    fn speak(&self) -> u32 {
        stop(u32::from(*self));
        1
    }
}

#[inline(never)]
fn twice<F: FnMut(u32)>(mut f: F) {
    f(1);
    black_box(());
}

#[inline(always)]
fn around(n: u32) -> u32 {
    black_box(deep(n)) + 1
}

#[inline(never)]
fn deep(n: u32) -> u32 {
    let doubled = black_box(n * 2);
    doubled + 1
}

async fn wait(name: &str) -> usize {
    let len = name.len();
    std::future::poll_fn(|_| {
        stop(len as u32);
        Poll::Ready(())
    })
    .await;
    len
}

fn main() {
    let mut seen = 0;
    twice(|n| {
        seen += n;
        stop(seen);
    });
    let animal: &dyn Animal = &7u16;
    animal.speak();
    let future = pin!(wait("me"));
    let mut context = Context::from_waker(Waker::noop());
    let ready = matches!(future.poll(&mut context), Poll::Ready(2));
    let mut counter = Counter { value: 4u8 };
    println!("{} {} {} {}", seen, ready, counter.bump(3), around(5));
}

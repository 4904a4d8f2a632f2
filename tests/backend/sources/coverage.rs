//! What coverage must count, or not: see `coverage.rs` beside this folder.
#![feature(coverage_attribute)]
use std::future::Future; use std::pin::pin; use std::task::{Context, Poll, Waker};
fn unused(a: i32) -> i32 { if a > 3 { 1 } else { 2 } }
fn generic<T: PartialOrd>(a: T, b: T) -> bool { if a < b { true } else { false } }
fn unused_generic<T>(a: T) -> T { a }
macro_rules! m { ($e:expr) => { if $e { println!("yes") } else { println!("no") } } }
async fn step(n: u32) -> u32 { if n > 2 { n } else { other(n).await + 1 } }
async fn other(n: u32) -> u32 { n * 2 }
#[coverage(off)] fn hidden() { println!("hidden"); }
struct S(u8);
impl Drop for S { fn drop(&mut self) { if self.0 > 1 { println!("drop {}", self.0) } } }
impl S { #[inline(never)] fn m(&self) -> u8 { self.0 } #[allow(dead_code)] fn dead(&self) -> u8 { 1 } }
fn main() {
    println!("{} {}", library::used(3), library::inlined(1));
    println!("{}", library::generic(0u8));
    let c = |x: i32| if x > 0 && x % 2 == 0 { x } else { -x };
    for i in 0..10 { std::hint::black_box(c(i)); }
    println!("{} {}", generic(1, 2), generic("b", "a"));
    m!(std::env::args().count() > 5);
    let mut f = pin!(step(1));
    if let Poll::Ready(v) = f.as_mut().poll(&mut Context::from_waker(Waker::noop())) { println!("{v}"); }
    hidden();
    let s = S(3); println!("{}", s.m()); drop(s);
    let r = std::panic::catch_unwind(|| { let _s = S(5); if std::hint::black_box(true) { panic!("x") } });
    println!("{}", r.is_err());
    match std::env::var("NOPE") { Ok(v) if v.len() > 3 => println!("long"), Ok(_) => println!("short"), Err(_) => println!("none") }
}

//! What the generated programs share: a trace of values, guards, executors. Compiled once, by rustc's own backend.
#![feature(f16, f128, never_type, portable_simd, coroutine_trait, gen_blocks)]
#![allow(warnings)]
use std::any::Any;
use std::cell::RefCell;
use std::fmt::Write;
use std::future::Future;
pub use std::hint::black_box as bb;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::simd::{Simd, SimdElement};
use std::task::{Context, Poll, Waker};

/// The words that a value is made of, as one.
pub struct Hash {
    all: u64,
    only: u64,
    count: u32,
}
impl Hash {
    #[inline(never)]
    pub fn word(&mut self, word: u64) {
        self.all = (self.all.rotate_left(5) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.only = word;
        self.count += 1;
    }
    fn end(self) -> u64 {
        if self.count == 1 { self.only } else { self.all ^ self.all >> 29 }
    }
}

/// A value that can be traced. A NaN is like any other, as its bits are not determined.
pub trait Show {
    fn show(&self, hash: &mut Hash);
}
macro_rules! ints { ($($t:ty)*) => { $(impl Show for $t { fn show(&self, hash: &mut Hash) { hash.word(*self as u64) } })* } }
ints! { i8 u8 i16 u16 i32 u32 i64 u64 isize usize bool char }
macro_rules! wide { ($($t:ty)*) => { $(impl Show for $t { fn show(&self, hash: &mut Hash) {
    if *self as u64 as $t == *self { return hash.word(*self as u64) }
    hash.word(*self as u64);
    hash.word((*self >> 64) as u64);
} })* } }
wide! { i128 u128 }
macro_rules! floats { ($($t:ty, $u:ty, $name:ident, $nan:expr;)*) => { $(
    impl Show for $t { fn show(&self, hash: &mut Hash) { $name(*self).show(hash) } }
    /// The bits of a float, those of a NaN being always the same.
    pub const fn $name(x: $t) -> $u { if x != x { $nan } else { x.to_bits() } }
)* } }
floats! {
    f16, u16, bits16, 0x7e00;
    f32, u32, bits32, 0x7fc0_0000;
    f64, u64, bits64, 0x7ff8 << 48;
    f128, u128, bits128, 0x7fff_8000 << 96;
}
macro_rules! nonzero { ($($t:ty)*) => { $(impl Show for NonZero<$t> { fn show(&self, hash: &mut Hash) { self.get().show(hash) } })* } }
nonzero! { i8 u8 i16 u16 i32 u32 i64 u64 isize usize i128 u128 }
impl Show for () {
    fn show(&self, hash: &mut Hash) {
        hash.word(0x77)
    }
}
impl Show for ! {
    fn show(&self, _: &mut Hash) {
        *self
    }
}
impl Show for str {
    fn show(&self, hash: &mut Hash) {
        self.as_bytes().show(hash)
    }
}
impl Show for String {
    fn show(&self, hash: &mut Hash) {
        self.as_bytes().show(hash)
    }
}
impl<T: Show + ?Sized> Show for &T {
    fn show(&self, hash: &mut Hash) {
        (**self).show(hash)
    }
}
impl<T: Show + ?Sized> Show for Box<T> {
    fn show(&self, hash: &mut Hash) {
        (**self).show(hash)
    }
}
impl<T: Show> Show for Vec<T> {
    fn show(&self, hash: &mut Hash) {
        self[..].show(hash)
    }
}
impl<T: Show> Show for [T] {
    fn show(&self, hash: &mut Hash) {
        hash.word(self.len() as u64);
        self.iter().for_each(|item| item.show(hash))
    }
}
impl<T: Show, const N: usize> Show for [T; N] {
    fn show(&self, hash: &mut Hash) {
        self.iter().for_each(|item| item.show(hash))
    }
}
impl<T: Show + SimdElement, const N: usize> Show for Simd<T, N> {
    fn show(&self, hash: &mut Hash) {
        self.to_array().show(hash)
    }
}
impl<T: Show> Show for Option<T> {
    fn show(&self, hash: &mut Hash) {
        match self {
            None => hash.word(0x10),
            Some(value) => {
                hash.word(0x11);
                value.show(hash)
            }
        }
    }
}
impl<T: Show, E: Show> Show for Result<T, E> {
    fn show(&self, hash: &mut Hash) {
        match self {
            Ok(value) => {
                hash.word(0x20);
                value.show(hash)
            }
            Err(error) => {
                hash.word(0x21);
                error.show(hash)
            }
        }
    }
}
impl<A: Show> Show for (A,) {
    fn show(&self, hash: &mut Hash) {
        self.0.show(hash);
    }
}
impl<A: Show, B: Show> Show for (A, B) {
    fn show(&self, hash: &mut Hash) {
        self.0.show(hash);
        self.1.show(hash)
    }
}
impl<A: Show, B: Show, C: Show> Show for (A, B, C) {
    fn show(&self, hash: &mut Hash) {
        self.0.show(hash);
        self.1.show(hash);
        self.2.show(hash)
    }
}
impl Show for std::cmp::Ordering {
    fn show(&self, hash: &mut Hash) {
        hash.word(*self as i8 as u64)
    }
}
impl<Y: Show, R: Show> Show for std::ops::CoroutineState<Y, R> {
    fn show(&self, hash: &mut Hash) {
        match self {
            Self::Yielded(value) => value.show(hash),
            Self::Complete(value) => {
                hash.word(0x30);
                value.show(hash)
            }
        }
    }
}

enum Entry {
    Value(u32, u64),
    Differs(u32, u64, u64),
    Panic(u64),
}
/// After so many entries, a trace is only a hash.
const LIMIT: usize = 400;
thread_local! { static TRACE: RefCell<(Vec<Entry>, u64)> = const { RefCell::new((Vec::new(), 0)) }; }
fn entry(entry: Entry) {
    TRACE.with(|trace| {
        let mut trace = trace.borrow_mut();
        match entry {
            Entry::Value(tag, value) if trace.0.len() >= LIMIT => {
                trace.1 = (trace.1.rotate_left(7) ^ value ^ (tag as u64) << 40).wrapping_mul(0x9e37_79b9_7f4a_7c15)
            }
            _ => trace.0.push(entry),
        }
    })
}
#[inline(never)]
fn word(tag: u32, value: u64) {
    entry(Entry::Value(tag, value))
}
fn hashed<T: Show + ?Sized>(value: &T) -> u64 {
    let mut hash = Hash { all: 0, only: 0, count: 0 };
    value.show(&mut hash);
    hash.end()
}
/// Traces a value.
pub fn log<T: Show>(tag: u32, value: T) {
    word(tag, hashed(&value))
}
/// Traces a value computed at compile time, and says if the one computed at run time is another.
pub fn same<T: Show>(tag: u32, constant: T, value: T) {
    let (constant, value) = (hashed(&constant), hashed(&value));
    if constant == value { word(tag, value) } else { entry(Entry::Differs(tag, constant, value)) }
}

/// Says when it is dropped.
pub struct Guard(pub u32, pub u64);
impl Drop for Guard {
    fn drop(&mut self) {
        word(self.0, self.1)
    }
}
/// A value that says when it is dropped.
pub struct Loud<T: Show>(pub u32, pub T);
impl<T: Show> Drop for Loud<T> {
    fn drop(&mut self) {
        word(self.0, hashed(&self.1))
    }
}
impl<T: Show> Show for Loud<T> {
    fn show(&self, hash: &mut Hash) {
        self.1.show(hash)
    }
}

/// Traces what a closure returns, or what it panics with.
#[inline(never)]
pub fn catch<T: Show>(tag: u32, f: impl FnOnce() -> T) {
    match catch_unwind(AssertUnwindSafe(f)) {
        Ok(value) => log(tag, value),
        Err(payload) => word(tag, payload_word(&*payload) ^ 0xdead_0000_0000),
    }
}
fn payload_word(payload: &dyn Any) -> u64 {
    match payload.downcast_ref::<u64>() {
        Some(&word) => word,
        None => match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
            (Some(text), _) => hashed(*text),
            (_, Some(text)) => hashed(text),
            _ => 1,
        },
    }
}

/// A future that is pending so many times.
pub struct Yield(pub u32);
impl Future for Yield {
    type Output = u32;
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<u32> {
        if self.0 == 0 {
            return Poll::Ready(7);
        }
        self.0 -= 1;
        Poll::Pending
    }
}
/// Runs a future to its end, or drops it after so many polls.
#[inline(never)]
pub fn drive<F: Future<Output: Show>>(tag: u32, polls: u32, future: F) {
    let mut context = Context::from_waker(Waker::noop());
    let mut future = pin!(future);
    for count in 0..polls {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            word(tag, count as u64);
            return log(tag, value);
        }
    }
    word(tag, 0xca)
}

/// Runs the cases that are not named by the arguments, and prints what each traced.
pub fn run(cases: &[(usize, fn())]) {
    std::panic::set_hook(Box::new(|info| {
        // The line depends on what else is in the crate.
        let column = info.location().map_or(0, |at| at.column() as u64);
        entry(Entry::Panic(payload_word(info.payload()) ^ column << 32))
    }));
    let skipped: Vec<usize> = std::env::args().skip(1).map(|id| id.parse().unwrap()).collect();
    for (id, case) in cases {
        if skipped.contains(id) {
            continue;
        }
        TRACE.with(|trace| *trace.borrow_mut() = (Vec::new(), 0));
        if catch_unwind(case).is_err() {
            word(0, 0xdead)
        }
        let mut line = format!("{id}:");
        TRACE.with(|trace| {
            let trace = trace.borrow();
            for entry in &trace.0 {
                let _ = match entry {
                    Entry::Value(tag, value) => write!(line, " {tag}={value:x}"),
                    Entry::Differs(tag, constant, value) => write!(line, " {tag}!{constant:x}!{value:x}"),
                    Entry::Panic(value) => write!(line, " panic={value:x}"),
                };
            }
            if trace.1 != 0 {
                let _ = write!(line, " rest={:x}", trace.1);
            }
        });
        println!("{line}");
    }
}

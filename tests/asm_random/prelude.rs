#![feature(asm_goto_with_outputs, asm_unwind, f16)]
#![allow(warnings, unsafe_op_in_unsafe_fn)]
use std::arch::asm;
use std::arch::x86_64::*;
use std::cell::{Cell, RefCell};
use std::future::Future;
use std::hint::black_box as bb;
use std::mem::transmute;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

thread_local! { static LOG: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) }; }
#[inline(never)]
fn log_word(word: u64) {
    LOG.with(|log| log.borrow_mut().push(word));
}
fn log<T: Loggable>(value: T) {
    value.log()
}
trait Loggable {
    fn log(self);
}
macro_rules! ints { ($($t:ty, $u:ty;)*) => { $(impl Loggable for $t { fn log(self) { log_word(self as $u as u64) } })* } }
ints! { i8, u8; u8, u8; i16, u16; u16, u16; i32, u32; u32, u32; i64, u64; u64, u64; }
macro_rules! floats { ($($t:ty)*) => { $(impl Loggable for $t { fn log(self) { log_word(self.to_bits() as u64) } })* } }
floats! { f16 f32 f64 }
macro_rules! wide { ($($t:ty, $n:literal;)*) => { $(impl Loggable for $t {
    fn log(self) { for word in unsafe { transmute::<$t, [u64; $n]>(self) } { log_word(word) } }
})* } }
wide! { i128, 2; u128, 2; __m128i, 2; __m128, 2; __m128d, 2; __m256i, 4; __m256, 4; __m256d, 4; }
impl Loggable for *const u64 {
    fn log(self) {
        log_word((self as u64).wrapping_sub(TABLE.as_ptr() as u64))
    }
}
/// A function, as a reference to the static in an operand is one that rustc refuses where a label leaves a loop.
#[inline(always)]
fn table(offset: isize) -> *const u64 {
    TABLE.as_ptr().wrapping_byte_offset(offset)
}

struct Guard(u64, u64);
impl Drop for Guard {
    fn drop(&mut self) {
        log_word(0xd000_0000 + self.0);
        log_word(self.1);
    }
}
struct AsmGuard(u64, u64);
impl Drop for AsmGuard {
    fn drop(&mut self) {
        log_word(0xd000_0000 + self.0);
        let value: u64;
        unsafe { asm!("lea {0}, [{1} + 2*{1}]", "add {0}, {2}", out(reg) value, in(reg) self.1, in(reg) self.0) };
        log_word(value);
    }
}

extern "C" fn mix(a: u64, b: u64) -> u64 {
    a.wrapping_mul(3).wrapping_add(b ^ 0x55)
}
extern "C" fn note(a: u64, b: u64) -> u64 {
    log_word(a ^ b);
    a.wrapping_add(b)
}
extern "C-unwind" fn maybe(a: u64, b: u64) -> u64 {
    may_panic(a);
    a.wrapping_mul(7).wrapping_add(b)
}
extern "C" fn negate(a: f64) -> f64 {
    f64::from_bits(a.to_bits() ^ 1 << 63)
}
#[inline(never)]
fn may_panic(a: u64) {
    if bb(a) & 3 == 3 {
        panic!("it may")
    }
}

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
fn drive<F: Future<Output = u64>>(future: F, polls: u64) {
    let mut context = Context::from_waker(Waker::noop());
    let mut pending = 0;
    {
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
                log_word(pending);
                log_word(value);
                return;
            }
            pending += 1;
            if pending == polls {
                break;
            }
        }
    }
    log_word(0xca);
}

fn run(cases: &[(usize, fn())]) {
    std::panic::set_hook(Box::new(|_| {}));
    let skipped: Vec<usize> = std::env::args().skip(1).map(|id| id.parse().unwrap()).collect();
    for (id, case) in cases {
        if skipped.contains(id) {
            continue;
        }
        LOG.with(|log| log.borrow_mut().clear());
        if catch_unwind(case).is_err() {
            log_word(0xdead);
        }
        let words: Vec<String> = LOG.with(|log| log.borrow().iter().map(|word| format!("{word:x}")).collect());
        println!("{id}: {}", words.join(" "));
    }
}

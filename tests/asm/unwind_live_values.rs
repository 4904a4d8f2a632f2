//@ stdout: 72: d0000007 95f6e9e28f3d4c44 d0000006 3 0 d0000009 e0 d0000003 7 0 9 0 d0000001 c1e4bda7adb7e76d 1 d0000007 2cc298c6744133f7 d0000006 8080 0 d0000009 fe d0000003 ffffffff9063d483 0 c054a00000000000 403c000000000000 402e800000000000 3ffe000000000000 1 fe c047800000000000 c054a00000000000 fe 403c000000000000 d0000001 8647ca535cc39ee0 ffffffff9063d47d d0000003 7f4886cb 1 d0000001 7ffffffffffffffe 7f4886c5
//@ edition: 2024
//@ flags: -Ccodegen-units=1
//@ since: 1.97
// A value that is live into the landing pad of a may_unwind asm, found by a generator of random programs.
#![allow(warnings)]
#![feature(asm_goto_with_outputs, asm_unwind, repr_simd, f16)]
#![allow(internal_features)]
use std::arch::{asm, global_asm, naked_asm};
use std::arch::x86_64::*;
use std::cell::RefCell;
use std::hint::black_box as bb;
use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

thread_local! { static LOG: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) }; }
#[inline(never)] fn lgu(x: u64) { LOG.with(|l| l.borrow_mut().push(x)) }
trait L { fn l(self); }
fn lg<T: L>(x: T) { x.l() }
macro_rules! li { ($($t:ty, $u:ty;)*) => { $(impl L for $t { fn l(self) { lgu(self as $u as u64) } })* } }
li! { i8, u8; u8, u8; i16, u16; u16, u16; i32, u32; u32, u32; i64, u64; u64, u64; isize, u64; usize, u64; bool, u8; }
macro_rules! lf { ($($t:ty)*) => { $(impl L for $t { fn l(self) { lgu(self.to_bits() as u64) } })* } }
lf! { f32 f64 f16 }
macro_rules! lv { ($($t:ty, $n:literal;)*) => { $(impl L for $t { fn l(self) { let a: [u64; $n] = unsafe { std::mem::transmute(self) }; for x in a { lgu(x) } } })* } }
lv! { __m128i, 2; __m128d, 2; __m128, 2; V4, 2; u128, 2; i128, 2; __m256i, 4; __m256, 4; }
#[repr(simd)] #[derive(Copy, Clone)] struct V4([u32; 4]);
#[inline(always)] unsafe fn tv<T: Copy, const N: usize>(x: [u64; N]) -> T { std::mem::transmute_copy(&x) }
static TBL: [u64; 8] = [0x3, 0x123456789abcdef, 0x4d, 0xffffffffffffffff, 0x8000000000000000, 0x5, 0x8080, 0x2dfdc1c35];
struct D(u64, u64);
impl Drop for D { fn drop(&mut self) { lgu(0xD0000000 + self.0); lgu(self.1); } }
struct DA(u64, u64);
impl Drop for DA { fn drop(&mut self) { lgu(0xD0000000 + self.0); let r: u64; unsafe { asm!("lea {0}, [{1} + 2*{1}]", "add {0}, {2}", out(reg) r, in(reg) self.1, in(reg) self.0); } lgu(r); } }
struct DC(u64, u64);
extern "C" fn callee_dc(a: u64, b: u64) -> u64 { a.wrapping_add(b) }
impl Drop for DC { #[inline(never)] fn drop(&mut self) { lgu(0xD0000000 + self.0); let r: u64; unsafe { asm!("add rdi, rdi", "call {}", sym callee_dc, inout("rdi") self.0 => _, in("rsi") self.1, lateout("rax") r, clobber_abi("C")); } lgu(r); } }
extern "C" fn callee(a: u64, b: u64) -> u64 { a.wrapping_mul(3).wrapping_add(b ^ 0x55) }
extern "C" fn callee_log(a: u64, b: u64) -> u64 { lgu(a ^ b); a.wrapping_mul(3).wrapping_add(b ^ 0x55) }
extern "C" fn callee_g<const K: u64>(a: u64, b: u64) -> u64 { a.wrapping_mul(K).wrapping_add(b) }
extern "C" fn callee_f64(a: f64) -> f64 { a * 2.0 + 1.0 }
extern "C" fn callee_f32(a: f32) -> f32 { a * 2.0 + 1.0 }
#[inline(never)] fn callee_may(x: u64) { if bb(x) == 99 { panic!("may") } }
#[unsafe(naked)] extern "C" fn callee_naked(a: u64, b: u64) -> u64 { naked_asm!("lea rax, [rdi + 4*rsi + {}]", "ret", const 9) }
extern "C-unwind" fn pan(x: u64) -> u64 { if x & 3 == 3 { panic!("pan") } x.wrapping_mul(7).wrapping_add(1) }
struct Yld(bool);
impl Future for Yld { type Output = (); fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> { if self.0 { Poll::Ready(()) } else { self.0 = true; Poll::Pending } } }
fn yld() -> Yld { Yld(false) }
fn drive<F: Future>(f: F, dropat: u64, k: impl FnOnce(F::Output)) {
    let mut cx = Context::from_waker(Waker::noop());
    let mut n = 0u64;
    {
        let mut f = pin!(f);
        loop {
            match f.as_mut().poll(&mut cx) {
                Poll::Ready(v) => { lgu(n); k(v); return; }
                Poll::Pending => { n += 1; if n == dropat { break; } }
            }
        }
    }
    lgu(0xCA);
}

#[inline(never)] unsafe extern "C-unwind" fn u72_17(x: u64) -> u64 { let r: u64; asm!("call {f}", f = sym pan, in("rdi") x, lateout("rax") r, clobber_abi("sysv64"), options(may_unwind)); r }
#[target_feature(enable = "avx,avx2")] unsafe fn f72(x0: i32, x1: i64, x2: u8) -> u64 { unsafe {
    let _g1 = DA(1, (x1 as u64));
    let rc = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| -> () {
        let _g3 = DC(3, (x0 as u64));
        let mut o4: u64;
        asm!("call {0}", in(reg) pan as *const (), in("rdi") (x1 as u64), lateout("ax") o4, clobber_abi("sysv64"), options(may_unwind), );
        let rc = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| -> () {
            {
                {
                    let _g6 = D(6, (TBL[(x2 & 7) as usize] as u64));
                    let _g7 = D(7, (x1 as u64).wrapping_sub((x2 as u64)));
                    let mut o8: u64;
                    asm!("call {:r}", in(reg) pan as *const (), in("edi") (x2 as u64), lateout("eax") o8, clobber_abi("sysv64"), options(may_unwind), );
                }
            }
        }));
        lg(rc.is_err() as u64);
        {
            let _g9 = D(9, (x2 as u64));
        }
    }));
    lg(rc.is_err() as u64);
    match x1 & 3 {
    0 => {
        let rc = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| -> () {
            let mut o12: u64;
            asm!("cmp {0:e}, 0", "jbe {1}", "jmp {2}",
                in(reg) (x0 as u32),
                label { unsafe {
                    o12 = (x1 as u64);
                } },
                label { unsafe {
                    o12 = bb(9u64);
                } },
                options(noreturn),
            );
            lg(o12);
        }));
        lg(rc.is_err() as u64);
    }
    1 => {
        let mut o18: u64;
        let mut o19: u64;
        let mut o20: f64;
        let mut o21: f64;
        let mut o22: u64;
        let mut o23: f64;
        let mut o24: __m128d;
        let mut o25s = (0u8, tv::<__m128d, 2>([0x0, 0x0]));
        let mut o26: u64;
        let mut o27: u64;
        let mut o28: __m128d;
        let mut o29: u64;
        asm!("",
            inout("xmm12") (x2 as u64) => o18,
            inout("xmm14") bb(0u64) => o19,
            inout("xmm6") bb(f64::from_bits(0xc047800000000000)) => o20,
            inlateout("xmm4") bb(f64::from_bits(0xc054a00000000000)) => o21,
            inlateout("xmm2") (x2 as u64) => o22,
            in("xmm1") tv::<__m128d, 2>([0x401d800000000000, 0x4067e00000000000]),
            inlateout("xmm3") f64::from_bits(0x403c000000000000) => o23,
            inout("xmm15") tv::<__m128d, 2>([0x402e800000000000, 0x3ffe000000000000]) => o24,
            inout("xmm0") tv::<__m128d, 2>([0xc029000000000000, 0xbfe0000000000000]) => o25s.1,
            inout("xmm10") 1u64 => o26,
            inout("xmm9") (x2 as u64) => o27,
            inlateout("xmm8") tv::<__m128i, 2>([0x34c61a5010ca6fcb, 0x60f6ccf9a960d00e]) => _,
            inout("xmm13") bb(tv::<__m128d, 2>([0x4056000000000000, 0x4066c00000000000])) => o28,
            inlateout("xmm7") (x2 as u64) => o29,
        );
        let mut o25: __m128d = o25s.1;
        lg(o21);
        lg(o23);
        lg(o24);
        lg(o26);
        lg(o27);
        lg(o20);
        lg(o21);
        lg(o22);
        lg(o23);
    }
    _ => {
    }
    }
    return (x0 as u64);
} }
fn t72() { unsafe {
    lg(f72(1i32, bb((-7640662558512427740i64)), 224u8));
    lg(f72(bb((-1872505731i32)), 3225308261272073461i64, bb(254u8)));
    lg(f72(2135459525i32, bb(9223372036854775807i64), 254u8));
} }

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    let skip: Vec<u32> = std::env::args().skip(1).map(|x| x.parse().unwrap()).collect();
    let all: &[(u32, fn())] = &[(72, t72 as fn())];
    for (id, f) in all {
        if skip.contains(id) { continue }
        LOG.with(|l| l.borrow_mut().clear());
        if std::panic::catch_unwind(f).is_err() { lgu(0xDEAD) }
        let s: Vec<String> = LOG.with(|l| l.borrow().iter().map(|x| format!("{x:x}")).collect());
        println!("{id}: {}", s.join(" "));
    }
}


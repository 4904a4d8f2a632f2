// C functions: variadic, callbacks, structs by value in both directions.
use std::ffi::{CStr, c_char, c_double, c_int, c_void};
unsafe extern "C" { fn snprintf(b: *mut c_char, n: usize, f: *const c_char, ...) -> c_int; fn qsort(b: *mut c_void, n: usize, s: usize, c: extern "C" fn(*const c_void, *const c_void) -> c_int); fn strlen(s: *const c_char) -> usize; fn div(a: c_int, b: c_int) -> Div; fn ldexp(x: c_double, e: c_int) -> c_double; }
#[repr(C)] struct Div { quot: c_int, rem: c_int }
extern "C" fn descending(a: *const c_void, b: *const c_void) -> c_int { unsafe { (*(b as *const i32)).cmp(&*(a as *const i32)) as c_int } }
macro_rules! by_value { ($($name:ident: $($t:ty),*;)*) => { $(
    #[repr(C)] #[derive(Debug, Clone, Copy)] struct $name($($t),*);
    paste!($name);
)* } }
macro_rules! paste { ($name:ident) => { const _: () = { impl $name { #[inline(never)] extern "C" fn pass(self, k: u8) -> (Self, u8) where Self: Sized { (self, k) } #[inline(never)] extern "C" fn back(a: Self, b: f32, c: Self) -> Self { std::hint::black_box((&a, b)); c } } }; } }
by_value! { A: u8; B: u8, u16; C: f32, f32; D: f64, u32; E: u64, u64, u64; F: f32, f32, f32, f32; G: u8, u8, u8; H: i128; I: f64, f64; J: u32, f32, u64; K: [u8; 17]; }
fn main() {
    let mut buffer = [0u8; 64];
    let n = unsafe { snprintf(buffer.as_mut_ptr().cast(), 64, c"%d %s %.3f %c %llu".as_ptr(), -5 as c_int, c"text".as_ptr(), 2.5f64, b'x' as c_int, u64::MAX) };
    println!("{n} {:?}", CStr::from_bytes_until_nul(&buffer).unwrap());
    let mut v = [3, 1, 4, 1, 5, 9, 2, 6];
    unsafe { qsort(v.as_mut_ptr().cast(), v.len(), 4, descending) };
    let d = unsafe { div(17, 5) };
    println!("{v:?} {} {} {} {}", d.quot, d.rem, unsafe { strlen(c"seven77".as_ptr()) }, unsafe { ldexp(0.5, 4) });
    macro_rules! show { ($($e:expr),*) => { $( println!("{:?} {:?}", $e.pass(7), <_>::clone(&{ fn same<T: Copy>(f: extern "C" fn(T, f32, T) -> T, x: T) -> T { f(x, 1.0, x) } same(back_of(&$e), $e) })); )* } }
    fn back_of<T: Back>(_: &T) -> extern "C" fn(T, f32, T) -> T { T::BACK }
    trait Back: Sized { const BACK: extern "C" fn(Self, f32, Self) -> Self; }
    macro_rules! back { ($($t:ident)*) => { $( impl Back for $t { const BACK: extern "C" fn(Self, f32, Self) -> Self = $t::back; } )* } }
    back! { A B C D E F G H I J K }
    show! { A(1), B(2, 3), C(1.5, 2.5), D(3.5, 4), E(1, 2, 3), F(1., 2., 3., 4.), G(1, 2, 3), H(-9), I(1.25, 2.25), J(1, 2.5, 3), K([6; 17]) }
}

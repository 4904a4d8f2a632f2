#![crate_type = "lib"]
#![feature(abi_vectorcall, abi_x86_interrupt, rust_cold_cc, rust_preserve_none_cc, rust_tail_cc)]
// Signatures whose IR must be, attribute for attribute, that of the in-tree backend.
use std::num::NonZero;
#[repr(C)] pub struct Small(u8, u16);
#[repr(C)] pub struct Large([u64; 5]);
#[repr(u8)] pub enum Three { A, B, C }
#[unsafe(no_mangle)] pub fn scalars(a: u8, b: i16, c: bool, d: char, e: f32, f: u128) -> bool { c }
#[unsafe(no_mangle)] pub fn references<'a>(a: &'a u32, b: &'a mut u64, c: &'a [u8], d: &'a str, e: &'a dyn Fn()) -> &'a u32 { a }
#[unsafe(no_mangle)] pub fn cells(a: &std::cell::Cell<u32>, b: &std::sync::atomic::AtomicU8, c: Option<&u32>, d: *const u8) {}
#[unsafe(no_mangle)] pub fn boxes(a: Box<u32>, b: Option<Box<u32>>, c: Vec<u8>, d: String) -> Box<u32> { a }
#[unsafe(no_mangle)] pub fn niches(a: NonZero<u32>, b: Option<NonZero<u8>>, c: Three, d: Option<bool>, e: std::cmp::Ordering) -> Three { c }
#[unsafe(no_mangle)] pub fn pairs(a: (u32, u32), b: Option<u64>, c: Result<u8, u8>) -> (u8, u64) { (1, 2) }
#[unsafe(no_mangle)] pub fn aggregates(a: Large, b: Small, c: [u8; 3], d: [u64; 2]) -> Large { a }
#[unsafe(no_mangle)] pub extern "C" fn c_abi(a: Small, b: Large, c: i8, d: u16, e: bool) -> Small { a }
#[unsafe(no_mangle)] pub extern "C" fn c_large() -> Large { Large([0; 5]) }
#[unsafe(no_mangle)] pub fn never() -> ! { loop {} }
#[unsafe(no_mangle)] #[cold] pub fn cold() {}
#[unsafe(no_mangle)] #[inline(never)] pub fn not_inlined() {}
#[unsafe(no_mangle)] pub fn loads(a: &bool, b: &char, c: &&u32, d: &NonZero<u32>) -> (bool, char) { let _x = **c; (*a, *b) }
#[unsafe(no_mangle)] pub fn index(a: &[u32], n: usize) -> u32 { a[n] }
#[unsafe(no_mangle)] pub fn arithmetic(a: i32, b: i32) -> i32 { a.wrapping_mul(b) + 1 }
#[unsafe(no_mangle)] pub unsafe fn unchecked(a: u32, b: u32) -> u32 { unsafe { a.unchecked_add(b) } }
#[unsafe(no_mangle)] pub fn drops(a: Vec<String>) {}
#[unsafe(no_mangle)] #[target_feature(enable = "avx2")] pub fn features() {}
#[unsafe(no_mangle)] pub extern "system" fn by_system(a: u64, b: f32) -> u64 { a }
#[unsafe(no_mangle)] pub extern "sysv64" fn by_sysv64(a: u64, b: f32) -> u64 { a }
#[unsafe(no_mangle)] pub extern "win64" fn by_win64(a: u64, b: Large) -> u64 { a }
#[unsafe(no_mangle)] pub extern "efiapi" fn by_efiapi(a: u64, b: f32) -> u64 { a }
#[unsafe(no_mangle)] pub extern "vectorcall" fn by_vectorcall(a: u64, b: f32) -> u64 { a }
#[unsafe(no_mangle)] pub extern "x86-interrupt" fn by_x86_interrupt(a: u64) {}
#[unsafe(no_mangle)] pub extern "rust-cold" fn by_rust_cold(a: u64, b: Large) -> u64 { a }
#[unsafe(no_mangle)] pub extern "rust-preserve-none" fn by_rust_preserve_none(a: u64, b: Large) -> u64 { a }
#[unsafe(no_mangle)] pub extern "tail" fn by_tail(a: u64, b: Large) -> u64 { a }

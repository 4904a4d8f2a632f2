#![feature(asm_unwind)]
use std::arch::asm;
pub struct Guard(u32);
impl Drop for Guard {
    fn drop(&mut self) { println!("{}", self.0) }
}
extern "C-unwind" fn callee() {}
pub fn calls(x: u64) -> u64 {
    let _guard = Guard(1);
    let mut y = x;
    unsafe {
        asm!("call {}", sym callee, clobber_abi("C"), options(may_unwind));
    }
    while y > 7 {
        y /= 2;
    }
    y
}

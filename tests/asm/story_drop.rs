//@ stdout: called
//@ stdout: 7
//@ stdout: dropped
// The first way into the bug of 2022: an asm with an output that may unwind, while a local needs dropping.
#![feature(asm_unwind, asm_sym, c_unwind)]
use std::arch::asm;

struct Guard;
impl Drop for Guard {
    fn drop(&mut self) {
        println!("dropped");
    }
}

extern "C-unwind" fn callee() -> u64 {
    println!("called");
    7
}

fn main() {
    let _guard = Guard;
    let result: u64;
    unsafe { asm!("call {}", sym callee, out("rax") result, clobber_abi("C"), options(may_unwind)) };
    println!("{}", result);
}

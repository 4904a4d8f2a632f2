// Assembly: stops at its lines, variables around it, and a frame with a name for an asm that may unwind.
//@ more: {asm}
//@ more: namespace asm::outer
//@ more: subprogram asm::bare
//@ gdb: break asm.rs:40
//@ gdb: break bare
//@ gdb: run
//@ gdb: info locals
//@ gdb: continue
//@ gdb: bt
//@ gdb: up 2
//@ gdb: info locals
//@ gdb: info args
//@ gdb: continue
//@ gdb: bt
//@ gdb: continue
//@ expect: before = 3
//@ expect: asm::called ()
//@ expect: asm::outer::{asm} ()
//@ expect: asm::outer (given=5)
//@ expect: text = alloc::string::String
//@ expect: asm::bare
#![feature(asm_unwind)]
use std::arch::{asm, naked_asm};

extern "C-unwind" fn called() {
    std::hint::black_box(()); // #break
}

#[unsafe(naked)]
extern "C" fn bare(_: u64) -> u64 {
    naked_asm!("lea rax, [rdi + 1]", "ret")
}

#[inline(never)]
fn plain() -> u64 {
    let before = 3_u64;
    let mut after = before;
    unsafe {
        asm!(
            "add {0}, 4",
            "add {0}, 5",
            inout(reg) after,
        );
    }
    after
}

#[inline(never)]
fn outer(given: u64) -> u64 {
    let text = String::from("kept");
    unsafe {
        asm!("call {}", sym called, clobber_abi("C"), options(may_unwind));
    }
    given + text.len() as u64
}

fn main() {
    println!("{} {} {}", plain(), outer(5), bare(1));
}

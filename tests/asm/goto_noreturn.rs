//@ stdout: 9
//@ since: 1.97
// An asm that leaves by labels only, with an output, and all registers taken.
#![feature(asm_goto_with_outputs)]
use std::arch::asm;

#[inline(never)]
fn leave() -> u64 {
    let out: u64;
    unsafe {
        asm!("mov rax, 9", "jmp {}", label {}, out("rax") out, out("rcx") _, out("rdx") _,
            out("rsi") _, out("rdi") _, out("r8") _, out("r9") _, out("r10") _, out("r11") _, out("r12") _,
            out("r13") _, out("r14") _, out("r15") _, options(noreturn))
    };
    out
}

fn main() {
    println!("{}", leave());
}

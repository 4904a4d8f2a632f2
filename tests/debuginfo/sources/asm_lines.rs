// Assembly of several lines. Lines that say `#asm N` are stepped through in this order, those of one N together.
#![feature(asm_unwind, asm_goto_with_outputs)]
use std::arch::{asm, global_asm, naked_asm};

global_asm!(
    ".globl outside",
    ".type outside,@function",
    "outside:",
    "mov rax, rdi",   // #asm 1
    "2: sub rax, 1",  // #asm 1
    "cmp rax, 100",   // #asm 1
    "ja 2b",          // #asm 1
    "ret",            // #asm 1
    ".size outside, .-outside",
);

global_asm!("
    .macro twice op
    \\op rax, 3
    \\op rax, 4
    .endm
    .macro remember
    .pushsection .rodata.remembered,\"a\"
    .quad 0
    .popsection
    nop
    .endm
    .pushsection .rodata.mine,\"a\"
    mine: .long 7
    .popsection
    .globl second
    .p2align 4
second:
    mov rax, rdi        // #asm 2
    .rept 2             // #asm 2
    inc rax
    .endr
    twice add           // #asm 2
.if 1
    nop                 // #asm 2
.else
    ud2
.endif
    remember            // #asm 2
    .byte 0x90          // #asm 2
    add eax, [rip + mine] // #asm 2
    jmp 3f              // #asm 2
    .section .text.third,\"ax\"
3:  nop                 // #asm 2
    ret                 // #asm 2
    .text
");

unsafe extern "C" {
    fn outside(x: u64) -> u64;
    fn second(x: u64) -> u64;
}

#[unsafe(naked)]
extern "C" fn bare(_: u64) -> u64 {
    naked_asm!(
        "lea rax, [rdi + 1]", // #asm 3
        "inc rax",            // #asm 3
        "ret",                // #asm 3
    )
}

#[unsafe(naked)]
extern "C" fn framed(_: u64) -> u64 {
    naked_asm!(
        ".cfi_startproc",
        "push rdi",           // #asm 4
        ".cfi_adjust_cfa_offset 8",
        "pop rax",            // #asm 4
        ".cfi_adjust_cfa_offset -8",
        "ret",                // #asm 4
        ".cfi_endproc",
    )
}

#[inline(never)]
fn plain(before: u64) -> u64 {
    let mut after = before;
    unsafe {
        asm!(
            "add {0}, 4", // #asm 5
            "2:",
            "add {0}, 6", // #asm 5
            "cmp {0}, 10", // #asm 5
            "jb 2b", // #asm 5
            inout(reg) after,
        );
    }
    after
}

extern "C-unwind" fn called() {}

#[inline(never)]
fn unwinds() {
    unsafe {
        asm!(
            "nop", // #asm 6
            "call {}", // #asm 6
            "nop", // #asm 6
            sym called, clobber_abi("C"), options(may_unwind),
        );
    }
}

#[inline(never)]
fn jumps(on: u64) -> u64 {
    let out: u64;
    unsafe {
        asm!(
            "mov {1}, 5", // #asm 7
            "cmp {0}, 0", // #asm 7
            "je {2}", // #asm 7
            "mov {1}, 6", // #asm 7
            in(reg) on, out(reg) out,
            label { return 1 },
        );
    }
    out
}

#[inline(never)]
fn twice(mut x: u64) -> u64 {
    // The same two times, one behind the other.
    unsafe {
        asm!(
            "add {0}, 1", // #asm 8
            "add {0}, 2", // #asm 8
            inout(reg) x,
        );
        asm!(
            "add {0}, 1", // #asm 9
            "add {0}, 2", // #asm 9
            inout(reg) x,
        );
    }
    x
}

fn main() {
    let first = unsafe { outside(1) };
    let second = unsafe { second(1) };
    let third = bare(1);
    let fourth = framed(4);
    let fifth = plain(3);
    unwinds();
    let seventh = jumps(2);
    let eighth = twice(1);
    println!("{first} {second} {third} {fourth} {fifth} {seventh} {eighth}");
}

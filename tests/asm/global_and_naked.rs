//@ stdout: 12 30 17
//@ stdout: 6
//@ since: 1.88
// Assembly outside of functions, and functions that are nothing but assembly.
use std::arch::{asm, global_asm, naked_asm};

#[no_mangle]
static mut COUNTER: u64 = 5;
static HIDDEN: [u64; 2] = [1, 17];
extern "C" fn helper(x: u64) -> u64 {
    x * 3
}

global_asm!(
    ".globl twelve",
    "twelve:",
    "mov eax, {}",
    "ret",
    ".globl tripled",
    "tripled:",
    "jmp {}",
    ".globl hidden",
    "hidden:",
    "mov rax, [rip + {} + 8]",
    "ret",
    const 12,
    sym helper,
    sym HIDDEN,
);
global_asm!(".globl bump", "bump:", "incq COUNTER(%rip)", "ret", options(att_syntax));

extern "C" {
    fn twelve() -> u32;
    fn tripled(x: u64) -> u64;
    fn hidden() -> u64;
    fn bump();
}

#[unsafe(naked)]
extern "C" fn naked_sum(a: u64, b: u64) -> u64 {
    naked_asm!("lea rax, [rdi + rsi + {}]", "ret", const K)
}
const K: u64 = 3;

fn main() {
    unsafe {
        println!("{} {} {}", twelve(), tripled(10), hidden());
        bump();
        let counter: u64;
        asm!("mov {}, [rip + {}]", out(reg) counter, sym COUNTER);
        assert_eq!(counter, 6);
    }
    println!("{}", naked_sum(1, 2));
}

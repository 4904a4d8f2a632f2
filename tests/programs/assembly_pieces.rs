//! Assembly outside of functions that is written for different features: a module keeps it in several pieces.
#![feature(naked_functions_target_feature)]

use std::arch::{global_asm, naked_asm};

#[cfg(target_arch = "x86_64")]
global_asm!(".globl seven_of_global", "seven_of_global:", "mov eax, 7", "ret");

#[cfg(target_arch = "x86_64")]
#[unsafe(naked)]
#[target_feature(enable = "avx2")]
extern "C" fn eight() -> u32 {
    naked_asm!("mov eax, 8", "ret")
}

unsafe extern "C" {
    fn seven_of_global() -> u32;
}

fn main() {
    // SAFETY: defined above; neither uses more than every processor has.
    unsafe { println!("{} {}", seven_of_global(), eight()) }
}

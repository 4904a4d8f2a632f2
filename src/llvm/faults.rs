//! LLVM made to fail, for tests: the cargo feature `faults`.
//!
//! A signal unwinds out of what inkwell says nothing unwinds out of: `LLVMGetTypeKind`.

use llvm_sys::LLVMTypeKind;
use llvm_sys::prelude::LLVMTypeRef;

unsafe extern "C-unwind" {
    fn LLVMGetTypeKind(ty: LLVMTypeRef) -> LLVMTypeKind;
    fn LLVMInt32Type() -> LLVMTypeRef;
}

/// Stays in LLVM for ever.
pub(crate) fn hang() -> ! {
    loop {
        // SAFETY: a type that is always there.
        unsafe { LLVMGetTypeKind(LLVMInt32Type()) };
    }
}

/// How the name of the function that faults are put into is written in its symbol. Without the length, `default` of a `u64`
/// (`…7defaulty`) has it, too.
pub(crate) const FAULTY: &str = "6faulty";

/// Makes LLVM read where nothing is.
pub(crate) fn crash() {
    // SAFETY: it is not: this is what the test is about, and what it runs into is a signal.
    unsafe { LLVMGetTypeKind(std::ptr::null_mut()) };
}

/// The constant that is made where `value` is meant, for a type of `width` bits: another one, if `FIXED_FAULT` asks for
/// it, where there are bits that the type does not have. Discriminants below zero come with such bits, and once became
/// constants that were unequal to the ones meant.
pub(crate) fn constant(width: u32, value: u128) -> u128 {
    static ASKED: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    let asked = || std::env::var_os("FIXED_FAULT").is_some_and(|fault| fault == "wide-constants");
    let all = u128::MAX.checked_shr(128 - width).unwrap_or(0);
    match value > all && *ASKED.get_or_init(asked) {
        true => value & (all >> 1),
        false => value,
    }
}

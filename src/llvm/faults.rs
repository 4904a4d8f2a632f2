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

/// Makes LLVM read where nothing is.
pub(crate) fn crash() {
    // SAFETY: it is not: this is what the test is about, and what it runs into is a signal.
    unsafe { LLVMGetTypeKind(std::ptr::null_mut()) };
}

/// Whether constants keep bits that their type does not have, as they once did for discriminants below zero.
pub(crate) fn keeps_all_bits() -> bool {
    static ASKED: std::sync::OnceLock<bool> = std::sync::OnceLock::new();
    *ASKED.get_or_init(|| std::env::var_os("FIXED_FAULT").is_some_and(|fault| fault == "wide-constants"))
}

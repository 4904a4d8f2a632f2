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

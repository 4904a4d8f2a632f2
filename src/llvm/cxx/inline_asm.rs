//! Why LLVM rejects the operands of an inline asm.

use inkwell::types::{AsTypeRef, FunctionType};
use llvm_sys::LLVMType;
use llvm_sys::error::LLVMErrorRef;

use super::Ref;
use super::calling::take_error;

unsafe extern "C" {
    /// `static Error llvm::InlineAsm::verify(FunctionType *Ty, StringRef Constraints)`. An `Error` is not
    /// trivially copyable, so it is returned through memory: one pointer, with a flag in its lowest bit.
    #[link_name = "_ZN4llvm9InlineAsm6verifyEPNS_12FunctionTypeENS_9StringRefE"]
    fn cxx_verify_inline_asm(error: *mut usize, ty: *mut LLVMType, constraints: Ref<u8>);
}

/// LLVM's reason not to make an asm of this type with these constraints, or nothing if it has none. Without
/// asking, LLVM would stop with an assertion, or make nonsense.
pub(crate) fn rejection(ty: FunctionType<'_>, constraints: &str) -> Option<String> {
    let mut error = 0_usize;
    // SAFETY: the type is alive; LLVM writes one word; the text is read by its length.
    unsafe {
        cxx_verify_inline_asm(&raw mut error, ty.as_type_ref(), Ref::of(constraints));
        let payload = (error & !1) as LLVMErrorRef;
        if payload.is_null() {
            return None;
        }
        Some(take_error(payload))
    }
}

//! Why LLVM rejects the operands of an inline asm.

use inkwell::types::FunctionType;

use super::Ref;
use super::calling::Error;
use crate::llvm::safe::Handle;

unsafe extern "C" {
    /// `static Error llvm::InlineAsm::verify(FunctionType *Ty, StringRef Constraints)`
    #[link_name = "_ZN4llvm9InlineAsm6verifyEPNS_12FunctionTypeENS_9StringRefE"]
    safe fn cxx_verify_inline_asm(ty: Handle<FunctionType<'_>>, constraints: Ref<'_, u8>) -> Error;
}

/// LLVM's reason not to make an asm of this type with these constraints, or nothing if it has none. Without
/// asking, LLVM would stop with an assertion, or make nonsense.
pub(crate) fn rejection(ty: FunctionType<'_>, constraints: &str) -> Option<String> {
    cxx_verify_inline_asm(ty.into(), Ref::of(constraints))
        .into_result()
        .err()
}

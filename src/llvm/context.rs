//! Settings of an LLVM context.

use inkwell::context::AsContextRef;
use inkwell::context::Context;
use llvm_sys::core::LLVMContextSetDiscardValueNames;

/// Makes `context` drop the names of local values as they are given, or keep them.
pub(crate) fn set_discard_value_names(context: &Context, discard: bool) {
    // SAFETY: the context is alive for as long as the reference is.
    unsafe { LLVMContextSetDiscardValueNames(context.as_ctx_ref(), discard.into()) }
}

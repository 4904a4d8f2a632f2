//! Settings of an LLVM context.

use inkwell::context::Context;
use llvm_sys::core::*;

use super::safe::functions;

functions! {
    /// Makes `context` drop the names of local values as they are given, or keep them.
    pub(crate) fn set_discard_value_names(context: &Context, discard: bool) = LLVMContextSetDiscardValueNames;

    pub(super) fn discards_value_names(context: &Context) -> bool = LLVMContextShouldDiscardValueNames;
}

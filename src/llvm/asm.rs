//! Inline assembly as LLVM has it: a text, constraints, and what the text may do.

use inkwell::types::{AsTypeRef, FunctionType};
use inkwell::values::{AnyValueEnum, PointerValue};
use llvm_sys::LLVMInlineAsmDialect;
use llvm_sys::core::LLVMGetInlineAsm;

/// What an inline assembly is made of (LangRef, "Inline Assembler Expressions").
#[derive(Copy, Clone, Debug)]
pub(crate) struct InlineAsm<'a> {
    pub(crate) text: &'a str,
    pub(crate) constraints: &'a str,
    /// It must not be removed or repeated: `sideeffect`.
    pub(crate) side_effects: bool,
    /// It wants the stack aligned as for a call: `alignstack`.
    pub(crate) align_stack: bool,
    /// It is written in Intel's syntax: `inteldialect`.
    pub(crate) intel: bool,
    /// Control may leave it by unwinding: `unwind`.
    pub(crate) can_unwind: bool,
}

/// The assembly as something that can be called.
pub(crate) fn inline_asm<'ll>(ty: FunctionType<'ll>, asm: InlineAsm<'_>) -> AnyValueEnum<'ll> {
    let dialect = match asm.intel {
        true => LLVMInlineAsmDialect::LLVMInlineAsmDialectIntel,
        false => LLVMInlineAsmDialect::LLVMInlineAsmDialectATT,
    };
    // SAFETY: LLVM copies both texts by their lengths; the type is live.
    unsafe {
        AnyValueEnum::PointerValue(PointerValue::new(LLVMGetInlineAsm(
            ty.as_type_ref(),
            asm.text.as_ptr().cast(),
            asm.text.len(),
            asm.constraints.as_ptr().cast(),
            asm.constraints.len(),
            asm.side_effects.into(),
            asm.align_stack.into(),
            dialect,
            asm.can_unwind.into(),
        )))
    }
}

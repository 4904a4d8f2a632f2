//! The bridge between inkwell's values and LLVM's raw references.

use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::types::{AnyTypeEnum, AsTypeRef};
use inkwell::values::{AnyValueEnum, AsValueRef, BasicValueEnum, InstructionValue, PointerValue};
use llvm_sys::LLVMTypeKind::*;
use llvm_sys::core::{LLVMGetTypeKind, LLVMIsAInstruction, LLVMTypeOf};
use llvm_sys::prelude::{LLVMBasicBlockRef, LLVMBuilderRef, LLVMTypeRef, LLVMValueRef};

/// The raw reference of a value.
pub(super) fn value(value: AnyValueEnum<'_>) -> LLVMValueRef {
    value.as_value_ref()
}

/// The raw reference of a type.
pub(super) fn type_(ty: AnyTypeEnum<'_>) -> LLVMTypeRef {
    ty.as_type_ref()
}

/// The raw reference of a block.
pub(super) fn block(block: BasicBlock<'_>) -> LLVMBasicBlockRef {
    block.as_mut_ptr()
}

/// The raw reference of a builder.
pub(super) fn builder(builder: &Builder<'_>) -> LLVMBuilderRef {
    builder.as_mut_ptr()
}

/// The value behind a raw reference. Functions come out as their address.
/// What inkwell has no kind for (tokens of funclet pads, results of type `void`) is an instruction.
///
/// # Safety
/// `raw` must be a live value of the context that `'ll` stands for.
pub(super) unsafe fn wrap<'ll>(raw: LLVMValueRef) -> AnyValueEnum<'ll> {
    // SAFETY: the caller vouches for `raw`; inkwell's constructors only store it.
    unsafe {
        match LLVMGetTypeKind(LLVMTypeOf(raw)) {
            LLVMPointerTypeKind => AnyValueEnum::PointerValue(PointerValue::new(raw)),
            LLVMVoidTypeKind | LLVMTokenTypeKind => {
                AnyValueEnum::InstructionValue(InstructionValue::new(raw))
            }
            _ => AnyValueEnum::from(BasicValueEnum::new(raw)),
        }
    }
}

/// Whether the value is an instruction, not a constant that the builder folded.
pub(super) fn is_instruction(raw: LLVMValueRef) -> bool {
    // SAFETY: a type test of a live value.
    unsafe { !LLVMIsAInstruction(raw).is_null() }
}

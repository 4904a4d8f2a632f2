//! Types with members: made empty, so that their members can refer to them, and completed later.
//!
//! inkwell wants a scope of every type (`LLVMDIBuilderCreateStructType`, `LLVMDIBuilderCreateUnionType`), which those of
//! the language itself have not.

use inkwell::debug_info::{AsDIScope, DIFlags, DIScope, DISubroutineType, DIType, DebugInfoBuilder};
use inkwell::values::AsValueRef;
use llvm_sys::debuginfo::*;

use super::{Outline, wrap_type};
use crate::llvm::Value;
use crate::llvm::safe::functions;

/// `DW_TAG_const_type`.
const CONST_QUALIFIER: u32 = 0x26;

functions! {
    fn qualified<'ll>(builder: &DebugInfoBuilder<'ll>, tag: u32, ty: DIType<'ll>) -> DIType<'ll> = LLVMDIBuilderCreateQualifiedType;
}

/// A structure without members. A virtual table's says of which type it is the table.
pub(crate) fn empty_structure<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    outline: &Outline<'_, 'll>,
    vtable_of: Option<DIType<'ll>>,
) -> DIType<'ll> {
    let null = std::ptr::null_mut();
    // SAFETY: everything is of one live module; texts are copied by their length.
    unsafe {
        wrap_type(LLVMDIBuilderCreateStructType(
            builder.as_mut_ptr(),
            outline.raw_scope(),
            outline.name.as_ptr().cast(),
            outline.name.len(),
            outline.file.as_mut_ptr(),
            outline.line,
            outline.size,
            outline.align,
            outline.flags,
            null,
            std::ptr::null_mut(),
            0,
            0,
            vtable_of.map_or(null, |ty| ty.as_mut_ptr()),
            outline.unique_id.as_ptr().cast(),
            outline.unique_id.len(),
        ))
    }
}

/// A union without members.
pub(crate) fn empty_union<'ll>(builder: &DebugInfoBuilder<'ll>, outline: &Outline<'_, 'll>) -> DIType<'ll> {
    // SAFETY: as for `empty_structure`.
    unsafe {
        wrap_type(LLVMDIBuilderCreateUnionType(
            builder.as_mut_ptr(),
            outline.raw_scope(),
            outline.name.as_ptr().cast(),
            outline.name.len(),
            outline.file.as_mut_ptr(),
            outline.line,
            outline.size,
            outline.align,
            outline.flags,
            std::ptr::null_mut(),
            0,
            0,
            outline.unique_id.as_ptr().cast(),
            outline.unique_id.len(),
        ))
    }
}

/// The enumerator `name` of an enumeration of `bits` bits, at most 128. inkwell's has at most 64.
pub(crate) fn enumerator<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    name: &str,
    value: u128,
    bits: u64,
    unsigned: bool,
) -> DIType<'ll> {
    let words = [value as u64, (value >> 64) as u64];
    assert!(bits <= 128, "no enum has a tag of {bits} bits");
    // SAFETY: LLVM reads as many words as the bits fill: two at most. An enumerator is no type, but is put only
    // where LLVM wants any node.
    unsafe {
        wrap_type(LLVMDIBuilderCreateEnumeratorOfArbitraryPrecision(
            builder.as_mut_ptr(),
            name.as_ptr().cast(),
            name.len(),
            bits,
            words.as_ptr(),
            unsigned.into(),
        ))
    }
}

/// A static member of the type `outline.scope`, whose value is the constant `value`.
pub(crate) fn static_member<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    outline: &Outline<'_, 'll>,
    ty: DIType<'ll>,
    value: Value<'ll>,
) -> DIType<'ll> {
    // SAFETY: as for `empty_structure`.
    unsafe {
        wrap_type(LLVMDIBuilderCreateStaticMemberType(
            builder.as_mut_ptr(),
            outline.raw_scope(),
            outline.name.as_ptr().cast(),
            outline.name.len(),
            outline.file.as_mut_ptr(),
            outline.line,
            ty.as_mut_ptr(),
            outline.flags,
            value.as_value_ref(),
            outline.align,
        ))
    }
}

/// `const ty`, as C has it.
pub(crate) fn constant_of<'ll>(builder: &DebugInfoBuilder<'ll>, ty: DIType<'ll>) -> DIType<'ll> {
    qualified(builder, CONST_QUALIFIER, ty)
}

/// A function's type as a type that can be pointed to.
pub(crate) fn as_type(ty: DISubroutineType<'_>) -> DIType<'_> {
    // SAFETY: a subroutine type is a type.
    unsafe { wrap_type(ty.as_mut_ptr()) }
}

/// A type as the scope of what is declared in it.
pub(crate) fn inside(ty: DIType<'_>) -> DIScope<'_> {
    ty.as_debug_info_scope()
}

/// No flags.
pub(crate) const NO_FLAGS: DIFlags = LLVMDIFlagZero;

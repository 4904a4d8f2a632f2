//! Types with members: made empty, so that their members can refer to them, and completed later.
//!
//! inkwell wants a scope of every type (`LLVMDIBuilderCreateStructType`, `LLVMDIBuilderCreateUnionType`), which those of
//! the language itself have not.

use inkwell::debug_info::{AsDIScope, DIFile, DIFlags, DIScope, DISubroutineType, DIType, DebugInfoBuilder};
use llvm_sys::debuginfo::*;

use super::{Metadata, Outline};
use crate::llvm::Value;
use crate::llvm::safe::{FromRaw, functions};

/// `DW_TAG_const_type`.
const CONST_QUALIFIER: u32 = 0x26;

functions! {
    fn qualified<'ll>(builder: &DebugInfoBuilder<'ll>, tag: u32, ty: DIType<'ll>) -> DIType<'ll> = LLVMDIBuilderCreateQualifiedType;

    fn structure<'ll>(
        builder: &DebugInfoBuilder<'ll>,
        scope: Option<DIScope<'ll>>,
        name: &str as usize,
        file: DIFile<'ll>,
        line: u32,
        size: u64,
        align: u32,
        flags: DIFlags,
        base: Option<DIType<'ll>>,
        members: &[Metadata<'ll>] as u32,
        runtime_language: u32,
        vtable_of: Option<DIType<'ll>>,
        unique_id: &str as usize
    ) -> DIType<'ll> = LLVMDIBuilderCreateStructType;

    fn union<'ll>(
        builder: &DebugInfoBuilder<'ll>,
        scope: Option<DIScope<'ll>>,
        name: &str as usize,
        file: DIFile<'ll>,
        line: u32,
        size: u64,
        align: u32,
        flags: DIFlags,
        members: &[Metadata<'ll>] as u32,
        runtime_language: u32,
        unique_id: &str as usize
    ) -> DIType<'ll> = LLVMDIBuilderCreateUnionType;

    /// LLVM reads as many words of the value as the bits fill: two at most.
    fn wide_enumerator<'ll>(
        builder: &DebugInfoBuilder<'ll>,
        name: &str as usize,
        bits: u64,
        value: &[u64; 2],
        unsigned: bool
    ) -> DIType<'ll> = LLVMDIBuilderCreateEnumeratorOfArbitraryPrecision;

    fn static_member_of<'ll>(
        builder: &DebugInfoBuilder<'ll>,
        scope: Option<DIScope<'ll>>,
        name: &str as usize,
        file: DIFile<'ll>,
        line: u32,
        ty: DIType<'ll>,
        flags: DIFlags,
        value: Value<'ll>,
        align: u32
    ) -> DIType<'ll> = LLVMDIBuilderCreateStaticMemberType;
}

/// A structure without members. A virtual table's says of which type it is the table.
pub(crate) fn empty_structure<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    outline: &Outline<'_, 'll>,
    vtable_of: Option<DIType<'ll>>,
) -> DIType<'ll> {
    structure(
        builder,
        outline.scope,
        outline.name,
        outline.file,
        outline.line,
        outline.size,
        outline.align,
        outline.flags,
        None,
        &[],
        0,
        vtable_of,
        outline.unique_id,
    )
}

/// A union without members.
pub(crate) fn empty_union<'ll>(builder: &DebugInfoBuilder<'ll>, outline: &Outline<'_, 'll>) -> DIType<'ll> {
    union(
        builder,
        outline.scope,
        outline.name,
        outline.file,
        outline.line,
        outline.size,
        outline.align,
        outline.flags,
        &[],
        0,
        outline.unique_id,
    )
}

/// The enumerator `name` of an enumeration of `bits` bits, at most 128. inkwell's has at most 64. It is no type, but is
/// put only where LLVM wants any node.
pub(crate) fn enumerator<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    name: &str,
    value: u128,
    bits: u64,
    unsigned: bool,
) -> DIType<'ll> {
    let words = [value as u64, (value >> 64) as u64];
    assert!(bits <= 128, "no enum has a tag of {bits} bits");
    wide_enumerator(builder, name, bits, &words, unsigned)
}

/// A static member of the type `outline.scope`, whose value is the constant `value`.
pub(crate) fn static_member<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    outline: &Outline<'_, 'll>,
    ty: DIType<'ll>,
    value: Value<'ll>,
) -> DIType<'ll> {
    let &Outline {
        scope,
        name,
        file,
        line,
        flags,
        align,
        ..
    } = outline;
    static_member_of(builder, scope, name, file, line, ty, flags, value, align)
}

/// `const ty`, as C has it.
pub(crate) fn constant_of<'ll>(builder: &DebugInfoBuilder<'ll>, ty: DIType<'ll>) -> DIType<'ll> {
    qualified(builder, CONST_QUALIFIER, ty)
}

/// A function's type as a type that can be pointed to.
pub(crate) fn as_type(ty: DISubroutineType<'_>) -> DIType<'_> {
    // SAFETY: a subroutine type is a type.
    unsafe { FromRaw::from_raw(ty.as_mut_ptr()) }
}

/// A type as the scope of what is declared in it.
pub(crate) fn inside(ty: DIType<'_>) -> DIScope<'_> {
    ty.as_debug_info_scope()
}

/// No flags.
pub(crate) const NO_FLAGS: DIFlags = LLVMDIFlagZero;

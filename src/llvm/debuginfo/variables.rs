//! Where variables are: in memory, in a value, in a global.

use inkwell::basic_block::BasicBlock;
use inkwell::debug_info::{DIFile, DILocalVariable, DILocation, DIScope, DIType, DebugInfoBuilder};
use inkwell::values::{AsValueRef, GlobalValue};
use llvm_sys::core::LLVMGlobalSetMetadata;
use llvm_sys::debuginfo::*;
use llvm_sys::prelude::LLVMMetadataRef;

use super::Metadata;
use crate::llvm::Value;

/// The kind of metadata that ties a global to its debug information.
const DBG: u32 = 0;

/// How a debugger gets from what a record names to the variable: DWARF's operations (`DW_OP_…`).
fn expression(builder: &DebugInfoBuilder<'_>, operations: &[u64]) -> LLVMMetadataRef {
    // SAFETY: LLVM only reads the operations.
    unsafe {
        LLVMDIBuilderCreateExpression(
            builder.as_mut_ptr(),
            operations.as_ptr().cast_mut(),
            operations.len(),
        )
    }
}

/// An expression as an operand of a type.
pub(crate) fn expression_node<'ll>(builder: &DebugInfoBuilder<'ll>, operations: &[u64]) -> Metadata<'ll> {
    // SAFETY: an expression is metadata of the builder's context.
    unsafe { Metadata::wrap(expression(builder, operations)) }
}

/// Records at the end of `block` that `variable` is, from its declaration on, in the memory that `operations` lead
/// to from `address`. inkwell's method takes what LLVM gives back for an instruction, which it is not.
pub(crate) fn declare<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    address: Value<'ll>,
    variable: DILocalVariable<'ll>,
    operations: &[u64],
    location: DILocation<'ll>,
    block: BasicBlock<'ll>,
) {
    // SAFETY: everything is of one live module.
    unsafe {
        LLVMDIBuilderInsertDeclareRecordAtEnd(
            builder.as_mut_ptr(),
            address.as_value_ref(),
            variable.as_mut_ptr(),
            expression(builder, operations),
            location.as_mut_ptr(),
            block.as_mut_ptr(),
        );
    }
}

/// Records at the end of `block` that `variable` is, from here on, what `operations` make of `value`.
pub(crate) fn record_value<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    value: Value<'ll>,
    variable: DILocalVariable<'ll>,
    operations: &[u64],
    location: DILocation<'ll>,
    block: BasicBlock<'ll>,
) {
    // SAFETY: as above.
    unsafe {
        LLVMDIBuilderInsertDbgValueRecordAtEnd(
            builder.as_mut_ptr(),
            value.as_value_ref(),
            variable.as_mut_ptr(),
            expression(builder, operations),
            location.as_mut_ptr(),
            block.as_mut_ptr(),
        );
    }
}

/// A global variable, all of it.
pub(crate) struct Global<'a, 'll> {
    pub(crate) scope: Option<DIScope<'ll>>,
    pub(crate) name: &'a str,
    /// The symbol; empty where it is the name itself.
    pub(crate) linkage_name: &'a str,
    pub(crate) file: DIFile<'ll>,
    pub(crate) line: u32,
    pub(crate) ty: DIType<'ll>,
    pub(crate) local_to_unit: bool,
    /// In bits; 0 is what the type has anyway.
    pub(crate) align: u32,
}

/// Says that `global` is what `description` says. inkwell's method wants a scope, which a virtual table has not.
pub(crate) fn describe_global<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    global: GlobalValue<'ll>,
    description: &Global<'_, 'll>,
) {
    // SAFETY: everything is of one live module; texts are copied by their length.
    unsafe {
        let node = LLVMDIBuilderCreateGlobalVariableExpression(
            builder.as_mut_ptr(),
            description
                .scope
                .map_or(std::ptr::null_mut(), |scope| scope.as_mut_ptr()),
            description.name.as_ptr().cast(),
            description.name.len(),
            description.linkage_name.as_ptr().cast(),
            description.linkage_name.len(),
            description.file.as_mut_ptr(),
            description.line,
            description.ty.as_mut_ptr(),
            description.local_to_unit.into(),
            expression(builder, &[]),
            std::ptr::null_mut(),
            description.align,
        );
        LLVMGlobalSetMetadata(global.as_value_ref(), DBG, node);
    }
}

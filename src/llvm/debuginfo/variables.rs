//! Where variables are: in memory, in a value, in a global.
//!
//! inkwell takes what LLVM gives back for a record (`LLVMDIBuilderInsertDeclareRecordAtEnd`) for an instruction, which it
//! is not; wants a scope of a global (`LLVMDIBuilderCreateGlobalVariableExpression`), which a virtual table has not; and a
//! vector of operations (`LLVMDIBuilderCreateExpression`) for each record.

use inkwell::basic_block::BasicBlock;
use inkwell::debug_info::{DIFile, DILocalVariable, DILocation, DIScope, DIType, DebugInfoBuilder};
use inkwell::values::GlobalValue;
use llvm_sys::debuginfo::*;
use llvm_sys::prelude::LLVMDbgRecordRef;

use super::Metadata;
use crate::llvm::Value;
use crate::llvm::metadata::{MetadataKind, set_on_global};
use crate::llvm::safe::functions;

functions! {
    fn insert_declaration<'ll>(
        builder: &DebugInfoBuilder<'ll>,
        address: Value<'ll>,
        variable: DILocalVariable<'ll>,
        expression: Metadata<'ll>,
        location: DILocation<'ll>,
        block: BasicBlock<'ll>
    ) -> LLVMDbgRecordRef = LLVMDIBuilderInsertDeclareRecordAtEnd;

    fn insert_value<'ll>(
        builder: &DebugInfoBuilder<'ll>,
        value: Value<'ll>,
        variable: DILocalVariable<'ll>,
        expression: Metadata<'ll>,
        location: DILocation<'ll>,
        block: BasicBlock<'ll>
    ) -> LLVMDbgRecordRef = LLVMDIBuilderInsertDbgValueRecordAtEnd;
}

/// How a debugger gets from what a record names to the variable: DWARF's operations (`DW_OP_…`).
pub(crate) fn expression<'ll>(builder: &DebugInfoBuilder<'ll>, operations: &[u64]) -> Metadata<'ll> {
    // SAFETY: LLVM only reads the operations.
    unsafe {
        Metadata::wrap(LLVMDIBuilderCreateExpression(
            builder.as_mut_ptr(),
            operations.as_ptr().cast_mut(),
            operations.len(),
        ))
    }
}

/// What a record says of a variable.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Record {
    /// From its declaration on, it is in the memory that the operations lead to from an address.
    Declared,
    /// From here on, it is what the operations make of a value.
    Value,
}

/// Records at the end of `block` where `variable` is.
pub(crate) fn record<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    record: Record,
    value: Value<'ll>,
    variable: DILocalVariable<'ll>,
    operations: &[u64],
    location: DILocation<'ll>,
    block: BasicBlock<'ll>,
) {
    let insert = match record {
        Record::Declared => insert_declaration,
        Record::Value => insert_value,
    };
    let expression = expression(builder, operations);
    insert(builder, value, variable, expression, location, block);
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

/// Says that `global` is what `description` says.
pub(crate) fn describe_global<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    global: GlobalValue<'ll>,
    description: &Global<'_, 'll>,
) {
    // SAFETY: everything is of one live module; texts are copied by their length.
    let node = unsafe {
        Metadata::wrap(LLVMDIBuilderCreateGlobalVariableExpression(
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
            expression(builder, &[]).raw(),
            std::ptr::null_mut(),
            description.align,
        ))
    };
    set_on_global(global, MetadataKind::Dbg, node);
}

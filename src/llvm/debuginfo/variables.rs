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
    /// How a debugger gets from what a record names to the variable: DWARF's operations (`DW_OP_…`).
    pub(crate) fn expression<'ll>(builder: &DebugInfoBuilder<'ll>, operations: &[u64] as usize) -> Metadata<'ll>
        = LLVMDIBuilderCreateExpression;

    fn global_expression<'ll>(
        builder: &DebugInfoBuilder<'ll>,
        scope: Option<DIScope<'ll>>,
        name: &str as usize,
        linkage_name: &str as usize,
        file: DIFile<'ll>,
        line: u32,
        ty: DIType<'ll>,
        local_to_unit: bool,
        expression: Metadata<'ll>,
        declaration: Option<Metadata<'ll>>,
        align: u32
    ) -> Metadata<'ll> = LLVMDIBuilderCreateGlobalVariableExpression;

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
    let node = global_expression(
        builder,
        description.scope,
        description.name,
        description.linkage_name,
        description.file,
        description.line,
        description.ty,
        description.local_to_unit,
        expression(builder, &[]),
        None,
        description.align,
    );
    set_on_global(global, MetadataKind::Dbg, node);
}

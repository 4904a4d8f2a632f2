//! Arguments and locals, and where they are.
//!
//! A local is described by its declaration and by records that stand between instructions and say where it is. At
//! opt-level 0 it is in one place of the stack for good; optimised, it moves.
//!
//! ```text
//! DW_TAG_subprogram "area"
//!   DW_TAG_formal_parameter "width"    DW_AT_location  DW_OP_fbreg +8
//!   DW_TAG_lexical_block
//!     DW_TAG_variable "doubled"        DW_AT_location  DW_OP_fbreg +16
//! ```

use std::ops::Range;

use inkwell::debug_info::{DILocalVariable, DILocation, DIScope};
use rustc_abi::Size;
use rustc_codegen_ssa::mir::debuginfo::VariableKind;
use rustc_codegen_ssa::traits::BuilderMethods;
use rustc_middle::ty::Ty;
use rustc_middle::ty::layout::LayoutOf;
use rustc_span::{Span, Symbol};

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::llvm::Value;
use crate::llvm::debuginfo::{self, NO_FLAGS};

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// The variable `name`. It is described even where the optimiser leaves nothing of it: a debugger then says so.
    pub(super) fn local_variable(
        &self,
        name: Symbol,
        ty: Ty<'tcx>,
        scope: DIScope<'ll>,
        kind: VariableKind,
        span: Span,
    ) -> DILocalVariable<'ll> {
        let place = self.place(span.lo());
        let node = self.type_node(ty);
        let builder = &self.debug().builder;
        let (name, file, line) = (name.as_str(), place.file, place.line);
        match kind {
            VariableKind::ArgumentVariable(index) => {
                builder.create_parameter_variable(scope, name, index as u32, file, line, node, true, NO_FLAGS)
            }
            VariableKind::LocalVariable => {
                let align = self.layout_of(ty).align.abi.bits() as u32;
                builder.create_auto_variable(scope, name, file, line, node, true, NO_FLAGS, align)
            }
        }
    }
}

// DWARF's operations (DWARF 5, 7.7.1), and LLVM's own one for a part of a variable (LangRef, "DIExpression").
const DEREF: u64 = 0x06;
const PLUS_CONSTANT: u64 = 0x23;
const STACK_VALUE: u64 = 0x9f;
const LLVM_FRAGMENT: u64 = 0x1000;

/// The operations of one record: enough room for those of nearly every variable.
type Operations = smallvec::SmallVec<[u64; 8]>;

fn step(operations: &mut Operations, offset: Size) {
    if offset != Size::ZERO {
        operations.extend([PLUS_CONSTANT, offset.bytes()]);
    }
}

/// What follows the first step: a pointer is followed for each further offset, and what is found there may be only
/// a part of the variable.
fn follow(operations: &mut Operations, offsets: &[Size], fragment: &Option<Range<Size>>) {
    for &offset in offsets {
        operations.push(DEREF);
        step(operations, offset);
    }
    if let Some(part) = fragment {
        operations.extend([LLVM_FRAGMENT, part.start.bits(), (part.end - part.start).bits()]);
    }
}

impl<'ll> Builder<'_, 'll, '_> {
    /// Says that `variable` is in memory: at `address`, then `direct` bytes further, then wherever the pointers lead.
    pub(super) fn variable_in_memory(
        &mut self,
        variable: DILocalVariable<'ll>,
        location: DILocation<'ll>,
        address: Value<'ll>,
        direct: Size,
        indirect: &[Size],
        fragment: &Option<Range<Size>>,
    ) {
        let mut operations = Operations::new();
        step(&mut operations, direct);
        follow(&mut operations, indirect, fragment);
        let builder = &self.cx.debug().builder;
        debuginfo::declare(builder, address, variable, &operations, location, self.llbb());
    }

    /// Says that `variable` is, from here on, `value`, or what is found by following it.
    pub(super) fn variable_as_value(
        &mut self,
        variable: DILocalVariable<'ll>,
        location: DILocation<'ll>,
        value: Value<'ll>,
        direct: Size,
        indirect: &[Size],
        fragment: &Option<Range<Size>>,
    ) {
        let mut operations = Operations::new();
        step(&mut operations, direct);
        if direct != Size::ZERO {
            operations.push(STACK_VALUE);
        }
        follow(&mut operations, indirect, fragment);
        let builder = &self.cx.debug().builder;
        debuginfo::record_value(builder, value, variable, &operations, location, self.llbb());
    }
}

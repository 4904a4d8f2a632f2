//! Where each instruction comes from, as rustc's walk over MIR tells it.

use std::ops::Range;

use inkwell::debug_info::{AsDIScope, DILocation};
use inkwell::values::FunctionValue;
use rustc_abi::Size;
use rustc_codegen_ssa::mir::debuginfo::VariableKind;
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::layout::FnAbiOf;
use rustc_middle::ty::{self, ExistentialTraitRef, Instance, Ty};
use rustc_span::{BytePos, Pos, SourceFile, Span, Symbol};
use rustc_target::callconv::FnAbi;

use super::{DebugContext, Scope, Variable};
use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::codegen::values::Value;
use crate::llvm::debuginfo;

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// The debug context. rustc asks for debug information only in sessions that have one.
    fn debug(&self) -> &DebugContext<'ll, 'tcx> {
        self.debug
            .as_ref()
            .expect("debug information is only built when asked for")
    }

    /// Line and column of a place in the source. CodeView's columns mark the wrong characters in
    /// debuggers of Windows (rust-lang/rust#42921), so there is none there.
    fn line_and_column(&self, position: BytePos) -> (u32, u32) {
        let place = self.tcx.sess.source_map().lookup_char_pos(position);
        let column = if self.tcx.sess.target.is_like_msvc {
            0
        } else {
            byte_column(&place.file, place.line, position)
        };
        (place.line as u32, column)
    }
}

/// The column in bytes, from 1: what debuggers and editors count in.
fn byte_column(file: &SourceFile, line: usize, position: BytePos) -> u32 {
    match line
        .checked_sub(1)
        .and_then(|index| file.lines().get(index).copied())
    {
        Some(start) => (file.relative_position(position) - start).to_u32() + 1,
        None => 0,
    }
}

impl<'ll, 'tcx> DebugInfoCodegenMethods<'tcx> for CodegenCx<'ll, 'tcx> {
    fn create_vtable_debuginfo(
        &self,
        _ty: Ty<'tcx>,
        _trait_ref: Option<ExistentialTraitRef<'tcx>>,
        _vtable: Value<'ll>,
    ) {
        // A vtable is described by its type, and types are not described yet.
    }
}

impl<'ll, 'tcx> DebugInfoBuilderMethods<'tcx> for Builder<'_, 'll, 'tcx> {
    fn dbg_scope_fn(
        &mut self,
        instance: Instance<'tcx>,
        fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        maybe_definition_llfn: Option<FunctionValue<'ll>>,
    ) -> Scope<'ll> {
        self.cx
            .debug()
            .subprogram(self.cx, instance, fn_abi, maybe_definition_llfn)
    }

    fn dbg_create_lexical_block(&mut self, pos: BytePos, parent_scope: Scope<'ll>) -> Scope<'ll> {
        let debug = self.cx.debug();
        let (line, column) = self.cx.line_and_column(pos);
        let tcx = self.cx.tcx;
        let file = debug.file(tcx, &tcx.sess.source_map().lookup_source_file(pos));
        let block = debug
            .builder
            .create_lexical_block(parent_scope.0, file, line, column);
        Scope(block.as_debug_info_scope())
    }

    fn dbg_location_clone_with_discriminator(
        &mut self,
        loc: DILocation<'ll>,
        discriminator: u32,
    ) -> Option<DILocation<'ll>> {
        let builder = &self.cx.debug().builder;
        let scope = debuginfo::discriminated_scope(builder, loc, discriminator);
        let outer = debuginfo::inlined_at(loc);
        Some(builder.create_debug_location(self.cx.llcx, loc.get_line(), loc.get_column(), scope, outer))
    }

    fn dbg_loc(
        &mut self,
        scope: Scope<'ll>,
        inlined_at: Option<DILocation<'ll>>,
        span: Span,
    ) -> DILocation<'ll> {
        // Line 0 is the compiler's own code.
        let (line, column) = if span.is_dummy() {
            (0, 0)
        } else {
            self.cx.line_and_column(span.lo())
        };
        self.cx
            .debug()
            .builder
            .create_debug_location(self.cx.llcx, line, column, scope.0, inlined_at)
    }

    fn extend_scope_to_file(&mut self, scope_metadata: Scope<'ll>, file: &SourceFile) -> Scope<'ll> {
        let debug = self.cx.debug();
        let file = debug.file(self.cx.tcx, file);
        Scope(debuginfo::scope_in_file(
            &debug.builder,
            scope_metadata.0,
            file,
            0,
        ))
    }

    // Variables are not described yet. rustc walks them all the same when it is asked for them.

    fn create_dbg_var(
        &mut self,
        _variable_name: Symbol,
        _variable_type: Ty<'tcx>,
        _scope_metadata: Scope<'ll>,
        _variable_kind: VariableKind,
        _span: Span,
    ) -> Variable {
        Variable
    }

    fn dbg_var_addr(
        &mut self,
        _dbg_var: Variable,
        _dbg_loc: DILocation<'ll>,
        _variable_alloca: Value<'ll>,
        _direct_offset: Size,
        _indirect_offsets: &[Size],
        _fragment: &Option<Range<Size>>,
    ) {
    }

    fn dbg_var_value(
        &mut self,
        _dbg_var: Variable,
        _dbg_loc: DILocation<'ll>,
        _value: Value<'ll>,
        _direct_offset: Size,
        _indirect_offsets: &[Size],
        _fragment: &Option<Range<Size>>,
    ) {
    }

    fn set_dbg_loc(&mut self, dbg_loc: DILocation<'ll>) {
        self.ll.set_current_debug_location(dbg_loc);
    }

    fn clear_dbg_loc(&mut self) {
        self.ll.unset_current_debug_location();
    }

    fn insert_reference_to_gdb_debug_scripts_section_global(&mut self) {
        // The section names pretty-printers for types, and types are not described yet.
    }

    fn set_var_name(&mut self, value: Value<'ll>, name: &str) {
        // Names are for readers of IR; values of optimised builds have none.
        if !self.cx.tcx.sess.fewer_names() {
            crate::llvm::instructions::name_value(value, name);
        }
    }

    /// `-Zannotate-moves`: what `copy` emits looks as if it were inlined from a function whose name says what is
    /// moved, so that profilers count it.
    fn with_move_annotation<R>(&mut self, instance: Instance<'tcx>, copy: impl FnOnce(&mut Self) -> R) -> R {
        let here = self.ll.get_current_debug_location();
        let fn_abi = self.cx.fn_abi_of_instance(instance, ty::List::empty());
        let scope = self.dbg_scope_fn(instance, fn_abi, None);
        let inside = self.dbg_loc(scope, here, self.cx.tcx.def_span(instance.def_id()));
        self.set_dbg_loc(inside);
        let result = copy(self);
        match here {
            Some(location) => self.set_dbg_loc(location),
            None => self.clear_dbg_loc(),
        }
        result
    }
}

//! Where each instruction comes from, as rustc's walk over MIR tells it.

use std::hash::{Hash, Hasher};
use std::ops::Range;

use inkwell::debug_info::{AsDIScope, DILocalVariable, DILocation, DIScope};
use inkwell::values::FunctionValue;
use rustc_abi::Size;
use rustc_codegen_ssa::mir::debuginfo::VariableKind;
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::layout::FnAbiOf;
use rustc_middle::ty::{self, ExistentialTraitRef, Instance, Ty};
use rustc_span::{BytePos, SourceFile, Span, Symbol};
use rustc_target::callconv::FnAbi;

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::codegen::debuginfo::variables;
use crate::llvm::debuginfo::Record;
use crate::llvm::{Value, debuginfo, instructions};

/// A scope of the debug information: a subprogram or a block within one.
/// It is inkwell's, made hashable, because rustc keeps scopes in maps.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope<'ll>(pub(super) DIScope<'ll>);

impl Hash for Scope<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.as_mut_ptr().hash(state);
    }
}

impl<'ll, 'tcx> DebugInfoCodegenMethods<'tcx> for CodegenCx<'ll, 'tcx> {
    fn create_vtable_debuginfo(
        &self,
        ty: Ty<'tcx>,
        trait_ref: Option<ExistentialTraitRef<'tcx>>,
        vtable: Value<'ll>,
    ) {
        self.describe_vtable(ty, trait_ref, vtable);
    }
}

impl<'ll, 'tcx> DebugInfoBuilderMethods<'tcx> for Builder<'_, 'll, 'tcx> {
    fn dbg_scope_fn(
        &mut self,
        instance: Instance<'tcx>,
        fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        maybe_definition_llfn: Option<FunctionValue<'ll>>,
    ) -> Scope<'ll> {
        self.cx.subprogram(instance, fn_abi, maybe_definition_llfn)
    }

    fn dbg_create_lexical_block(&mut self, pos: BytePos, parent_scope: Scope<'ll>) -> Scope<'ll> {
        let place = self.cx.place(pos);
        let builder = &self.cx.debug().builder;
        let block = builder.create_lexical_block(parent_scope.0, place.file, place.line, place.column);
        Scope(block.as_debug_info_scope())
    }

    fn dbg_location_clone_with_discriminator(
        &mut self,
        loc: DILocation<'ll>,
        discriminator: u32,
    ) -> Option<DILocation<'ll>> {
        let builder = &self.cx.debug().builder;
        let encoded = debuginfo::encoded_discriminator(discriminator)?;
        let scope = debuginfo::discriminated_scope(builder, loc, encoded);
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
            let place = self.cx.place(span.lo());
            (place.line, place.column)
        };
        let builder = &self.cx.debug().builder;
        builder.create_debug_location(self.cx.llcx, line, column, scope.0, inlined_at)
    }

    fn extend_scope_to_file(&mut self, scope_metadata: Scope<'ll>, file: &SourceFile) -> Scope<'ll> {
        let debug = self.cx.debug();
        let file = debug.file(self.cx.tcx, file);
        Scope(debuginfo::scope_in_file(&debug.builder, scope_metadata.0, file))
    }

    fn create_dbg_var(
        &mut self,
        variable_name: Symbol,
        variable_type: Ty<'tcx>,
        scope_metadata: Scope<'ll>,
        variable_kind: VariableKind,
        span: Span,
    ) -> DILocalVariable<'ll> {
        self.cx.local_variable(
            variable_name,
            variable_type,
            scope_metadata.0,
            variable_kind,
            span,
        )
    }

    fn dbg_var_addr(
        &mut self,
        dbg_var: DILocalVariable<'ll>,
        dbg_loc: DILocation<'ll>,
        variable_alloca: Value<'ll>,
        direct_offset: Size,
        indirect_offsets: &[Size],
        fragment: &Option<Range<Size>>,
    ) {
        let operations = variables::in_memory(direct_offset, indirect_offsets, fragment);
        let (builder, block) = (&self.cx.debug().builder, self.llbb());
        debuginfo::record(
            builder,
            Record::Declared,
            variable_alloca,
            dbg_var,
            &operations,
            dbg_loc,
            block,
        );
    }

    fn dbg_var_value(
        &mut self,
        dbg_var: DILocalVariable<'ll>,
        dbg_loc: DILocation<'ll>,
        value: Value<'ll>,
        direct_offset: Size,
        indirect_offsets: &[Size],
        fragment: &Option<Range<Size>>,
    ) {
        let operations = variables::as_value(direct_offset, indirect_offsets, fragment);
        let (builder, block) = (&self.cx.debug().builder, self.llbb());
        debuginfo::record(
            builder,
            Record::Value,
            value,
            dbg_var,
            &operations,
            dbg_loc,
            block,
        );
    }

    fn set_dbg_loc(&mut self, dbg_loc: DILocation<'ll>) {
        // A recorder's marks stand where debug locations do.
        if self.cx.recorder.is_none() {
            self.ll.set_current_debug_location(dbg_loc);
        }
    }

    fn clear_dbg_loc(&mut self) {
        if self.cx.recorder.is_none() {
            self.ll.unset_current_debug_location();
        }
    }

    fn insert_reference_to_gdb_debug_scripts_section_global(&mut self) {
        self.keep_visualizers();
    }

    fn set_var_name(&mut self, value: Value<'ll>, name: &str) {
        // Names are for readers of IR; values of optimised builds have none.
        if !self.cx.tcx.sess.fewer_names() {
            instructions::name_value(value, name);
        }
    }

    /// Makes a copy of a large value look like a call of `instance`, which is named after what is copied, inlined
    /// where the copy is: so that profiles count it (`-Zannotate-moves`).
    fn with_move_annotation<R>(&mut self, instance: Instance<'tcx>, f: impl FnOnce(&mut Self) -> R) -> R {
        let around = self.ll.get_current_debug_location();
        let fn_abi = self.cx.fn_abi_of_instance(instance, ty::List::empty());
        let scope = self.dbg_scope_fn(instance, fn_abi, None);
        let span = self.cx.tcx.def_span(instance.def_id());
        let copying = self.dbg_loc(scope, around, span);
        self.set_dbg_loc(copying);
        let result = f(self);
        match around {
            Some(around) => self.set_dbg_loc(around),
            None => self.clear_dbg_loc(),
        }
        result
    }
}

//! Debug information: which function, file and line an instruction came from.
#![allow(unused_imports, unused_variables, dead_code)] // SKELETON: remove
use crate::back::ModuleRefs;
use inkwell::debug_info::DILocation;
use inkwell::values::FunctionValue;
use rustc_abi::Size;
use rustc_codegen_ssa::mir::debuginfo::VariableKind;
use rustc_codegen_ssa::traits::*;
use rustc_middle::mono::CodegenUnit;
use rustc_middle::ty::ExistentialTraitRef;
use rustc_middle::ty::TyCtxt;
use rustc_middle::ty::{self, Instance, Ty};
use rustc_span::Span;
use rustc_span::{BytePos, SourceFile, Symbol};
use rustc_target::callconv::FnAbi;
use std::ops::Range;

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::codegen::values::{Type, Value};

mod scope;
pub(crate) use scope::{Scope, Variable};
impl<'ll, 'tcx> DebugInfoCodegenMethods<'tcx> for CodegenCx<'ll, 'tcx> {
    fn create_vtable_debuginfo(
        &self,
        ty: Ty<'tcx>,
        trait_ref: Option<ExistentialTraitRef<'tcx>>,
        vtable: Value<'ll>,
    ) {
        todo!()
    }
}

impl<'ll, 'tcx> DebugInfoBuilderMethods<'tcx> for Builder<'_, 'll, 'tcx> {
    fn dbg_scope_fn(
        &mut self,
        instance: Instance<'tcx>,
        fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        maybe_definition_llfn: Option<FunctionValue<'ll>>,
    ) -> Scope<'ll> {
        todo!()
    }

    fn dbg_create_lexical_block(&mut self, pos: BytePos, parent_scope: Scope<'ll>) -> Scope<'ll> {
        todo!()
    }

    fn dbg_location_clone_with_discriminator(
        &mut self,
        loc: DILocation<'ll>,
        discriminator: u32,
    ) -> Option<DILocation<'ll>> {
        todo!()
    }

    fn dbg_loc(
        &mut self,
        scope: Scope<'ll>,
        inlined_at: Option<DILocation<'ll>>,
        span: Span,
    ) -> DILocation<'ll> {
        todo!()
    }

    fn extend_scope_to_file(&mut self, scope_metadata: Scope<'ll>, file: &SourceFile) -> Scope<'ll> {
        todo!()
    }

    fn create_dbg_var(
        &mut self,
        variable_name: Symbol,
        variable_type: Ty<'tcx>,
        scope_metadata: Scope<'ll>,
        variable_kind: VariableKind,
        span: Span,
    ) -> Variable {
        todo!()
    }

    fn dbg_var_addr(
        &mut self,
        dbg_var: Variable,
        dbg_loc: DILocation<'ll>,
        variable_alloca: Value<'ll>,
        direct_offset: Size,
        indirect_offsets: &[Size],
        fragment: &Option<Range<Size>>,
    ) {
        todo!()
    }

    fn dbg_var_value(
        &mut self,
        dbg_var: Variable,
        dbg_loc: DILocation<'ll>,
        value: Value<'ll>,
        direct_offset: Size,
        indirect_offsets: &[Size],
        fragment: &Option<Range<Size>>,
    ) {
        todo!()
    }

    fn set_dbg_loc(&mut self, dbg_loc: DILocation<'ll>) {
        todo!()
    }

    fn clear_dbg_loc(&mut self) {
        todo!()
    }

    fn insert_reference_to_gdb_debug_scripts_section_global(&mut self) {
        todo!()
    }

    fn set_var_name(&mut self, value: Value<'ll>, name: &str) {
        todo!()
    }
}

/// The debug information of one codegen unit.
pub(crate) struct DebugContext<'ll, 'tcx> {
    _todo: std::marker::PhantomData<(&'ll (), &'tcx ())>,
}

impl<'ll, 'tcx> DebugContext<'ll, 'tcx> {
    /// The context for `unit`, or nothing where the session asks for no debug information.
    pub(crate) fn new(
        tcx: TyCtxt<'tcx>,
        unit: &'tcx CodegenUnit<'tcx>,
        refs: ModuleRefs<'ll>,
    ) -> Option<Self> {
        None
    }
}

impl CodegenCx<'_, '_> {
    pub(crate) fn finalize_debuginfo(&self) {}
    pub(crate) fn verify_asm_functions(&self) {}
}

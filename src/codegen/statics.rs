//! Statics: the global variables of a crate, their initial bytes, sections, linkage and alignment.
#![allow(unused_imports, unused_variables, dead_code)] // SKELETON: remove
use std::cell::RefCell;

use inkwell::values::GlobalValue;
use rustc_codegen_ssa::traits::*;
use rustc_hir::def_id::DefId;
use rustc_middle::mir::interpret::ConstAllocation;
use rustc_middle::ty::{self, Instance, Ty};
use rustc_span::Span;

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::codegen::values::{Type, Value};

impl<'ll, 'tcx> StaticCodegenMethods for CodegenCx<'ll, 'tcx> {
    fn static_addr_of(&self, alloc: ConstAllocation<'_>, kind: Option<&str>) -> Value<'ll> {
        todo!()
    }

    fn codegen_static(&mut self, def_id: DefId) {
        todo!()
    }
}

impl<'ll, 'tcx> StaticBuilderMethods for Builder<'_, 'll, 'tcx> {
    fn get_static(&mut self, def_id: DefId) -> Value<'ll> {
        todo!()
    }
}

/// The statics of this codegen unit, and the globals made for anonymous allocations.
#[derive(Default)]
pub(crate) struct StaticCache<'ll> {
    /// Globals that go into `llvm.used` (LangRef, "The llvm.used Global Variable").
    pub(crate) used: Vec<GlobalValue<'ll>>,
    /// Globals that go into `llvm.compiler.used`.
    pub(crate) compiler_used: RefCell<Vec<GlobalValue<'ll>>>,
}

//! Items: the declarations of a codegen unit's functions and statics, made before any body.
#![allow(unused_imports, unused_variables, dead_code)] // SKELETON: remove
use rustc_attr_ir::Linkage;
use rustc_codegen_ssa::traits::*;
use rustc_hir::def_id::DefId;
use rustc_middle::mono::Visibility;
use rustc_middle::ty::{self, Instance, Ty};
use rustc_span::Span;

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::codegen::values::{Type, Value};

impl<'ll, 'tcx> PreDefineCodegenMethods<'tcx> for CodegenCx<'ll, 'tcx> {
    fn predefine_static(
        &mut self,
        def_id: DefId,
        linkage: Linkage,
        visibility: Visibility,
        symbol_name: &str,
    ) {
        todo!()
    }

    fn predefine_fn(
        &mut self,
        instance: Instance<'tcx>,
        linkage: Linkage,
        visibility: Visibility,
        symbol_name: &str,
    ) {
        todo!()
    }
}

//! Items: the declarations of a codegen unit's functions and statics, made before any body.

use rustc_attr_ir::Linkage;
use rustc_codegen_ssa::traits::*;
use rustc_hir::def_id::DefId;
use rustc_middle::mono::Visibility;
use rustc_middle::ty::Instance;

use crate::codegen::context::CodegenCx;

impl<'tcx> PreDefineCodegenMethods<'tcx> for CodegenCx<'_, 'tcx> {
    fn predefine_static(
        &mut self,
        def_id: DefId,
        linkage: Linkage,
        visibility: Visibility,
        symbol_name: &str,
    ) {
        self.predefine_variable(def_id, linkage, visibility, symbol_name);
    }

    fn predefine_fn(
        &mut self,
        instance: Instance<'tcx>,
        linkage: Linkage,
        visibility: Visibility,
        symbol_name: &str,
    ) {
        crate::diagnose::remember_function(self.tcx, symbol_name, instance.def_id());
        self.predefine_function(instance, linkage, visibility, symbol_name);
    }
}

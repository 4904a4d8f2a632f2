//! The names of generic parameters.
//!
//! ```rust
//! struct Pair<A, B> { a: A, b: B }
//! ```
//! ```text
//! DW_TAG_structure_type "Pair<u8, bool>"
//!   DW_TAG_template_type_parameter "A"  DW_AT_type u8
//!   DW_TAG_template_type_parameter "B"  DW_AT_type bool
//! ```

use inkwell::debug_info::DIType;
use rustc_middle::ty::{self, Ty, TyCtxt};
use rustc_span::Symbol;

use crate::codegen::context::CodegenCx;

/// The names of all that `declared` takes, those of what it is declared in first, as its arguments are.
pub(in crate::codegen::debuginfo) fn collect_names(
    tcx: TyCtxt<'_>,
    declared: &ty::Generics,
    names: &mut Vec<Symbol>,
) {
    if let Some(parent) = declared.parent {
        collect_names(tcx, tcx.generics_of(parent), names);
    }
    names.extend(declared.own_params.iter().map(|parameter| parameter.name));
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// The generic parameters of a struct, enum or union. Other types have none of their own.
    pub(super) fn parameters_of_type(&self, ty: Ty<'tcx>) -> Vec<DIType<'ll>> {
        match *ty.kind() {
            ty::Adt(adt, args) => self.generic_parameters(self.tcx.generics_of(adt.did()), args),
            _ => Vec::new(),
        }
    }
}

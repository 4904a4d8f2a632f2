//! Types that hide something: foreign ones, and binders of lifetimes.
//!
//! ```text
//! extern { type FILE; }   DW_TAG_structure_type "FILE"            (no members)
//! unsafe<'a> &'a u8       DW_TAG_structure_type "unsafe<'a> &u8"
//!                           DW_TAG_member "inner"  DW_AT_type &u8
//! ```

use inkwell::debug_info::DIType;
use rustc_abi::Size;
use rustc_hir::def_id::DefId;
use rustc_middle::ty::layout::LayoutOf;
use rustc_middle::ty::{Ty, TyCtxt, UnsafeBinderInner};

use super::composite::Composite;
use super::identity::TypeId;
use crate::codegen::context::CodegenCx;
use crate::llvm::debuginfo::NO_FLAGS;

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    pub(super) fn foreign_node(&self, ty: Ty<'tcx>, def_id: DefId) -> DIType<'ll> {
        let layout = self.layout_of(ty);
        let name = self.type_name(ty);
        let composite = Composite {
            scope: Some(self.scope_around(def_id)),
            ..self.plain_structure(&name, layout.size, layout.align.abi)
        };
        self.compose(TypeId::Whole(ty), &composite, |_| Vec::new(), Vec::new)
    }

    pub(super) fn unsafe_binder_node(
        &self,
        ty: Ty<'tcx>,
        inner: UnsafeBinderInner<TyCtxt<'tcx>>,
    ) -> DIType<'ll> {
        let inner = self.tcx.instantiate_bound_regions_with_erased(*inner);
        let layout = self.layout_of(ty);
        let name = self.qualified_name(ty);
        let composite = self.plain_structure(&name, layout.size, layout.align.abi);
        let members = |owner| vec![self.field(owner, "inner", self.layout_of(inner), Size::ZERO, NO_FLAGS)];
        self.compose(TypeId::Whole(ty), &composite, members, Vec::new)
    }
}

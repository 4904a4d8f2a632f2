//! Closures: structures of what they capture.
//!
//! ```rust
//! let add = move |x: u32| x + step;
//! ```
//! ```text
//! DW_TAG_namespace "main"
//!   DW_TAG_structure_type "{closure_env#0}"
//!     DW_TAG_member "step"  DW_AT_type u32  DW_AT_data_member_location 0
//! ```
//!
//! What is captured by reference is named `_ref__step`, and a field of a variable `point__x`.

use inkwell::debug_info::DIType;
use rustc_hir::def_id::DefId;
use rustc_middle::ty::layout::{LayoutOf, TyAndLayout};
use rustc_middle::ty::{List, Ty};

use super::composite::{Composite, Kind};
use super::identity::TypeId;
use crate::codegen::context::CodegenCx;
use crate::llvm::debuginfo::NO_FLAGS;

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    pub(super) fn closure_node(
        &self,
        ty: Ty<'tcx>,
        def_id: DefId,
        captured: &'tcx List<Ty<'tcx>>,
    ) -> DIType<'ll> {
        let layout = self.layout_of(ty);
        let composite = Composite {
            kind: Kind::Structure,
            name: &self.type_name(ty),
            scope: Some(self.scope_around(def_id)),
            place: self.place_of_type(def_id),
            size: layout.size,
            align: layout.align.abi,
            flags: NO_FLAGS,
        };
        let members = |owner| self.captured_members(owner, layout, def_id, captured).collect();
        self.compose(TypeId::Whole(ty), &composite, members, Vec::new)
    }

    /// The variables that a closure or a coroutine captures, which are the first fields of `layout`, as members of
    /// `owner`.
    pub(super) fn captured_members(
        &self,
        owner: DIType<'ll>,
        layout: TyAndLayout<'tcx>,
        def_id: DefId,
        captured: &'tcx List<Ty<'tcx>>,
    ) -> impl Iterator<Item = DIType<'ll>> {
        let names = self.tcx.closure_saved_names_of_captured_variables(def_id);
        let fields = captured.iter().zip(names).enumerate();
        fields.map(move |(index, (ty, name))| {
            let offset = layout.fields.offset(index);
            self.field(owner, name.as_str(), self.layout_of(ty), offset, NO_FLAGS)
        })
    }
}

//! Trait objects, and the virtual tables behind them.
//!
//! ```text
//! DW_TAG_structure_type "dyn zoo::Animal"                        (what is pointed to: its members are not known)
//!
//! DW_TAG_structure_type "<zoo::Dog as zoo::Animal>::{vtable_type}"
//!   DW_AT_containing_type  zoo::Dog                               (by which gdb finds the value's own type)
//!   DW_TAG_member "drop_in_place"  DW_AT_type *const ()           DW_AT_data_member_location 0
//!   DW_TAG_member "size"           DW_AT_type usize               DW_AT_data_member_location 8
//!   DW_TAG_member "align"          DW_AT_type usize               DW_AT_data_member_location 16
//!   DW_TAG_member "__method3"      DW_AT_type *const ()           DW_AT_data_member_location 24
//! ```
//!
//! Methods have numbers, because two of different traits may have one name.

use std::borrow::Cow;

use inkwell::debug_info::{DIFlags, DIFlagsConstants, DIType};
use rustc_codegen_ssa::debuginfo::type_names::{VTableNameKind, compute_debuginfo_vtable_name};
use rustc_middle::ty::layout::LayoutOf;
use rustc_middle::ty::{ExistentialTraitRef, Ty, TyCtxt, VtblEntry};

use super::composite::{Composite, Kind};
use super::identity::TypeId;
use crate::codegen::context::CodegenCx;
use crate::llvm::debuginfo::NO_FLAGS;

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    pub(super) fn trait_object_node(&self, ty: Ty<'tcx>) -> DIType<'ll> {
        let layout = self.layout_of(ty);
        let name = self.qualified_name(ty);
        let composite = self.plain_structure(&name, layout.size, layout.align.abi);
        self.compose(TypeId::Whole(ty), &composite, |_| Vec::new(), Vec::new)
    }

    /// The type of the virtual table of `ty` for a trait, or of the one with which only `ty` is dropped.
    pub(in crate::codegen::debuginfo) fn vtable_node(
        &self,
        ty: Ty<'tcx>,
        trait_ref: Option<ExistentialTraitRef<'tcx>>,
    ) -> DIType<'ll> {
        let tcx = self.tcx;
        let entries = match trait_ref {
            Some(of) => tcx.vtable_entries(tcx.erase_and_anonymize_regions(of.with_self_ty(tcx, ty))),
            None => TyCtxt::COMMON_VTABLE_ENTRIES,
        };
        // Functions and other tables are shown as addresses of nothing in particular.
        let address = self.layout_of(Ty::new_imm_ptr(tcx, tcx.types.unit));
        let number = self.layout_of(tcx.types.usize);
        let name = compute_debuginfo_vtable_name(tcx, ty, trait_ref, VTableNameKind::Type);
        let size = address.size * entries.len() as u64;
        let composite = Composite {
            kind: Kind::VtableOf(self.type_node(ty)),
            flags: DIFlags::ARTIFICIAL,
            ..self.plain_structure(&name, size, address.align.abi)
        };
        let members = |owner| {
            let member = |(index, entry): (usize, &VtblEntry<'tcx>)| {
                let (name, layout): (Cow<'_, str>, _) = match entry {
                    VtblEntry::MetadataDropInPlace => ("drop_in_place".into(), address),
                    VtblEntry::MetadataSize => ("size".into(), number),
                    VtblEntry::MetadataAlign => ("align".into(), number),
                    VtblEntry::Method(_) => (format!("__method{index}").into(), address),
                    VtblEntry::TraitVPtr(_) => (format!("__super_trait_ptr{index}").into(), address),
                    VtblEntry::Vacant => return None,
                };
                Some(self.field(owner, &name, layout, address.size * index as u64, NO_FLAGS))
            };
            entries.iter().enumerate().filter_map(member).collect()
        };
        self.compose(TypeId::Vtable(ty, trait_ref), &composite, members, Vec::new)
    }
}

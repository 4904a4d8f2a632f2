//! Statics and virtual tables.
//!
//! ```text
//! DW_TAG_namespace "zoo"
//!   DW_TAG_variable
//!     DW_AT_name          "COUNT"
//!     DW_AT_type          usize
//!     DW_AT_linkage_name  "_ZN3zoo5COUNT17h…E"
//!     DW_AT_location      DW_OP_addr 0x4b2c8
//! DW_TAG_variable
//!   DW_AT_name      "<zoo::Dog as zoo::Animal>::{vtable}"
//!   DW_AT_type      "<zoo::Dog as zoo::Animal>::{vtable_type}"
//!   DW_AT_location  DW_OP_addr 0x4a010
//! ```

use inkwell::values::{GlobalValue, UnnamedAddress};
use rustc_codegen_ssa::debuginfo::type_names::{VTableNameKind, compute_debuginfo_vtable_name};
use rustc_hir::def::DefKind;
use rustc_hir::def_id::DefId;
use rustc_middle::ty::layout::{HasTypingEnv, LayoutOf};
use rustc_middle::ty::{ExistentialTraitRef, Instance, Ty};

use crate::codegen::context::CodegenCx;
use crate::llvm::debuginfo::{self, Global};
use crate::llvm::{Value, globals};

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// Describes a static that is defined here.
    pub(crate) fn describe_static(&self, def_id: DefId, global: GlobalValue<'ll>) {
        let Some(debug) = self.full_debug() else { return };
        if let DefKind::Static { nested: true, .. } = self.tcx.def_kind(def_id) {
            // It is a piece of another static's value, and has neither name nor type.
            return;
        }
        let instance = Instance::mono(self.tcx, def_id);
        let ty = instance.ty(self.tcx, self.typing_env());
        let name = self.tcx.item_name(def_id);
        let symbol = self.tcx.symbol_name(instance).name;
        let place = self.place_of_item(def_id);
        let description = Global {
            scope: Some(self.scope_around(def_id)),
            name: name.as_str(),
            linkage_name: if symbol == name.as_str() { "" } else { symbol },
            file: place.file,
            line: place.line,
            ty: self.type_node(ty),
            local_to_unit: self.is_local_to_unit(def_id),
            align: self.layout_of(ty).align.abi.bits() as u32,
        };
        debuginfo::describe_global(&debug.builder, global, &description);
    }

    /// Describes the virtual table `vtable`, by which a debugger finds out what is behind a `&dyn Trait`.
    pub(super) fn describe_vtable(
        &self,
        ty: Ty<'tcx>,
        trait_ref: Option<ExistentialTraitRef<'tcx>>,
        vtable: Value<'ll>,
    ) {
        let Some(debug) = self.full_debug() else { return };
        let global = globals::of_address(vtable.pointer());
        // Tables of two types that have the same content must not become one.
        global.set_unnamed_address(UnnamedAddress::None);
        let name = compute_debuginfo_vtable_name(self.tcx, ty, trait_ref, VTableNameKind::GlobalVariable);
        let nowhere = debug.nowhere();
        let description = Global {
            scope: None,
            name: &name,
            linkage_name: "",
            file: nowhere.file,
            line: nowhere.line,
            ty: self.vtable_node(ty, trait_ref),
            local_to_unit: true,
            align: 0,
        };
        debuginfo::describe_global(&debug.builder, global, &description);
    }
}

//! What a variant holds: a structure of its fields within the enum.
//!
//! ```rust
//! enum Shape<T> { Circle(T), Square { side: T } }
//! ```
//! ```text
//! DW_TAG_structure_type "Shape<u8>"
//!   DW_TAG_structure_type "Circle"  DW_AT_byte_size 2
//!     DW_TAG_template_type_parameter "T"  DW_AT_type u8
//!     DW_TAG_member "__0"  DW_AT_type u8  DW_AT_data_member_location 1
//!   DW_TAG_structure_type "Square"  DW_AT_byte_size 2
//!     DW_TAG_template_type_parameter "T"  DW_AT_type u8
//!     DW_TAG_member "side"  DW_AT_type u8  DW_AT_data_member_location 1
//! ```
//!
//! It is as large as the whole enum, so that a debugger may read it from where the enum is; and generic parameters
//! are the variants', not the enum's.

use inkwell::debug_info::{DIFlags, DIType};
use rustc_abi::{FieldIdx, VariantIdx};
use rustc_hir::def::CtorKind;
use rustc_middle::ty::AdtDef;
use rustc_middle::ty::layout::TyAndLayout;

use super::super::composite::{Composite, Kind, tuple_field_name};
use super::super::identity::TypeId;
use super::Variant;
use crate::codegen::context::CodegenCx;
use crate::llvm::debuginfo::inside;

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// Every variant in `indices`, described within `whole`.
    pub(super) fn variants_of_enum(
        &self,
        layout: TyAndLayout<'tcx>,
        adt: AdtDef<'tcx>,
        whole: DIType<'ll>,
        indices: impl Iterator<Item = VariantIdx>,
    ) -> Vec<Variant<'tcx, 'll>> {
        let flags = self.visibility_flags(adt.did(), adt.did());
        let variant = |index| Variant {
            index,
            name: adt.variant(index).name.as_str().into(),
            ty: self.variant_fields(layout, adt, whole, index, flags),
            place: self.place_of_type(adt.variant(index).def_id),
        };
        indices.map(variant).collect()
    }

    fn variant_fields(
        &self,
        layout: TyAndLayout<'tcx>,
        adt: AdtDef<'tcx>,
        whole: DIType<'ll>,
        index: VariantIdx,
        flags: DIFlags,
    ) -> DIType<'ll> {
        let declared = adt.variant(index);
        let own = layout.for_variant(self, index);
        let composite = Composite {
            kind: Kind::Structure,
            name: declared.name.as_str(),
            scope: Some(inside(whole)),
            place: self.place_of_type(declared.def_id),
            size: layout.size,
            align: layout.align.abi,
            flags,
        };
        let members = |owner| {
            let member = |number| {
                let of = own.field(self, number);
                let offset = own.fields.offset(number);
                match declared.ctor_kind() {
                    Some(CtorKind::Fn) => self.field(owner, &tuple_field_name(number), of, offset, flags),
                    _ => {
                        let name = declared.fields[FieldIdx::from_usize(number)].name;
                        self.field(owner, name.as_str(), of, offset, flags)
                    }
                }
            };
            (0..own.fields.count()).map(member).collect()
        };
        let generics = || self.parameters_of_type(layout.ty);
        self.compose(TypeId::Variant(layout.ty, index), &composite, members, generics)
    }
}

//! Enums with fields, and coroutines, in DWARF: a structure that has a different member for each value of its tag.
//!
//! ```rust
//! Option<&u8>
//! ```
//! ```text
//! DW_TAG_structure_type "Option<&u8>"  DW_AT_byte_size 8
//!   DW_TAG_variant_part  DW_AT_discr (the member below)
//!     DW_TAG_member  DW_AT_type u64  DW_AT_data_member_location 0  DW_AT_artificial true
//!     DW_TAG_variant  DW_AT_discr_value 0                    (the address 0, which no reference has)
//!       DW_TAG_member "None"  DW_AT_type Option<&u8>::None
//!     DW_TAG_variant                                         (every other address)
//!       DW_TAG_member "Some"  DW_AT_type Option<&u8>::Some
//!   DW_TAG_structure_type "None"
//!   DW_TAG_structure_type "Some"
//!     DW_TAG_member "__0"  DW_AT_type &u8  DW_AT_data_member_location 0
//! ```
//!
//! A tag of its own looks the same, at the offset that it has, and then every variant has a value. A variant that is
//! the only one has none, and there is no tag. The parts stay in the enum also where a variant cannot exist.

use inkwell::debug_info::{DIFlags, DIFlagsConstants, DIType};
use rustc_abi::Variants;
use rustc_codegen_ssa::debuginfo::tag_base_type;
use rustc_hir::def_id::DefId;
use rustc_middle::ty::AdtDef;
use rustc_middle::ty::layout::{LayoutOf, TyAndLayout};

use super::super::composite::{Composite, Kind, Member};
use super::super::identity::TypeId;
use super::{Tags, Variant};
use crate::codegen::context::CodegenCx;
use crate::llvm::constants;
use crate::llvm::debuginfo::{self, NO_FLAGS, Outline, inside};

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    pub(super) fn enum_with_variant_part(&self, layout: TyAndLayout<'tcx>, adt: AdtDef<'tcx>) -> DIType<'ll> {
        let flags = self.visibility_flags(adt.did(), adt.did());
        self.with_variant_part(layout, adt.did(), flags, "", |whole| {
            self.variants_of_enum(layout, adt, whole, adt.variant_range())
        })
    }

    /// A structure with a variant part: the type of `layout`, declared at `def_id`. `variants` describes the variants
    /// within it.
    pub(in super::super) fn with_variant_part<'a>(
        &self,
        layout: TyAndLayout<'tcx>,
        def_id: DefId,
        flags: DIFlags,
        tag_name: &str,
        variants: impl FnOnce(DIType<'ll>) -> Vec<Variant<'a, 'll>>,
    ) -> DIType<'ll> {
        let place = self.place_of_type(def_id);
        let composite = Composite {
            kind: Kind::Structure,
            name: &self.type_name(layout.ty),
            scope: Some(self.scope_around(def_id)),
            place,
            size: layout.size,
            align: layout.align.abi,
            flags,
        };
        let members = |whole| {
            let variants = variants(whole);
            let part = Composite {
                kind: Kind::VariantPart(self.tag_member(layout, whole, tag_name)),
                name: "",
                scope: Some(inside(whole)),
                place,
                size: layout.size,
                align: layout.align.abi,
                flags: NO_FLAGS,
            };
            let cases = |part| {
                let case = |variant| self.variant_case(layout, part, variant);
                variants.iter().map(case).collect()
            };
            vec![self.compose(TypeId::VariantPart(layout.ty), &part, cases, Vec::new)]
        };
        self.compose(TypeId::Whole(layout.ty), &composite, members, Vec::new)
    }

    /// The member that holds the tag, if there is one. Its scope should be the variant part, which does not exist
    /// before it; LLVM puts it there.
    fn tag_member(&self, layout: TyAndLayout<'tcx>, whole: DIType<'ll>, name: &str) -> Option<DIType<'ll>> {
        let Variants::Multiple { tag_field, .. } = layout.variants else {
            return None;
        };
        let base = self.layout_of(tag_base_type(self.tcx, layout));
        let member = Member {
            name,
            ty: self.type_node(base.ty),
            size: base.size,
            align: base.align.abi,
            offset: layout.fields.offset(tag_field.as_usize()),
            flags: DIFlags::ARTIFICIAL,
            place: self.debug().nowhere(),
        };
        Some(self.member(whole, &member))
    }

    fn variant_case(
        &self,
        layout: TyAndLayout<'tcx>,
        part: DIType<'ll>,
        variant: &Variant<'_, 'll>,
    ) -> DIType<'ll> {
        let tag = match self.tags_of(layout, variant.index) {
            Tags::One(value) => {
                let size = self.layout_of(tag_base_type(self.tcx, layout)).size;
                Some(constants::integer(self.int_type(size.bits()), value))
            }
            // DWARF's word for "all that are left".
            Tags::All | Tags::Range(..) => None,
        };
        let outline = Outline {
            scope: Some(inside(part)),
            name: &variant.name,
            file: variant.place.file,
            line: variant.place.line,
            size: layout.size.bits(),
            align: layout.align.abi.bits() as u32,
            flags: NO_FLAGS,
            unique_id: "",
        };
        debuginfo::variant_member(&self.debug().builder, &outline, tag, variant.ty)
    }
}

//! Enums.
//!
//! | an enum … | is described as | file |
//! |---|---|---|
//! | whose variants have no fields | a C enumeration | [`c_like`] |
//! | otherwise, in DWARF | a structure with a variant part | [`variant_part`] |
//! | otherwise, for Microsoft's debuggers | a union of structures | [`microsoft`] |
//!
//! Coroutines are described by the same files as enums: a variant for each state. [`fields`] has what a variant holds.

mod c_like;
mod fields;
pub(super) mod microsoft;
pub(super) mod variant_part;

use std::borrow::Cow;

use inkwell::debug_info::DIType;
use rustc_abi::{TagEncoding, VariantIdx, Variants};
use rustc_codegen_ssa::debuginfo::type_names::cpp_like_debuginfo;
use rustc_codegen_ssa::debuginfo::wants_c_like_enum_debuginfo;
use rustc_middle::ty::layout::{LayoutOf, TyAndLayout};
use rustc_middle::ty::{AdtDef, Ty};

use crate::codegen::context::CodegenCx;
use crate::codegen::debuginfo::sources::Place;

/// One variant of an enum, or one state of a coroutine.
pub(super) struct Variant<'a, 'll> {
    pub(super) index: VariantIdx,
    pub(super) name: Cow<'a, str>,
    /// Its fields.
    pub(super) ty: DIType<'ll>,
    pub(super) place: Place<'ll>,
}

/// The tags by which a variant is known to be the present one.
#[derive(Clone, Copy)]
pub(super) enum Tags {
    /// There is no tag: it is the only variant.
    All,
    One(u128),
    /// The least and the greatest bound of those that are values of a field of the variant, in which the others' tags
    /// lie.
    Range(u128, u128),
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    pub(super) fn enum_node(&self, ty: Ty<'tcx>, adt: AdtDef<'tcx>) -> DIType<'ll> {
        let layout = self.layout_of(ty);
        if wants_c_like_enum_debuginfo(self.tcx, layout) {
            return self.c_like_node(layout, adt);
        }
        match cpp_like_debuginfo(self.tcx) {
            true => self.enum_as_union(layout, adt),
            false => self.enum_with_variant_part(layout, adt),
        }
    }

    /// By which tags the variant `index` is known.
    pub(super) fn tags_of(&self, layout: TyAndLayout<'tcx>, index: VariantIdx) -> Tags {
        let Variants::Multiple {
            tag, tag_encoding, ..
        } = &layout.variants
        else {
            return Tags::All;
        };
        let truncated = |value| tag.size(self).truncate(value);
        match tag_encoding {
            TagEncoding::Direct => {
                let discriminant = layout.ty.discriminant_for_variant(self.tcx, index);
                Tags::One(discriminant.expect("the type has variants").val)
            }
            TagEncoding::Niche {
                untagged_variant,
                niche_variants,
                niche_start,
            } if index != *untagged_variant => {
                let number = u128::from(index.as_u32()).wrapping_sub(niche_variants.start.as_u32().into());
                Tags::One(truncated(number.wrapping_add(*niche_start)))
            }
            // The tag lies in a field of this variant, and says nothing else than that field.
            TagEncoding::Niche { .. } => {
                let own = layout.for_variant(self, index);
                let niche = own.largest_niche.expect("the tag's field has values to spare");
                let (a, b) = (niche.valid_range.start, niche.valid_range.end);
                Tags::Range(truncated(a.min(b)), truncated(a.max(b)))
            }
        }
    }
}

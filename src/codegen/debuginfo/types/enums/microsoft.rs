//! Enums with fields, and coroutines, for Microsoft's debuggers, whose format has no variants.
//!
//! ```rust
//! enum Shape { Circle(u8), Square { side: u8 } }
//! ```
//! ```cpp
//! union enum2$<zoo::Shape> {
//!   struct Variant0 {
//!     struct Circle { u8 __0; } value;
//!     static const VariantNames NAME = Circle;
//!     static const u64 DISCR_EXACT = 0;
//!   } variant0;
//!   struct Variant1 { … } variant1;
//!   u8 tag;
//!   enum VariantNames { Circle = 0, Square = 1 };        // numbers of the variants, not tags
//! };
//! ```
//!
//! `intrinsic.natvis`, which comes with Rust, finds the variant by the tag and shows its `NAME` and `value`. For that:
//!
//! * the variant in one of whose fields the tag lies has `DISCR_BEGIN` and `DISCR_END` for `DISCR_EXACT`, both of
//!   them included;
//! * an enum with one variant has a static `tag` of 0;
//! * a tag of 128 bits is in two halves, and so are the constants: `tag128_lo`, `DISCR128_EXACT_HI` and so on.

use std::borrow::Cow;

use inkwell::debug_info::{DIFlags, DIType};
use rustc_abi::{Align, Endian, HasDataLayout, Size, VariantIdx, Variants};
use rustc_codegen_ssa::debuginfo::tag_base_type;
use rustc_codegen_ssa::traits::ConstCodegenMethods;
use rustc_hir::def_id::DefId;
use rustc_middle::ty::layout::{LayoutOf, TyAndLayout};
use rustc_middle::ty::{AdtDef, Ty};

use super::super::composite::{Composite, Kind, Member};
use super::super::identity::TypeId;
use super::{Tags, Variant};
use crate::codegen::context::CodegenCx;
use crate::codegen::debuginfo::sources::Place;
use crate::llvm::debuginfo::{self, NO_FLAGS, Outline, inside};

/// The constants by which a variant is recognised.
type Constants = smallvec::SmallVec<[(&'static str, u64); 4]>;

fn constants(tags: Tags, wide: bool) -> Constants {
    let low = |value: u128| value as u64;
    let high = |value: u128| (value >> 64) as u64;
    match (tags, wide) {
        // What the static tag of an enum with one variant is.
        (Tags::All, _) => smallvec::smallvec![("DISCR_EXACT", 0)],
        (Tags::One(tag), false) => smallvec::smallvec![("DISCR_EXACT", low(tag))],
        (Tags::One(tag), true) => {
            smallvec::smallvec![("DISCR128_EXACT_LO", low(tag)), ("DISCR128_EXACT_HI", high(tag)),]
        }
        (Tags::Range(first, last), false) => {
            smallvec::smallvec![("DISCR_BEGIN", low(first)), ("DISCR_END", low(last))]
        }
        (Tags::Range(first, last), true) => smallvec::smallvec![
            ("DISCR128_BEGIN_HI", high(first)),
            ("DISCR128_BEGIN_LO", low(first)),
            ("DISCR128_END_HI", high(last)),
            ("DISCR128_END_LO", low(last)),
        ],
    }
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    pub(super) fn enum_as_union(&self, layout: TyAndLayout<'tcx>, adt: AdtDef<'tcx>) -> DIType<'ll> {
        let flags = self.visibility_flags(adt.did(), adt.did());
        let indices: Vec<VariantIdx> = match &layout.variants {
            Variants::Empty => Vec::new(),
            Variants::Single { index } => vec![*index],
            Variants::Multiple { variants, .. } => variants.indices().collect(),
        };
        self.as_union(layout, adt.did(), flags, |whole| {
            let mut variants = self.variants_of_enum(layout, adt, whole, indices.into_iter());
            // Only coroutines have lines to their variants: the declarations of an enum's are found through its type.
            for variant in &mut variants {
                variant.place = self.debug().nowhere();
            }
            variants
        })
    }

    /// A union of the variants that `variants` describes within it: the type of `layout`, declared at `def_id`.
    pub(in super::super) fn as_union<'a>(
        &self,
        layout: TyAndLayout<'tcx>,
        def_id: DefId,
        flags: DIFlags,
        variants: impl FnOnce(DIType<'ll>) -> Vec<Variant<'a, 'll>>,
    ) -> DIType<'ll> {
        let composite = Composite {
            kind: Kind::Union,
            name: &self.type_name(layout.ty),
            scope: None,
            place: self.place_of_type(def_id),
            size: layout.size,
            align: layout.align.abi,
            flags,
        };
        let members = |whole| {
            if let Variants::Empty = layout.variants {
                return Vec::new();
            }
            let variants = variants(whole);
            let names = self.variant_names(whole, def_id, &variants);
            let case = |variant| self.union_case(layout, whole, names, variant, flags);
            let mut members: Vec<_> = variants.iter().map(case).collect();
            members.extend(self.tag_members(layout, whole, names, flags));
            members
        };
        self.compose(TypeId::Whole(layout.ty), &composite, members, Vec::new)
    }

    /// What the names of the variants are looked up in.
    fn variant_names(&self, whole: DIType<'ll>, def_id: DefId, variants: &[Variant<'_, 'll>]) -> DIType<'ll> {
        self.enumeration(
            "VariantNames",
            inside(whole),
            self.place_of_type(def_id),
            self.tcx.types.u32,
            variants
                .iter()
                .map(|variant| (Cow::Borrowed(&*variant.name), variant.index.as_u32().into())),
        )
    }

    /// `variantN`, and its type `VariantN`.
    fn union_case(
        &self,
        layout: TyAndLayout<'tcx>,
        whole: DIType<'ll>,
        names: DIType<'ll>,
        variant: &Variant<'_, 'll>,
        flags: DIFlags,
    ) -> DIType<'ll> {
        let number = variant.index.as_u32();
        let with_lines = self.tcx.sess.opts.unstable_opts.debug_info_type_line_numbers;
        let composite = Composite {
            kind: Kind::Structure,
            name: &format!("Variant{number}"),
            scope: Some(inside(whole)),
            place: if with_lines {
                variant.place
            } else {
                self.debug().nowhere()
            },
            size: layout.size,
            align: layout.align.abi,
            flags: NO_FLAGS,
        };
        let wide = match layout.variants {
            Variants::Multiple { .. } => self.layout_of(tag_base_type(self.tcx, layout)).size.bits() > 64,
            Variants::Single { .. } | Variants::Empty => false,
        };
        let members = |owner| {
            let value = self.whole_member(
                layout,
                owner,
                "value",
                variant.ty,
                NO_FLAGS,
                self.debug().nowhere(),
            );
            let name_align = self.layout_of(self.tcx.types.u32).align.abi;
            let mut members = vec![
                value,
                self.constant_member(owner, "NAME", names, u64::from(number), name_align),
            ];
            let number_type = self.type_node(self.tcx.types.u64);
            for (name, value) in constants(self.tags_of(layout, variant.index), wide) {
                members.push(self.constant_member(owner, name, number_type, value, Align::EIGHT));
            }
            members
        };
        let case = self.compose(
            TypeId::VariantCase(layout.ty, variant.index),
            &composite,
            members,
            Vec::new,
        );
        self.whole_member(
            layout,
            whole,
            &format!("variant{number}"),
            case,
            flags,
            variant.place,
        )
    }

    /// A member that is all of the value.
    fn whole_member(
        &self,
        layout: TyAndLayout<'tcx>,
        owner: DIType<'ll>,
        name: &str,
        ty: DIType<'ll>,
        flags: DIFlags,
        place: Place<'ll>,
    ) -> DIType<'ll> {
        let member = Member {
            name,
            ty,
            size: layout.size,
            align: layout.align.abi,
            offset: Size::ZERO,
            flags,
            place,
        };
        self.member(owner, &member)
    }

    /// A constant of the type `owner`. lldb shows its value only if it is `const`, too.
    fn constant_member(
        &self,
        owner: DIType<'ll>,
        name: &str,
        ty: DIType<'ll>,
        value: u64,
        align: Align,
    ) -> DIType<'ll> {
        let ty = debuginfo::constant_of(&self.debug().builder, ty);
        self.static_member(owner, name, ty, value, align, NO_FLAGS)
    }

    fn static_member(
        &self,
        owner: DIType<'ll>,
        name: &str,
        ty: DIType<'ll>,
        value: u64,
        align: Align,
        flags: DIFlags,
    ) -> DIType<'ll> {
        let debug = self.debug();
        let nowhere = debug.nowhere();
        let outline = Outline {
            scope: Some(inside(owner)),
            name,
            file: nowhere.file,
            line: nowhere.line,
            size: 0,
            align: align.bits() as u32,
            flags,
            unique_id: "",
        };
        debuginfo::static_member(&debug.builder, &outline, ty, self.const_u64(value))
    }

    /// The tag, in one or two members, or the constant in its place.
    fn tag_members(
        &self,
        layout: TyAndLayout<'tcx>,
        whole: DIType<'ll>,
        names: DIType<'ll>,
        flags: DIFlags,
    ) -> Vec<DIType<'ll>> {
        let Variants::Multiple { tag_field, .. } = layout.variants else {
            let align = self.layout_of(self.tcx.types.u32).align.abi;
            return vec![self.static_member(whole, "tag", names, 0, align, flags)];
        };
        let field = layout.field(self, tag_field.as_usize());
        let offset = layout.fields.offset(tag_field.as_usize());
        let base: Ty<'tcx> = tag_base_type(self.tcx, layout);
        if self.layout_of(base).size.bits() <= 64 {
            let member = Member {
                name: "tag",
                ty: self.type_node(base),
                size: field.size,
                align: field.align.abi,
                offset,
                flags,
                place: self.debug().nowhere(),
            };
            return vec![self.member(whole, &member)];
        }
        let half = self.layout_of(self.tcx.types.u64);
        let (low, high) = match self.data_layout().endian {
            Endian::Little => (offset, offset + half.size),
            Endian::Big => (offset + half.size, offset),
        };
        vec![
            self.field(whole, "tag128_lo", half, low, flags),
            self.field(whole, "tag128_hi", half, high, NO_FLAGS),
        ]
    }
}

//! Structs, tuples and unions.
//!
//! ```rust
//! pub struct Point { pub x: i32, y: i32 }
//! ```
//! ```text
//! DW_TAG_namespace "geometry"
//!   DW_TAG_structure_type "Point"  DW_AT_byte_size 8  DW_AT_alignment 4  DW_AT_accessibility DW_ACCESS_public
//!     DW_TAG_member "x"  DW_AT_type i32  DW_AT_data_member_location 0  DW_AT_accessibility DW_ACCESS_public
//!     DW_TAG_member "y"  DW_AT_type i32  DW_AT_data_member_location 4  DW_AT_accessibility DW_ACCESS_private
//! DW_TAG_structure_type "(u8, bool)"
//!   DW_TAG_member "__0"  DW_AT_type u8    DW_AT_data_member_location 0
//!   DW_TAG_member "__1"  DW_AT_type bool  DW_AT_data_member_location 1
//! ```
//!
//! Members are in the order of the source, at the offsets that rustc chose. A union is the same with all of them at
//! offset 0, and says nothing of who may see them.

use inkwell::debug_info::{DIFlags, DIFlagsConstants, DIType};
use rustc_abi::Size;
use rustc_hir::def::CtorKind;
use rustc_hir::def_id::DefId;
use rustc_middle::ty::layout::LayoutOf;
use rustc_middle::ty::{AdtDef, List, Ty, Visibility};

use super::composite::{Composite, Kind, Member, tuple_field_name};
use super::identity::TypeId;
use crate::codegen::context::CodegenCx;
use crate::llvm::debuginfo::NO_FLAGS;

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    pub(super) fn struct_node(&self, ty: Ty<'tcx>, adt: AdtDef<'tcx>) -> DIType<'ll> {
        let layout = self.layout_of(ty);
        let variant = adt.non_enum_variant();
        let composite = Composite {
            kind: Kind::Structure,
            name: &self.type_name(ty),
            scope: Some(self.scope_around(adt.did())),
            place: self.place_of_type(adt.did()),
            size: layout.size,
            align: layout.align.abi,
            flags: self.visibility_flags(adt.did(), adt.did()),
        };
        let members = |owner| {
            let numbered = variant.ctor_kind() == Some(CtorKind::Fn);
            let member = |(index, field): (usize, &rustc_middle::ty::FieldDef)| {
                let of = layout.field(self, index);
                let number = numbered.then(|| tuple_field_name(index));
                let member = Member {
                    name: number.as_deref().unwrap_or(field.name.as_str()),
                    ty: self.type_node(of.ty),
                    size: of.size,
                    align: of.align.abi,
                    offset: layout.fields.offset(index),
                    flags: self.visibility_flags(field.did, adt.did()),
                    place: self.place_of_type(field.did),
                };
                self.member(owner, &member)
            };
            variant.fields.iter().enumerate().map(member).collect()
        };
        let generics = || self.parameters_of_type(ty);
        self.compose(TypeId::Whole(ty), &composite, members, generics)
    }

    pub(super) fn union_node(&self, ty: Ty<'tcx>, adt: AdtDef<'tcx>) -> DIType<'ll> {
        let layout = self.layout_of(ty);
        let composite = Composite {
            kind: Kind::Union,
            name: &self.type_name(ty),
            scope: Some(self.scope_around(adt.did())),
            place: self.place_of_type(adt.did()),
            size: layout.size,
            align: layout.align.abi,
            flags: NO_FLAGS,
        };
        let members = |owner| {
            let member = |(index, field): (usize, &rustc_middle::ty::FieldDef)| {
                let of = layout.field(self, index);
                let member = Member {
                    name: field.name.as_str(),
                    ty: self.type_node(of.ty),
                    size: of.size,
                    align: of.align.abi,
                    offset: Size::ZERO,
                    flags: NO_FLAGS,
                    place: self.place_of_type(field.did),
                };
                self.member(owner, &member)
            };
            let fields = &adt.non_enum_variant().fields;
            fields.iter().enumerate().map(member).collect()
        };
        let generics = || self.parameters_of_type(ty);
        self.compose(TypeId::Whole(ty), &composite, members, generics)
    }

    pub(super) fn tuple_node(&self, ty: Ty<'tcx>, elements: &'tcx List<Ty<'tcx>>) -> DIType<'ll> {
        let layout = self.layout_of(ty);
        let name = self.type_name(ty);
        let composite = self.plain_structure(&name, layout.size, layout.align.abi);
        let members = |owner| {
            let member = |(index, element)| {
                let (name, offset) = (tuple_field_name(index), layout.fields.offset(index));
                self.field(owner, &name, self.layout_of(element), offset, NO_FLAGS)
            };
            elements.iter().enumerate().map(member).collect()
        };
        self.compose(TypeId::Whole(ty), &composite, members, Vec::new)
    }

    /// Who may see `item` of the type `declared`, in C++'s words, which are the ones that DWARF has: "protected" is
    /// what is seen further than the module of the type, but not everywhere.
    pub(super) fn visibility_flags(&self, item: DefId, declared: DefId) -> DIFlags {
        match self.tcx.visibility(item) {
            Visibility::Public => DIFlags::PUBLIC,
            Visibility::Restricted(module) if module.to_def_id() == self.tcx.parent(declared) => {
                DIFlags::PRIVATE
            }
            Visibility::Restricted(_) => DIFlags::PROTECTED,
        }
    }
}

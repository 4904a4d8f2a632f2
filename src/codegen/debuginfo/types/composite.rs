//! Types with members, which may refer to the types that they are members of.
//!
//! ```rust
//! struct Node { next: *const Node }
//! ```
//! ```text
//! 0x30: DW_TAG_structure_type "Node"
//!         DW_TAG_member "next"          DW_AT_type 0x40
//! 0x40: DW_TAG_pointer_type "*const Node"  DW_AT_type 0x30
//! ```
//!
//! Such a type is made empty, kept, and given its members when they are described: a member that comes back to it
//! finds it. Some generic types never come back, though: describing `enum List<T> { End, More(*const List<Box<T>>) }`
//! for one `T` asks for infinitely many others. The first one that is larger than one it was asked for by stays empty.

use std::borrow::Cow;

use inkwell::debug_info::{DIFlags, DIScope, DIType};
use rustc_abi::{Align, Size};
use rustc_hir::def_id::DefId;
use rustc_middle::ty::layout::TyAndLayout;
use rustc_middle::ty::{self, GenericArgsRef, Ty};

use super::identity::TypeId;
use crate::codegen::context::CodegenCx;
use crate::codegen::debuginfo::sources::Place;
use crate::llvm::debuginfo::{self, NO_FLAGS, Nodes, Outline, inside};

/// What kind of node it is.
#[derive(Clone, Copy)]
pub(super) enum Kind<'ll> {
    Structure,
    Union,
    /// The virtual table of a type.
    VtableOf(DIType<'ll>),
    /// The variants of an enum, with the member that says which one is present.
    VariantPart(Option<DIType<'ll>>),
}

/// All that a composite type says of itself, without its members.
pub(super) struct Composite<'a, 'll> {
    pub(super) kind: Kind<'ll>,
    pub(super) name: &'a str,
    pub(super) scope: Option<DIScope<'ll>>,
    pub(super) place: Place<'ll>,
    pub(super) size: Size,
    pub(super) align: Align,
    pub(super) flags: DIFlags,
}

/// A member at its offset.
pub(super) struct Member<'a, 'll> {
    pub(super) name: &'a str,
    pub(super) ty: DIType<'ll>,
    pub(super) size: Size,
    pub(super) align: Align,
    pub(super) offset: Size,
    pub(super) flags: DIFlags,
    pub(super) place: Place<'ll>,
}

/// The name of a field that has only a number, as C's debuggers can write it.
pub(super) fn tuple_field_name(index: usize) -> Cow<'static, str> {
    const FIRST: [&str; 8] = ["__0", "__1", "__2", "__3", "__4", "__5", "__6", "__7"];
    match FIRST.get(index) {
        Some(&name) => name.into(),
        None => format!("__{index}").into(),
    }
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// A composite type that is declared nowhere in particular and has no flags: a structure as large as `ty`.
    pub(super) fn plain_structure<'a>(&self, name: &'a str, size: Size, align: Align) -> Composite<'a, 'll> {
        Composite {
            kind: Kind::Structure,
            name,
            scope: None,
            place: self.debug().nowhere(),
            size,
            align,
            flags: NO_FLAGS,
        }
    }

    /// Describes a composite type: `members` and `generics` are asked for once it can be referred to.
    pub(super) fn compose(
        &self,
        id: TypeId<'tcx>,
        composite: &Composite<'_, 'll>,
        members: impl FnOnce(DIType<'ll>) -> Vec<DIType<'ll>>,
        generics: impl FnOnce() -> Vec<DIType<'ll>>,
    ) -> DIType<'ll> {
        let types = &self.debug().types;
        if let Some(known) = types.get(id) {
            return known;
        }
        let node = self.empty(id, composite);
        let declared = match id {
            TypeId::Whole(ty) => adt_of(ty),
            _ => None,
        };
        if let Some((adt, args)) = declared {
            if grows_forever(&types.nesting.borrow(), adt, args) {
                return types.keep(id, node);
            }
            types.nesting.borrow_mut().push((adt, args));
        }
        types.keep(id, node);
        let members = members(node);
        let generics = generics();
        if declared.is_some() {
            types.nesting.borrow_mut().pop();
        }
        if members.is_empty() && generics.is_empty() {
            return node;
        }
        let builder = &self.debug().builder;
        let (members, generics) = (Nodes::of(builder, &members), Nodes::of(builder, &generics));
        let completed = debuginfo::complete(builder, node, members, generics);
        debug_assert_eq!(completed, node, "no other type has this identifier");
        completed
    }

    fn empty(&self, id: TypeId<'tcx>, composite: &Composite<'_, 'll>) -> DIType<'ll> {
        let unique_id = id.text(self.tcx);
        let outline = Outline {
            scope: composite.scope,
            name: composite.name,
            file: composite.place.file,
            line: composite.place.line,
            size: composite.size.bits(),
            align: composite.align.bits() as u32,
            flags: composite.flags,
            unique_id: &unique_id,
        };
        let builder = &self.debug().builder;
        match composite.kind {
            Kind::Structure => debuginfo::empty_structure(builder, &outline, None),
            Kind::VtableOf(ty) => debuginfo::empty_structure(builder, &outline, Some(ty)),
            Kind::Union => debuginfo::empty_union(builder, &outline),
            Kind::VariantPart(tag) => debuginfo::variant_part(builder, &outline, tag),
        }
    }

    /// A member of `owner`.
    pub(super) fn member(&self, owner: DIType<'ll>, member: &Member<'_, 'll>) -> DIType<'ll> {
        let builder = &self.debug().builder;
        builder
            .create_member_type(
                inside(owner),
                member.name,
                member.place.file,
                member.place.line,
                member.size.bits(),
                member.align.bits() as u32,
                member.offset.bits(),
                member.flags,
                member.ty,
            )
            .as_type()
    }

    /// A member that holds a value of `layout`, declared nowhere in particular.
    pub(super) fn field(
        &self,
        owner: DIType<'ll>,
        name: &str,
        layout: TyAndLayout<'tcx>,
        offset: Size,
        flags: DIFlags,
    ) -> DIType<'ll> {
        let member = Member {
            name,
            ty: self.type_node(layout.ty),
            size: layout.size,
            align: layout.align.abi,
            offset,
            flags,
            place: self.debug().nowhere(),
        };
        self.member(owner, &member)
    }
}

fn adt_of<'tcx>(ty: Ty<'tcx>) -> Option<(DefId, GenericArgsRef<'tcx>)> {
    match *ty.kind() {
        ty::Adt(adt, args) => Some((adt.did(), args)),
        _ => None,
    }
}

/// Whether describing `adt` of `args` for the sake of those in `nesting` would never end: whether the same type is
/// among them with an argument that is a part of the argument here, and everything between the two passed that
/// argument on. (In `struct Twice(Box<Box<Twice>>)` nothing is passed on: the boxes come back to `Twice` itself.)
fn grows_forever<'tcx>(
    nesting: &[(DefId, GenericArgsRef<'tcx>)],
    adt: DefId,
    args: GenericArgsRef<'tcx>,
) -> bool {
    let Some((_, outer)) = nesting.split_last() else {
        return false;
    };
    let mut ancestors = outer.iter().enumerate().filter(|(_, (other, _))| *other == adt);
    ancestors.any(|(index, (_, before))| {
        let passed_on = |argument: Ty<'tcx>| {
            let mut between = nesting[index + 1..].iter();
            between.all(|(_, args)| args.types().any(|ty| ty.contains(argument)))
        };
        std::iter::zip(args, *before).any(|(now, then)| match (now.as_type(), then.as_type()) {
            (Some(now), Some(then)) => now != then && now.contains(then) && passed_on(then),
            _ => false,
        })
    })
}

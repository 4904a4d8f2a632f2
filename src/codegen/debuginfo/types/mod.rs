//! Types: a file for each shape.
//!
//! | file | Rust | DWARF |
//! |---|---|---|
//! | [`scalars`] | `u8`, `char`, `!`, `()` | `DW_TAG_base_type` |
//! | [`pointers`] | `&T`, `*mut [T]`, `Box<dyn Trait>` | `DW_TAG_pointer_type`, or a structure of two words |
//! | [`sequences`] | `[T; 4]`, `[T]`, `str` | `DW_TAG_array_type` |
//! | [`vectors`] | scalable SIMD vectors | `DW_TAG_array_type`, `DW_AT_GNU_vector` |
//! | [`structs`] | `struct`, `union`, tuples, fixed SIMD vectors | `DW_TAG_structure_type`, `DW_TAG_union_type` |
//! | [`enums`] | `enum` | `DW_TAG_enumeration_type`, `DW_TAG_variant_part`; unions for Microsoft's debuggers |
//! | [`closures`] | closures and what they capture | `DW_TAG_structure_type` |
//! | [`coroutines`] | `async` blocks and functions, `gen` blocks | as enums: a variant for each state |
//! | [`functions`] | `fn(u8) -> bool` | `DW_TAG_pointer_type` to `DW_TAG_subroutine_type` |
//! | [`trait_objects`] | `dyn Trait`, virtual tables | `DW_TAG_structure_type` |
//! | [`opaque`] | foreign types, `unsafe<'a> T` | `DW_TAG_structure_type` |
//!
//! What they have in common: [`identity`], by which a type is known here and in other units; [`composite`], types
//! that can refer to themselves; [`generics`], the names of generic parameters.

mod closures;
mod composite;
mod coroutines;
mod enums;
mod functions;
pub(super) mod generics;
mod identity;
mod opaque;
mod pointers;
mod scalars;
mod sequences;
mod structs;
mod trait_objects;
mod vectors;

use std::cell::{OnceCell, RefCell};

use inkwell::debug_info::DIType;
use rustc_codegen_ssa::debuginfo::type_names::compute_debuginfo_type_name;
use rustc_data_structures::fx::FxHashMap;
use rustc_hir::def_id::DefId;
use rustc_middle::ty::layout::LayoutOf;
use rustc_middle::ty::{self, AdtKind, GenericArgsRef, Ty};
use rustc_span::bug;

use crate::codegen::context::CodegenCx;
use identity::TypeId;

/// The types described so far.
#[derive(Default)]
pub(super) struct TypeCache<'ll, 'tcx> {
    known: RefCell<FxHashMap<TypeId<'tcx>, DIType<'ll>>>,
    /// The structs, enums and unions that are being described, each for the sake of the one before it.
    nesting: RefCell<Vec<(DefId, GenericArgsRef<'tcx>)>>,
    /// See [`functions`].
    recursion: OnceCell<DIType<'ll>>,
}

impl<'ll, 'tcx> TypeCache<'ll, 'tcx> {
    fn get(&self, id: TypeId<'tcx>) -> Option<DIType<'ll>> {
        self.known.borrow().get(&id).copied()
    }

    /// Keeps `node`, unless describing its parts has brought one forth already. What is kept is returned.
    fn keep(&self, id: TypeId<'tcx>, node: DIType<'ll>) -> DIType<'ll> {
        *self.known.borrow_mut().entry(id).or_insert(node)
    }

    /// Drops what was kept for a type while it was being described.
    fn forget(&self, id: TypeId<'tcx>) {
        self.known.borrow_mut().remove(&id);
    }
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// The description of `ty`, which must be normalised and free of regions and parameters.
    pub(super) fn type_node(&self, ty: Ty<'tcx>) -> DIType<'ll> {
        let id = TypeId::Whole(ty);
        let types = &self.debug().types;
        if let Some(known) = types.get(id) {
            return known;
        }
        let node = self.describe_type(ty);
        types.keep(id, node)
    }

    fn describe_type(&self, ty: Ty<'tcx>) -> DIType<'ll> {
        match *ty.kind() {
            ty::Never | ty::Bool | ty::Char | ty::Int(_) | ty::Uint(_) | ty::Float(_) => self.scalar_node(ty),
            ty::Tuple(elements) if elements.is_empty() => self.unit_node(ty),
            ty::Tuple(elements) => self.tuple_node(ty, elements),
            ty::Array(element, _) => self.array_node(ty, element),
            ty::Slice(element) => self.slice_node(ty, element),
            ty::Str => self.slice_node(ty, self.tcx.types.u8),
            ty::RawPtr(pointee, _) | ty::Ref(_, pointee, _) => self.pointer_node(ty, pointee),
            ty::Adt(adt, args) if adt.is_box() && self.is_plain_box(args) => {
                self.pointer_node(ty, ty.expect_boxed_ty())
            }
            ty::Adt(adt, _) => match adt.adt_kind() {
                AdtKind::Struct if ty.is_scalable_vector() => self.scalable_vector_node(ty, adt),
                AdtKind::Struct => self.struct_node(ty, adt),
                AdtKind::Union => self.union_node(ty, adt),
                AdtKind::Enum => self.enum_node(ty, adt),
            },
            ty::FnDef(..) | ty::FnPtr(..) => self.function_pointer_node(ty),
            ty::Dynamic(..) => self.trait_object_node(ty),
            ty::Closure(def_id, args) => self.closure_node(ty, def_id, args.as_closure().upvar_tys()),
            ty::CoroutineClosure(def_id, args) => {
                self.closure_node(ty, def_id, args.as_coroutine_closure().upvar_tys())
            }
            ty::Coroutine(def_id, args) => self.coroutine_node(ty, def_id, args),
            ty::Foreign(def_id) => self.foreign_node(ty, def_id),
            ty::UnsafeBinder(inner) => self.unsafe_binder_node(ty, inner),
            // A number of fewer values is shown as the number.
            ty::Pat(base, _) => self.type_node(base),
            ty::Alias(..)
            | ty::Param(_)
            | ty::Bound(..)
            | ty::Infer(_)
            | ty::Placeholder(_)
            | ty::CoroutineWitness(..)
            | ty::Error(_) => bug!("no value has the type {ty:?}, and so debuggers do not ask for it"),
        }
    }

    /// Whether a `Box` is nothing but its pointer: whether its allocator takes no place.
    fn is_plain_box(&self, args: GenericArgsRef<'tcx>) -> bool {
        args.types()
            .nth(1)
            .is_none_or(|allocator| self.layout_of(allocator).is_1zst())
    }

    /// The name of a type, with its path: `alloc::vec::Vec<u8, alloc::alloc::Global>`.
    fn qualified_name(&self, ty: Ty<'tcx>) -> String {
        compute_debuginfo_type_name(self.tcx, ty, true)
    }

    /// The name of a type within the namespace it is declared in: `Vec<u8, alloc::alloc::Global>`.
    fn type_name(&self, ty: Ty<'tcx>) -> String {
        compute_debuginfo_type_name(self.tcx, ty, false)
    }
}

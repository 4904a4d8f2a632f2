//! Coroutines: what `async` functions and blocks and `gen` blocks become, as enums with a variant for each state.
//!
//! ```rust
//! async fn greet(name: String) { let loud = true; pause().await; }
//! ```
//! ```text
//! DW_TAG_structure_type "{async_fn_env#0}"
//!   DW_TAG_variant_part  DW_AT_discr (the member below)
//!     DW_TAG_member "__state"  DW_AT_type u8  DW_AT_artificial true
//!     DW_TAG_variant  DW_AT_discr_value 0
//!       DW_TAG_member "0"  DW_AT_type Unresumed  DW_AT_decl_line 1
//!     …
//!     DW_TAG_variant  DW_AT_discr_value 3
//!       DW_TAG_member "3"  DW_AT_type Suspend0   DW_AT_decl_line 1
//!   DW_TAG_structure_type "Suspend0"
//!     DW_TAG_member "loud"       DW_AT_type bool         (kept for this state)
//!     DW_TAG_member "__awaitee"  DW_AT_type {async_fn_env#0}
//!     DW_TAG_member "name"       DW_AT_type String       (captured, and there in all states)
//! ```
//!
//! The line of a variant is that of the `await` or `yield` that it waits at: the only thing that tells a reader of a
//! sleeping task where it sleeps.

use inkwell::debug_info::DIType;
use rustc_abi::{FieldIdx, VariantIdx};
use rustc_codegen_ssa::debuginfo::type_names::cpp_like_debuginfo;
use rustc_hir::def_id::DefId;
use rustc_middle::mir::CoroutineLayout;
use rustc_middle::ty::layout::{LayoutOf, TyAndLayout};
use rustc_middle::ty::{CoroutineArgs, CoroutineArgsExt, GenericArgsRef, List, Ty};

use super::composite::{Composite, Kind, tuple_field_name};
use super::enums::Variant;
use super::identity::TypeId;
use crate::codegen::context::CodegenCx;
use crate::codegen::debuginfo::sources::Place;
use crate::llvm::debuginfo::{NO_FLAGS, inside};

/// A coroutine, and what its states hold.
#[derive(Clone, Copy)]
struct States<'tcx> {
    def_id: DefId,
    layout: TyAndLayout<'tcx>,
    saved: &'tcx CoroutineLayout<'tcx>,
    captured: &'tcx List<Ty<'tcx>>,
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    pub(super) fn coroutine_node(
        &self,
        ty: Ty<'tcx>,
        def_id: DefId,
        args: GenericArgsRef<'tcx>,
    ) -> DIType<'ll> {
        let saved = self.tcx.coroutine_layout(def_id, args);
        let states = States {
            def_id,
            layout: self.layout_of(ty),
            saved: saved.expect("the coroutine's body was checked"),
            captured: args.as_coroutine().upvar_tys(),
        };
        let indices = args.as_coroutine().variant_range(def_id, self.tcx);
        let microsoft = cpp_like_debuginfo(self.tcx);
        let variants = |whole| {
            let variant = |index: VariantIdx| Variant {
                index,
                name: match microsoft {
                    true => CoroutineArgs::variant_name(index),
                    false => index.as_u32().to_string().into(),
                },
                ty: self.state_fields(states, whole, index),
                place: self.place_of_state(states.saved, index),
            };
            indices.map(variant).collect()
        };
        match microsoft {
            true => self.as_union(states.layout, def_id, NO_FLAGS, variants),
            false => self.with_variant_part(states.layout, def_id, NO_FLAGS, "__state", variants),
        }
    }

    fn place_of_state(&self, saved: &CoroutineLayout<'tcx>, index: VariantIdx) -> Place<'ll> {
        let span = saved.variant_source_info[index].span;
        match span.is_dummy() {
            true => self.debug().nowhere(),
            false => self.place(span.lo()),
        }
    }

    fn state_fields(&self, states: States<'tcx>, whole: DIType<'ll>, index: VariantIdx) -> DIType<'ll> {
        let layout = states.layout;
        let own = layout.for_variant(self, index);
        let composite = Composite {
            kind: Kind::Structure,
            name: &CoroutineArgs::variant_name(index),
            scope: Some(inside(whole)),
            place: self.debug().nowhere(),
            size: layout.size,
            align: layout.align.abi,
            flags: NO_FLAGS,
        };
        let members = |owner| {
            let saved = |number: usize| {
                let local = states.saved.variant_fields[index][FieldIdx::from_usize(number)];
                let name = match states.saved.field_tys[local].debuginfo_name {
                    Some(name) => name.as_str().to_owned().into(),
                    None => tuple_field_name(number),
                };
                let of = self.layout_of(own.field(self, number).ty);
                self.field(owner, &name, of, own.fields.offset(number), NO_FLAGS)
            };
            let captured = self.captured_members(owner, layout, states.def_id, states.captured);
            (0..own.fields.count()).map(saved).chain(captured).collect()
        };
        self.compose(TypeId::Variant(layout.ty, index), &composite, members, Vec::new)
    }
}

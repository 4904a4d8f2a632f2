//! Tuples of scalable vectors (`svint32x2_t` and its kind): made of vectors, taken apart, and changed in one place.
//!
//! To LLVM they are structs of vectors, as the intrinsics of the Arm C Language Extensions return them.

use rustc_abi::BackendRepr;
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::layout::{LayoutOf, TyAndLayout};
use rustc_span::{Symbol, sym};

use super::{Call, Outcome};
use crate::codegen::LayoutExt;
use crate::codegen::builder::Builder;

impl<'ll, 'tcx> Builder<'_, 'll, 'tcx> {
    pub(super) fn scalable_intrinsic(&mut self, call: &Call<'_, 'll, 'tcx>) -> Option<Outcome<'ll>> {
        let name = call.name;
        let (vector, tuple) = match name {
            sym::sve_tuple_create2 | sym::sve_tuple_create3 | sym::sve_tuple_create4 => {
                (call.generics.type_at(0), call.generics.type_at(1))
            }
            sym::sve_tuple_get | sym::sve_tuple_set => (call.generics.type_at(1), call.generics.type_at(0)),
            _ => return None,
        };
        let (vector, tuple) = (self.cx.layout_of(vector), self.cx.layout_of(tuple));
        let members = vectors_of(tuple);
        // The library's signatures leave these to whoever generates code.
        let fits = vectors_of(vector) == 1 && members > 1 && same_lanes(vector, tuple);
        let index = || u64::from(call.generics.const_at(2).to_leaf().to_u32());
        match name {
            sym::sve_tuple_get | sym::sve_tuple_set if fits && index() < u64::from(members) => {
                let value = match name == sym::sve_tuple_get {
                    true => self.extract_value(call.arg(0), index()),
                    false => self.insert_value(call.arg(0), call.arg(1), index()),
                };
                Some(Outcome::Value(value))
            }
            sym::sve_tuple_create2 | sym::sve_tuple_create3 | sym::sve_tuple_create4
                if fits && usize::from(members) == call.args.len() =>
            {
                let mut value = self.cx.const_poison(tuple.llvm_type(self.cx));
                for (index, member) in call.args.iter().enumerate() {
                    value = self.insert_value(value, member.immediate(), index as u64);
                }
                Some(Outcome::Value(value))
            }
            _ => Some(self.misused(name, call, vector, tuple)),
        }
    }

    fn misused(
        &self,
        name: Symbol,
        call: &Call<'_, 'll, 'tcx>,
        vector: TyAndLayout<'tcx>,
        tuple: TyAndLayout<'tcx>,
    ) -> Outcome<'ll> {
        let message = format!(
            "invalid monomorphization of `{name}` intrinsic: `{}` does not take vectors of type `{}` there",
            tuple.ty, vector.ty
        );
        Outcome::Error(self.cx.tcx.dcx().span_err(call.span, message))
    }
}

/// How many scalable vectors a value of the layout is.
fn vectors_of(layout: TyAndLayout<'_>) -> u8 {
    match layout.backend_repr {
        BackendRepr::SimdScalableVector {
            number_of_vectors, ..
        } => number_of_vectors.0,
        _ => 0,
    }
}

fn same_lanes(one: TyAndLayout<'_>, other: TyAndLayout<'_>) -> bool {
    let lanes = |layout: TyAndLayout<'_>| match layout.backend_repr {
        BackendRepr::SimdScalableVector { element, count, .. } => Some((element.primitive(), count)),
        _ => None,
    };
    lanes(one) == lanes(other)
}

//! Reading and writing parts of vectors and first-class aggregates.

use rustc_codegen_ssa::traits::*;

use super::Builder;
use crate::codegen::values::{Type, TypeExt, Value};
use crate::llvm::instructions;

impl<'ll> Builder<'_, 'll, '_> {
    pub(crate) fn extract_element(&mut self, vec: Value<'ll>, idx: Value<'ll>) -> Value<'ll> {
        instructions::extract_element(&self.ll, vec, idx)
    }

    /// `vec` with `element` in lane `index`.
    pub(crate) fn insert_element(
        &mut self,
        vec: Value<'ll>,
        element: Value<'ll>,
        index: Value<'ll>,
    ) -> Value<'ll> {
        instructions::insert_element(&self.ll, vec, element, index)
    }

    /// Lanes of `a` and `b` as the constant vector `mask` picks them.
    pub(crate) fn shuffle_vector(&mut self, a: Value<'ll>, b: Value<'ll>, mask: Value<'ll>) -> Value<'ll> {
        instructions::shuffle(&self.ll, a, b, mask)
    }

    /// `elt` in each of `num_elts` lanes: inserted once, then shuffled everywhere, which is the form
    /// that LLVM's pattern matchers know as a splat.
    pub(crate) fn vector_splat(&mut self, num_elts: u64, elt: Value<'ll>) -> Value<'ll> {
        let lanes = u32::try_from(num_elts).expect("a vector has fewer than 2^32 lanes");
        let ty = self.cx.vector_type(self.cx.val_ty(elt), lanes);
        let poison = self.cx.const_poison(ty);
        let first = self.insert_element(poison, elt, self.cx.const_i32(0));
        let mask = self.cx.const_null(self.cx.vector_type(self.cx.types.i32, lanes));
        self.shuffle_vector(first, poison, mask)
    }

    pub(crate) fn extract_value(&mut self, agg_val: Value<'ll>, idx: u64) -> Value<'ll> {
        instructions::extract_value(&self.ll, agg_val, idx as u32)
    }

    pub(crate) fn insert_value(&mut self, agg_val: Value<'ll>, elt: Value<'ll>, idx: u64) -> Value<'ll> {
        instructions::insert_value(&self.ll, agg_val, elt, idx as u32)
    }

    pub(crate) fn vscale(&mut self, ty: Type<'ll>) -> Value<'ll> {
        self.call_intrinsic("llvm.vscale", &[ty.int().into()], &[])
    }
}

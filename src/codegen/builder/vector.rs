//! Vectors lane by lane: what rustc's trait has no method for.

use super::{Builder, built};
use crate::llvm::Value;

impl<'ll> Builder<'_, 'll, '_> {
    /// `vec` with `element` in lane `index`.
    pub(crate) fn insert_element(
        &mut self,
        vec: Value<'ll>,
        element: Value<'ll>,
        index: Value<'ll>,
    ) -> Value<'ll> {
        built(self.ll.build_insert_element(vec, element, index.int(), ""))
    }

    /// Lanes of `a` and `b` as the constant vector `mask` picks them.
    pub(crate) fn shuffle_vector(&mut self, a: Value<'ll>, b: Value<'ll>, mask: Value<'ll>) -> Value<'ll> {
        built(self.ll.build_shuffle_vector(a, b, mask, ""))
    }
}

//! SIMD
use super::{Call, Outcome};
use crate::codegen::builder::Builder;
impl<'ll, 'tcx> Builder<'_, 'll, 'tcx> {
    pub(super) fn simd_intrinsic(&mut self, call: &Call<'_, 'll, 'tcx>) -> Outcome<'ll> {
        Outcome::Error(
            self.cx
                .tcx
                .dcx()
                .span_err(call.span, format!("{} todo", call.name)),
        )
    }
}

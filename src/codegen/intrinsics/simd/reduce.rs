//! Reductions: all lanes of a vector to one value.

use inkwell::values::FastMathFlags;
use rustc_codegen_ssa::diagnostics::InvalidMonomorphization;
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::{self, Ty};
use rustc_span::{ErrorGuaranteed, sym};

use super::{Call, Lanes};
use crate::codegen::builder::Builder;
use crate::codegen::builder::arithmetic::set_fast_math;
use crate::llvm::Value;

impl<'ll, 'tcx> Builder<'_, 'll, 'tcx> {
    pub(super) fn simd_reduce(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        let shape = self.simd_input(call)?;
        let element = shape.1;
        if !matches!(call.name, sym::simd_reduce_all | sym::simd_reduce_any) {
            self.simd_returns_element(call, element)?;
        }
        let vector = self.simd_arg(call, 0);
        match call.name {
            sym::simd_reduce_add_ordered
            | sym::simd_reduce_add_unordered
            | sym::simd_reduce_mul_ordered
            | sym::simd_reduce_mul_unordered => self.simd_sum_or_product(call, vector, element),
            sym::simd_reduce_all | sym::simd_reduce_any => {
                if !element.is_integral() {
                    return self.unsupported_reduction(call, element);
                }
                let mask = self.simd_mask(call, vector, shape)?;
                let all = call.name == sym::simd_reduce_all;
                Ok(self.reduce(
                    if all {
                        "llvm.vector.reduce.and"
                    } else {
                        "llvm.vector.reduce.or"
                    },
                    mask,
                ))
            }
            _ => {
                let name = match (call.name, element.kind()) {
                    (sym::simd_reduce_min, ty::Int(_)) => "llvm.vector.reduce.smin",
                    (sym::simd_reduce_min, ty::Uint(_)) => "llvm.vector.reduce.umin",
                    (sym::simd_reduce_max, ty::Int(_)) => "llvm.vector.reduce.smax",
                    (sym::simd_reduce_max, ty::Uint(_)) => "llvm.vector.reduce.umax",
                    (sym::simd_reduce_and, ty::Int(_) | ty::Uint(_)) => "llvm.vector.reduce.and",
                    (sym::simd_reduce_or, ty::Int(_) | ty::Uint(_)) => "llvm.vector.reduce.or",
                    (sym::simd_reduce_xor, ty::Int(_) | ty::Uint(_)) => "llvm.vector.reduce.xor",
                    _ => return self.unsupported_reduction(call, element),
                };
                Ok(self.reduce(name, vector))
            }
        }
    }

    fn reduce(&mut self, name: &'static str, vector: Value<'ll>) -> Value<'ll> {
        self.call_intrinsic(name, &[self.cx.val_ty(vector)], &[vector])
    }

    /// Sums and products. Ordered ones start from a second argument and go lane by lane; of unordered ones
    /// LLVM may choose the order, starting from the neutral element.
    fn simd_sum_or_product(
        &mut self,
        call: &Call<'_, 'll, 'tcx>,
        vector: Value<'ll>,
        element: Ty<'tcx>,
    ) -> Lanes<'ll> {
        let sum = matches!(
            call.name,
            sym::simd_reduce_add_ordered | sym::simd_reduce_add_unordered
        );
        let ordered = matches!(
            call.name,
            sym::simd_reduce_add_ordered | sym::simd_reduce_mul_ordered
        );
        match element.kind() {
            ty::Int(_) | ty::Uint(_) => {
                let total = self.reduce(
                    if sum {
                        "llvm.vector.reduce.add"
                    } else {
                        "llvm.vector.reduce.mul"
                    },
                    vector,
                );
                Ok(match (ordered, sum) {
                    (false, _) => total,
                    (true, true) => self.add(call.arg(1), total),
                    (true, false) => self.mul(call.arg(1), total),
                })
            }
            ty::Float(_) => {
                let name = if sum {
                    "llvm.vector.reduce.fadd"
                } else {
                    "llvm.vector.reduce.fmul"
                };
                let float = self
                    .cx
                    .vector_element_type(self.cx.val_ty(vector))
                    .expect("the input is a vector");
                let start = match (ordered, sum) {
                    (true, _) => call.arg(1),
                    // -0.0, not 0.0, changes no sum.
                    (false, true) => self.cx.const_real(float, -0.0),
                    (false, false) => self.cx.const_real(float, 1.0),
                };
                let total = self.call_intrinsic(name, &[self.cx.val_ty(vector)], &[start, vector]);
                Ok(if ordered {
                    total
                } else {
                    set_fast_math(total, FastMathFlags::AllowReassoc)
                })
            }
            _ => self.unsupported_reduction(call, element),
        }
    }

    fn unsupported_reduction<T>(
        &self,
        call: &Call<'_, 'll, 'tcx>,
        in_elem: Ty<'tcx>,
    ) -> Result<T, ErrorGuaranteed> {
        let (span, name, ret_ty) = (call.span, call.name, call.result.ty);
        let in_ty = call.args[0].layout.ty;
        self.simd_error(InvalidMonomorphization::UnsupportedSymbol {
            span,
            name,
            symbol: name,
            in_ty,
            in_elem,
            ret_ty,
        })
    }
}

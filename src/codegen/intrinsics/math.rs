//! Floating-point functions.

use inkwell::values::FastMathFlags;
use rustc_codegen_ssa::traits::*;
use rustc_span::sym;

use super::{Call, Outcome};
use crate::codegen::builder::Builder;
use crate::codegen::builder::arithmetic::set_fast_math;
use crate::llvm::Value;

impl<'ll, 'tcx> Builder<'_, 'll, 'tcx> {
    /// The result of a float function, all of which LLVM has for every float type.
    pub(super) fn math_intrinsic(&mut self, call: &Call<'_, 'll, 'tcx>) -> Option<Outcome<'ll>> {
        let name = match call.name {
            sym::ceil => "llvm.ceil",
            sym::cos => "llvm.cos",
            sym::exp => "llvm.exp",
            sym::exp2 => "llvm.exp2",
            sym::fabs => "llvm.fabs",
            sym::floor => "llvm.floor",
            sym::fma => "llvm.fma",
            sym::fmuladd => "llvm.fmuladd",
            sym::log => "llvm.log",
            sym::log10 => "llvm.log10",
            sym::log2 => "llvm.log2",
            sym::powf => "llvm.pow",
            sym::powi => "llvm.powi",
            sym::round => "llvm.round",
            // The rounding mode is always the default one, to even.
            sym::round_ties_even => "llvm.rint",
            sym::sin => "llvm.sin",
            sym::sqrt => "llvm.sqrt",
            sym::trunc => "llvm.trunc",
            sym::copysignf16 | sym::copysignf32 | sym::copysignf64 | sym::copysignf128 => "llvm.copysign",
            sym::minimumf16 | sym::minimumf32 | sym::minimumf64 | sym::minimumf128 => "llvm.minimum",
            sym::maximumf16 | sym::maximumf32 | sym::maximumf64 | sym::maximumf128 => "llvm.maximum",
            sym::minimum_number_nsz_f16
            | sym::minimum_number_nsz_f32
            | sym::minimum_number_nsz_f64
            | sym::minimum_number_nsz_f128 => "llvm.minimumnum",
            sym::maximum_number_nsz_f16
            | sym::maximum_number_nsz_f32
            | sym::maximum_number_nsz_f64
            | sym::maximum_number_nsz_f128 => "llvm.maximumnum",
            _ => return None,
        };
        let args: Vec<Value<'ll>> = call.args.iter().map(|arg| arg.immediate()).collect();
        let float = self.cx.val_ty(args[0]);
        let value = match call.name {
            sym::powi => self.call_intrinsic(name, &[float, self.cx.types.i32], &args),
            _ => self.call_intrinsic(name, &[float], &args),
        };
        let either_zero_will_do = matches!(name, "llvm.minimumnum" | "llvm.maximumnum");
        Some(Outcome::Value(if either_zero_will_do {
            set_fast_math(value, FastMathFlags::NoSignedZeros)
        } else {
            value
        }))
    }
}

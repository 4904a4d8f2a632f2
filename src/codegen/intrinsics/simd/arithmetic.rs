//! Lane by lane: arithmetic, comparison, bits, saturation and float functions.

use inkwell::values::FastMathFlags;
use rustc_codegen_ssa::common::{IntPredicate, RealPredicate};
use rustc_codegen_ssa::diagnostics::InvalidMonomorphization;
use rustc_codegen_ssa::traits::*;
use rustc_middle::mir::BinOp;
use rustc_middle::ty::{self};
use rustc_span::sym;

use super::{Call, Lanes, Shape};
use crate::codegen::builder::Builder;
use crate::codegen::builder::arithmetic::set_fast_math;
use crate::llvm::{Type, Value};

/// What kind of number a lane is.
#[derive(Copy, Clone, PartialEq, Eq)]
enum Lane {
    Signed,
    Unsigned,
    Float,
    Other,
}

impl<'ll, 'tcx> Builder<'_, 'll, 'tcx> {
    pub(super) fn simd_arithmetic(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        let shape = self.simd_input(call)?;
        let lane = match shape.1.kind() {
            ty::Int(_) => Lane::Signed,
            ty::Uint(_) => Lane::Unsigned,
            ty::Float(_) => Lane::Float,
            _ => Lane::Other,
        };
        let comparison = match call.name {
            sym::simd_eq => Some(BinOp::Eq),
            sym::simd_ge => Some(BinOp::Ge),
            sym::simd_gt => Some(BinOp::Gt),
            sym::simd_le => Some(BinOp::Le),
            sym::simd_lt => Some(BinOp::Lt),
            sym::simd_ne => Some(BinOp::Ne),
            _ => None,
        };
        if let Some(op) = comparison {
            return self.simd_compare(call, op, shape.0, lane);
        }
        if let Some(name) = float_function(call.name) {
            return self.simd_float_function(call, name, lane);
        }
        let args: Vec<Value<'ll>> = (0..call.args.len())
            .map(|index| self.simd_arg(call, index))
            .collect();
        match self.simd_lane_operation(call, shape, lane, &args) {
            Some(value) => Ok(value),
            None => {
                let (span, name, in_ty, in_elem) = (call.span, call.name, call.args[0].layout.ty, shape.1);
                if matches!(name, sym::simd_saturating_add | sym::simd_saturating_sub) {
                    return self.simd_error(InvalidMonomorphization::ExpectedVectorElementType {
                        span,
                        name,
                        expected_element: in_elem,
                        vector_type: in_ty,
                    });
                }
                self.simd_error(InvalidMonomorphization::UnsupportedOperation {
                    span,
                    name,
                    in_ty,
                    in_elem,
                })
            }
        }
    }

    /// An operation of which the kind of lane decides what it is in LLVM.
    fn simd_lane_operation(
        &mut self,
        call: &Call<'_, 'll, 'tcx>,
        shape: Shape<'tcx>,
        lane: Lane,
        args: &[Value<'ll>],
    ) -> Option<Value<'ll>> {
        use Lane::{Float, Signed, Unsigned};
        let ty = self.cx.val_ty(args[0]);
        if let [a, b] = *args {
            let value = match (call.name, lane) {
                (sym::simd_add, Float) => self.fadd(a, b),
                (sym::simd_add, Signed | Unsigned) => self.add(a, b),
                (sym::simd_sub, Float) => self.fsub(a, b),
                (sym::simd_sub, Signed | Unsigned) => self.sub(a, b),
                (sym::simd_mul, Float) => self.fmul(a, b),
                (sym::simd_mul, Signed | Unsigned) => self.mul(a, b),
                (sym::simd_div, Float) => self.fdiv(a, b),
                (sym::simd_div, Signed) => self.sdiv(a, b),
                (sym::simd_div, Unsigned) => self.udiv(a, b),
                (sym::simd_rem, Float) => self.frem(a, b),
                (sym::simd_rem, Signed) => self.srem(a, b),
                (sym::simd_rem, Unsigned) => self.urem(a, b),
                (sym::simd_shl, Signed | Unsigned) => self.shl(a, b),
                (sym::simd_shr, Signed) => self.ashr(a, b),
                (sym::simd_shr, Unsigned) => self.lshr(a, b),
                (sym::simd_and, Signed | Unsigned) => self.and(a, b),
                (sym::simd_or, Signed | Unsigned) => self.or(a, b),
                (sym::simd_xor, Signed | Unsigned) => self.xor(a, b),
                (sym::simd_minimum_number_nsz, Float) => self.either_zero("llvm.minimumnum", ty, args),
                (sym::simd_maximum_number_nsz, Float) => self.either_zero("llvm.maximumnum", ty, args),
                (sym::simd_saturating_add, Signed) => self.call_intrinsic("llvm.sadd.sat", &[ty], args),
                (sym::simd_saturating_add, Unsigned) => self.call_intrinsic("llvm.uadd.sat", &[ty], args),
                (sym::simd_saturating_sub, Signed) => self.call_intrinsic("llvm.ssub.sat", &[ty], args),
                (sym::simd_saturating_sub, Unsigned) => self.call_intrinsic("llvm.usub.sat", &[ty], args),
                (sym::simd_carryless_mul, Signed | Unsigned) => {
                    self.call_intrinsic("llvm.clmul", &[ty], args)
                }
                _ => return None,
            };
            return Some(value);
        }
        let byte_lanes = shape.1.is_integral() && shape.1.primitive_size(self.cx.tcx).bits() == 8;
        let zero_is_fine = self.cx.const_bool(false);
        Some(match (call.name, lane) {
            (sym::simd_neg, Float) => self.fneg(args[0]),
            (sym::simd_neg, Signed) => self.neg(args[0]),
            (_, Float | Lane::Other) => return None,
            (sym::simd_bswap, _) if byte_lanes => args[0],
            (sym::simd_bswap, _) => self.call_intrinsic("llvm.bswap", &[ty], args),
            (sym::simd_bitreverse, _) => self.call_intrinsic("llvm.bitreverse", &[ty], args),
            (sym::simd_ctpop, _) => self.call_intrinsic("llvm.ctpop", &[ty], args),
            (sym::simd_ctlz, _) => self.call_intrinsic("llvm.ctlz", &[ty], &[args[0], zero_is_fine]),
            (sym::simd_cttz, _) => self.call_intrinsic("llvm.cttz", &[ty], &[args[0], zero_is_fine]),
            (sym::simd_funnel_shl, _) => self.call_intrinsic("llvm.fshl", &[ty], args),
            (sym::simd_funnel_shr, _) => self.call_intrinsic("llvm.fshr", &[ty], args),
            _ => return None,
        })
    }

    fn either_zero(&mut self, name: &'static str, ty: Type<'ll>, args: &[Value<'ll>]) -> Value<'ll> {
        set_fast_math(
            self.call_intrinsic(name, &[ty], args),
            FastMathFlags::NoSignedZeros,
        )
    }

    /// A comparison: a mask of lanes that are all ones or all zeros.
    fn simd_compare(&mut self, call: &Call<'_, 'll, 'tcx>, op: BinOp, in_len: u64, lane: Lane) -> Lanes<'ll> {
        let (out_len, out_ty) = self.simd_output(call)?;
        self.simd_same_length(call, in_len, out_len)?;
        if !out_ty.is_integral() {
            let (span, name, ret_ty) = (call.span, call.name, call.result.ty);
            return self.simd_error(InvalidMonomorphization::ReturnIntegerType {
                span,
                name,
                ret_ty,
                out_ty,
            });
        }
        let (a, b) = (self.simd_arg(call, 0), self.simd_arg(call, 1));
        let bits = match lane {
            Lane::Float => self.fcmp(float_predicate(op), a, b),
            _ => self.icmp(integer_predicate(op, lane == Lane::Signed), a, b),
        };
        let ty = self.simd_result_type(call);
        Ok(self.sext(bits, ty))
    }

    fn simd_float_function(
        &mut self,
        call: &Call<'_, 'll, 'tcx>,
        name: &'static str,
        lane: Lane,
    ) -> Lanes<'ll> {
        if lane != Lane::Float {
            let (span, ty) = (call.span, call.args[0].layout.ty);
            return self.simd_error(InvalidMonomorphization::BasicFloatType {
                span,
                name: call.name,
                ty,
            });
        }
        let args: Vec<Value<'ll>> = (0..call.args.len())
            .map(|index| self.simd_arg(call, index))
            .collect();
        Ok(self.call_intrinsic(name, &[self.cx.val_ty(args[0])], &args))
    }
}

fn float_function(name: rustc_span::Symbol) -> Option<&'static str> {
    Some(match name {
        sym::simd_fabs => "llvm.fabs",
        sym::simd_fsqrt => "llvm.sqrt",
        sym::simd_fsin => "llvm.sin",
        sym::simd_fcos => "llvm.cos",
        sym::simd_fexp => "llvm.exp",
        sym::simd_fexp2 => "llvm.exp2",
        sym::simd_flog => "llvm.log",
        sym::simd_flog2 => "llvm.log2",
        sym::simd_flog10 => "llvm.log10",
        sym::simd_fma => "llvm.fma",
        sym::simd_relaxed_fma => "llvm.fmuladd",
        sym::simd_ceil => "llvm.ceil",
        sym::simd_floor => "llvm.floor",
        sym::simd_trunc => "llvm.trunc",
        sym::simd_round => "llvm.round",
        sym::simd_round_ties_even => "llvm.rint",
        _ => return None,
    })
}

/// Comparisons of floats are false for NaN, but for `!=`.
fn float_predicate(op: BinOp) -> RealPredicate {
    match op {
        BinOp::Eq => RealPredicate::RealOEQ,
        BinOp::Lt => RealPredicate::RealOLT,
        BinOp::Le => RealPredicate::RealOLE,
        BinOp::Gt => RealPredicate::RealOGT,
        BinOp::Ge => RealPredicate::RealOGE,
        _ => RealPredicate::RealUNE,
    }
}

fn integer_predicate(op: BinOp, signed: bool) -> IntPredicate {
    match (op, signed) {
        (BinOp::Eq, _) => IntPredicate::IntEQ,
        (BinOp::Lt, true) => IntPredicate::IntSLT,
        (BinOp::Lt, false) => IntPredicate::IntULT,
        (BinOp::Le, true) => IntPredicate::IntSLE,
        (BinOp::Le, false) => IntPredicate::IntULE,
        (BinOp::Gt, true) => IntPredicate::IntSGT,
        (BinOp::Gt, false) => IntPredicate::IntUGT,
        (BinOp::Ge, true) => IntPredicate::IntSGE,
        (BinOp::Ge, false) => IntPredicate::IntUGE,
        _ => IntPredicate::IntNE,
    }
}

//! Comparisons of integers, pointers and floats.

use inkwell::{FloatPredicate as F, IntPredicate as I};
use rustc_codegen_ssa::common::{IntPredicate, RealPredicate};
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::Ty;

use super::Builder;
use crate::codegen::values::Value;
use crate::llvm::instructions::{compare_floats, compare_ints};

impl<'ll, 'tcx> Builder<'_, 'll, 'tcx> {
    pub(crate) fn icmp(&mut self, op: IntPredicate, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        let predicate = match op {
            IntPredicate::IntEQ => I::EQ,
            IntPredicate::IntNE => I::NE,
            IntPredicate::IntUGT => I::UGT,
            IntPredicate::IntUGE => I::UGE,
            IntPredicate::IntULT => I::ULT,
            IntPredicate::IntULE => I::ULE,
            IntPredicate::IntSGT => I::SGT,
            IntPredicate::IntSGE => I::SGE,
            IntPredicate::IntSLT => I::SLT,
            IntPredicate::IntSLE => I::SLE,
        };
        compare_ints(&self.ll, predicate, lhs, rhs)
    }

    pub(crate) fn fcmp(&mut self, op: RealPredicate, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        let predicate = match op {
            RealPredicate::RealPredicateFalse => F::PredicateFalse,
            RealPredicate::RealPredicateTrue => F::PredicateTrue,
            RealPredicate::RealOEQ => F::OEQ,
            RealPredicate::RealOGT => F::OGT,
            RealPredicate::RealOGE => F::OGE,
            RealPredicate::RealOLT => F::OLT,
            RealPredicate::RealOLE => F::OLE,
            RealPredicate::RealONE => F::ONE,
            RealPredicate::RealORD => F::ORD,
            RealPredicate::RealUNO => F::UNO,
            RealPredicate::RealUEQ => F::UEQ,
            RealPredicate::RealUGT => F::UGT,
            RealPredicate::RealUGE => F::UGE,
            RealPredicate::RealULT => F::ULT,
            RealPredicate::RealULE => F::ULE,
            RealPredicate::RealUNE => F::UNE,
        };
        compare_floats(&self.ll, predicate, lhs, rhs)
    }

    /// `Ordering` as an `i8`: LLVM has it as one intrinsic since version 20.
    pub(crate) fn three_way_compare(&mut self, ty: Ty<'tcx>, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        let name = if ty.is_signed() { "llvm.scmp" } else { "llvm.ucmp" };
        self.call_intrinsic(name, &[self.cx.types.i8, self.cx.val_ty(lhs)], &[lhs, rhs])
    }
}

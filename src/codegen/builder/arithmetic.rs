//! Integer and floating-point arithmetic, overflow checks included.

use rustc_codegen_ssa::common::IntPredicate;
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::Ty;

use super::Builder;
use crate::codegen::values::Value;
use crate::llvm::instructions::{self, BinaryOp, FloatMode, Promise, binary, promise, set_float_mode};

/// Operations that are one LLVM instruction, and what they promise or allow.
macro_rules! operations {
    ($($name:ident = $op:ident $(promising $promise:ident)? $(in $mode:ident)?;)*) => {
        impl<'ll> Builder<'_, 'll, '_> { $(
            pub(crate) fn $name(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
                let value = binary(&self.ll, BinaryOp::$op, lhs, rhs);
                $(let value = promise(value, Promise::$promise);)?
                $(let value = set_float_mode(value, FloatMode::$mode);)?
                value
            }
        )* }
    };
}

operations! {
    add = Add;
    sub = Sub;
    mul = Mul;
    udiv = UDiv;
    sdiv = SDiv;
    urem = URem;
    srem = SRem;
    shl = Shl;
    lshr = LShr;
    ashr = AShr;
    and = And;
    or = Or;
    xor = Xor;
    fadd = FAdd;
    fsub = FSub;
    fmul = FMul;
    fdiv = FDiv;
    frem = FRem;
    fadd_fast = FAdd in Fast;
    fadd_algebraic = FAdd in Algebraic;
    fsub_fast = FSub in Fast;
    fsub_algebraic = FSub in Algebraic;
    fmul_fast = FMul in Fast;
    fmul_algebraic = FMul in Algebraic;
    fdiv_fast = FDiv in Fast;
    fdiv_algebraic = FDiv in Algebraic;
    frem_fast = FRem in Fast;
    frem_algebraic = FRem in Algebraic;
    exactudiv = UDiv promising Exact;
    exactsdiv = SDiv promising Exact;
    or_disjoint = Or promising Disjoint;
    unchecked_sadd = Add promising NoSignedWrap;
    unchecked_uadd = Add promising NoUnsignedWrap;
    unchecked_suadd = Add promising NoWrap;
    unchecked_ssub = Sub promising NoSignedWrap;
    unchecked_usub = Sub promising NoUnsignedWrap;
    unchecked_susub = Sub promising NoWrap;
    unchecked_smul = Mul promising NoSignedWrap;
    unchecked_umul = Mul promising NoUnsignedWrap;
    unchecked_sumul = Mul promising NoWrap;
}

impl<'ll, 'tcx> Builder<'_, 'll, 'tcx> {
    pub(crate) fn neg(&mut self, v: Value<'ll>) -> Value<'ll> {
        instructions::negate(&self.ll, v)
    }

    pub(crate) fn fneg(&mut self, v: Value<'ll>) -> Value<'ll> {
        instructions::float_negate(&self.ll, v)
    }

    pub(crate) fn not(&mut self, v: Value<'ll>) -> Value<'ll> {
        instructions::invert(&self.ll, v)
    }

    /// The wrapped result, and whether it differs from the true one.
    ///
    /// Unsigned sums and differences overflow exactly if the result (the left operand) is below the
    /// left (right) operand. LLVM turns that comparison into the carry flag, and sees through it
    /// better than through `llvm.u{add,sub}.with.overflow`.
    pub(crate) fn checked_binop(
        &mut self,
        oop: OverflowOp,
        ty: Ty<'tcx>,
        lhs: Value<'ll>,
        rhs: Value<'ll>,
    ) -> (Value<'ll>, Value<'ll>) {
        let intrinsic = match (oop, ty.is_signed()) {
            (OverflowOp::Add, false) => {
                let sum = self.add(lhs, rhs);
                return (sum, self.icmp(IntPredicate::IntULT, sum, lhs));
            }
            (OverflowOp::Sub, false) => {
                let difference = self.sub(lhs, rhs);
                return (difference, self.icmp(IntPredicate::IntULT, lhs, rhs));
            }
            (OverflowOp::Mul, false) => "llvm.umul.with.overflow",
            (OverflowOp::Add, true) => "llvm.sadd.with.overflow",
            (OverflowOp::Sub, true) => "llvm.ssub.with.overflow",
            (OverflowOp::Mul, true) => "llvm.smul.with.overflow",
        };
        let pair = self.call_intrinsic(intrinsic, &[self.cx.val_ty(lhs)], &[lhs, rhs]);
        (self.extract_value(pair, 0), self.extract_value(pair, 1))
    }
}

//! What arithmetic promises and allows, and overflow checks.

use inkwell::values::FastMathFlags;
use rustc_codegen_ssa::common::IntPredicate;
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::Ty;

use super::Builder;
use crate::llvm::Value;

/// What the operands of an integer operation promise (LangRef: `nuw`, `nsw`, `exact`, `disjoint`), where inkwell
/// has no method for the two together.
pub(super) enum Promise {
    NoUnsignedWrap,
    NoSignedWrap,
    Exact,
    Disjoint,
}

/// Adds a promise to the operation that computed `value`; a folded constant needs none.
pub(super) fn promise(value: Value<'_>, promise: Promise) -> Value<'_> {
    if let Some(instruction) = value.instruction() {
        match promise {
            Promise::NoUnsignedWrap => instruction.set_no_unsigned_wrap_flag(true),
            Promise::NoSignedWrap => instruction.set_no_signed_wrap_flag(true),
            Promise::Exact => instruction.set_exact_flag(true),
            Promise::Disjoint => instruction.set_disjoint_flag(true),
        }
        .expect("the operation is of an opcode that carries the flag");
    }
    value
}

/// Reassociation, contraction, reciprocals and no signed zeros: never undefined (rust-lang/rust#136469).
pub(super) const ALGEBRAIC: FastMathFlags = FastMathFlags::AllowReassoc
    .union(FastMathFlags::AllowContract)
    .union(FastMathFlags::NoSignedZeros)
    .union(FastMathFlags::AllowReciprocal);

/// Gives the float operation that computed `value` the liberties of `flags` (LangRef, "Fast-Math Flags").
/// Constants and operations that carry no such flags are left as they are.
pub(crate) fn set_fast_math(value: Value<'_>, flags: FastMathFlags) -> Value<'_> {
    if let Some(instruction) = value.instruction()
        && instruction.can_use_fast_math_flags()
    {
        instruction
            .set_fast_math_flags(flags)
            .expect("it was asked whether it can have them");
    }
    value
}

/// The wrapped result, and whether it differs from the true one.
///
/// Unsigned sums and differences overflow exactly if the result (the left operand) is below the
/// left (right) operand. LLVM turns that comparison into the carry flag, and sees through it
/// better than through `llvm.u{add,sub}.with.overflow`.
pub(super) fn checked_binop<'ll, 'tcx>(
    bx: &mut Builder<'_, 'll, 'tcx>,
    oop: OverflowOp,
    ty: Ty<'tcx>,
    lhs: Value<'ll>,
    rhs: Value<'ll>,
) -> (Value<'ll>, Value<'ll>) {
    let intrinsic = match (oop, ty.is_signed()) {
        (OverflowOp::Add, false) => {
            let sum = bx.add(lhs, rhs);
            return (sum, bx.icmp(IntPredicate::IntULT, sum, lhs));
        }
        (OverflowOp::Sub, false) => {
            let difference = bx.sub(lhs, rhs);
            return (difference, bx.icmp(IntPredicate::IntULT, lhs, rhs));
        }
        (OverflowOp::Mul, false) => "llvm.umul.with.overflow",
        (OverflowOp::Add, true) => "llvm.sadd.with.overflow",
        (OverflowOp::Sub, true) => "llvm.ssub.with.overflow",
        (OverflowOp::Mul, true) => "llvm.smul.with.overflow",
    };
    let pair = bx.call_intrinsic(intrinsic, &[lhs.ty()], &[lhs, rhs]);
    (bx.extract_value(pair, 0), bx.extract_value(pair, 1))
}

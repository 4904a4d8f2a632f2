//! The predicates of comparisons, from rustc's names to LLVM's.

use inkwell::{FloatPredicate as F, IntPredicate as I};
use rustc_codegen_ssa::common::{IntPredicate, RealPredicate};

/// Of integers and pointers.
pub(super) fn of_integers(op: IntPredicate) -> I {
    match op {
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
    }
}

/// Of floats.
pub(super) fn of_floats(op: RealPredicate) -> F {
    match op {
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
    }
}

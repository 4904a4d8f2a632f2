//! What atomic operations do and promise, from rustc's names to LLVM's.

use inkwell::values::InstructionValue;
use inkwell::{AtomicOrdering as Ordering, AtomicRMWBinOp};
use rustc_codegen_ssa::common::AtomicRmwBinOp;
use rustc_middle::ty::AtomicOrdering;

/// LLVM's `monotonic` is what Rust and C++ call relaxed.
pub(super) fn ordering(order: AtomicOrdering) -> Ordering {
    match order {
        AtomicOrdering::Relaxed => Ordering::Monotonic,
        AtomicOrdering::Acquire => Ordering::Acquire,
        AtomicOrdering::Release => Ordering::Release,
        AtomicOrdering::AcqRel => Ordering::AcquireRelease,
        AtomicOrdering::SeqCst => Ordering::SequentiallyConsistent,
    }
}

/// Makes a load or a store atomic, in the scope of the whole system.
pub(super) fn set_ordering(access: InstructionValue<'_>, order: AtomicOrdering) {
    access
        .set_atomic_ordering(ordering(order))
        .expect("rustc has rejected orderings that a load or a store cannot have");
}

pub(super) fn operation(op: AtomicRmwBinOp) -> AtomicRMWBinOp {
    match op {
        AtomicRmwBinOp::AtomicXchg => AtomicRMWBinOp::Xchg,
        AtomicRmwBinOp::AtomicAdd => AtomicRMWBinOp::Add,
        AtomicRmwBinOp::AtomicSub => AtomicRMWBinOp::Sub,
        AtomicRmwBinOp::AtomicAnd => AtomicRMWBinOp::And,
        AtomicRmwBinOp::AtomicNand => AtomicRMWBinOp::Nand,
        AtomicRmwBinOp::AtomicOr => AtomicRMWBinOp::Or,
        AtomicRmwBinOp::AtomicXor => AtomicRMWBinOp::Xor,
        AtomicRmwBinOp::AtomicMax => AtomicRMWBinOp::Max,
        AtomicRmwBinOp::AtomicMin => AtomicRMWBinOp::Min,
        AtomicRmwBinOp::AtomicUMax => AtomicRMWBinOp::UMax,
        AtomicRmwBinOp::AtomicUMin => AtomicRMWBinOp::UMin,
    }
}

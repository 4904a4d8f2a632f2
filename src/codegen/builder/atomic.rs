//! Atomic loads, stores, read-modify-write operations and fences.

use inkwell::AtomicOrdering as Ordering;
use rustc_abi::Size;
use rustc_codegen_ssa::common::{AtomicRmwBinOp, SynchronizationScope};
use rustc_middle::ty::AtomicOrdering;

use super::Builder;
use crate::codegen::values::{Type, Value, ValueExt};
use crate::llvm::memory::{self, AtomicOp};

/// LLVM's `monotonic` is what Rust and C++ call relaxed.
fn ordering(order: AtomicOrdering) -> Ordering {
    match order {
        AtomicOrdering::Relaxed => Ordering::Monotonic,
        AtomicOrdering::Acquire => Ordering::Acquire,
        AtomicOrdering::Release => Ordering::Release,
        AtomicOrdering::AcqRel => Ordering::AcquireRelease,
        AtomicOrdering::SeqCst => Ordering::SequentiallyConsistent,
    }
}

impl<'ll> Builder<'_, 'll, '_> {
    /// An atomic load. It is aligned to its size: LLVM makes a library call of anything less.
    pub(crate) fn atomic_load(
        &mut self,
        ty: Type<'ll>,
        ptr: Value<'ll>,
        order: AtomicOrdering,
        volatile: bool,
        size: Size,
    ) -> Value<'ll> {
        let load = memory::load(&self.ll, ty, ptr, size.bytes() as u32, volatile);
        if let Some(instruction) = load.instruction() {
            memory::set_ordering(instruction, ordering(order));
        }
        load
    }

    pub(crate) fn atomic_store(
        &mut self,
        val: Value<'ll>,
        ptr: Value<'ll>,
        order: AtomicOrdering,
        volatile: bool,
        size: Size,
    ) {
        let store = memory::store(&self.ll, val, ptr, size.bytes() as u32, volatile);
        memory::set_ordering(store, ordering(order));
    }

    pub(crate) fn atomic_cmpxchg(
        &mut self,
        dst: Value<'ll>,
        cmp: Value<'ll>,
        src: Value<'ll>,
        order: AtomicOrdering,
        failure_order: AtomicOrdering,
        weak: bool,
    ) -> (Value<'ll>, Value<'ll>) {
        let orderings = (ordering(order), ordering(failure_order));
        let pair = memory::compare_exchange(&self.ll, dst, cmp, src, orderings, weak);
        (self.extract_value(pair, 0), self.extract_value(pair, 1))
    }

    pub(crate) fn atomic_rmw(
        &mut self,
        op: AtomicRmwBinOp,
        dst: Value<'ll>,
        src: Value<'ll>,
        order: AtomicOrdering,
        ret_ptr: bool,
    ) -> Value<'ll> {
        let op = match op {
            AtomicRmwBinOp::AtomicXchg => AtomicOp::Xchg,
            AtomicRmwBinOp::AtomicAdd => AtomicOp::Add,
            AtomicRmwBinOp::AtomicSub => AtomicOp::Sub,
            AtomicRmwBinOp::AtomicAnd => AtomicOp::And,
            AtomicRmwBinOp::AtomicNand => AtomicOp::Nand,
            AtomicRmwBinOp::AtomicOr => AtomicOp::Or,
            AtomicRmwBinOp::AtomicXor => AtomicOp::Xor,
            AtomicRmwBinOp::AtomicMax => AtomicOp::Max,
            AtomicRmwBinOp::AtomicMin => AtomicOp::Min,
            AtomicRmwBinOp::AtomicUMax => AtomicOp::UMax,
            AtomicRmwBinOp::AtomicUMin => AtomicOp::UMin,
        };
        let old = memory::atomic_update(&self.ll, op, dst, src, ordering(order));
        // Arithmetic on pointers goes through an integer: LLVM has `atomicrmw add` for integers only.
        if ret_ptr && matches!(old, Value::IntValue(_)) {
            self.inttoptr(old, self.cx.types.ptr)
        } else {
            old
        }
    }

    pub(crate) fn atomic_fence(&mut self, order: AtomicOrdering, scope: SynchronizationScope) {
        memory::fence(
            &self.ll,
            ordering(order),
            matches!(scope, SynchronizationScope::SingleThread),
        );
    }
}

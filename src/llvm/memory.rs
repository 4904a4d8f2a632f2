//! Loads, stores, stack slots, address computation, block copies and atomics.

use inkwell::AtomicOrdering;
use inkwell::builder::Builder;
use inkwell::types::AnyTypeEnum;
use inkwell::values::{AnyValueEnum, AsValueRef, FunctionValue, InstructionValue};
use llvm_sys::core::*;
use llvm_sys::prelude::LLVMValueRef;
use llvm_sys::{LLVMAtomicRMWBinOp, LLVMGEPFlagInBounds, LLVMGEPFlagNUW};

use super::constants;
use super::instructions::UNNAMED;
use super::raw;

/// `load`, aligned to `align` bytes. Metadata can be added to the instruction that comes back as a value.
pub(crate) fn load<'ll>(
    builder: &Builder<'ll>,
    ty: AnyTypeEnum<'ll>,
    pointer: AnyValueEnum<'ll>,
    align: u32,
    volatile: bool,
) -> AnyValueEnum<'ll> {
    // SAFETY: builder and operands are of one live context; what is built is a load.
    unsafe {
        let load = LLVMBuildLoad2(
            raw::builder(builder),
            raw::type_(ty),
            raw::value(pointer),
            UNNAMED,
        );
        LLVMSetAlignment(load, align);
        if volatile {
            LLVMSetVolatile(load, 1);
        }
        raw::wrap(load)
    }
}

/// `store`, aligned to `align` bytes.
pub(crate) fn store<'ll>(
    builder: &Builder<'ll>,
    value: AnyValueEnum<'ll>,
    pointer: AnyValueEnum<'ll>,
    align: u32,
    volatile: bool,
) -> InstructionValue<'ll> {
    // SAFETY: as above, for a store.
    unsafe {
        let store = LLVMBuildStore(raw::builder(builder), raw::value(value), raw::value(pointer));
        LLVMSetAlignment(store, align);
        if volatile {
            LLVMSetVolatile(store, 1);
        }
        InstructionValue::new(store)
    }
}

/// Makes a load or a store atomic, in the scope of the whole system.
pub(crate) fn set_ordering(instruction: InstructionValue<'_>, ordering: AtomicOrdering) {
    // SAFETY: the caller passes the load or store that it has just built.
    unsafe { LLVMSetOrdering(instruction.as_value_ref(), ordering.into()) }
}

/// A stack slot of type `ty`, aligned to `align` bytes, at the head of the entry block of `function`.
/// LLVM treats only allocas of the entry block as part of the frame ("Kaleidoscope", and `PromoteMemToReg`).
pub(crate) fn stack_slot<'ll>(
    scratch: &Builder<'ll>,
    function: FunctionValue<'ll>,
    ty: AnyTypeEnum<'ll>,
    align: u32,
) -> AnyValueEnum<'ll> {
    let entry = function
        .get_first_basic_block()
        .expect("code is being built in this function");
    match entry.get_first_instruction() {
        Some(first) => scratch.position_before(&first),
        None => scratch.position_at_end(entry),
    }
    // SAFETY: as above, for an alloca.
    unsafe {
        LLVMSetCurrentDebugLocation2(raw::builder(scratch), std::ptr::null_mut());
        let slot = LLVMBuildAlloca(raw::builder(scratch), raw::type_(ty), UNNAMED);
        LLVMSetAlignment(slot, align);
        raw::wrap(slot)
    }
}

/// What a `getelementptr` promises about its result.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Bounds {
    /// Nothing.
    Unknown,
    /// Stays in the object.
    Within,
    /// Stays in the object, and the offset does not wrap as an unsigned number.
    WithinUnsigned,
}

/// The address of an element: `pointer` offset by `indices` in units of `ty`.
pub(crate) fn element_pointer<'ll>(
    builder: &Builder<'ll>,
    ty: AnyTypeEnum<'ll>,
    pointer: AnyValueEnum<'ll>,
    indices: &[AnyValueEnum<'ll>],
    bounds: Bounds,
) -> AnyValueEnum<'ll> {
    let flags = match bounds {
        Bounds::Unknown => 0,
        Bounds::Within => LLVMGEPFlagInBounds,
        Bounds::WithinUnsigned => LLVMGEPFlagInBounds | LLVMGEPFlagNUW,
    };
    let mut buffer = [std::ptr::null_mut::<llvm_sys::LLVMValue>(); 4];
    assert!(
        indices.len() <= buffer.len(),
        "rustc computes addresses with few indices"
    );
    for (slot, &index) in buffer.iter_mut().zip(indices) {
        *slot = raw::value(index);
    }
    // SAFETY: as above; the array holds `indices.len()` live values.
    unsafe {
        raw::wrap(LLVMBuildGEPWithNoWrapFlags(
            raw::builder(builder),
            raw::type_(ty),
            raw::value(pointer),
            buffer.as_mut_ptr(),
            indices.len() as u32,
            UNNAMED,
            flags,
        ))
    }
}

/// Where a block copy goes and comes from: an address and its alignment in bytes.
pub(crate) type Block<'ll> = (AnyValueEnum<'ll>, u32);

/// `llvm.memcpy`.
pub(crate) fn copy<'ll>(
    builder: &Builder<'ll>,
    to: Block<'ll>,
    from: Block<'ll>,
    size: AnyValueEnum<'ll>,
    volatile: bool,
) {
    let (b, to, from) = (
        raw::builder(builder),
        (raw::value(to.0), to.1),
        (raw::value(from.0), from.1),
    );
    // SAFETY: as above; alignments are powers of two.
    unsafe {
        set_volatile_operand(
            LLVMBuildMemCpy(b, to.0, to.1, from.0, from.1, raw::value(size)),
            volatile,
        )
    }
}

/// `llvm.memmove`.
pub(crate) fn move_overlapping<'ll>(
    builder: &Builder<'ll>,
    to: Block<'ll>,
    from: Block<'ll>,
    size: AnyValueEnum<'ll>,
    volatile: bool,
) {
    let (b, to, from) = (
        raw::builder(builder),
        (raw::value(to.0), to.1),
        (raw::value(from.0), from.1),
    );
    // SAFETY: as above.
    unsafe {
        set_volatile_operand(
            LLVMBuildMemMove(b, to.0, to.1, from.0, from.1, raw::value(size)),
            volatile,
        )
    }
}

/// `llvm.memset`.
pub(crate) fn fill<'ll>(
    builder: &Builder<'ll>,
    to: Block<'ll>,
    byte: AnyValueEnum<'ll>,
    size: AnyValueEnum<'ll>,
    volatile: bool,
) {
    let (to, align) = (raw::value(to.0), to.1);
    // SAFETY: as above.
    unsafe {
        let call = LLVMBuildMemSet(
            raw::builder(builder),
            to,
            raw::value(byte),
            raw::value(size),
            align,
        );
        set_volatile_operand(call, volatile);
    }
}

/// The builder functions of the C interface write `false` as the last operand of the block intrinsics, `isvolatile`.
unsafe fn set_volatile_operand(call: LLVMValueRef, volatile: bool) {
    if volatile {
        // SAFETY: `call` is a call of a block intrinsic, whose fourth operand is the `i1 isvolatile`.
        unsafe {
            let old = LLVMGetOperand(call, 3);
            LLVMSetOperand(call, 3, constants::raw_integer(LLVMTypeOf(old), 1));
        }
    }
}

/// A read-modify-write operation.
#[derive(Copy, Clone, Debug)]
pub(crate) enum AtomicOp {
    Xchg,
    Add,
    Sub,
    And,
    Nand,
    Or,
    Xor,
    Max,
    Min,
    UMax,
    UMin,
}

/// `atomicrmw`: applies `op` to what `pointer` holds and returns the old value.
pub(crate) fn atomic_update<'ll>(
    builder: &Builder<'ll>,
    op: AtomicOp,
    pointer: AnyValueEnum<'ll>,
    value: AnyValueEnum<'ll>,
    ordering: AtomicOrdering,
) -> AnyValueEnum<'ll> {
    let op = match op {
        AtomicOp::Xchg => LLVMAtomicRMWBinOp::LLVMAtomicRMWBinOpXchg,
        AtomicOp::Add => LLVMAtomicRMWBinOp::LLVMAtomicRMWBinOpAdd,
        AtomicOp::Sub => LLVMAtomicRMWBinOp::LLVMAtomicRMWBinOpSub,
        AtomicOp::And => LLVMAtomicRMWBinOp::LLVMAtomicRMWBinOpAnd,
        AtomicOp::Nand => LLVMAtomicRMWBinOp::LLVMAtomicRMWBinOpNand,
        AtomicOp::Or => LLVMAtomicRMWBinOp::LLVMAtomicRMWBinOpOr,
        AtomicOp::Xor => LLVMAtomicRMWBinOp::LLVMAtomicRMWBinOpXor,
        AtomicOp::Max => LLVMAtomicRMWBinOp::LLVMAtomicRMWBinOpMax,
        AtomicOp::Min => LLVMAtomicRMWBinOp::LLVMAtomicRMWBinOpMin,
        AtomicOp::UMax => LLVMAtomicRMWBinOp::LLVMAtomicRMWBinOpUMax,
        AtomicOp::UMin => LLVMAtomicRMWBinOp::LLVMAtomicRMWBinOpUMin,
    };
    let (pointer, value) = (raw::value(pointer), raw::value(value));
    // SAFETY: as above.
    unsafe {
        raw::wrap(LLVMBuildAtomicRMW(
            raw::builder(builder),
            op,
            pointer,
            value,
            ordering.into(),
            0,
        ))
    }
}

/// `cmpxchg`: returns the pair of the old value and whether the exchange happened.
pub(crate) fn compare_exchange<'ll>(
    builder: &Builder<'ll>,
    pointer: AnyValueEnum<'ll>,
    expected: AnyValueEnum<'ll>,
    new: AnyValueEnum<'ll>,
    orderings: (AtomicOrdering, AtomicOrdering),
    weak: bool,
) -> AnyValueEnum<'ll> {
    let (pointer, expected, new) = (raw::value(pointer), raw::value(expected), raw::value(new));
    let (success, failure) = (orderings.0.into(), orderings.1.into());
    // SAFETY: as above.
    unsafe {
        let pair = LLVMBuildAtomicCmpXchg(raw::builder(builder), pointer, expected, new, success, failure, 0);
        LLVMSetWeak(pair, weak.into());
        raw::wrap(pair)
    }
}

/// `fence`, against other threads or only against signal handlers of this one.
pub(crate) fn fence(builder: &Builder<'_>, ordering: AtomicOrdering, single_thread: bool) {
    // SAFETY: as above.
    unsafe {
        LLVMBuildFence(
            raw::builder(builder),
            ordering.into(),
            single_thread.into(),
            UNNAMED,
        );
    }
}

//! Instructions that inkwell has no method for, or one that says less, and the names of values.
//!
//! Of `LLVMBuildAtomicRMW`, inkwell takes integers only; pointers can be exchanged too. To `LLVMBuildAtomicCmpXchg` it
//! gives no failure ordering stronger than that of success, which LLVM and Rust allow. It copies a name for the zero
//! behind it (`LLVMSetValueName2`).
//!
//! All other instructions are made by inkwell's own methods, in `src/codegen/builder`.

use std::ffi::CStr;

use inkwell::builder::Builder;
use inkwell::values::AsValueRef;
use inkwell::{AtomicOrdering, AtomicRMWBinOp};
use llvm_sys::core::*;
use llvm_sys::{LLVMAtomicOrdering, LLVMAtomicRMWBinOp, LLVMGEPFlagInBounds, LLVMGEPFlagNUW};

use super::safe::functions;
use super::values::{Type, Value};

/// The name of an unnamed value.
pub(super) const UNNAMED: &CStr = c"";

functions! {
    fn build_element_pointer<'ll>(
        builder: &Builder<'ll>,
        ty: Type<'ll>,
        pointer: Value<'ll>,
        indices: &[Value<'ll>] as u32,
        name: &CStr,
        flags: u32
    ) -> Value<'ll> = LLVMBuildGEPWithNoWrapFlags;

    fn build_atomic_update<'ll>(
        builder: &Builder<'ll>,
        op: LLVMAtomicRMWBinOp,
        pointer: Value<'ll>,
        value: Value<'ll>,
        ordering: LLVMAtomicOrdering,
        single_thread: bool
    ) -> Value<'ll> = LLVMBuildAtomicRMW;

    fn build_compare_exchange<'ll>(
        builder: &Builder<'ll>,
        pointer: Value<'ll>,
        expected: Value<'ll>,
        new: Value<'ll>,
        success: LLVMAtomicOrdering,
        failure: LLVMAtomicOrdering,
        single_thread: bool
    ) -> Value<'ll> = LLVMBuildAtomicCmpXchg;

    fn set_weak(exchange: Value<'_>, weak: bool) = LLVMSetWeak;
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

/// The address of an element: `pointer` offset by `indices` in units of `ty`. inkwell has no `nuw`.
pub(crate) fn element_pointer<'ll>(
    builder: &Builder<'ll>,
    ty: Type<'ll>,
    pointer: Value<'ll>,
    indices: &[Value<'ll>],
    bounds: Bounds,
) -> Value<'ll> {
    let flags = match bounds {
        Bounds::Unknown => 0,
        Bounds::Within => LLVMGEPFlagInBounds,
        Bounds::WithinUnsigned => LLVMGEPFlagInBounds | LLVMGEPFlagNUW,
    };
    build_element_pointer(builder, ty, pointer, indices, UNNAMED, flags)
}

/// `atomicrmw`: applies `op` to what `pointer` holds and returns the old value.
pub(crate) fn atomic_update<'ll>(
    builder: &Builder<'ll>,
    op: AtomicRMWBinOp,
    pointer: Value<'ll>,
    value: Value<'ll>,
    ordering: AtomicOrdering,
) -> Value<'ll> {
    build_atomic_update(builder, op.into(), pointer, value, ordering.into(), false)
}

/// `cmpxchg`: returns the pair of the old value and whether the exchange happened.
pub(crate) fn compare_exchange<'ll>(
    builder: &Builder<'ll>,
    pointer: Value<'ll>,
    (expected, new): (Value<'ll>, Value<'ll>),
    (success, failure): (AtomicOrdering, AtomicOrdering),
    weak: bool,
) -> Value<'ll> {
    let (success, failure) = (success.into(), failure.into());
    let pair = build_compare_exchange(builder, pointer, expected, new, success, failure, false);
    set_weak(pair, weak);
    pair
}

/// Names a parameter or the result of an instruction that has no name yet; constants have none.
pub(crate) fn name_value(value: Value<'_>, name: &str) {
    let (raw, mut len) = (value.as_value_ref(), 0);
    let nameable = value.is_argument() || value.instruction().is_some();
    // SAFETY: a live value; LLVM copies `name.len()` bytes.
    unsafe {
        LLVMGetValueName2(raw, &mut len);
        if nameable && len == 0 {
            LLVMSetValueName2(raw, name.as_ptr().cast(), name.len());
        }
    }
}

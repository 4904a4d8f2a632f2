//! Instructions that inkwell has no method for, or one that says less, and the names of values.
//!
//! Of `LLVMBuildAtomicRMW`, inkwell takes integers only; pointers can be exchanged too. To `LLVMBuildAtomicCmpXchg` it
//! gives no failure ordering stronger than that of success, which LLVM and Rust allow. It copies a name for the zero
//! behind it (`LLVMSetValueName2`).
//!
//! All other instructions are made by inkwell's own methods, in `src/codegen/builder`.

use inkwell::builder::Builder;
use inkwell::types::AsTypeRef;
use inkwell::values::AsValueRef;
use inkwell::{AtomicOrdering, AtomicRMWBinOp};
use llvm_sys::core::*;
use llvm_sys::{LLVMGEPFlagInBounds, LLVMGEPFlagNUW};

use super::values::{Type, Value, raw_values};

/// The name of an unnamed value.
pub(super) const UNNAMED: *const std::ffi::c_char = c"".as_ptr();

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
    let (indices, count) = raw_values(indices);
    // SAFETY: as above.
    unsafe {
        Value::new(LLVMBuildGEPWithNoWrapFlags(
            builder.as_mut_ptr(),
            ty.as_type_ref(),
            pointer.as_value_ref(),
            indices,
            count,
            UNNAMED,
            flags,
        ))
    }
}

/// `atomicrmw`: applies `op` to what `pointer` holds and returns the old value.
pub(crate) fn atomic_update<'ll>(
    builder: &Builder<'ll>,
    op: AtomicRMWBinOp,
    pointer: Value<'ll>,
    value: Value<'ll>,
    ordering: AtomicOrdering,
) -> Value<'ll> {
    // SAFETY: as above.
    unsafe {
        Value::new(LLVMBuildAtomicRMW(
            builder.as_mut_ptr(),
            op.into(),
            pointer.as_value_ref(),
            value.as_value_ref(),
            ordering.into(),
            0,
        ))
    }
}

/// `cmpxchg`: returns the pair of the old value and whether the exchange happened.
pub(crate) fn compare_exchange<'ll>(
    builder: &Builder<'ll>,
    pointer: Value<'ll>,
    (expected, new): (Value<'ll>, Value<'ll>),
    (success, failure): (AtomicOrdering, AtomicOrdering),
    weak: bool,
) -> Value<'ll> {
    // SAFETY: as above.
    unsafe {
        let pair = LLVMBuildAtomicCmpXchg(
            builder.as_mut_ptr(),
            pointer.as_value_ref(),
            expected.as_value_ref(),
            new.as_value_ref(),
            success.into(),
            failure.into(),
            0,
        );
        LLVMSetWeak(pair, weak.into());
        Value::new(pair)
    }
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

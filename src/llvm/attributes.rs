//! Attributes of functions, results, parameters and call sites.

use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::context::{AsContextRef, Context};
use inkwell::values::{CallSiteValue, FunctionValue};
use llvm_sys::core::*;

/// The number of an attribute that LLVM knows by name (LangRef, "Parameter Attributes", "Function Attributes").
pub(crate) fn kind(name: &str) -> u32 {
    let kind = Attribute::get_named_enum_kind_id(name);
    assert_ne!(kind, 0, "LLVM has no attribute `{name}`");
    kind
}

/// `range`: the integer lies in the half-open interval from `low` to `high`, which may wrap around.
pub(crate) fn range(context: &Context, kind: u32, bits: u32, low: u128, high: u128) -> Attribute {
    let words = |value: u128| [value as u64, (value >> 64) as u64];
    // SAFETY: LLVM reads as many words as `bits` needs, at most two.
    unsafe {
        Attribute::new(LLVMCreateConstantRangeAttribute(
            context.as_ctx_ref(),
            kind,
            bits,
            words(low).as_ptr(),
            words(high).as_ptr(),
        ))
    }
}

/// Where attributes go: on a function, or on one call of it.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Site<'ll> {
    Function(FunctionValue<'ll>),
    Call(CallSiteValue<'ll>),
}

impl Site<'_> {
    /// Adds `attribute` at `place`.
    pub(crate) fn add(self, place: AttributeLoc, attribute: Attribute) {
        match self {
            Site::Function(function) => function.add_attribute(place, attribute),
            Site::Call(call) => call.add_attribute(place, attribute),
        }
    }

    /// Sets the calling convention by its LLVM number.
    pub(crate) fn set_convention(self, convention: u32) {
        match self {
            Site::Function(function) => function.set_call_conventions(convention),
            Site::Call(call) => call.set_call_convention(convention),
        }
    }
}

//! Attributes of functions, results, parameters and call sites.

use std::hash::{Hash, Hasher};

use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::context::Context;
use inkwell::values::{CallSiteValue, FunctionValue};
use llvm_sys::core::*;

use super::cxx::attribute_list;
pub(crate) use super::cxx::attribute_list::AttributeList;
use super::safe::functions;

/// The number of an attribute that LLVM knows by name (LangRef, "Parameter Attributes", "Function Attributes").
pub(crate) fn kind(name: &str) -> u32 {
    let kind = Attribute::get_named_enum_kind_id(name);
    assert_ne!(kind, 0, "LLVM has no attribute `{name}`");
    kind
}

functions! {
    /// LLVM reads as many words as `bits` needs.
    fn range_of_words(context: &Context, kind: u32, bits: u32, low: &[u64; 2], high: &[u64; 2]) -> Attribute
        = LLVMCreateConstantRangeAttribute;
}

/// `range`: the integer lies in the half-open interval from `low` to `high`, which may wrap around.
pub(crate) fn range(context: &Context, kind: u32, bits: u32, low: u128, high: u128) -> Attribute {
    let words = |value: u128| [value as u64, (value >> 64) as u64];
    assert!(bits <= 128, "no integer has {bits} bits");
    range_of_words(context, kind, bits, &words(low), &words(high))
}

/// Where attributes go: on a function, or on one call of it.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Site<'ll> {
    Function(FunctionValue<'ll>),
    Call(CallSiteValue<'ll>),
}

impl Site<'_> {
    /// Adds `attribute` at `place`. It takes the place of one of the same kind.
    pub(crate) fn add(self, place: AttributeLoc, attribute: Attribute) {
        match self {
            Site::Function(function) => function.add_attribute(place, attribute),
            Site::Call(call) => call.add_attribute(place, attribute),
        }
    }

    /// All attributes that were added so far.
    pub(crate) fn list(self) -> AttributeList {
        match self {
            Site::Function(function) => attribute_list::of_function(function).get(),
            Site::Call(call) => attribute_list::of_call(call).get(),
        }
    }

    /// Gives it the attributes of another function or call of the same context, and takes away its own.
    pub(crate) fn set_list(self, list: AttributeList) {
        match self {
            Site::Function(function) => attribute_list::of_function(function).set(list),
            Site::Call(call) => attribute_list::of_call(call).set(list),
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

/// An attribute at a place. LLVM has each attribute once, so its address is its identity.
#[derive(Copy, Clone)]
pub(crate) struct Placed(pub(crate) AttributeLoc, pub(crate) Attribute);

impl PartialEq for Placed {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 && self.1.as_mut_ptr() == other.1.as_mut_ptr()
    }
}

impl Eq for Placed {}

impl Hash for Placed {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
        self.1.as_mut_ptr().hash(state);
    }
}

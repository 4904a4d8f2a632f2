//! Constants: the makers that inkwell types by kind, for any kind.
//!
//! Of `LLVMConstNull`, `LLVMGetUndef`, `LLVMGetPoison`, `LLVMConstBitCast` and `LLVMConstArray2` inkwell has a method for each
//! kind, and of `LLVMConstStructInContext` one that takes its list by kind.

use inkwell::context::Context;
use inkwell::types::VectorType;
use inkwell::values::AnyValue;
use llvm_sys::core::*;

use super::safe::functions;
use super::values::{Type, Value};

functions! {
    /// A struct of `elements`.
    pub(crate) fn structure<'ll>(context: &'ll Context, elements: &[Value<'ll>] as u32, packed: bool) -> Value<'ll>
        = LLVMConstStructInContext;

    /// An array of `elements`, which are of type `element`.
    pub(crate) fn array<'ll>(element: Type<'ll>, elements: &[Value<'ll>] as u64) -> Value<'ll> = LLVMConstArray2;

    /// The zero of any type.
    pub(crate) fn null<'ll>(ty: Type<'ll>) -> Value<'ll> = LLVMConstNull;

    /// Any bits at all, chosen anew at each use (LangRef, "Undefined Values").
    pub(crate) fn undef<'ll>(ty: Type<'ll>) -> Value<'ll> = LLVMGetUndef;

    /// The result of an operation that must not have happened (LangRef, "Poison Values").
    pub(crate) fn poison<'ll>(ty: Type<'ll>) -> Value<'ll> = LLVMGetPoison;

    /// `value` reinterpreted as a `ty` of the same size.
    pub(crate) fn bitcast<'ll>(value: Value<'ll>, ty: Type<'ll>) -> Value<'ll> = LLVMConstBitCast;

    /// `pointer` signed with `key` (an `i32`) and the two discriminators, an `i64` and a pointer (LangRef, "Pointer
    /// Authentication Constants").
    pub(crate) fn signed_pointer<'ll>(
        pointer: Value<'ll>,
        key: Value<'ll>,
        discriminator: Value<'ll>,
        address_discriminator: Value<'ll>
    ) -> Value<'ll> = LLVMConstantPtrAuth;

    /// Element `index` of a constant vector; nothing if it has no such element, or is no constant.
    pub(crate) fn element<'ll>(aggregate: Value<'ll>, index: u32) -> Option<Value<'ll>> = LLVMGetAggregateElement;
}

/// The integer of type `ty` that is `value` modulo 2^width: the only maker of integer constants there is
/// (`clippy.toml` forbids the others).
///
/// rustc_codegen_ssa promises less than a value of the type. It passes the discriminant of `Neg = -1` in an
/// `i8` as 128 bits of ones, since discriminants are kept sign-extended; the end of a valid range, one past
/// its last value, as 256 for a `u8`; and values that no variant can have, as they were computed. It is for
/// the backend to keep the bits that the type has. LLVM does not do so in `LLVMConstInt`: it checks the width
/// in builds with assertions only, and elsewhere makes a constant that is unequal to the one meant.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub(crate) fn integer<'ll>(ty: Type<'ll>, value: u128) -> Value<'ll> {
    #[cfg(feature = "faults")]
    let value = super::faults::constant(ty.int().get_bit_width(), value);
    // LLVM drops the bits that the type does not have.
    ty.int()
        .const_int_arbitrary_precision(&[value as u64, (value >> 64) as u64])
        .into()
}

/// A vector of `elements`.
pub(crate) fn vector<'ll>(elements: &[Value<'ll>]) -> Value<'ll> {
    VectorType::const_vector(elements).into()
}

/// `pointer` moved by `offset` bytes, within its object.
pub(crate) fn offset_pointer<'ll>(byte: Type<'ll>, pointer: Value<'ll>, offset: Value<'ll>) -> Value<'ll> {
    // SAFETY: one index, of a type of one byte; the caller knows that the object is as large.
    unsafe { pointer.pointer().const_in_bounds_gep(byte, &[offset.int()]) }.into()
}

/// The bits of an integer constant of up to 128 bits, zero-extended; nothing for anything else.
pub(crate) fn integer_bits(value: Value<'_>) -> Option<u128> {
    let int = value.int();
    if let Some(bits) = int.get_zero_extended_constant() {
        return Some(bits.into());
    }
    match int.is_constant_int().then(|| int.get_type().get_bit_width())? {
        // The C interface has no way to the high word but the text.
        width @ 65..=128 => parse_printed(value.print_to_string().to_str().ok()?, width),
        _ => None,
    }
}

/// Reads `i128 -5` as LLVM prints it: signed decimal.
fn parse_printed(text: &str, width: u32) -> Option<u128> {
    let digits = text.rsplit(' ').next()?;
    let mask = if width == 128 { u128::MAX } else { (1 << width) - 1 };
    match digits.strip_prefix('-') {
        Some(negative) => Some(negative.parse::<u128>().ok()?.wrapping_neg() & mask),
        None => digits.parse().ok(),
    }
}

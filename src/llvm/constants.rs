//! Constants: the makers that inkwell types by kind, for any kind.

use inkwell::context::{AsContextRef, Context};
use inkwell::types::AsTypeRef;
use inkwell::values::AsValueRef;
use llvm_sys::core::*;
use llvm_sys::prelude::{LLVMTypeRef, LLVMValueRef};

use super::values::{Type, Value, raw_values};

/// The zero of any type.
pub(crate) fn null<'ll>(ty: Type<'ll>) -> Value<'ll> {
    // SAFETY: the type is live and sized; constants live as long as its context.
    unsafe { Value::new(LLVMConstNull(ty.as_type_ref())) }
}

/// Any bits at all, chosen anew at each use (LangRef, "Undefined Values").
pub(crate) fn undef<'ll>(ty: Type<'ll>) -> Value<'ll> {
    // SAFETY: as above.
    unsafe { Value::new(LLVMGetUndef(ty.as_type_ref())) }
}

/// The result of an operation that must not have happened (LangRef, "Poison Values").
pub(crate) fn poison<'ll>(ty: Type<'ll>) -> Value<'ll> {
    // SAFETY: as above.
    unsafe { Value::new(LLVMGetPoison(ty.as_type_ref())) }
}

/// The integer of type `ty` that is `value` modulo 2^width: the only maker of integer constants there is
/// (`clippy.toml` forbids the others).
///
/// rustc_codegen_ssa promises less than a value of the type. It passes the discriminant of `Neg = -1` in an
/// `i8` as 128 bits of ones, since discriminants are kept sign-extended; the end of a valid range, one past
/// its last value, as 256 for a `u8`; and values that no variant can have, as they were computed. It is for
/// the backend to keep the bits that the type has. LLVM does not do so in `LLVMConstInt`: it checks the width
/// in builds with assertions only, and elsewhere makes a constant that is unequal to the one meant.
pub(crate) fn integer<'ll>(ty: Type<'ll>, value: u128) -> Value<'ll> {
    // SAFETY: as above, for an integer type.
    unsafe { Value::new(raw_integer(ty.as_type_ref(), value)) }
}

/// [`integer`], for neighbours that hold raw references.
///
/// # Safety
/// `ty` must be a live integer type.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub(super) unsafe fn raw_integer(ty: LLVMTypeRef, value: u128) -> LLVMValueRef {
    let words = [value as u64, (value >> 64) as u64];
    // SAFETY: LLVM reads two words, of which it drops the bits that the type does not have.
    unsafe { LLVMConstIntOfArbitraryPrecision(ty, 2, words.as_ptr()) }
}

/// A float of any format, from the nearest `f64`.
pub(crate) fn real<'ll>(ty: Type<'ll>, value: f64) -> Value<'ll> {
    // SAFETY: as above, for a float type.
    unsafe { Value::new(LLVMConstReal(ty.as_type_ref(), value)) }
}

/// An array of bytes, without a terminator.
pub(crate) fn bytes<'ll>(context: &'ll Context, bytes: &[u8]) -> Value<'ll> {
    // SAFETY: LLVM copies `bytes.len()` bytes.
    unsafe {
        Value::new(LLVMConstStringInContext2(
            context.as_ctx_ref(),
            bytes.as_ptr().cast(),
            bytes.len(),
            1,
        ))
    }
}

/// A struct of `elements`.
pub(crate) fn structure<'ll>(context: &'ll Context, elements: &[Value<'ll>], packed: bool) -> Value<'ll> {
    let (elements, count) = raw_values(elements);
    // SAFETY: the elements are live constants of `context`.
    unsafe {
        Value::new(LLVMConstStructInContext(
            context.as_ctx_ref(),
            elements,
            count,
            packed.into(),
        ))
    }
}

/// An array of `elements`, which are of type `element`.
pub(crate) fn array<'ll>(element: Type<'ll>, elements: &[Value<'ll>]) -> Value<'ll> {
    let (elements, count) = raw_values(elements);
    // SAFETY: the elements are live constants of type `element`.
    unsafe { Value::new(LLVMConstArray2(element.as_type_ref(), elements, count.into())) }
}

/// A vector of `elements`.
pub(crate) fn vector<'ll>(elements: &[Value<'ll>]) -> Value<'ll> {
    let (elements, count) = raw_values(elements);
    // SAFETY: as above; there is at least one element.
    unsafe { Value::new(LLVMConstVector(elements, count)) }
}

/// `value` reinterpreted as a `ty` of the same size.
pub(crate) fn bitcast<'ll>(value: Value<'ll>, ty: Type<'ll>) -> Value<'ll> {
    // SAFETY: the caller passes a constant and a type of its size.
    unsafe { Value::new(LLVMConstBitCast(value.as_value_ref(), ty.as_type_ref())) }
}

/// An integer as a pointer without provenance.
pub(crate) fn int_to_pointer<'ll>(value: Value<'ll>, ty: Type<'ll>) -> Value<'ll> {
    // SAFETY: as above.
    unsafe { Value::new(LLVMConstIntToPtr(value.as_value_ref(), ty.as_type_ref())) }
}

/// A pointer as an integer.
pub(crate) fn pointer_to_int<'ll>(value: Value<'ll>, ty: Type<'ll>) -> Value<'ll> {
    // SAFETY: as above.
    unsafe { Value::new(LLVMConstPtrToInt(value.as_value_ref(), ty.as_type_ref())) }
}

/// A pointer in another address space.
pub(crate) fn address_space_cast<'ll>(value: Value<'ll>, ty: Type<'ll>) -> Value<'ll> {
    // SAFETY: as above.
    unsafe { Value::new(LLVMConstAddrSpaceCast(value.as_value_ref(), ty.as_type_ref())) }
}

/// `pointer` signed with `key` and the two discriminators (LangRef, "Pointer Authentication Constants").
pub(crate) fn signed_pointer<'ll>(
    pointer: Value<'ll>,
    key: Value<'ll>,
    discriminator: Value<'ll>,
    address_discriminator: Value<'ll>,
) -> Value<'ll> {
    let parts = [pointer, key, discriminator, address_discriminator].map(|part| part.as_value_ref());
    // SAFETY: a pointer, an `i32`, an `i64` and a pointer, all of them constants of one context.
    unsafe { Value::new(LLVMConstantPtrAuth(parts[0], parts[1], parts[2], parts[3])) }
}

/// `pointer` moved by `offset` bytes, within its object.
pub(crate) fn offset_pointer<'ll>(byte: Type<'ll>, pointer: Value<'ll>, offset: Value<'ll>) -> Value<'ll> {
    let mut index = offset.as_value_ref();
    // SAFETY: as above; one index.
    unsafe {
        Value::new(LLVMConstInBoundsGEP2(
            byte.as_type_ref(),
            pointer.as_value_ref(),
            &mut index,
            1,
        ))
    }
}

/// The bits of an integer constant of up to 128 bits, zero-extended; nothing for anything else.
pub(crate) fn integer_bits(value: Value<'_>) -> Option<u128> {
    let raw = value.as_value_ref();
    // SAFETY: type tests of a live value; the C interface reads at most 64 bits, and more are read as halves.
    unsafe {
        if LLVMIsAConstantInt(raw).is_null() {
            return None;
        }
        match value.ty().int().get_bit_width() {
            0..=64 => Some(u128::from(LLVMConstIntGetZExtValue(raw))),
            // The C interface has no way to the high word but the text.
            width @ 65..=128 => {
                let text = LLVMPrintValueToString(raw);
                let parsed = parse_printed(std::ffi::CStr::from_ptr(text).to_str().ok()?, width);
                LLVMDisposeMessage(text);
                parsed
            }
            _ => None,
        }
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

/// Element `index` of a constant vector.
pub(crate) fn element<'ll>(aggregate: Value<'ll>, index: u32) -> Option<Value<'ll>> {
    // SAFETY: LLVM returns null for what has no such element, or is no constant.
    unsafe {
        let raw = LLVMGetAggregateElement(aggregate.as_value_ref(), index);
        (!raw.is_null()).then(|| Value::new(raw))
    }
}

//! Constants: the makers that inkwell types by kind, for any kind.

use inkwell::context::{AsContextRef, Context};
use inkwell::types::AnyTypeEnum;
use inkwell::values::AnyValueEnum;
use llvm_sys::core::*;
use llvm_sys::prelude::{LLVMTypeRef, LLVMValueRef};

use super::raw;

/// The zero of any type.
pub(crate) fn null<'ll>(ty: AnyTypeEnum<'ll>) -> AnyValueEnum<'ll> {
    // SAFETY: the type is live and sized; constants live as long as its context.
    unsafe { raw::wrap(LLVMConstNull(raw::type_(ty))) }
}

/// Any bits at all, chosen anew at each use (LangRef, "Undefined Values").
pub(crate) fn undef<'ll>(ty: AnyTypeEnum<'ll>) -> AnyValueEnum<'ll> {
    // SAFETY: as above.
    unsafe { raw::wrap(LLVMGetUndef(raw::type_(ty))) }
}

/// The result of an operation that must not have happened (LangRef, "Poison Values").
pub(crate) fn poison<'ll>(ty: AnyTypeEnum<'ll>) -> AnyValueEnum<'ll> {
    // SAFETY: as above.
    unsafe { raw::wrap(LLVMGetPoison(raw::type_(ty))) }
}

/// The integer of type `ty` that is `value` modulo 2^width: the only maker of integer constants there is
/// (`clippy.toml` forbids the others).
///
/// rustc_codegen_ssa promises less than a value of the type. It passes the discriminant of `Neg = -1` in an
/// `i8` as 128 bits of ones, since discriminants are kept sign-extended; the end of a valid range, one past
/// its last value, as 256 for a `u8`; and values that no variant can have, as they were computed. It is for
/// the backend to keep the bits that the type has. LLVM does not do so in `LLVMConstInt`: it checks the width
/// in builds with assertions only, and elsewhere makes a constant that is unequal to the one meant.
pub(crate) fn integer<'ll>(ty: AnyTypeEnum<'ll>, value: u128) -> AnyValueEnum<'ll> {
    // SAFETY: as above, for an integer type.
    unsafe { raw::wrap(raw_integer(raw::type_(ty), value)) }
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
pub(crate) fn real<'ll>(ty: AnyTypeEnum<'ll>, value: f64) -> AnyValueEnum<'ll> {
    // SAFETY: as above, for a float type.
    unsafe { raw::wrap(LLVMConstReal(raw::type_(ty), value)) }
}

/// An array of bytes, without a terminator.
pub(crate) fn bytes<'ll>(context: &'ll Context, bytes: &[u8]) -> AnyValueEnum<'ll> {
    // SAFETY: LLVM copies `bytes.len()` bytes.
    unsafe {
        raw::wrap(LLVMConstStringInContext2(
            context.as_ctx_ref(),
            bytes.as_ptr().cast(),
            bytes.len(),
            1,
        ))
    }
}

fn collect(elements: &[AnyValueEnum<'_>]) -> Vec<LLVMValueRef> {
    elements.iter().map(|&element| raw::value(element)).collect()
}

/// A struct of `elements`.
pub(crate) fn structure<'ll>(
    context: &'ll Context,
    elements: &[AnyValueEnum<'ll>],
    packed: bool,
) -> AnyValueEnum<'ll> {
    let mut raw = collect(elements);
    // SAFETY: the elements are live constants of `context`.
    unsafe {
        let (ptr, len) = (raw.as_mut_ptr(), raw.len() as u32);
        raw::wrap(LLVMConstStructInContext(
            context.as_ctx_ref(),
            ptr,
            len,
            packed.into(),
        ))
    }
}

/// An array of `elements`, which are of type `element`.
pub(crate) fn array<'ll>(element: AnyTypeEnum<'ll>, elements: &[AnyValueEnum<'ll>]) -> AnyValueEnum<'ll> {
    let mut raw = collect(elements);
    // SAFETY: the elements are live constants of type `element`.
    unsafe {
        let array = LLVMConstArray2(raw::type_(element), raw.as_mut_ptr(), raw.len() as u64);
        raw::wrap(array)
    }
}

/// A vector of `elements`.
pub(crate) fn vector<'ll>(elements: &[AnyValueEnum<'ll>]) -> AnyValueEnum<'ll> {
    let mut raw = collect(elements);
    // SAFETY: as above; there is at least one element.
    unsafe { raw::wrap(LLVMConstVector(raw.as_mut_ptr(), raw.len() as u32)) }
}

/// `value` reinterpreted as a `ty` of the same size.
pub(crate) fn bitcast<'ll>(value: AnyValueEnum<'ll>, ty: AnyTypeEnum<'ll>) -> AnyValueEnum<'ll> {
    // SAFETY: the caller passes a constant and a type of its size.
    unsafe { raw::wrap(LLVMConstBitCast(raw::value(value), raw::type_(ty))) }
}

/// An integer as a pointer without provenance.
pub(crate) fn int_to_pointer<'ll>(value: AnyValueEnum<'ll>, ty: AnyTypeEnum<'ll>) -> AnyValueEnum<'ll> {
    // SAFETY: as above.
    unsafe { raw::wrap(LLVMConstIntToPtr(raw::value(value), raw::type_(ty))) }
}

/// A pointer as an integer.
pub(crate) fn pointer_to_int<'ll>(value: AnyValueEnum<'ll>, ty: AnyTypeEnum<'ll>) -> AnyValueEnum<'ll> {
    // SAFETY: as above.
    unsafe { raw::wrap(LLVMConstPtrToInt(raw::value(value), raw::type_(ty))) }
}

/// A pointer in another address space.
pub(crate) fn address_space_cast<'ll>(value: AnyValueEnum<'ll>, ty: AnyTypeEnum<'ll>) -> AnyValueEnum<'ll> {
    // SAFETY: as above.
    unsafe { raw::wrap(LLVMConstAddrSpaceCast(raw::value(value), raw::type_(ty))) }
}

/// `pointer` signed with `key` and the two discriminators (LangRef, "Pointer Authentication Constants").
pub(crate) fn signed_pointer<'ll>(
    pointer: AnyValueEnum<'ll>,
    key: AnyValueEnum<'ll>,
    discriminator: AnyValueEnum<'ll>,
    address_discriminator: AnyValueEnum<'ll>,
) -> AnyValueEnum<'ll> {
    let parts = [pointer, key, discriminator, address_discriminator].map(raw::value);
    // SAFETY: a pointer, an `i32`, an `i64` and a pointer, all of them constants of one context.
    unsafe { raw::wrap(LLVMConstantPtrAuth(parts[0], parts[1], parts[2], parts[3])) }
}

/// `pointer` moved by `offset` bytes, within its object.
pub(crate) fn offset_pointer<'ll>(
    byte: AnyTypeEnum<'ll>,
    pointer: AnyValueEnum<'ll>,
    offset: AnyValueEnum<'ll>,
) -> AnyValueEnum<'ll> {
    let mut index = raw::value(offset);
    // SAFETY: as above; one index.
    unsafe {
        raw::wrap(LLVMConstInBoundsGEP2(
            raw::type_(byte),
            raw::value(pointer),
            &mut index,
            1,
        ))
    }
}

/// The bits of an integer constant of up to 128 bits, zero-extended; nothing for anything else.
pub(crate) fn integer_bits(value: AnyValueEnum<'_>) -> Option<u128> {
    let AnyValueEnum::IntValue(int) = value else {
        return None;
    };
    let width = int.get_type().get_bit_width();
    let raw = raw::value(value);
    // SAFETY: type tests of a live value; the C interface reads at most 64 bits, and more are read as halves.
    unsafe {
        if LLVMIsAConstantInt(raw).is_null() {
            return None;
        }
        match width {
            0..=64 => Some(u128::from(LLVMConstIntGetZExtValue(raw))),
            // The C interface has no way to the high word but the text.
            65..=128 => {
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
pub(crate) fn element<'ll>(aggregate: AnyValueEnum<'ll>, index: u32) -> Option<AnyValueEnum<'ll>> {
    // SAFETY: LLVM returns null for what has no such element, or is no constant.
    unsafe {
        let raw = LLVMGetAggregateElement(raw::value(aggregate), index);
        (!raw.is_null()).then(|| raw::wrap(raw))
    }
}

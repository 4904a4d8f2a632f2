//! Constants: the makers that inkwell types by kind, for any kind.

use inkwell::context::{AsContextRef, Context};
use inkwell::types::AnyTypeEnum;
use inkwell::values::AnyValueEnum;
use llvm_sys::core::*;
use llvm_sys::prelude::LLVMValueRef;

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

/// An integer of up to 128 bits.
pub(crate) fn integer<'ll>(ty: AnyTypeEnum<'ll>, value: u128) -> AnyValueEnum<'ll> {
    // SAFETY: as above, for an integer type; LLVM reads two words.
    unsafe {
        let raw = match u64::try_from(value) {
            Ok(low) => LLVMConstInt(raw::type_(ty), low, 0),
            Err(_) => {
                let words = [value as u64, (value >> 64) as u64];
                LLVMConstIntOfArbitraryPrecision(raw::type_(ty), 2, words.as_ptr())
            }
        };
        raw::wrap(raw)
    }
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

//! Conversions that are not one instruction each.

use inkwell::types::{AnyType, AnyTypeEnum};
use rustc_abi::Float;
use rustc_codegen_ssa::traits::*;

use super::{Builder, built};
use crate::llvm::{Type, Value};

/// WebAssembly's own truncation traps where LLVM's instruction would be undefined; LLVM guards the
/// latter with a comparison, which a program that asks for the unchecked cast does not want
/// (rust-lang/rust#73591).
pub(super) fn is_wasm_truncation<'ll>(
    bx: &Builder<'_, 'll, '_>,
    val: Value<'ll>,
    dest_ty: Type<'ll>,
) -> bool {
    bx.cx.tcx.sess.target.is_like_wasm
        && matches!(bx.cx.float_type(val.ty()), Some(Float::F32 | Float::F64))
        && matches!(bx.cx.int_width(dest_ty), Some(32 | 64))
}

/// An integer as one of another width.
pub(super) fn integer<'ll>(
    bx: &mut Builder<'_, 'll, '_>,
    val: Value<'ll>,
    dest_ty: Type<'ll>,
    is_signed: bool,
) -> Value<'ll> {
    let from = val.ty();
    if from == dest_ty {
        return val;
    }
    match from.int().get_bit_width() > dest_ty.int().get_bit_width() {
        true => bx.trunc(val, dest_ty),
        false if is_signed => bx.sext(val, dest_ty),
        false => bx.zext(val, dest_ty),
    }
}

/// Between pointers of two address spaces, or from a pointer to an integer.
pub(super) fn pointer<'ll>(bx: &mut Builder<'_, 'll, '_>, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
    if val.ty() == dest_ty {
        return val;
    }
    match (val.ty().as_any_type_enum(), dest_ty.as_any_type_enum()) {
        (AnyTypeEnum::PointerType(_), AnyTypeEnum::PointerType(to)) => {
            built(bx.ll.build_address_space_cast(val.pointer(), to, "")).into()
        }
        (AnyTypeEnum::PointerType(_), _) => bx.ptrtoint(val, dest_ty),
        _ => bx.bitcast(val, dest_ty),
    }
}

//! Conversions between types: truncation, extension, floats, pointers, booleans.

use inkwell::values::InstructionOpcode;
use rustc_abi::{Float, Scalar};
use rustc_codegen_ssa::traits::*;

use super::Builder;
use crate::codegen::values::{Type, TypeExt, Value, ValueExt};
use crate::llvm::instructions::{Promise, cast, promise};

/// Casts that are one LLVM instruction.
macro_rules! casts {
    ($($name:ident = $opcode:ident;)*) => {
        impl<'ll> Builder<'_, 'll, '_> { $(
            pub(crate) fn $name(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
                cast(&self.ll, InstructionOpcode::$opcode, val, dest_ty)
            }
        )* }
    };
}

casts! {
    trunc = Trunc;
    sext = SExt;
    zext = ZExt;
    uitofp = UIToFP;
    sitofp = SIToFP;
    fptrunc = FPTrunc;
    fpext = FPExt;
    ptrtoint = PtrToInt;
    inttoptr = IntToPtr;
    bitcast = BitCast;
}

impl<'ll> Builder<'_, 'll, '_> {
    /// From the SSA form of a scalar to its memory form: a `bool` is an `i1` here and an `i8` there.
    pub(crate) fn from_immediate(&mut self, val: Value<'ll>) -> Value<'ll> {
        match val {
            Value::IntValue(int) if int.get_type().get_bit_width() == 1 => self.zext(val, self.cx.types.i8),
            _ => val,
        }
    }

    /// From the memory form to the SSA form. A `bool` in memory is 0 or 1, so nothing is cut off.
    pub(crate) fn to_immediate_scalar(&mut self, val: Value<'ll>, scalar: Scalar) -> Value<'ll> {
        if scalar.is_bool() {
            self.unchecked_utrunc(val, self.cx.types.i1)
        } else {
            val
        }
    }

    pub(crate) fn unchecked_utrunc(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        promise(self.trunc(val, dest_ty), Promise::NoUnsignedWrap)
    }

    pub(crate) fn unchecked_strunc(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        promise(self.trunc(val, dest_ty), Promise::NoSignedWrap)
    }

    pub(crate) fn fptoui_sat(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        self.call_intrinsic("llvm.fptoui.sat", &[dest_ty, self.cx.val_ty(val)], &[val])
    }

    pub(crate) fn fptosi_sat(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        self.call_intrinsic("llvm.fptosi.sat", &[dest_ty, self.cx.val_ty(val)], &[val])
    }

    pub(crate) fn fptoui(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        match self.wasm_truncation(val, dest_ty) {
            true => self.call_intrinsic(
                "llvm.wasm.trunc.unsigned",
                &[dest_ty, self.cx.val_ty(val)],
                &[val],
            ),
            false => cast(&self.ll, InstructionOpcode::FPToUI, val, dest_ty),
        }
    }

    pub(crate) fn fptosi(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        match self.wasm_truncation(val, dest_ty) {
            true => self.call_intrinsic("llvm.wasm.trunc.signed", &[dest_ty, self.cx.val_ty(val)], &[val]),
            false => cast(&self.ll, InstructionOpcode::FPToSI, val, dest_ty),
        }
    }

    /// WebAssembly's own truncation traps where LLVM's instruction would be undefined; LLVM guards the
    /// latter with a comparison, which a program that asks for the unchecked cast does not want
    /// (rust-lang/rust#73591).
    fn wasm_truncation(&self, val: Value<'ll>, dest_ty: Type<'ll>) -> bool {
        self.cx.tcx.sess.target.is_like_wasm
            && matches!(
                self.cx.float_type(self.cx.val_ty(val)),
                Some(Float::F32 | Float::F64)
            )
            && matches!(self.cx.int_width(dest_ty), Some(32 | 64))
    }

    pub(crate) fn intcast(&mut self, val: Value<'ll>, dest_ty: Type<'ll>, is_signed: bool) -> Value<'ll> {
        let (from, to) = (
            val.int().get_type().get_bit_width(),
            dest_ty.int().get_bit_width(),
        );
        match from.cmp(&to) {
            std::cmp::Ordering::Equal => val,
            std::cmp::Ordering::Greater => self.trunc(val, dest_ty),
            std::cmp::Ordering::Less if is_signed => self.sext(val, dest_ty),
            std::cmp::Ordering::Less => self.zext(val, dest_ty),
        }
    }

    pub(crate) fn pointercast(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        match (self.cx.val_ty(val), dest_ty) {
            (from, to) if from == to => val,
            (Type::PointerType(_), Type::PointerType(_)) => {
                cast(&self.ll, InstructionOpcode::AddrSpaceCast, val, dest_ty)
            }
            (Type::PointerType(_), _) => self.ptrtoint(val, dest_ty),
            _ => self.bitcast(val, dest_ty),
        }
    }
}

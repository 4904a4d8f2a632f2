//! Conversions between types: truncation, extension, floats, pointers, booleans.
#![allow(unused_imports, unused_variables, dead_code)] // SKELETON: remove
use inkwell::basic_block::BasicBlock;
use inkwell::types::FunctionType;
use inkwell::values::FunctionValue;
use rustc_abi::{Align, Scalar, Size, WrappingRange};
use rustc_ast::expand::typetree::FncTree;
use rustc_attr_ir::UnrollAttr;
use rustc_codegen_ssa::MemFlags;
use rustc_codegen_ssa::common::{AtomicRmwBinOp, IntPredicate, RealPredicate, SynchronizationScope};
use rustc_codegen_ssa::mir::operand::{OperandRef, OperandValue};
use rustc_codegen_ssa::mir::place::{PlaceRef, PlaceValue};
use rustc_codegen_ssa::traits::*;
use rustc_middle::middle::codegen_fn_attrs::CodegenFnAttrs;
use rustc_middle::ty::layout::TyAndLayout;
use rustc_middle::ty::{AtomicOrdering, Instance, Ty};
use rustc_span::Span;
use rustc_target::callconv::FnAbi;

use super::Builder;
use crate::codegen::context::CodegenCx;
use crate::codegen::values::{Type, Value};
use crate::llvm::Funclet;

impl<'a, 'll, 'tcx> Builder<'a, 'll, 'tcx> {
    pub(crate) fn from_immediate(&mut self, val: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn to_immediate_scalar(&mut self, val: Value<'ll>, scalar: Scalar) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn trunc(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn unchecked_utrunc(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn unchecked_strunc(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn sext(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fptoui_sat(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fptosi_sat(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fptoui(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fptosi(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn uitofp(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn sitofp(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fptrunc(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fpext(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn ptrtoint(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn inttoptr(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn bitcast(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn intcast(&mut self, val: Value<'ll>, dest_ty: Type<'ll>, is_signed: bool) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn pointercast(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn zext(&mut self, val: Value<'ll>, dest_ty: Type<'ll>) -> Value<'ll> {
        todo!()
    }
}

//! Calls of rustc's intrinsics, and of LLVM's through `link_llvm_intrinsics`.
#![allow(unused_imports, unused_variables, dead_code)] // SKELETON: remove
use rustc_codegen_ssa::RetagInfo;
use rustc_codegen_ssa::mir::IntrinsicResult;
use rustc_codegen_ssa::mir::operand::OperandRef;
use rustc_codegen_ssa::mir::place::PlaceValue;
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::{self, Instance, Ty};
use rustc_span::Span;

mod declare;

pub(crate) use declare::IntrinsicCache;

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::codegen::values::{Type, Value};

impl<'ll, 'tcx> IntrinsicCallBuilderMethods<'tcx> for Builder<'_, 'll, 'tcx> {
    fn codegen_intrinsic_call(
        &mut self,
        instance: ty::Instance<'tcx>,
        args: &[OperandRef<'tcx, Value<'ll>>],
        result_layout: ty::layout::TyAndLayout<'tcx>,
        result_place: Option<PlaceValue<Value<'ll>>>,
        span: Span,
    ) -> IntrinsicResult<'tcx, Value<'ll>> {
        todo!()
    }

    fn codegen_llvm_intrinsic_call(
        &mut self,
        instance: ty::Instance<'tcx>,
        args: &[OperandRef<'tcx, Value<'ll>>],
        is_cleanup: bool,
    ) -> Value<'ll> {
        todo!()
    }

    fn abort_immediate(&mut self) {
        todo!()
    }

    fn assume(&mut self, val: Value<'ll>) {
        todo!()
    }

    fn expect(&mut self, cond: Value<'ll>, expected: bool) -> Value<'ll> {
        todo!()
    }

    fn ctpop(&mut self, val: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    fn type_checked_load(
        &mut self,
        llvtable: Value<'ll>,
        vtable_byte_offset: u64,
        typeid: &[u8],
    ) -> Value<'ll> {
        todo!()
    }

    fn va_start(&mut self, val: Value<'ll>) {
        todo!()
    }

    fn retag_mem(&mut self, place: Value<'ll>, info: &RetagInfo<Value<'ll>>) {
        todo!()
    }

    fn retag_reg(&mut self, ptr: Value<'ll>, info: &RetagInfo<Value<'ll>>) -> Value<'ll> {
        todo!()
    }
}

pub(crate) fn replaced_intrinsics() -> Vec<rustc_span::Symbol> {
    vec![]
}

//! Stack slots, loads, stores, address computation and block copies.
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
    pub(crate) fn alloca(&mut self, size: Size, align: Align) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn alloca_with_ty(&mut self, layout: TyAndLayout<'tcx>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn load(&mut self, ty: Type<'ll>, ptr: Value<'ll>, align: Align) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn volatile_load(&mut self, ty: Type<'ll>, ptr: Value<'ll>, align: Align) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn load_operand(&mut self, place: PlaceRef<'tcx, Value<'ll>>) -> OperandRef<'tcx, Value<'ll>> {
        todo!()
    }

    pub(crate) fn write_operand_repeatedly(
        &mut self,
        elem: OperandRef<'tcx, Value<'ll>>,
        count: u64,
        dest: PlaceRef<'tcx, Value<'ll>>,
    ) {
        todo!()
    }

    pub(crate) fn range_metadata(&mut self, load: Value<'ll>, range: WrappingRange) {
        todo!()
    }

    pub(crate) fn nonnull_metadata(&mut self, load: Value<'ll>) {
        todo!()
    }

    pub(crate) fn store(&mut self, val: Value<'ll>, ptr: Value<'ll>, align: Align) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn store_with_flags(
        &mut self,
        val: Value<'ll>,
        ptr: Value<'ll>,
        align: Align,
        flags: MemFlags,
    ) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn gep(&mut self, ty: Type<'ll>, ptr: Value<'ll>, indices: &[Value<'ll>]) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn inbounds_gep(
        &mut self,
        ty: Type<'ll>,
        ptr: Value<'ll>,
        indices: &[Value<'ll>],
    ) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn inbounds_nuw_gep(
        &mut self,
        ty: Type<'ll>,
        ptr: Value<'ll>,
        indices: &[Value<'ll>],
    ) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn memcpy(
        &mut self,
        dst: Value<'ll>,
        dst_align: Align,
        src: Value<'ll>,
        src_align: Align,
        size: Value<'ll>,
        flags: MemFlags,
        tt: Option<FncTree>,
    ) {
        todo!()
    }

    pub(crate) fn memmove(
        &mut self,
        dst: Value<'ll>,
        dst_align: Align,
        src: Value<'ll>,
        src_align: Align,
        size: Value<'ll>,
        flags: MemFlags,
    ) {
        todo!()
    }

    pub(crate) fn memset(
        &mut self,
        ptr: Value<'ll>,
        fill_byte: Value<'ll>,
        size: Value<'ll>,
        align: Align,
        flags: MemFlags,
    ) {
        todo!()
    }

    pub(crate) fn set_invariant_load(&mut self, load: Value<'ll>) {
        todo!()
    }

    pub(crate) fn lifetime_start(&mut self, ptr: Value<'ll>, size: Size) {
        todo!()
    }

    pub(crate) fn lifetime_end(&mut self, ptr: Value<'ll>, size: Size) {
        todo!()
    }
}

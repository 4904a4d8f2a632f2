//! Branches, switches and the other ends of a basic block.
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
    pub(crate) fn ret_void(&mut self) {
        todo!()
    }

    pub(crate) fn ret(&mut self, v: Value<'ll>) {
        todo!()
    }

    pub(crate) fn br(&mut self, dest: BasicBlock<'ll>) {
        todo!()
    }

    pub(crate) fn br_with_attrs(&mut self, dest: BasicBlock<'ll>, loop_hint_attrs: &[UnrollAttr]) {
        todo!()
    }

    pub(crate) fn cond_br(
        &mut self,
        cond: Value<'ll>,
        then_llbb: BasicBlock<'ll>,
        else_llbb: BasicBlock<'ll>,
    ) {
        todo!()
    }

    pub(crate) fn cond_br_with_expect(
        &mut self,
        cond: Value<'ll>,
        then_llbb: BasicBlock<'ll>,
        else_llbb: BasicBlock<'ll>,
        expect: Option<bool>,
    ) {
        todo!()
    }

    pub(crate) fn switch(
        &mut self,
        v: Value<'ll>,
        else_llbb: BasicBlock<'ll>,
        cases: impl ExactSizeIterator<Item = (u128, BasicBlock<'ll>)>,
    ) {
        todo!()
    }

    pub(crate) fn switch_with_weights(
        &mut self,
        v: Value<'ll>,
        else_llbb: BasicBlock<'ll>,
        else_is_cold: bool,
        cases: impl ExactSizeIterator<Item = (u128, BasicBlock<'ll>, bool)>,
    ) {
        todo!()
    }

    pub(crate) fn unreachable(&mut self) {
        todo!()
    }

    pub(crate) fn select(
        &mut self,
        cond: Value<'ll>,
        then_val: Value<'ll>,
        else_val: Value<'ll>,
    ) -> Value<'ll> {
        todo!()
    }
}

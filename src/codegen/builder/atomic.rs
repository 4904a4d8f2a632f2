//! Atomic loads, stores, read-modify-write operations and fences.
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
    pub(crate) fn atomic_load(
        &mut self,
        ty: Type<'ll>,
        ptr: Value<'ll>,
        order: AtomicOrdering,
        volatile: bool,
        size: Size,
    ) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn atomic_store(
        &mut self,
        val: Value<'ll>,
        ptr: Value<'ll>,
        order: AtomicOrdering,
        volatile: bool,
        size: Size,
    ) {
        todo!()
    }

    pub(crate) fn atomic_cmpxchg(
        &mut self,
        dst: Value<'ll>,
        cmp: Value<'ll>,
        src: Value<'ll>,
        order: AtomicOrdering,
        failure_order: AtomicOrdering,
        weak: bool,
    ) -> (Value<'ll>, Value<'ll>) {
        todo!()
    }

    pub(crate) fn atomic_rmw(
        &mut self,
        op: AtomicRmwBinOp,
        dst: Value<'ll>,
        src: Value<'ll>,
        order: AtomicOrdering,
        ret_ptr: bool,
    ) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn atomic_fence(&mut self, order: AtomicOrdering, scope: SynchronizationScope) {
        todo!()
    }
}

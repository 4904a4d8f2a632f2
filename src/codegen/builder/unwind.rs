//! Landing pads and funclets: where control goes when a call unwinds.
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
    pub(crate) fn set_personality_fn(&mut self, personality: FunctionValue<'ll>) {
        todo!()
    }

    pub(crate) fn cleanup_landing_pad(&mut self, pers_fn: FunctionValue<'ll>) -> (Value<'ll>, Value<'ll>) {
        todo!()
    }

    pub(crate) fn filter_landing_pad(&mut self, pers_fn: FunctionValue<'ll>) {
        todo!()
    }

    pub(crate) fn resume(&mut self, exn0: Value<'ll>, exn1: Value<'ll>) {
        todo!()
    }

    pub(crate) fn cleanup_pad(&mut self, parent: Option<Value<'ll>>, args: &[Value<'ll>]) -> Funclet<'ll> {
        todo!()
    }

    pub(crate) fn cleanup_ret(&mut self, funclet: &Funclet<'ll>, unwind: Option<BasicBlock<'ll>>) {
        todo!()
    }

    pub(crate) fn catch_pad(&mut self, parent: Value<'ll>, args: &[Value<'ll>]) -> Funclet<'ll> {
        todo!()
    }

    pub(crate) fn catch_switch(
        &mut self,
        parent: Option<Value<'ll>>,
        unwind: Option<BasicBlock<'ll>>,
        handlers: &[BasicBlock<'ll>],
    ) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn get_funclet_cleanuppad(&self, funclet: &Funclet<'ll>) -> Value<'ll> {
        todo!()
    }
}

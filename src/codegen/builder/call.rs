//! Calls and invokes of functions.
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
    pub(crate) fn invoke(
        &mut self,
        llty: FunctionType<'ll>,
        fn_attrs: Option<&CodegenFnAttrs>,
        fn_abi: Option<&FnAbi<'tcx, Ty<'tcx>>>,
        llfn: Value<'ll>,
        return_slot: ReturnSlot<Value<'ll>>,
        args: &[Value<'ll>],
        then: BasicBlock<'ll>,
        catch: BasicBlock<'ll>,
        funclet: Option<&Funclet<'ll>>,
        instance: Option<Instance<'tcx>>,
    ) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn va_arg(&mut self, list: Value<'ll>, ty: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn call(
        &mut self,
        llty: FunctionType<'ll>,
        caller_attrs: Option<&CodegenFnAttrs>,
        fn_abi: Option<&FnAbi<'tcx, Ty<'tcx>>>,
        fn_val: Value<'ll>,
        return_slot: ReturnSlot<Value<'ll>>,
        args: &[Value<'ll>],
        funclet: Option<&Funclet<'ll>>,
        callee_instance: Option<Instance<'tcx>>,
    ) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn tail_call(
        &mut self,
        llty: FunctionType<'ll>,
        caller_attrs: Option<&CodegenFnAttrs>,
        fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        llfn: Value<'ll>,
        return_slot: ReturnSlot<Value<'ll>>,
        args: &[Value<'ll>],
        funclet: Option<&Funclet<'ll>>,
        callee_instance: Option<Instance<'tcx>>,
    ) {
        todo!()
    }

    pub(crate) fn apply_attrs_to_cleanup_callsite(&mut self, llret: Value<'ll>) {
        todo!()
    }

    /// Calls a function whose signature LLVM knows (an intrinsic, a runtime function): no ABI, no attributes.
    pub(crate) fn call_function(&mut self, function: FunctionValue<'ll>, args: &[Value<'ll>]) -> Value<'ll> {
        todo!()
    }
}

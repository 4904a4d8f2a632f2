//! Comparisons of integers, pointers and floats.
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
    pub(crate) fn icmp(&mut self, op: IntPredicate, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fcmp(&mut self, op: RealPredicate, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn three_way_compare(&mut self, ty: Ty<'tcx>, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }
}

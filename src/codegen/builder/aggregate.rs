//! Reading and writing parts of vectors and first-class aggregates.
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
    pub(crate) fn vscale(&mut self, ty: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn extract_element(&mut self, vec: Value<'ll>, idx: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn vector_splat(&mut self, num_elts: u64, elt: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn extract_value(&mut self, agg_val: Value<'ll>, idx: u64) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn insert_value(&mut self, agg_val: Value<'ll>, elt: Value<'ll>, idx: u64) -> Value<'ll> {
        todo!()
    }
}

//! Integer and floating-point arithmetic, overflow checks included.
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
    pub(crate) fn add(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fadd(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fadd_fast(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fadd_algebraic(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn sub(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fsub(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fsub_fast(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fsub_algebraic(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn mul(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fmul(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fmul_fast(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fmul_algebraic(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn udiv(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn exactudiv(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn sdiv(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn exactsdiv(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fdiv(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fdiv_fast(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fdiv_algebraic(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn urem(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn srem(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn frem(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn frem_fast(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn frem_algebraic(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn shl(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn lshr(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn ashr(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn unchecked_sadd(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn unchecked_uadd(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn unchecked_suadd(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn unchecked_ssub(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn unchecked_usub(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn unchecked_susub(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn unchecked_smul(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn unchecked_umul(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn unchecked_sumul(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn and(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn or(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn or_disjoint(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn xor(&mut self, lhs: Value<'ll>, rhs: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn neg(&mut self, v: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn fneg(&mut self, v: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn not(&mut self, v: Value<'ll>) -> Value<'ll> {
        todo!()
    }

    pub(crate) fn checked_binop(
        &mut self,
        oop: OverflowOp,
        ty: Ty<'tcx>,
        lhs: Value<'ll>,
        rhs: Value<'ll>,
    ) -> (Value<'ll>, Value<'ll>) {
        todo!()
    }
}

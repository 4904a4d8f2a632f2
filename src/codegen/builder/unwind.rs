//! Landing pads and funclets: where control goes when a call unwinds.

use inkwell::basic_block::BasicBlock;
use inkwell::values::FunctionValue;
use rustc_codegen_ssa::traits::*;

use super::Builder;
use crate::codegen::values::{Type, TypeExt, Value};
use crate::llvm::Funclet;
use crate::llvm::funclet::{self, Clauses};

impl<'ll> Builder<'_, 'll, '_> {
    pub(crate) fn set_personality_fn(&mut self, personality: FunctionValue<'ll>) {
        funclet::set_personality(self.llfn(), personality);
    }

    /// What a landing pad yields: the exception object and the personality's selector
    /// ("Itanium C++ ABI: Exception Handling", 1.5).
    pub(crate) fn landing_pad_type(&self) -> Type<'ll> {
        let fields = [self.cx.types.ptr.basic(), self.cx.types.i32.basic()];
        self.cx.llcx.struct_type(&fields, false).into()
    }

    pub(crate) fn cleanup_landing_pad(&mut self, pers_fn: FunctionValue<'ll>) -> (Value<'ll>, Value<'ll>) {
        self.set_personality_fn(pers_fn);
        let pad = funclet::landing_pad(&self.ll, self.landing_pad_type(), Clauses::Cleanup);
        (self.extract_value(pad, 0), self.extract_value(pad, 1))
    }

    pub(crate) fn filter_landing_pad(&mut self, pers_fn: FunctionValue<'ll>) {
        self.set_personality_fn(pers_fn);
        funclet::landing_pad(&self.ll, self.landing_pad_type(), Clauses::EmptyFilter);
    }

    pub(crate) fn resume(&mut self, exn0: Value<'ll>, exn1: Value<'ll>) {
        let empty = self.cx.const_poison(self.landing_pad_type());
        let half = self.insert_value(empty, exn0, 0);
        let exception = self.insert_value(half, exn1, 1);
        funclet::resume(&self.ll, exception);
    }

    pub(crate) fn cleanup_pad(&mut self, parent: Option<Value<'ll>>, args: &[Value<'ll>]) -> Funclet<'ll> {
        funclet::cleanup_pad(&self.ll, parent, args)
    }

    pub(crate) fn cleanup_ret(&mut self, funclet: &Funclet<'ll>, unwind: Option<BasicBlock<'ll>>) {
        funclet::cleanup_return(&self.ll, funclet, unwind);
    }

    pub(crate) fn catch_pad(&mut self, parent: Value<'ll>, args: &[Value<'ll>]) -> Funclet<'ll> {
        funclet::catch_pad(&self.ll, parent, args)
    }

    pub(crate) fn catch_switch(
        &mut self,
        parent: Option<Value<'ll>>,
        unwind: Option<BasicBlock<'ll>>,
        handlers: &[BasicBlock<'ll>],
    ) -> Value<'ll> {
        funclet::catch_switch(&self.ll, parent, unwind, handlers)
    }

    pub(crate) fn get_funclet_cleanuppad(&self, funclet: &Funclet<'ll>) -> Value<'ll> {
        Value::InstructionValue(funclet.pad)
    }
}

//! Funclet pads: where control goes when a call unwinds, on Windows and on WebAssembly. inkwell has none. No pad around is
//! null to LLVM (`none`), and so is no block to go on unwinding in: the caller.

use std::ffi::CStr;

use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::values::{AnyValueEnum, InstructionValue, OperandBundle};
use llvm_sys::core::*;

use super::safe::functions;
use super::values::Value;

/// A funclet: the pad that opens it, and the bundle by which each call inside names the pad
/// (LangRef, "Funclet Operand Bundles").
pub(crate) struct Funclet<'ll> {
    pub(crate) pad: Value<'ll>,
    pub(crate) bundle: OperandBundle<'ll>,
}

impl<'ll> Funclet<'ll> {
    fn new(pad: InstructionValue<'ll>) -> Self {
        Funclet {
            pad: pad.into(),
            bundle: OperandBundle::create("funclet", &[AnyValueEnum::InstructionValue(pad)]),
        }
    }
}

functions! {
    fn build_catch_return<'ll>(builder: &Builder<'ll>, pad: Value<'ll>, target: BasicBlock<'ll>) -> Value<'ll>
        = LLVMBuildCatchRet;
    fn build_cleanup_return<'ll>(
        builder: &Builder<'ll>,
        pad: Value<'ll>,
        unwind: Option<BasicBlock<'ll>>
    ) -> Value<'ll> = LLVMBuildCleanupRet;
    fn add_handler(switch: Value<'_>, handler: BasicBlock<'_>) = LLVMAddHandler;
    fn build_cleanup_pad<'ll>(
        builder: &Builder<'ll>,
        parent: Option<Value<'ll>>,
        args: &[Value<'ll>] as u32,
        name: &CStr
    ) -> InstructionValue<'ll> = LLVMBuildCleanupPad;
    fn build_catch_pad<'ll>(
        builder: &Builder<'ll>,
        switch: Value<'ll>,
        args: &[Value<'ll>] as u32,
        name: &CStr
    ) -> InstructionValue<'ll> = LLVMBuildCatchPad;
    fn build_catch_switch<'ll>(
        builder: &Builder<'ll>,
        parent: Option<Value<'ll>>,
        unwind: Option<BasicBlock<'ll>>,
        handlers: u32,
        name: &CStr
    ) -> Value<'ll> = LLVMBuildCatchSwitch;
}

/// `cleanuppad` within `parent`, or at the function's top level.
pub(crate) fn cleanup_pad<'ll>(
    builder: &Builder<'ll>,
    parent: Option<Value<'ll>>,
    args: &[Value<'ll>],
) -> Funclet<'ll> {
    Funclet::new(build_cleanup_pad(builder, parent, args, c"cleanuppad"))
}

/// `catchpad` within the `catchswitch` `switch`.
pub(crate) fn catch_pad<'ll>(
    builder: &Builder<'ll>,
    switch: Value<'ll>,
    args: &[Value<'ll>],
) -> Funclet<'ll> {
    Funclet::new(build_catch_pad(builder, switch, args, c"catchpad"))
}

/// `catchswitch` over `handlers`; what none of them takes goes on to `unwind`, or to the caller.
pub(crate) fn catch_switch<'ll>(
    builder: &Builder<'ll>,
    parent: Option<Value<'ll>>,
    unwind: Option<BasicBlock<'ll>>,
    handlers: &[BasicBlock<'ll>],
) -> Value<'ll> {
    let switch = build_catch_switch(builder, parent, unwind, handlers.len() as u32, c"catchswitch");
    for &handler in handlers {
        add_handler(switch, handler);
    }
    switch
}

/// `catchret`: leaves the funclet for `target`.
pub(crate) fn catch_return<'ll>(builder: &Builder<'ll>, funclet: &Funclet<'ll>, target: BasicBlock<'ll>) {
    build_catch_return(builder, funclet.pad, target);
}

/// `cleanupret`: goes on unwinding, to `unwind` or to the caller.
pub(crate) fn cleanup_return<'ll>(
    builder: &Builder<'ll>,
    funclet: &Funclet<'ll>,
    unwind: Option<BasicBlock<'ll>>,
) {
    build_cleanup_return(builder, funclet.pad, unwind);
}

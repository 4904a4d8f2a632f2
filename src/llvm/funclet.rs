//! Funclet pads: where control goes when a call unwinds, on Windows and on WebAssembly. inkwell has none. No pad around is
//! null to LLVM (`none`), and so is no block to go on unwinding in: the caller.

use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::values::{AnyValueEnum, AsValueRef, InstructionValue, OperandBundle};
use llvm_sys::core::*;
use llvm_sys::prelude::LLVMValueRef;

use super::safe::{Raw, functions};
use super::values::{Value, raw_values};

/// A funclet: the pad that opens it, and the bundle by which each call inside names the pad
/// (LangRef, "Funclet Operand Bundles").
pub(crate) struct Funclet<'ll> {
    pub(crate) pad: Value<'ll>,
    pub(crate) bundle: OperandBundle<'ll>,
}

impl Funclet<'_> {
    /// # Safety
    /// `pad` must be a live `cleanuppad` or `catchpad`.
    unsafe fn new(pad: LLVMValueRef) -> Self {
        // SAFETY: a pad is an instruction.
        unsafe {
            let instruction = AnyValueEnum::InstructionValue(InstructionValue::new(pad));
            Funclet {
                pad: Value::new(pad),
                bundle: OperandBundle::create("funclet", &[instruction]),
            }
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
}

/// `cleanuppad` within `parent`, or at the function's top level.
pub(crate) fn cleanup_pad<'ll>(
    builder: &Builder<'ll>,
    parent: Option<Value<'ll>>,
    args: &[Value<'ll>],
) -> Funclet<'ll> {
    let (args, count) = raw_values(args);
    let name = c"cleanuppad".as_ptr();
    // SAFETY: builder and operands are of one live context.
    unsafe {
        Funclet::new(LLVMBuildCleanupPad(
            builder.as_mut_ptr(),
            parent.raw(),
            args,
            count,
            name,
        ))
    }
}

/// `catchpad` within the `catchswitch` `switch`.
pub(crate) fn catch_pad<'ll>(
    builder: &Builder<'ll>,
    switch: Value<'ll>,
    args: &[Value<'ll>],
) -> Funclet<'ll> {
    let (args, count) = raw_values(args);
    let name = c"catchpad".as_ptr();
    // SAFETY: as above.
    unsafe {
        Funclet::new(LLVMBuildCatchPad(
            builder.as_mut_ptr(),
            switch.as_value_ref(),
            args,
            count,
            name,
        ))
    }
}

/// `catchswitch` over `handlers`; what none of them takes goes on to `unwind`, or to the caller.
pub(crate) fn catch_switch<'ll>(
    builder: &Builder<'ll>,
    parent: Option<Value<'ll>>,
    unwind: Option<BasicBlock<'ll>>,
    handlers: &[BasicBlock<'ll>],
) -> Value<'ll> {
    let (count, name) = (handlers.len() as u32, c"catchswitch".as_ptr());
    // SAFETY: as above.
    let switch = unsafe {
        Value::new(LLVMBuildCatchSwitch(
            builder.as_mut_ptr(),
            parent.raw(),
            unwind.raw(),
            count,
            name,
        ))
    };
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

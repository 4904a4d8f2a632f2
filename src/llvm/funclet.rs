//! Landing pads and funclet pads: where control goes when a call unwinds.

use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::types::AnyTypeEnum;
use inkwell::values::{AnyValueEnum, AsValueRef, FunctionValue, InstructionValue};
use llvm_sys::core::*;
use llvm_sys::prelude::LLVMValueRef;

use super::instructions::UNNAMED;
use super::raw;

/// A funclet: the pad that opens it. Calls made inside name the pad in a `funclet` operand bundle
/// (LangRef, "Funclet Operand Bundles").
#[derive(Debug)]
pub(crate) struct Funclet<'ll> {
    pub(crate) pad: InstructionValue<'ll>,
}

/// What a landing pad is for.
pub(crate) enum Clauses<'ll> {
    /// Runs clean-up code and resumes.
    Cleanup,
    /// Catches what has this type information; null catches everything.
    Catch(AnyValueEnum<'ll>),
    /// A filter that lists no type: no exception passes (LangRef, `landingpad`).
    EmptyFilter,
}

/// `landingpad`, of the type that the personality's exception pointer and selector make.
pub(crate) fn landing_pad<'ll>(
    builder: &Builder<'ll>,
    ty: AnyTypeEnum<'ll>,
    clauses: Clauses<'ll>,
) -> AnyValueEnum<'ll> {
    // SAFETY: builder, type and clause are of one live context; the function's personality is set apart.
    unsafe {
        let pad = LLVMBuildLandingPad(
            raw::builder(builder),
            raw::type_(ty),
            std::ptr::null_mut(),
            1,
            UNNAMED,
        );
        match clauses {
            Clauses::Cleanup => LLVMSetCleanup(pad, 1),
            Clauses::Catch(type_info) => LLVMAddClause(pad, raw::value(type_info)),
            Clauses::EmptyFilter => {
                // A clause of array type is a filter (LangRef, `landingpad`).
                let pointer = LLVMPointerTypeInContext(LLVMGetTypeContext(raw::type_(ty)), 0);
                LLVMAddClause(pad, LLVMConstArray2(pointer, std::ptr::null_mut(), 0));
            }
        }
        raw::wrap(pad)
    }
}

/// `resume`: goes on unwinding.
pub(crate) fn resume<'ll>(builder: &Builder<'ll>, exception: AnyValueEnum<'ll>) {
    // SAFETY: as above.
    unsafe {
        LLVMBuildResume(raw::builder(builder), raw::value(exception));
    }
}

/// Sets the function that decides, for each frame of `function`, what unwinding does there.
pub(crate) fn set_personality(function: FunctionValue<'_>, personality: FunctionValue<'_>) {
    // SAFETY: both are live functions of one module.
    unsafe { LLVMSetPersonalityFn(function.as_value_ref(), personality.as_value_ref()) }
}

fn raw_args(args: &[AnyValueEnum<'_>]) -> Vec<LLVMValueRef> {
    args.iter().map(|&arg| raw::value(arg)).collect()
}

fn raw_parent(parent: Option<AnyValueEnum<'_>>) -> LLVMValueRef {
    parent.map_or(std::ptr::null_mut(), raw::value)
}

/// `cleanuppad` within `parent`, or at the function's top level.
pub(crate) fn cleanup_pad<'ll>(
    builder: &Builder<'ll>,
    parent: Option<AnyValueEnum<'ll>>,
    args: &[AnyValueEnum<'ll>],
) -> Funclet<'ll> {
    let mut args = raw_args(args);
    // SAFETY: as above. LLVM reads a null parent as `none`.
    unsafe {
        let (ptr, len) = (args.as_mut_ptr(), args.len() as u32);
        let pad = LLVMBuildCleanupPad(
            raw::builder(builder),
            raw_parent(parent),
            ptr,
            len,
            c"cleanuppad".as_ptr(),
        );
        Funclet {
            pad: InstructionValue::new(pad),
        }
    }
}

/// `catchpad` within the `catchswitch` `switch`.
pub(crate) fn catch_pad<'ll>(
    builder: &Builder<'ll>,
    switch: AnyValueEnum<'ll>,
    args: &[AnyValueEnum<'ll>],
) -> Funclet<'ll> {
    let mut args = raw_args(args);
    // SAFETY: as above.
    unsafe {
        let (ptr, len) = (args.as_mut_ptr(), args.len() as u32);
        let pad = LLVMBuildCatchPad(
            raw::builder(builder),
            raw::value(switch),
            ptr,
            len,
            c"catchpad".as_ptr(),
        );
        Funclet {
            pad: InstructionValue::new(pad),
        }
    }
}

/// `catchswitch` over `handlers`; what none of them takes goes on to `unwind`, or to the caller.
pub(crate) fn catch_switch<'ll>(
    builder: &Builder<'ll>,
    parent: Option<AnyValueEnum<'ll>>,
    unwind: Option<BasicBlock<'ll>>,
    handlers: &[BasicBlock<'ll>],
) -> AnyValueEnum<'ll> {
    let unwind = unwind.map_or(std::ptr::null_mut(), raw::block);
    // SAFETY: as above.
    unsafe {
        let count = handlers.len() as u32;
        let switch = LLVMBuildCatchSwitch(
            raw::builder(builder),
            raw_parent(parent),
            unwind,
            count,
            c"catchswitch".as_ptr(),
        );
        for &handler in handlers {
            LLVMAddHandler(switch, raw::block(handler));
        }
        raw::wrap(switch)
    }
}

/// `catchret`: leaves the funclet for `target`.
pub(crate) fn catch_return<'ll>(builder: &Builder<'ll>, funclet: &Funclet<'ll>, target: BasicBlock<'ll>) {
    // SAFETY: as above.
    unsafe {
        LLVMBuildCatchRet(
            raw::builder(builder),
            funclet.pad.as_value_ref(),
            raw::block(target),
        );
    }
}

/// `cleanupret`: goes on unwinding, to `unwind` or to the caller.
pub(crate) fn cleanup_return<'ll>(
    builder: &Builder<'ll>,
    funclet: &Funclet<'ll>,
    unwind: Option<BasicBlock<'ll>>,
) {
    let unwind = unwind.map_or(std::ptr::null_mut(), raw::block);
    // SAFETY: as above.
    unsafe {
        LLVMBuildCleanupRet(raw::builder(builder), funclet.pad.as_value_ref(), unwind);
    }
}

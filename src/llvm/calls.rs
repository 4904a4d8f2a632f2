//! Calls and invokes with operand bundles, without an allocation per call.

use std::ffi::CStr;

use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::types::{AsTypeRef, FunctionType};
use inkwell::values::{AnyValueEnum, AsValueRef, CallSiteValue, FunctionValue, InstructionValue};
use llvm_sys::LLVMTailCallKind;
use llvm_sys::core::*;
use llvm_sys::prelude::{LLVMOperandBundleRef, LLVMValueRef};

use super::instructions::UNNAMED;
use super::{Funclet, raw};

/// An operand bundle: what a call site says beside its arguments (LangRef, "Operand Bundles").
pub(crate) struct Bundle(LLVMOperandBundleRef);

impl Bundle {
    /// The bundle `tag` over `values`.
    pub(crate) fn new(tag: &CStr, values: &[AnyValueEnum<'_>]) -> Self {
        let mut raw: Vec<LLVMValueRef> = values.iter().map(|&v| raw::value(v)).collect();
        // SAFETY: LLVM copies the tag and the values.
        unsafe {
            let len = tag.count_bytes();
            Bundle(LLVMCreateOperandBundle(
                tag.as_ptr(),
                len,
                raw.as_mut_ptr(),
                raw.len() as u32,
            ))
        }
    }

    /// The `funclet` bundle, which every call inside a funclet must carry.
    pub(crate) fn of_funclet(funclet: &Funclet<'_>) -> Self {
        Bundle::new(c"funclet", &[AnyValueEnum::InstructionValue(funclet.pad)])
    }
}

impl Drop for Bundle {
    fn drop(&mut self) {
        // SAFETY: made by `new`, disposed of once.
        unsafe { LLVMDisposeOperandBundle(self.0) }
    }
}

/// What is called: its signature and its address.
pub(crate) type Callee<'ll> = (FunctionType<'ll>, AnyValueEnum<'ll>);

/// Arguments as LLVM wants them: on the stack for the usual few, in a vector for the rare many.
fn with_raw_args<R>(args: &[AnyValueEnum<'_>], then: impl FnOnce(*mut LLVMValueRef, u32) -> R) -> R {
    let mut few = [std::ptr::null_mut(); 16];
    let mut many;
    let raw = if args.len() <= few.len() {
        for (slot, &arg) in few.iter_mut().zip(args) {
            *slot = raw::value(arg);
        }
        few.as_mut_ptr()
    } else {
        many = args.iter().map(|&arg| raw::value(arg)).collect::<Vec<_>>();
        many.as_mut_ptr()
    };
    then(raw, args.len() as u32)
}

/// `call`.
pub(crate) fn call<'ll>(
    builder: &Builder<'ll>,
    (ty, callee): Callee<'ll>,
    args: &[AnyValueEnum<'ll>],
    bundles: &[&Bundle],
) -> CallSiteValue<'ll> {
    let mut raw_bundles = [std::ptr::null_mut(); 4];
    let count = collect_bundles(&mut raw_bundles, bundles);
    with_raw_args(args, |args, len| {
        // SAFETY: all values are of the builder's context, and match the signature: the caller checks that.
        unsafe {
            CallSiteValue::new(LLVMBuildCallWithOperandBundles(
                raw::builder(builder),
                ty.as_type_ref(),
                raw::value(callee),
                args,
                len,
                raw_bundles.as_mut_ptr(),
                count,
                UNNAMED,
            ))
        }
    })
}

/// `invoke`: ends the builder's block. Control goes on in `normal`, or in `unwind` if the callee unwinds.
pub(crate) fn invoke<'ll>(
    builder: &Builder<'ll>,
    (ty, callee): Callee<'ll>,
    args: &[AnyValueEnum<'ll>],
    normal: BasicBlock<'ll>,
    unwind: BasicBlock<'ll>,
    bundles: &[&Bundle],
) -> CallSiteValue<'ll> {
    let mut raw_bundles = [std::ptr::null_mut(); 4];
    let count = collect_bundles(&mut raw_bundles, bundles);
    with_raw_args(args, |args, len| {
        // SAFETY: as above.
        unsafe {
            CallSiteValue::new(LLVMBuildInvokeWithOperandBundles(
                raw::builder(builder),
                ty.as_type_ref(),
                raw::value(callee),
                args,
                len,
                raw::block(normal),
                raw::block(unwind),
                raw_bundles.as_mut_ptr(),
                count,
                UNNAMED,
            ))
        }
    })
}

/// `callbr`: ends the builder's block. Control goes on in `fallthrough` or in one of `labels`.
pub(crate) fn callbr<'ll>(
    builder: &Builder<'ll>,
    (ty, callee): Callee<'ll>,
    args: &[AnyValueEnum<'ll>],
    fallthrough: BasicBlock<'ll>,
    labels: &[BasicBlock<'ll>],
    bundles: &[&Bundle],
) -> CallSiteValue<'ll> {
    let mut raw_bundles = [std::ptr::null_mut(); 4];
    let count = collect_bundles(&mut raw_bundles, bundles);
    let mut labels: Vec<_> = labels.iter().map(|&label| raw::block(label)).collect();
    with_raw_args(args, |args, len| {
        // SAFETY: as above.
        unsafe {
            CallSiteValue::new(LLVMBuildCallBr(
                raw::builder(builder),
                ty.as_type_ref(),
                raw::value(callee),
                raw::block(fallthrough),
                labels.as_mut_ptr(),
                labels.len() as u32,
                args,
                len,
                raw_bundles.as_mut_ptr(),
                count,
                UNNAMED,
            ))
        }
    })
}

fn collect_bundles(into: &mut [LLVMOperandBundleRef; 4], bundles: &[&Bundle]) -> u32 {
    assert!(
        bundles.len() <= into.len(),
        "a call carries at most four kinds of bundle"
    );
    for (slot, bundle) in into.iter_mut().zip(bundles) {
        *slot = bundle.0;
    }
    bundles.len() as u32
}

/// The result of a call as a value; of a call that returns nothing, the call itself.
pub(crate) fn result_of(call: CallSiteValue<'_>) -> AnyValueEnum<'_> {
    // SAFETY: a call site is a live instruction.
    unsafe { raw::wrap(call.as_value_ref()) }
}

/// The instruction that a call site is.
pub(crate) fn instruction_of(call: CallSiteValue<'_>) -> InstructionValue<'_> {
    // SAFETY: a call, an invoke and a callbr are instructions.
    unsafe { InstructionValue::new(call.as_value_ref()) }
}

/// The call site behind a value that [`result_of`] returned.
pub(crate) fn call_site_of(value: AnyValueEnum<'_>) -> Option<CallSiteValue<'_>> {
    let raw = raw::value(value);
    // SAFETY: type tests of a live value; a call site is made only of a call, an invoke or a callbr.
    unsafe {
        let is_call = !LLVMIsACallInst(raw).is_null()
            || !LLVMIsAInvokeInst(raw).is_null()
            || !LLVMIsACallBrInst(raw).is_null();
        is_call.then(|| CallSiteValue::new(raw))
    }
}

/// Makes a `call` one that must reuse the caller's frame: `musttail`.
pub(crate) fn set_must_tail(call: CallSiteValue<'_>) {
    // SAFETY: the caller passes a `call`, not an `invoke`.
    unsafe { LLVMSetTailCallKind(call.as_value_ref(), LLVMTailCallKind::LLVMTailCallKindMustTail) }
}

/// The type of parameter `index` of a function.
pub(crate) fn parameter<'ll>(function: FunctionValue<'ll>, index: u32) -> AnyValueEnum<'ll> {
    // SAFETY: the function is live and has that parameter (LLVM asserts it).
    unsafe { raw::wrap(LLVMGetParam(function.as_value_ref(), index)) }
}

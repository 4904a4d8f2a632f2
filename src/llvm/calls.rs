//! Calls and invokes with operand bundles.
//!
//! inkwell has no `invoke` with bundles and no `callbr`. Its `call` (`LLVMBuildCallWithOperandBundles`) takes the
//! arguments by kind, for which LLVM would have to be asked of each, copies them and the bundles into vectors, and asks
//! what the callee returns. It counts parameters before it gives one (`LLVMGetParam`), and asks for its kind.

use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::types::{AsTypeRef, FunctionType};
use inkwell::values::{AsValueRef, CallSiteValue, FunctionValue, OperandBundle};
use llvm_sys::core::*;
use llvm_sys::prelude::LLVMOperandBundleRef;

use super::instructions::UNNAMED;
use super::safe::functions;
use super::values::{Value, raw_values};

/// What is called: its signature and its address.
pub(crate) type Callee<'ll> = (FunctionType<'ll>, Value<'ll>);

/// Operand bundles as LLVM takes them (LangRef, "Operand Bundles"). A call carries few kinds.
struct Bundles([LLVMOperandBundleRef; 4], u32);

impl Bundles {
    fn new(bundles: &[&OperandBundle<'_>]) -> Self {
        let mut raw = [std::ptr::null_mut(); 4];
        assert!(
            bundles.len() <= raw.len(),
            "a call carries at most four kinds of bundle"
        );
        for (slot, bundle) in raw.iter_mut().zip(bundles) {
            *slot = bundle.as_mut_ptr();
        }
        Bundles(raw, bundles.len() as u32)
    }
}

/// `call`.
pub(crate) fn call<'ll>(
    builder: &Builder<'ll>,
    (ty, callee): Callee<'ll>,
    args: &[Value<'ll>],
    bundles: &[&OperandBundle<'ll>],
) -> CallSiteValue<'ll> {
    let Bundles(mut bundles, bundle_count) = Bundles::new(bundles);
    let (args, count) = raw_values(args);
    // SAFETY: all values are of the builder's context, and match the signature: the caller checks that.
    unsafe {
        CallSiteValue::new(LLVMBuildCallWithOperandBundles(
            builder.as_mut_ptr(),
            ty.as_type_ref(),
            callee.as_value_ref(),
            args,
            count,
            bundles.as_mut_ptr(),
            bundle_count,
            UNNAMED,
        ))
    }
}

/// `invoke`: ends the builder's block. Control goes on in `normal`, or in `unwind` if the callee unwinds.
pub(crate) fn invoke<'ll>(
    builder: &Builder<'ll>,
    (ty, callee): Callee<'ll>,
    args: &[Value<'ll>],
    normal: BasicBlock<'ll>,
    unwind: BasicBlock<'ll>,
    bundles: &[&OperandBundle<'ll>],
) -> CallSiteValue<'ll> {
    let Bundles(mut bundles, bundle_count) = Bundles::new(bundles);
    let (args, count) = raw_values(args);
    // SAFETY: as above.
    unsafe {
        CallSiteValue::new(LLVMBuildInvokeWithOperandBundles(
            builder.as_mut_ptr(),
            ty.as_type_ref(),
            callee.as_value_ref(),
            args,
            count,
            normal.as_mut_ptr(),
            unwind.as_mut_ptr(),
            bundles.as_mut_ptr(),
            bundle_count,
            UNNAMED,
        ))
    }
}

/// `callbr`: ends the builder's block. Control goes on in `fallthrough` or in one of `labels`.
pub(crate) fn callbr<'ll>(
    builder: &Builder<'ll>,
    (ty, callee): Callee<'ll>,
    args: &[Value<'ll>],
    fallthrough: BasicBlock<'ll>,
    labels: &[BasicBlock<'ll>],
) -> CallSiteValue<'ll> {
    let mut labels: Vec<_> = labels.iter().map(|label| label.as_mut_ptr()).collect();
    let (args, count) = raw_values(args);
    // SAFETY: as above; without bundles, their list is not read.
    unsafe {
        CallSiteValue::new(LLVMBuildCallBr(
            builder.as_mut_ptr(),
            ty.as_type_ref(),
            callee.as_value_ref(),
            fallthrough.as_mut_ptr(),
            labels.as_mut_ptr(),
            labels.len() as u32,
            args,
            count,
            std::ptr::null_mut(),
            0,
            UNNAMED,
        ))
    }
}

/// The call site behind a value, if it is one: inkwell makes one of any instruction.
pub(crate) fn call_site_of(value: Value<'_>) -> Option<CallSiteValue<'_>> {
    let is_call_site = value.is_call() || is_invoke(value) || is_callbr(value);
    // SAFETY: a call site is made only of a call, an invoke or a callbr.
    is_call_site.then(|| unsafe { CallSiteValue::new(value.as_value_ref()) })
}

functions! {
    /// Parameter `index` of a function, which it must have.
    pub(crate) fn parameter<'ll>(function: FunctionValue<'ll>, index: u32) -> Value<'ll> = LLVMGetParam;

    fn is_invoke(value: Value<'_>) -> bool = LLVMIsAInvokeInst;
    fn is_callbr(value: Value<'_>) -> bool = LLVMIsACallBrInst;
}

//! Calls and invokes with operand bundles.
//!
//! inkwell has no `invoke` with bundles and no `callbr`. Its `call` (`LLVMBuildCallWithOperandBundles`) takes the
//! arguments by kind, for which LLVM would have to be asked of each, copies them and the bundles into vectors, and asks
//! what the callee returns. It counts parameters before it gives one (`LLVMGetParam`), and asks for its kind.

use std::ffi::CStr;

use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::types::FunctionType;
use inkwell::values::{AsValueRef, CallSiteValue, FunctionValue, OperandBundle};
use llvm_sys::core::*;

use super::instructions::UNNAMED;
use super::safe::{Handle, functions};
use super::values::Value;

/// What is called: its signature and its address.
pub(crate) type Callee<'ll> = (FunctionType<'ll>, Value<'ll>);

/// Operand bundles as LLVM takes them (LangRef, "Operand Bundles"). A call carries few kinds.
struct Bundles<'a, 'll>([Bundle<'a, 'll>; 4], usize);

type Bundle<'a, 'll> = Handle<Option<&'a OperandBundle<'ll>>>;

impl<'a, 'll> Bundles<'a, 'll> {
    fn new(bundles: &[&'a OperandBundle<'ll>]) -> Self {
        let mut raw = [None.into(); 4];
        assert!(
            bundles.len() <= raw.len(),
            "a call carries at most four kinds of bundle"
        );
        for (slot, &bundle) in raw.iter_mut().zip(bundles) {
            *slot = Some(bundle).into();
        }
        Bundles(raw, bundles.len())
    }

    fn list(&self) -> &[Bundle<'a, 'll>] {
        &self.0[..self.1]
    }
}

/// `call`.
pub(crate) fn call<'ll>(
    builder: &Builder<'ll>,
    (ty, callee): Callee<'ll>,
    args: &[Value<'ll>],
    bundles: &[&OperandBundle<'ll>],
) -> CallSiteValue<'ll> {
    let bundles = Bundles::new(bundles);
    build_call(builder, ty, callee, args, bundles.list(), UNNAMED)
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
    let bundles = Bundles::new(bundles);
    build_invoke(builder, ty, callee, args, normal, unwind, bundles.list(), UNNAMED)
}

/// `callbr`: ends the builder's block. Control goes on in `fallthrough` or in one of `labels`.
pub(crate) fn callbr<'ll>(
    builder: &Builder<'ll>,
    (ty, callee): Callee<'ll>,
    args: &[Value<'ll>],
    fallthrough: BasicBlock<'ll>,
    labels: &[BasicBlock<'ll>],
) -> CallSiteValue<'ll> {
    let labels: Vec<_> = labels.iter().map(|&label| label.into()).collect();
    build_callbr(builder, ty, callee, fallthrough, &labels, args, &[], UNNAMED)
}

/// The call site behind a value, if it is one: inkwell makes one of any instruction.
pub(crate) fn call_site_of(value: Value<'_>) -> Option<CallSiteValue<'_>> {
    let is_call_site = value.is_call() || is_invoke(value) || is_callbr(value);
    // SAFETY: a call site is made only of a call, an invoke or a callbr.
    is_call_site.then(|| unsafe { CallSiteValue::new(value.as_value_ref()) })
}

functions! {
    fn build_call<'ll>(
        builder: &Builder<'ll>,
        ty: FunctionType<'ll>,
        callee: Value<'ll>,
        args: &[Value<'ll>] as u32,
        bundles: &[Bundle<'_, 'll>] as u32,
        name: &CStr
    ) -> CallSiteValue<'ll> = LLVMBuildCallWithOperandBundles;

    fn build_invoke<'ll>(
        builder: &Builder<'ll>,
        ty: FunctionType<'ll>,
        callee: Value<'ll>,
        args: &[Value<'ll>] as u32,
        normal: BasicBlock<'ll>,
        unwind: BasicBlock<'ll>,
        bundles: &[Bundle<'_, 'll>] as u32,
        name: &CStr
    ) -> CallSiteValue<'ll> = LLVMBuildInvokeWithOperandBundles;

    fn build_callbr<'ll>(
        builder: &Builder<'ll>,
        ty: FunctionType<'ll>,
        callee: Value<'ll>,
        fallthrough: BasicBlock<'ll>,
        labels: &[Handle<BasicBlock<'ll>>] as u32,
        args: &[Value<'ll>] as u32,
        bundles: &[Bundle<'_, 'll>] as u32,
        name: &CStr
    ) -> CallSiteValue<'ll> = LLVMBuildCallBr;

    /// Parameter `index` of a function, which it must have.
    pub(crate) fn parameter<'ll>(function: FunctionValue<'ll>, index: u32) -> Value<'ll> = LLVMGetParam;

    fn is_invoke(value: Value<'_>) -> bool = LLVMIsAInvokeInst;
    fn is_callbr(value: Value<'_>) -> bool = LLVMIsACallBrInst;
}

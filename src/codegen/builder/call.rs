//! Calls and invokes of functions.

use inkwell::attributes::AttributeLoc;
use inkwell::basic_block::BasicBlock;
use inkwell::types::FunctionType;
use inkwell::values::{CallSiteValue, FunctionValue};
use rustc_codegen_ssa::traits::*;
use rustc_middle::middle::codegen_fn_attrs::CodegenFnAttrs;
use rustc_middle::ty::{Instance, Ty};
use rustc_target::callconv::{FnAbi, PassMode};
use smallvec::SmallVec;

use super::Builder;
use crate::codegen::values::{Type, Value, address_of, any};
use crate::llvm::attributes::Site;
use crate::llvm::calls::{self, Bundle};
use crate::llvm::{Funclet, functions, instructions};

impl<'a, 'll, 'tcx> Builder<'a, 'll, 'tcx> {
    pub(crate) fn invoke(
        &mut self,
        llty: FunctionType<'ll>,
        caller_attrs: Option<&CodegenFnAttrs>,
        fn_abi: Option<&FnAbi<'tcx, Ty<'tcx>>>,
        llfn: Value<'ll>,
        return_slot: ReturnSlot<Value<'ll>>,
        args: &[Value<'ll>],
        then: BasicBlock<'ll>,
        catch: BasicBlock<'ll>,
        funclet: Option<&Funclet<'ll>>,
        instance: Option<Instance<'tcx>>,
    ) -> Value<'ll> {
        let with_slot;
        let args = match return_slot {
            ReturnSlot::Direct => args,
            ReturnSlot::Indirect(slot) => {
                with_slot = prepend(slot, args);
                &with_slot
            }
        };
        let check = self.check_callee(caller_attrs, fn_abi, instance, llfn);
        let auth = self.pointer_auth_bundle(fn_abi, llfn);
        let funclet = funclet.map(Bundle::of_funclet);
        let bundles: SmallVec<[&Bundle; 3]> = funclet.iter().chain(&check).chain(&auth).collect();
        let invoke = calls::invoke(&self.ll, (llty, llfn), args, then, catch, &bundles);
        self.describe_call(invoke, fn_abi)
    }

    pub(crate) fn call(
        &mut self,
        llty: FunctionType<'ll>,
        caller_attrs: Option<&CodegenFnAttrs>,
        fn_abi: Option<&FnAbi<'tcx, Ty<'tcx>>>,
        fn_val: Value<'ll>,
        return_slot: ReturnSlot<Value<'ll>>,
        args: &[Value<'ll>],
        funclet: Option<&Funclet<'ll>>,
        callee_instance: Option<Instance<'tcx>>,
    ) -> Value<'ll> {
        let with_slot;
        let args = match return_slot {
            ReturnSlot::Direct => args,
            ReturnSlot::Indirect(slot) => {
                with_slot = prepend(slot, args);
                &with_slot
            }
        };
        let check = self.check_callee(caller_attrs, fn_abi, callee_instance, fn_val);
        let auth = self.pointer_auth_bundle(fn_abi, fn_val);
        let funclet = funclet.map(Bundle::of_funclet);
        let bundles: SmallVec<[&Bundle; 3]> = funclet.iter().chain(&check).chain(&auth).collect();
        let call = calls::call(&self.ll, (llty, fn_val), args, &bundles);
        self.describe_call(call, fn_abi)
    }

    /// `become`: the call reuses the caller's frame, then its result is returned.
    pub(crate) fn tail_call(
        &mut self,
        llty: FunctionType<'ll>,
        caller_attrs: Option<&CodegenFnAttrs>,
        fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        llfn: Value<'ll>,
        return_slot: ReturnSlot<Value<'ll>>,
        args: &[Value<'ll>],
        funclet: Option<&Funclet<'ll>>,
        callee_instance: Option<Instance<'tcx>>,
    ) {
        let result = self.call(
            llty,
            caller_attrs,
            Some(fn_abi),
            llfn,
            return_slot,
            args,
            funclet,
            callee_instance,
        );
        if let Some(call) = calls::call_site_of(result) {
            calls::set_must_tail(call);
        }
        // LangRef, `musttail`: a `ret` of the result, or of nothing, must follow at once.
        match fn_abi.ret.mode {
            PassMode::Ignore | PassMode::Indirect { .. } => self.ret_void(),
            PassMode::Direct(_) | PassMode::Pair(..) | PassMode::Cast { .. } => self.ret(result),
            PassMode::IndirectUnsized { .. } => unreachable!("Rust has no unsized results"),
        }
    }

    fn describe_call(&self, call: CallSiteValue<'ll>, fn_abi: Option<&FnAbi<'tcx, Ty<'tcx>>>) -> Value<'ll> {
        if let Some(fn_abi) = fn_abi {
            self.cx.apply_abi(fn_abi, Site::Call(call));
        }
        calls::result_of(call)
    }

    /// A clean-up call is off the path that matters: its callee is not worth inlining.
    pub(crate) fn apply_attrs_to_cleanup_callsite(&mut self, llret: Value<'ll>) {
        if let Some(call) = calls::call_site_of(llret) {
            call.add_attribute(AttributeLoc::Function, self.cx.attributes.table.cold);
        }
    }

    pub(crate) fn va_arg(&mut self, list: Value<'ll>, ty: Type<'ll>) -> Value<'ll> {
        instructions::va_arg(&self.ll, list, ty)
    }

    /// Calls a function whose signature LLVM knows (an intrinsic, a runtime function): no ABI, no attributes.
    pub(crate) fn call_function(&mut self, function: FunctionValue<'ll>, args: &[Value<'ll>]) -> Value<'ll> {
        let callee = any(address_of(function).into());
        calls::result_of(calls::call(
            &self.ll,
            (functions::signature(function), callee),
            args,
            &[],
        ))
    }
}

fn prepend<'ll>(slot: Value<'ll>, args: &[Value<'ll>]) -> Vec<Value<'ll>> {
    std::iter::once(slot).chain(args.iter().copied()).collect()
}

//! Calls, invokes and tail calls of functions.

use inkwell::attributes::AttributeLoc;
use inkwell::builder::Builder as InstructionBuilder;
use inkwell::types::FunctionType;
use inkwell::values::{CallSiteValue, FunctionValue, LLVMTailCallKind, OperandBundle};
use rustc_codegen_ssa::traits::*;
use rustc_middle::middle::codegen_fn_attrs::CodegenFnAttrs;
use rustc_middle::ty::{Instance, Ty};
use rustc_target::callconv::{FnAbi, PassMode};
use smallvec::{SmallVec, smallvec};

use super::Builder;
use crate::llvm::attributes::{Placed, Site};
use crate::llvm::calls::{self, Callee};
use crate::llvm::{Funclet, Value};

/// What rustc says of a call, but for its arguments and where control goes.
pub(super) struct CallSite<'a, 'll, 'tcx> {
    pub(super) caller_attrs: Option<&'a CodegenFnAttrs>,
    pub(super) fn_abi: Option<&'a FnAbi<'tcx, Ty<'tcx>>>,
    pub(super) callee: Callee<'ll>,
    pub(super) callee_instance: Option<Instance<'tcx>>,
    pub(super) funclet: Option<&'a Funclet<'ll>>,
}

impl<'ll, 'tcx> CallSite<'_, 'll, 'tcx> {
    /// Emits the instruction as `make` makes it, with the checks before it and the attributes on it.
    pub(super) fn emit(
        &self,
        bx: &mut Builder<'_, 'll, 'tcx>,
        return_slot: ReturnSlot<Value<'ll>>,
        args: &[Value<'ll>],
        make: impl FnOnce(
            &InstructionBuilder<'ll>,
            Callee<'ll>,
            &[Value<'ll>],
            &[&OperandBundle<'ll>],
        ) -> CallSiteValue<'ll>,
    ) -> CallSiteValue<'ll> {
        let with_slot: SmallVec<[Value<'ll>; 8]>;
        let args = match return_slot {
            ReturnSlot::Direct => args,
            ReturnSlot::Indirect(slot) => {
                with_slot = std::iter::once(slot).chain(args.iter().copied()).collect();
                &with_slot
            }
        };
        let check = bx.check_callee(
            self.caller_attrs,
            self.fn_abi,
            self.callee_instance,
            self.callee.1,
        );
        let auth = bx.pointer_auth_bundle(self.fn_abi, self.callee.1);
        let funclet = self.funclet.map(|funclet| &funclet.bundle);
        let bundles: SmallVec<[&OperandBundle<'ll>; 3]> =
            funclet.into_iter().chain(&check).chain(&auth).collect();
        let call = make(&bx.ll, self.callee, args, &bundles);
        if let Some(fn_abi) = self.fn_abi {
            bx.cx.apply_abi(fn_abi, Site::Call(call));
        }
        call
    }

    /// `become`: the call reuses the caller's frame, then its result is returned.
    pub(super) fn emit_tail(
        &self,
        bx: &mut Builder<'_, 'll, 'tcx>,
        result: &PassMode,
        return_slot: ReturnSlot<Value<'ll>>,
        args: &[Value<'ll>],
    ) {
        let call = self.emit(bx, return_slot, args, calls::call);
        call.set_tail_call_kind(LLVMTailCallKind::LLVMTailCallKindMustTail);
        // LangRef, `musttail`: a `ret` of the result, or of nothing, must follow at once.
        match result {
            PassMode::Ignore | PassMode::Indirect { .. } => bx.ret_void(),
            PassMode::Direct(_) | PassMode::Pair(..) | PassMode::Cast { .. } => bx.ret(call.into()),
            PassMode::IndirectUnsized { .. } => unreachable!("Rust has no unsized results"),
        }
    }
}

impl<'ll> Builder<'_, 'll, '_> {
    /// A clean-up call is off the path that matters: its callee is not worth inlining.
    pub(super) fn mark_cold_call(&self, result: Value<'ll>) {
        if let Some(call) = calls::call_site_of(result) {
            let cold = Placed(AttributeLoc::Function, self.cx.attributes.table.cold);
            self.cx.add_attributes(Site::Call(call), smallvec![cold]);
        }
    }

    /// Calls a function whose signature LLVM knows (an intrinsic, a runtime function): no ABI, no attributes.
    pub(crate) fn call_function(&mut self, function: FunctionValue<'ll>, args: &[Value<'ll>]) -> Value<'ll> {
        self.call_plain(function.get_type(), function.into(), args, None)
    }

    /// Calls `callee` as LLVM would by itself: no ABI, no attributes.
    pub(crate) fn call_plain(
        &mut self,
        ty: FunctionType<'ll>,
        callee: Value<'ll>,
        args: &[Value<'ll>],
        funclet: Option<&Funclet<'ll>>,
    ) -> Value<'ll> {
        let bundle = funclet.map(|funclet| &funclet.bundle);
        calls::call(&self.ll, (ty, callee), args, bundle.as_slice()).into()
    }
}

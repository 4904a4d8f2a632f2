//! LLVM intrinsics that `core::arch` names itself, with `#[link_name = "llvm.…"]`.

use inkwell::types::FunctionType;
use inkwell::values::FunctionValue;
use rustc_codegen_ssa::mir::operand::OperandRef;
use rustc_middle::ty::layout::{HasTypingEnv, LayoutOf};
use rustc_middle::ty::{self, Instance};

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::codegen::layout::LayoutExt;
use crate::llvm::intrinsics::{self, Known};
use crate::llvm::{Type, Value, cxx};

impl<'ll, 'tcx> Builder<'_, 'll, 'tcx> {
    /// Calls the LLVM intrinsic that `instance` declares, as that declaration says.
    pub(super) fn call_llvm_intrinsic(
        &mut self,
        instance: Instance<'tcx>,
        args: &[OperandRef<'tcx, Value<'ll>>],
    ) -> Value<'ll> {
        let (params, result) = self.declared_types(instance);
        let known = self
            .cx
            .intrinsics
            .linked
            .borrow()
            .get(&instance.def_id())
            .copied();
        let function = known.unwrap_or_else(|| {
            let function = self.find_llvm_intrinsic(instance, &params, result);
            self.cx
                .intrinsics
                .linked
                .borrow_mut()
                .insert(instance.def_id(), function);
            function
        });
        let args: Vec<Value<'ll>> = args.iter().map(|arg| arg.immediate()).collect();
        intrinsics::call_adapted(self.cx.llmod, &self.ll, function, &args, result)
    }

    /// The LLVM types that the Rust declaration gives the intrinsic.
    fn declared_types(&self, instance: Instance<'tcx>) -> (Vec<Type<'ll>>, Type<'ll>) {
        let tcx = self.cx.tcx;
        let sig = match *instance.ty(tcx, self.typing_env()).kind() {
            ty::FnDef(def_id, args) => {
                let args = args
                    .no_bound_vars()
                    .expect("an intrinsic has no late-bound generics");
                tcx.fn_sig(def_id).instantiate(tcx, args).skip_norm_wip()
            }
            ref other => unreachable!("an LLVM intrinsic is a function, not {other:?}"),
        };
        let sig = tcx.instantiate_bound_regions_with_erased(sig);
        let params = sig.inputs().iter().map(|&input| self.cx.layout_of(input));
        let params = params
            .filter(|layout| !layout.is_zst())
            .map(|layout| layout.immediate_llvm_type(self.cx));
        let result = self.cx.layout_of(sig.output());
        let result = if result.is_zst() {
            self.cx.types.void
        } else {
            result.immediate_llvm_type(self.cx)
        };
        (params.collect(), result)
    }

    /// Declares an intrinsic that LLVM will replace when the unit is complete.
    fn declare_outdated(&self, name: &str, signature: FunctionType<'ll>) -> FunctionValue<'ll> {
        let function = self.cx.declare_c_function(name, signature);
        self.cx.intrinsics.outdated.borrow_mut().push(function);
        function
    }

    fn find_llvm_intrinsic(
        &self,
        instance: Instance<'tcx>,
        params: &[Type<'ll>],
        result: Type<'ll>,
    ) -> FunctionValue<'ll> {
        let tcx = self.cx.tcx;
        let name = tcx.symbol_name(instance).name;
        let span = tcx.def_span(instance.def_id());
        let signature = self.cx.function_type(params, result, false);
        let outdated = || cxx::is_outdated(self.cx.llcx, name, signature);
        match intrinsics::lookup(name) {
            Known::No if outdated() => self.declare_outdated(name, signature),
            Known::No => tcx
                .dcx()
                .span_fatal(span, format!("unknown LLVM intrinsic `{name}`")),
            // The types are in the name; the declaration says which.
            Known::Overloaded => self.cx.declare_c_function(name, signature),
            Known::Fixed => {
                let function = intrinsics::declaration(self.cx.llmod, name);
                if !intrinsics::fits(function, signature) {
                    if outdated() {
                        return self.declare_outdated(name, signature);
                    }
                    let [theirs, ours] =
                        [function.get_type(), signature].map(|ty| ty.print_to_string().to_string());
                    tcx.dcx().span_fatal(
                        span,
                        format!("intrinsic signature mismatch for `{name}`: expected signature `{theirs}`, found `{ours}`"),
                    );
                }
                function
            }
        }
    }
}

impl CodegenCx<'_, '_> {
    /// Replaces intrinsics of LLVM's past by what it has for them now.
    pub(crate) fn upgrade_outdated_intrinsics(&self) {
        for function in self.intrinsics.outdated.take() {
            cxx::upgrade_calls(function);
        }
    }
}

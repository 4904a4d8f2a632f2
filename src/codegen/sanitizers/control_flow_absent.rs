//! Control-flow integrity in a rustc without `rustc_sanitizers`, which computes the identifiers of types: there is
//! none, and `session::init` refuses to be asked for it.

use inkwell::values::{FunctionValue, OperandBundle};
use rustc_middle::middle::codegen_fn_attrs::CodegenFnAttrs;
use rustc_middle::ty::{Instance, Ty};
use rustc_target::callconv::FnAbi;

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::llvm::Value;

pub(super) const NO_CFI: &str = "no-sanitize-cfi";
pub(super) const NO_KCFI: &str = "no-sanitize-kcfi";

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    pub(crate) fn mark_function_type(
        &self,
        _function: FunctionValue<'ll>,
        _fn_abi: &FnAbi<'tcx, Ty<'tcx>>,
        _instance: Option<Instance<'tcx>>,
    ) {
    }
}

impl<'ll, 'tcx> Builder<'_, 'll, 'tcx> {
    pub(crate) fn check_callee(
        &mut self,
        _caller: Option<&CodegenFnAttrs>,
        _fn_abi: Option<&FnAbi<'tcx, Ty<'tcx>>>,
        _instance: Option<Instance<'tcx>>,
        _callee: Value<'ll>,
    ) -> Option<OperandBundle<'ll>> {
        None
    }
}

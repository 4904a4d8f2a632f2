//! Variadic arguments: fetching the next one by the rules of the platform.

use rustc_codegen_ssa::mir::operand::OperandRef;
use rustc_middle::ty::layout::TyAndLayout;

use crate::codegen::builder::Builder;
use crate::codegen::layout::LayoutExt;
use crate::codegen::values::Value;

/// The next argument.
pub(crate) fn next_argument<'ll, 'tcx>(
    bx: &mut Builder<'_, 'll, 'tcx>,
    list: OperandRef<'tcx, Value<'ll>>,
    layout: TyAndLayout<'tcx>,
) -> Value<'ll> {
    let ty = layout.immediate_llvm_type(bx.cx);
    bx.va_arg(list.immediate(), ty)
}

//! The instruction builder: a cursor into one LLVM function, and rustc's operations on it.

pub(crate) mod arithmetic;
mod atomic;
mod call;
mod cast;
mod compare;
mod control;
mod families;
mod memory;
mod methods;
mod unwind;
mod vector;

use std::ops::Deref;

use inkwell::basic_block::BasicBlock;
use inkwell::builder::BuilderError;
use inkwell::values::FunctionValue;
use rustc_abi::{HasDataLayout, TargetDataLayout};
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::layout::{
    FnAbiError, FnAbiOfHelpers, FnAbiRequest, HasTyCtxt, HasTypingEnv, LayoutError, LayoutOfHelpers,
};
use rustc_middle::ty::{Ty, TyCtxt, TypingEnv};
use rustc_span::Span;
use rustc_target::spec::{HasTargetSpec, Target};

use crate::codegen::context::CodegenCx;

/// A cursor at which instructions are emitted.
pub(crate) struct Builder<'a, 'll, 'tcx> {
    pub(crate) ll: inkwell::builder::Builder<'ll>,
    pub(crate) cx: &'a CodegenCx<'ll, 'tcx>,
    /// The source of what is being lowered, for diagnostics.
    pub(crate) span: Span,
}

impl<'a, 'll, 'tcx> Builder<'a, 'll, 'tcx> {
    /// A builder at the end of `block`.
    pub(crate) fn at_end_of(cx: &'a CodegenCx<'ll, 'tcx>, block: BasicBlock<'ll>) -> Self {
        let ll = cx.llcx.create_builder();
        ll.position_at_end(block);
        Builder {
            ll,
            cx,
            span: rustc_span::DUMMY_SP,
        }
    }

    /// The function that the builder stands in.
    pub(crate) fn llfn(&self) -> FunctionValue<'ll> {
        self.llbb()
            .get_parent()
            .expect("a block of code always stands in a function")
    }
}

impl<'ll, 'tcx> Deref for Builder<'_, 'll, 'tcx> {
    type Target = CodegenCx<'ll, 'tcx>;

    fn deref(&self) -> &Self::Target {
        self.cx
    }
}

/// The builder's types are the context's, as rustc wants it.
impl<'ll, 'tcx> BackendTypes for Builder<'_, 'll, 'tcx> {
    type Function = <CodegenCx<'ll, 'tcx> as BackendTypes>::Function;
    type BasicBlock = <CodegenCx<'ll, 'tcx> as BackendTypes>::BasicBlock;
    type Funclet = <CodegenCx<'ll, 'tcx> as BackendTypes>::Funclet;
    type Value = <CodegenCx<'ll, 'tcx> as BackendTypes>::Value;
    type Type = <CodegenCx<'ll, 'tcx> as BackendTypes>::Type;
    type FunctionSignature = <CodegenCx<'ll, 'tcx> as BackendTypes>::FunctionSignature;
    type DIScope = <CodegenCx<'ll, 'tcx> as BackendTypes>::DIScope;
    type DILocation = <CodegenCx<'ll, 'tcx> as BackendTypes>::DILocation;
    type DIVariable = <CodegenCx<'ll, 'tcx> as BackendTypes>::DIVariable;
}

impl HasDataLayout for Builder<'_, '_, '_> {
    fn data_layout(&self) -> &TargetDataLayout {
        self.cx.data_layout()
    }
}

impl HasTargetSpec for Builder<'_, '_, '_> {
    fn target_spec(&self) -> &Target {
        self.cx.target_spec()
    }
}

impl<'tcx> HasTyCtxt<'tcx> for Builder<'_, '_, 'tcx> {
    fn tcx(&self) -> TyCtxt<'tcx> {
        self.cx.tcx
    }
}

impl<'tcx> HasTypingEnv<'tcx> for Builder<'_, '_, 'tcx> {
    fn typing_env(&self) -> TypingEnv<'tcx> {
        self.cx.typing_env()
    }
}

impl<'tcx> LayoutOfHelpers<'tcx> for Builder<'_, '_, 'tcx> {
    fn handle_layout_err(&self, error: LayoutError<'tcx>, span: Span, ty: Ty<'tcx>) -> ! {
        self.cx.handle_layout_err(error, span, ty)
    }
}

impl<'tcx> FnAbiOfHelpers<'tcx> for Builder<'_, '_, 'tcx> {
    fn handle_fn_abi_err(&self, error: FnAbiError<'tcx>, span: Span, request: FnAbiRequest<'tcx>) -> ! {
        self.cx.handle_fn_abi_err(error, span, request)
    }
}

/// Unwraps what inkwell built. It fails only if the builder stands nowhere or a type is wrong, both ours to avoid.
#[track_caller]
pub(crate) fn built<T>(result: Result<T, BuilderError>) -> T {
    result.expect("the builder stands in a block, and types were checked")
}

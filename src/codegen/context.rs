//! The context of one codegen unit: its LLVM module, and what has been made in it so far.

use std::cell::RefCell;

use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::context::Context;
use inkwell::debug_info::{DILocalVariable, DILocation};
use inkwell::module::Module;
use inkwell::types::FunctionType;
use inkwell::values::FunctionValue;
use rustc_abi::{HasDataLayout, TargetDataLayout};
use rustc_codegen_ssa::traits::BackendTypes;
use rustc_data_structures::fx::FxHashMap;
use rustc_middle::mono::CodegenUnit;
use rustc_middle::ty::layout::{
    FnAbiError, FnAbiOfHelpers, FnAbiRequest, HasTyCtxt, HasTypingEnv, LayoutError, LayoutOfHelpers,
    codegen_handle_fn_abi_err,
};
use rustc_middle::ty::{ExistentialTraitRef, Ty, TyCtxt, TypingEnv};
use rustc_span::Span;
use rustc_target::spec::{HasTargetSpec, Target};

use crate::codegen::attributes::Attributes;
use crate::codegen::constant_stores::ConstantStores;
use crate::codegen::constants::ConstantCache;
use crate::codegen::coverage::CoverageContext;
use crate::codegen::debuginfo::{DebugContext, Scope};
use crate::codegen::functions::FunctionCache;
use crate::codegen::intrinsics::IntrinsicCache;
use crate::codegen::linkage::NameCounter;
use crate::codegen::objective_c::ObjectiveC;
use crate::codegen::recording::Recorder;
use crate::codegen::sanitizers::IgnoreList;
use crate::codegen::statics::StaticCache;
use crate::codegen::types::TypeCache;
use crate::codegen::unwinding::Unwinding;
use crate::llvm::{Funclet, Type, Value};
use crate::session::ModuleRefs;

/// All that the code of one codegen unit shares. A cache lives in the file of the concept that it serves.
pub(crate) struct CodegenCx<'ll, 'tcx> {
    pub(crate) tcx: TyCtxt<'tcx>,
    pub(crate) codegen_unit: &'tcx CodegenUnit<'tcx>,
    pub(crate) llcx: &'ll Context,
    pub(crate) llmod: &'ll Module<'ll>,
    /// Makes the stack slots, which are at the head of a function wherever the function's own builder stands.
    pub(crate) slot_builder: Builder<'ll>,
    pub(crate) attributes: Attributes,
    pub(crate) types: TypeCache<'ll, 'tcx>,
    pub(crate) constants: ConstantCache<'ll>,
    pub(crate) constant_stores: ConstantStores<'ll>,
    pub(crate) statics: StaticCache<'ll, 'tcx>,
    pub(crate) names: NameCounter,
    pub(crate) objective_c: ObjectiveC<'ll>,
    pub(crate) functions: FunctionCache<'ll, 'tcx>,
    pub(crate) intrinsics: IntrinsicCache<'ll>,
    pub(crate) vtables: RefCell<FxHashMap<(Ty<'tcx>, Option<ExistentialTraitRef<'tcx>>), Value<'ll>>>,
    /// The macros of assembly outside of functions that may go to another section.
    pub(crate) asm_macros: RefCell<crate::asm::Macros>,
    /// What the sanitizers are to leave alone, if the session says so.
    pub(crate) ignore_list: Option<IgnoreList>,
    /// Absent unless coverage is asked for.
    pub(crate) coverage: Option<CoverageContext<'ll, 'tcx>>,
    /// Absent when no debug information is asked for.
    pub(crate) debug: Option<DebugContext<'ll, 'tcx>>,
    pub(crate) unwinding: Unwinding<'ll, 'tcx>,
    /// Absent but where a function is built once more that LLVM has rejected.
    pub(crate) recorder: Option<Recorder<'ll>>,
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// The context for `codegen_unit`, to be built into the module that `refs` lends.
    pub(crate) fn new(
        tcx: TyCtxt<'tcx>,
        codegen_unit: &'tcx CodegenUnit<'tcx>,
        refs: ModuleRefs<'ll>,
    ) -> Self {
        CodegenCx {
            tcx,
            codegen_unit,
            llcx: refs.context,
            llmod: refs.module,
            slot_builder: refs.context.create_builder(),
            attributes: Attributes::new(refs.context, tcx.sess),
            types: TypeCache::new(refs.context, tcx),
            constants: ConstantCache::default(),
            constant_stores: ConstantStores::default(),
            statics: StaticCache::default(),
            names: NameCounter::default(),
            objective_c: ObjectiveC::default(),
            functions: FunctionCache::default(),
            intrinsics: IntrinsicCache::default(),
            vtables: RefCell::default(),
            asm_macros: RefCell::default(),
            ignore_list: IgnoreList::of_session(tcx),
            coverage: CoverageContext::of_session(tcx),
            debug: DebugContext::new(tcx, codegen_unit.name().as_str(), refs),
            unwinding: Unwinding::of_session(tcx),
            recorder: None,
        }
    }
}

impl<'ll> BackendTypes for CodegenCx<'ll, '_> {
    type Function = FunctionValue<'ll>;
    type BasicBlock = BasicBlock<'ll>;
    type Funclet = Funclet<'ll>;
    type Value = Value<'ll>;
    type Type = Type<'ll>;
    type FunctionSignature = FunctionType<'ll>;
    type DIScope = Scope<'ll>;
    type DILocation = DILocation<'ll>;
    type DIVariable = DILocalVariable<'ll>;
}

impl HasTargetSpec for CodegenCx<'_, '_> {
    fn target_spec(&self) -> &Target {
        &self.tcx.sess.target
    }
}

impl HasDataLayout for CodegenCx<'_, '_> {
    fn data_layout(&self) -> &TargetDataLayout {
        &self.tcx.data_layout
    }
}

impl<'tcx> HasTyCtxt<'tcx> for CodegenCx<'_, 'tcx> {
    fn tcx(&self) -> TyCtxt<'tcx> {
        self.tcx
    }
}

impl<'tcx> HasTypingEnv<'tcx> for CodegenCx<'_, 'tcx> {
    fn typing_env(&self) -> TypingEnv<'tcx> {
        TypingEnv::fully_monomorphized()
    }
}

impl<'tcx> LayoutOfHelpers<'tcx> for CodegenCx<'_, 'tcx> {
    fn handle_layout_err(&self, error: LayoutError<'tcx>, span: Span, ty: Ty<'tcx>) -> ! {
        match error {
            // These are the user's doing (an array of 2^60 elements, a bad `repr(simd)`), and worded for users.
            LayoutError::SizeOverflow(_)
            | LayoutError::ReferencesError(_)
            | LayoutError::InvalidSimd { .. } => self.tcx.dcx().span_fatal(span, error.to_string()),
            _ => self
                .tcx
                .dcx()
                .span_fatal(span, format!("failed to get the layout of `{ty}`: {error}")),
        }
    }
}

impl<'tcx> FnAbiOfHelpers<'tcx> for CodegenCx<'_, 'tcx> {
    fn handle_fn_abi_err(&self, error: FnAbiError<'tcx>, span: Span, request: FnAbiRequest<'tcx>) -> ! {
        codegen_handle_fn_abi_err(self.tcx, error, span, request).raise_fatal()
    }
}

//! The backend as rustc sees it: one page of answers, each given by the room that knows it.
#![allow(unused_imports, unused_variables, dead_code)] // SKELETON: remove
use std::any::Any;
use std::path::PathBuf;

use rustc_ast::expand::allocator::AllocatorMethod;
use rustc_codegen_ssa::back::lto::ThinModule;
use rustc_codegen_ssa::back::write::{
    CodegenContext, FatLtoInput, ModuleConfig, OngoingCodegen, SharedEmitter, TargetMachineFactoryFn,
    ThinLtoInput,
};
use rustc_codegen_ssa::traits::*;
use rustc_codegen_ssa::{CompiledModule, CompiledModules, CrateInfo, ModuleCodegen, TargetConfig};
use rustc_data_structures::profiling::SelfProfilerRef;
use rustc_errors::DiagCtxtHandle;
use rustc_middle::dep_graph::{WorkProduct, WorkProductMap};
use rustc_middle::ty::TyCtxt;
use rustc_session::config::{self, OutputFilenames, PrintRequest};
use rustc_session::{BorrowedIncrCompSession, CodegenBackendInit, EarlySession, IncrCompSession, Session};
use rustc_span::Symbol;

use crate::back::ModuleLlvm;

/// The backend. It holds no state: everything lives in the session or in a module.
#[derive(Clone)]
pub(crate) struct FixedBackend;

impl CodegenBackend for FixedBackend {
    fn name(&self) -> &'static str {
        todo!()
    }

    fn init(&mut self, _sess: &EarlySession) -> CodegenBackendInit {
        todo!()
    }

    fn print(&self, _req: &PrintRequest, _out: &mut String, _sess: &Session) {
        todo!()
    }

    fn target_config(&self, _sess: &EarlySession) -> TargetConfig {
        todo!()
    }

    fn print_passes(&self) {
        todo!()
    }

    fn print_version(&self) {
        todo!()
    }

    fn target_cpu(&self, sess: &Session) -> String {
        todo!()
    }

    fn codegen_crate<'tcx>(&self, tcx: TyCtxt<'tcx>) -> Box<dyn Any> {
        todo!()
    }

    fn join_codegen(
        &self,
        ongoing_codegen: Box<dyn Any>,
        sess: &Session,
        incr_comp_session: Option<&IncrCompSession>,
        outputs: &OutputFilenames,
        crate_info: &CrateInfo,
    ) -> (CompiledModules, WorkProductMap) {
        todo!()
    }
}

impl ExtraBackendMethods for FixedBackend {
    type Module = ModuleLlvm;

    fn codegen_allocator<'tcx>(
        &self,
        tcx: TyCtxt<'tcx>,
        module_name: &str,
        methods: &[AllocatorMethod],
    ) -> Self::Module {
        todo!()
    }

    fn compile_codegen_unit(
        &self,
        tcx: TyCtxt<'_>,
        cgu_name: Symbol,
        bitcode_needed: bool,
    ) -> (ModuleCodegen<Self::Module>, u64) {
        todo!()
    }
}

impl WriteBackendMethods for FixedBackend {
    type Module = ModuleLlvm;
    type TargetMachine = inkwell::targets::TargetMachine;
    type ModuleBuffer = std::convert::Infallible;
    type ThinData = ();

    fn thread_profiler() -> Box<dyn Any> {
        todo!()
    }

    fn target_machine_factory(
        &self,
        sess: &Session,
        opt_level: config::OptLevel,
    ) -> TargetMachineFactoryFn<Self> {
        todo!()
    }

    fn optimize_and_codegen_fat_lto(
        sess: &Session,
        cgcx: &CodegenContext,
        shared_emitter: &SharedEmitter,
        tm_factory: TargetMachineFactoryFn<Self>,
        exported_symbols_for_lto: &[String],
        each_linked_rlib_for_lto: &[PathBuf],
        modules: Vec<FatLtoInput<Self>>,
    ) -> CompiledModule {
        todo!()
    }

    fn run_thin_lto(
        cgcx: &CodegenContext,
        prof: &SelfProfilerRef,
        incr_comp_session: Option<&BorrowedIncrCompSession>,
        dcx: DiagCtxtHandle<'_>,
        exported_symbols_for_lto: &[String],
        each_linked_rlib_for_lto: &[PathBuf],
        modules: Vec<ThinLtoInput<Self>>,
    ) -> (Vec<ThinModule<Self>>, Vec<WorkProduct>) {
        todo!()
    }

    fn optimize(
        cgcx: &CodegenContext,
        prof: &SelfProfilerRef,
        shared_emitter: &SharedEmitter,
        module: &mut ModuleCodegen<Self::Module>,
        config: &ModuleConfig,
    ) {
        todo!()
    }

    fn optimize_and_codegen_thin(
        cgcx: &CodegenContext,
        prof: &SelfProfilerRef,
        shared_emitter: &SharedEmitter,
        tm_factory: TargetMachineFactoryFn<Self>,
        thin: ThinModule<Self>,
    ) -> CompiledModule {
        todo!()
    }

    fn codegen(
        cgcx: &CodegenContext,
        prof: &SelfProfilerRef,
        shared_emitter: &SharedEmitter,
        module: ModuleCodegen<Self::Module>,
        config: &ModuleConfig,
    ) -> CompiledModule {
        todo!()
    }

    fn serialize_module(module: Self::Module, is_thin: bool) -> Self::ModuleBuffer {
        todo!()
    }
}

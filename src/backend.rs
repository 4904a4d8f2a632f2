//! The backend as rustc sees it: what rustc asks, each answered by the module that knows.

use std::any::Any;
use std::path::PathBuf;

use inkwell::targets::TargetMachine;
use rustc_ast::expand::allocator::AllocatorMethod;
use rustc_codegen_ssa::back::lto::ThinModule;
use rustc_codegen_ssa::back::write::{
    CodegenContext, FatLtoInput, ModuleConfig, OngoingCodegen, SharedEmitter, TargetMachineFactoryFn,
    ThinLtoInput,
};
use rustc_codegen_ssa::traits::*;
use rustc_codegen_ssa::{
    CompiledModule, CompiledModules, CrateInfo, ModuleCodegen, ModuleKind, TargetConfig,
};
use rustc_data_structures::profiling::SelfProfilerRef;
use rustc_errors::{DiagCtxt, DiagCtxtHandle};
use rustc_middle::dep_graph::{WorkProduct, WorkProductMap};
use rustc_middle::ty::TyCtxt;
use rustc_middle::util::Providers;
use rustc_session::config::{Lto, OptLevel, OutputFilenames, PrintRequest};
use rustc_session::{BorrowedIncrCompSession, CodegenBackendInit, EarlySession, IncrCompSession, Session};
use rustc_span::{Symbol, sym};
use rustc_structures::CrateType;

use crate::back::bitcode::{self, Summary, Wanted};
use crate::back::{self, emit, lto, passes};
use crate::codegen;
use crate::diagnose::{self, DiagnosticScope, RemarkStage};
use crate::llvm::cxx::ThinLink;
use crate::llvm::modules::Bitcode;
use crate::session::{self, ModuleLlvm, freshness, target};

/// The backend. It holds no state: everything lives in the session or in a module.
#[derive(Clone)]
pub(crate) struct FixedBackend;

impl CodegenBackend for FixedBackend {
    fn name(&self) -> &'static str {
        "fixed"
    }

    fn init(&mut self, sess: &EarlySession) -> CodegenBackendInit {
        session::initialize(sess);
        CodegenBackendInit {
            global_backend_features: target::global_features(sess),
            replaced_intrinsics: codegen::replaced_intrinsics(),
            // Every backend compares type ids as the library says.
            fallback_intrinsics: vec![sym::type_id_eq],
            thin_lto_supported: true,
        }
    }

    fn print(&self, request: &PrintRequest, out: &mut String, sess: &Session) {
        target::print(request, out, sess);
    }

    fn print_version(&self) {
        target::print_version();
    }

    fn print_passes(&self) {
        target::print_passes();
    }

    fn has_zstd(&self) -> bool {
        target::has_zstd()
    }

    fn has_mnemonic(&self, sess: &Session, mnemonic: &str) -> bool {
        target::has_mnemonic(sess, mnemonic)
    }

    fn target_config(&self, sess: &EarlySession) -> TargetConfig {
        target::config(sess)
    }

    fn provide(&self, providers: &mut Providers) {
        session::identity::provide(providers);
    }

    fn supported_crate_types(&self, sess: &Session) -> Vec<CrateType> {
        // The one question that rustc asks with the session between making it and writing dep-info.
        freshness::depend_on_library(sess);
        vec![
            CrateType::Executable,
            CrateType::Dylib,
            CrateType::Rlib,
            CrateType::StaticLib,
            CrateType::Cdylib,
            CrateType::ProcMacro,
            CrateType::Sdylib,
        ]
    }

    fn target_cpu(&self, sess: &Session) -> String {
        target::cpu(sess).to_owned()
    }

    fn codegen_crate<'tcx>(&self, tcx: TyCtxt<'tcx>) -> Box<dyn Any> {
        session::identity::depend_on_backend(tcx);
        session::single_unit::report(tcx);
        diagnose::remember_crate(tcx);
        if matches!(tcx.sess.lto(), Lto::Fat | Lto::Thin) {
            // The assembly of all crates meets the assembler in this session.
            for &upstream in tcx.crates(()) {
                tcx.import_source_files(upstream);
            }
            tcx.sess
                .source_map()
                .files()
                .iter()
                .for_each(|file| diagnose::remember_file(file));
        }
        let generate = || rustc_codegen_ssa::base::codegen_crate(FixedBackend, tcx);
        Box::new(diagnose::with_aftermath(
            tcx.sess,
            tcx.output_filenames(()),
            generate,
        ))
    }

    fn join_codegen(
        &self,
        ongoing_codegen: Box<dyn Any>,
        sess: &Session,
        incr_comp_session: Option<&IncrCompSession>,
        outputs: &OutputFilenames,
        crate_info: &CrateInfo,
    ) -> (CompiledModules, WorkProductMap) {
        let ongoing = ongoing_codegen
            .downcast::<OngoingCodegen<FixedBackend>>()
            .expect("rustc hands back what codegen_crate returned");
        let join = || ongoing.join(sess, incr_comp_session, crate_info);
        let done = diagnose::with_aftermath(sess, outputs, join);
        back::time_trace::write(sess, outputs);
        back::statistics::report(sess);
        done
    }
}

impl ExtraBackendMethods for FixedBackend {
    type Module = ModuleLlvm;

    fn codegen_allocator<'tcx>(
        &self,
        tcx: TyCtxt<'tcx>,
        module_name: &str,
        methods: &[AllocatorMethod],
    ) -> ModuleLlvm {
        codegen::allocator_module(tcx, module_name, methods)
    }

    fn compile_codegen_unit(
        &self,
        tcx: TyCtxt<'_>,
        cgu_name: Symbol,
        _bitcode_needed: bool,
    ) -> (ModuleCodegen<ModuleLlvm>, u64) {
        codegen::compile_unit(tcx, cgu_name)
    }
}

impl WriteBackendMethods for FixedBackend {
    type Module = ModuleLlvm;
    type TargetMachine = TargetMachine;
    type ModuleBuffer = Bitcode;
    type ThinData = Option<ThinLink>;

    fn thread_profiler() -> Box<dyn Any> {
        Box::new(back::time_trace::ThreadTrace::start())
    }

    fn target_machine_factory(&self, sess: &Session, opt_level: OptLevel) -> TargetMachineFactoryFn<Self> {
        session::machine::factory::<Self>(sess, opt_level)
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
        let dcx = DiagCtxt::new(Box::new(shared_emitter.clone()));
        let (symbols, rlibs) = (exported_symbols_for_lto, each_linked_rlib_for_lto);
        let merged = lto::run_fat(
            cgcx,
            &sess.prof,
            dcx.handle(),
            shared_emitter,
            tm_factory,
            symbols,
            rlibs,
            modules,
        );
        Self::codegen(cgcx, &sess.prof, shared_emitter, merged, &cgcx.module_config)
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
        let (symbols, rlibs) = (exported_symbols_for_lto, each_linked_rlib_for_lto);
        lto::run_thin(cgcx, prof, incr_comp_session, dcx, symbols, rlibs, modules)
    }

    fn optimize(
        cgcx: &CodegenContext,
        prof: &SelfProfilerRef,
        shared_emitter: &SharedEmitter,
        module: &mut ModuleCodegen<Self::Module>,
        config: &ModuleConfig,
    ) {
        let _timer = prof.generic_activity_with_arg("LLVM_module_optimize", &*module.name);
        let dcx = DiagCtxt::new(Box::new(shared_emitter.clone()));
        module.module_llvm.with_refs(|refs| {
            let (context, name, stage) = (refs.context, &*module.name, RemarkStage::Module);
            let _scope = DiagnosticScope::enter(cgcx, context, shared_emitter, name, stage);
            if module.kind == ModuleKind::Regular {
                emit::save_temporary(cgcx, refs.module, &module.name, "no-opt");
            }
            // The allocator shim is compiled without a level: there is nothing to optimise.
            let Some(level) = config.opt_level else { return };
            if session::single_unit::leaves_out(&module.name) {
                return;
            }
            let stage = passes::Stage::after_codegen(cgcx);
            let wanted = Wanted::of(cgcx, module, config);
            let kept = match passes::optimize(cgcx, prof, dcx.handle(), refs, config, level, stage, wanted) {
                Ok(kept) => kept,
                Err(why) => dcx.handle().fatal(why),
            };
            if let Some(kept) = kept {
                module.module_llvm.keep_bitcode(kept.bitcode);
                if let Some(summary) = kept.thin_link {
                    emit::thin_link(cgcx, prof, dcx.handle(), &module.name, &summary);
                }
            }
        });
    }

    fn optimize_and_codegen_thin(
        cgcx: &CodegenContext,
        prof: &SelfProfilerRef,
        shared_emitter: &SharedEmitter,
        tm_factory: TargetMachineFactoryFn<Self>,
        thin: ThinModule<Self>,
    ) -> CompiledModule {
        lto::optimize_thin(cgcx, prof, shared_emitter, tm_factory, thin)
    }

    fn codegen(
        cgcx: &CodegenContext,
        prof: &SelfProfilerRef,
        shared_emitter: &SharedEmitter,
        module: ModuleCodegen<Self::Module>,
        config: &ModuleConfig,
    ) -> CompiledModule {
        let _timer = prof.generic_activity_with_arg("LLVM_module_codegen", &*module.name);
        let dcx = DiagCtxt::new(Box::new(shared_emitter.clone()));
        emit::emit(cgcx, prof, shared_emitter, dcx.handle(), module, config)
    }

    fn serialize_module(module: Self::Module, is_thin: bool) -> Self::ModuleBuffer {
        module.with_refs(|refs| match is_thin {
            true => bitcode::write(refs, Summary::Thin),
            false => diagnose::before_assembling(refs.context, refs.module, || Bitcode::of(refs.module)),
        })
    }
}

impl ModuleBufferMethods for Bitcode {
    fn data(&self) -> &[u8] {
        self.bytes()
    }
}

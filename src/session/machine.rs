//! Target machines: rustc's options in LLVM's words.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use inkwell::targets::TargetMachine;
use rustc_codegen_ssa::back::versioned_llvm_target;
use rustc_codegen_ssa::back::write::TargetMachineFactoryFn;
use rustc_codegen_ssa::base::wants_wasm_eh;
use rustc_codegen_ssa::traits::WriteBackendMethods;
use rustc_errors::DiagCtxtHandle;
use rustc_middle::ty::TyCtxt;
use rustc_session::config::{DebugInfoCompression, OptLevel, OutputType};
use rustc_session::{EarlySession, Session};
use rustc_span::source_map::FilePathMapping;
use rustc_span::{RealFileName, RemapPathScopeComponents};
use rustc_target::spec::{self, CodeModel, RelocModel, TlsModel};

use crate::llvm::cxx::{Compression, FloatAbi, Options};
use crate::llvm::machine::{self, Description, Level, Relocation};
use crate::session::target;

/// A machine to ask questions of, before the session is complete.
pub(crate) fn for_queries(sess: &EarlySession, features: &[String]) -> TargetMachine {
    let description = Description {
        triple: triple(sess),
        cpu: target::cpu(sess).to_owned(),
        features: features.join(","),
        abi: sess.target.llvm_abiname.desc().to_owned(),
        level: Level::LLVMCodeGenLevelNone,
        relocation: Relocation::LLVMRelocDefault,
        code_model: machine::CodeModel::LLVMCodeModelDefault,
        options: Options::default(),
    };
    make(sess.dcx(), &description)
}

/// A machine for the session's module `name`.
pub(crate) fn for_module(tcx: TyCtxt<'_>, name: &str) -> TargetMachine {
    let sess = tcx.sess;
    let mut description = describe(sess, tcx.backend_optimization_level(()));
    let object = tcx
        .output_filenames(())
        .temp_path_for_cgu(OutputType::Object, name);
    let names = ObjectNames::of(sess);
    description.options.object_name = names.name(&object);
    if let Some(split) = split_file(tcx, name) {
        description.options.split_file = names.name(&split);
    }
    make(sess.dcx(), &description)
}

/// Where debuggers look for what is split off from the debug information of the module `name`, if anything is.
fn split_file(tcx: TyCtxt<'_>, name: &str) -> Option<PathBuf> {
    let sess = tcx.sess;
    if !sess.target_can_use_split_dwarf() {
        return None;
    }
    let kind = sess.opts.unstable_opts.split_dwarf_kind;
    tcx.output_filenames(())
        .split_dwarf_path(sess.split_debuginfo(), kind, name)
}

/// What makes machines on worker threads, which do not see the session.
pub(crate) fn factory<B>(sess: &Session, level: OptLevel) -> TargetMachineFactoryFn<B>
where
    B: WriteBackendMethods<TargetMachine = TargetMachine>,
{
    let (description, names) = (describe(sess, level), ObjectNames::of(sess));
    Arc::new(move |dcx, config| {
        let mut description = description.clone();
        if let Some(object) = config.output_obj_file {
            description.options.object_name = names.name(&object);
        }
        if let Some(split) = config.split_dwarf_file {
            description.options.split_file = names.name(&split);
        }
        make(dcx, &description)
    })
}

fn make(dcx: DiagCtxtHandle<'_>, description: &Description) -> TargetMachine {
    machine::create(description)
        .unwrap_or_else(|why| dcx.fatal(format!("could not create LLVM target machine: {why}")))
}

fn triple(sess: &EarlySession) -> String {
    versioned_llvm_target(sess).into_owned()
}

/// How debug information may call object files: not by a path that `--remap-path-prefix` hides.
struct ObjectNames {
    mapping: FilePathMapping,
    directory: RealFileName,
}

impl ObjectNames {
    fn of(sess: &Session) -> Self {
        let source_map = sess.source_map();
        ObjectNames {
            mapping: source_map.path_mapping().clone(),
            directory: source_map.working_dir().clone(),
        }
    }

    fn name(&self, object: &Path) -> String {
        let name = self.mapping.to_real_filename(&self.directory, object);
        name.path(RemapPathScopeComponents::DEBUGINFO)
            .to_string_lossy()
            .into_owned()
    }
}

fn describe(sess: &Session, level: OptLevel) -> Description {
    Description {
        triple: triple(sess),
        cpu: target::cpu(sess).to_owned(),
        features: sess.global_backend_features.join(","),
        abi: sess.target.llvm_abiname.desc().to_owned(),
        level: match level {
            OptLevel::No => Level::LLVMCodeGenLevelNone,
            OptLevel::Less => Level::LLVMCodeGenLevelLess,
            OptLevel::More | OptLevel::Size | OptLevel::SizeMin => Level::LLVMCodeGenLevelDefault,
            OptLevel::Aggressive => Level::LLVMCodeGenLevelAggressive,
        },
        relocation: match sess.relocation_model() {
            RelocModel::Static => Relocation::LLVMRelocStatic,
            RelocModel::Pic | RelocModel::Pie => Relocation::LLVMRelocPIC,
            RelocModel::DynamicNoPic => Relocation::LLVMRelocDynamicNoPic,
            RelocModel::Ropi => Relocation::LLVMRelocROPI,
            RelocModel::Rwpi => Relocation::LLVMRelocRWPI,
            RelocModel::RopiRwpi => Relocation::LLVMRelocROPI_RWPI,
        },
        code_model: code_model(sess.code_model()),
        options: options(sess),
    }
}

fn code_model(model: Option<CodeModel>) -> machine::CodeModel {
    match model {
        None => machine::CodeModel::LLVMCodeModelDefault,
        Some(CodeModel::Tiny) => machine::CodeModel::LLVMCodeModelTiny,
        Some(CodeModel::Small) => machine::CodeModel::LLVMCodeModelSmall,
        Some(CodeModel::Kernel) => machine::CodeModel::LLVMCodeModelKernel,
        Some(CodeModel::Medium) => machine::CodeModel::LLVMCodeModelMedium,
        Some(CodeModel::Large) => machine::CodeModel::LLVMCodeModelLarge,
    }
}

fn options(sess: &Session) -> Options {
    let (target, unstable) = (&sess.target, &sess.opts.unstable_opts);
    let split = unstable.function_sections.unwrap_or(target.function_sections);
    let trap_unreachable = unstable.trap_unreachable.unwrap_or(target.trap_unreachable);
    Options {
        function_sections: split,
        data_sections: split,
        unique_section_names: !unstable.no_unique_section_names,
        init_array: !unstable.use_ctors_section.unwrap_or(target.use_ctors_section),
        trap_unreachable,
        // A trap behind a call that diverges is a waste, but for two cases. On Windows, the unwinder takes the
        // function that the return address lies in, which must not be the next one (rust-lang/rust#140489).
        // In WebAssembly, what stands behind the call must have the type of the block that it ends.
        no_trap_after_noreturn: trap_unreachable && !target.is_like_windows && !target.is_like_wasm,
        emulated_tls: matches!(sess.tls_model(), TlsModel::Emulated),
        stack_sizes: unstable.emit_stack_sizes,
        verbose_assembly: unstable.verbose_asm,
        relax_relocations: unstable
            .relax_elf_relocations
            .unwrap_or(target.relax_elf_relocations),
        single_thread: target.singlethread(&sess.internal_target_features),
        wasm_exceptions: wants_wasm_eh(target),
        float_abi: match target.llvm_floatabi {
            None => FloatAbi::OfTarget,
            Some(spec::FloatAbi::Soft) => FloatAbi::Soft,
            Some(spec::FloatAbi::Hard) => FloatAbi::Hard,
        },
        compression: compression(sess),
        large_data_threshold: unstable.large_data_threshold.unwrap_or(0),
        // Each module has its own.
        object_name: String::new(),
        split_file: String::new(),
    }
}

/// How debug information is compressed, as far as this LLVM can.
fn compression(sess: &Session) -> Compression {
    let asked = match sess.opts.unstable_opts.debuginfo_compression {
        DebugInfoCompression::None => Compression::None,
        DebugInfoCompression::Zlib => Compression::Zlib,
        DebugInfoCompression::Zstd => Compression::Zstd,
    };
    if asked.is_available() {
        return asked;
    }
    sess.dcx().warn(format!(
        "this LLVM cannot compress debug information with {asked:?}: it stays uncompressed"
    ));
    Compression::None
}

//! Target machines: rustc's options in LLVM's words.

use std::ffi::CString;
use std::sync::Arc;

use inkwell::targets::TargetMachine;
use rustc_codegen_ssa::back::versioned_llvm_target;
use rustc_codegen_ssa::back::write::TargetMachineFactoryFn;
use rustc_session::config::OptLevel;
use rustc_session::{EarlySession, Session};
use rustc_target::spec::{CodeModel, RelocModel, TlsModel};

use crate::back::target;
use crate::backend::FixedBackend;
use crate::llvm::cxx::{Sections, set_target_options};
use crate::llvm::machine::{self, Description, Level, Relocation};

fn text(text: &str) -> CString {
    CString::new(text).expect("target names and features hold no NUL")
}

/// A machine to ask questions of, before the session is complete.
pub(crate) fn for_queries(sess: &EarlySession, features: &[String]) -> TargetMachine {
    let description = Description {
        triple: text(&versioned_llvm_target(sess)),
        cpu: text(target::cpu(sess)),
        features: text(&features.join(",")),
        abi: text(sess.target.llvm_abiname.desc()),
        level: Level::LLVMCodeGenLevelNone,
        relocation: Relocation::LLVMRelocDefault,
        code_model: machine::CodeModel::LLVMCodeModelDefault,
        verbose_assembly: false,
    };
    machine::create(&description).unwrap_or_else(|why| {
        sess.dcx()
            .fatal(format!("could not create LLVM target machine: {why}"))
    })
}

/// A machine for a module of the session.
pub(crate) fn for_session(sess: &Session, level: OptLevel) -> TargetMachine {
    make(&describe(sess, level), sections(sess)).unwrap_or_else(|why| sess.dcx().fatal(why))
}

/// What makes machines on worker threads, which do not see the session.
pub(crate) fn factory(sess: &Session, level: OptLevel) -> TargetMachineFactoryFn<FixedBackend> {
    let (description, sections) = (describe(sess, level), sections(sess));
    Arc::new(move |dcx, _config| make(&description, sections).unwrap_or_else(|why| dcx.fatal(why)))
}

fn make(description: &Description, sections: Sections) -> Result<TargetMachine, String> {
    let machine =
        machine::create(description).map_err(|why| format!("could not create LLVM target machine: {why}"))?;
    set_target_options(&machine, sections)?;
    Ok(machine)
}

fn describe(sess: &Session, level: OptLevel) -> Description {
    Description {
        triple: text(&versioned_llvm_target(sess)),
        cpu: text(target::cpu(sess)),
        features: text(&sess.global_backend_features.join(",")),
        abi: text(sess.target.llvm_abiname.desc()),
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
        verbose_assembly: sess.opts.unstable_opts.verbose_asm,
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

fn sections(sess: &Session) -> Sections {
    let options = &sess.opts.unstable_opts;
    let trap_unreachable = options.trap_unreachable.unwrap_or(sess.target.trap_unreachable);
    let split = options.function_sections.unwrap_or(sess.target.function_sections);
    Sections {
        functions: split,
        data: split,
        unique_names: !options.no_unique_section_names,
        init_array: !options.use_ctors_section.unwrap_or(sess.target.use_ctors_section),
        trap_unreachable,
        // A trap behind a call that diverges is a waste, but for two cases. On Windows, the unwinder takes the
        // function that the return address lies in, which must not be the next one (rust-lang/rust#140489).
        // In WebAssembly, what stands behind the call must have the type of the block that it ends.
        no_trap_after_noreturn: trap_unreachable
            && !(sess.target.is_like_windows || sess.target.is_like_wasm),
        emulated_tls: matches!(sess.tls_model(), TlsModel::Emulated),
        stack_sizes: options.emit_stack_sizes,
    }
}

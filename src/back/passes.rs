//! Optimisation: which passes run over a module, and the check before the first of them.

use rustc_codegen_ssa::back::write::{CodegenContext, ModuleConfig};
use rustc_errors::DiagCtxtHandle;
use rustc_session::config::{Lto, OptLevel};

use crate::back::{ModuleRefs, sanitizers};
use crate::diagnose;
use crate::llvm::cxx;
use crate::llvm::modules::{self, PassOptions};

/// Where a program counts its coverage to, unless `LLVM_PROFILE_FILE` says otherwise: a file for each process
/// (`%p`) and for each program (`%m`), as the rustc book has it.
const COVERAGE_FILE: &str = "default_%m_%p.profraw";

/// When in the life of a module its passes run.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Right after code generation, with nothing to come.
    Alone,
    /// Right after code generation, before the module is merged with others.
    BeforeLto,
    /// On the merged module.
    Lto,
}

impl Stage {
    /// The stage at which the session's modules are after code generation.
    pub(crate) fn after_codegen(cgcx: &CodegenContext) -> Self {
        match cgcx.lto {
            Lto::Fat => Stage::BeforeLto,
            Lto::No | Lto::Thin | Lto::ThinLocal => Stage::Alone,
        }
    }
}

/// The pipeline in the notation of `opt -passes`, for people as for LLVM.
pub(crate) fn pipeline(config: &ModuleConfig, level: OptLevel, stage: Stage) -> String {
    let level = match level {
        OptLevel::No => "O0",
        OptLevel::Less => "O1",
        // What size is worth is said by the attributes `optsize` and `minsize` of each function.
        OptLevel::More | OptLevel::Size | OptLevel::SizeMin => "O2",
        OptLevel::Aggressive => "O3",
    };
    let mut passes = Vec::new();
    if !config.no_prepopulate_passes {
        let name = match stage {
            Stage::Alone => "default",
            Stage::BeforeLto => "lto-pre-link",
            Stage::Lto => "lto",
        };
        passes.push(format!("{name}<{level}>"));
    }
    if stage != Stage::Lto {
        if config.instrument_coverage {
            passes.insert(0, "instrprof".to_owned());
        }
        if let Some(first) = sanitizers::first_passes(config) {
            passes.insert(0, first.to_owned());
        }
        passes.extend(sanitizers::last_passes(config));
        passes.extend(config.passes.iter().cloned());
        if config.lint_llvm_ir {
            // A pass over functions, in a pipeline of passes over modules.
            passes.insert(0, "function(lint<abort-on-error>)".to_owned());
        }
    }
    passes.join(",")
}

/// Optimises a module. `-Zverify-llvm-ir` is honoured first, whatever passes follow: without passes the
/// check is the only witness there is (rust-lang/rust#95893).
pub(crate) fn optimize(
    dcx: DiagCtxtHandle<'_>,
    refs: ModuleRefs<'_>,
    config: &ModuleConfig,
    level: OptLevel,
    stage: Stage,
) -> Result<(), String> {
    if config.verify_llvm_ir {
        diagnose::check_module(dcx, refs.module, "before optimisation");
    }
    if config.instrument_coverage && stage != Stage::Lto {
        cxx::name_output_file(refs.module, COVERAGE_FILE);
    }
    let pipeline = pipeline(config, level, stage);
    if pipeline.is_empty() {
        return Ok(());
    }
    let options = PassOptions {
        merge_functions: config.merge_functions,
        vectorize_loops: config.vectorize_loop,
        vectorize_slp: config.vectorize_slp,
        unroll_loops: !matches!(level, OptLevel::Size | OptLevel::SizeMin),
        verify_each: false,
    };
    tracing::debug!(pipeline, ?options, "optimising");
    let _stage = diagnose::enter(format!("running the passes `{pipeline}`"));
    modules::run_passes(refs.module, refs.machine, &pipeline, options)
        .map_err(|why| format!("failed to run LLVM passes `{pipeline}`: {why}"))
}

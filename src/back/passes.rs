//! Optimisation: which passes run over a module, the check before the first of them, and what is kept of the
//! module in between.

use std::sync::Arc;

use rustc_codegen_ssa::back::write::{CodegenContext, ModuleConfig};
use rustc_data_structures::profiling::{SelfProfiler, SelfProfilerRef};
use rustc_errors::DiagCtxtHandle;
use rustc_session::config::{Lto, OptLevel};

use crate::back::bitcode::{self, Kept, Summary, Wanted};
use crate::back::pass_events::{self, PassEvents};
use crate::back::{lto, profiles, sanitizers};
use crate::diagnose::{self, Job};
use crate::llvm::cxx::{self, Extras, PassWatch, Plugin, Profile};
use crate::llvm::modules::{self, Bitcode, PassOptions};
use crate::session::ModuleRefs;

/// Where a program counts its coverage to, unless `LLVM_PROFILE_FILE` says otherwise: a file for each process
/// (`%p`) and for each program (`%m`), as the rustc book has it.
const COVERAGE_FILE: &str = "default_%m_%p.profraw";

/// The variable that has the verifier look at what each pass leaves.
const VERIFY_EACH: &str = "FIXED_VERIFY_EACH";

/// When in the life of a module its passes run.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Right after code generation, with nothing to come.
    Alone,
    /// Right after code generation, before LTO, be it here or in the linker.
    BeforeLto,
    /// On all modules of the program, merged into one.
    FatLto,
    /// On a module with what it imports.
    ThinLto,
}

impl Stage {
    /// The stage at which the session's modules are after code generation.
    pub(crate) fn after_codegen(cgcx: &CodegenContext) -> Self {
        match cgcx.lto {
            Lto::ThinLocal if !lto::ACROSS_UNITS => Stage::Alone,
            Lto::Fat | Lto::Thin | Lto::ThinLocal => Stage::BeforeLto,
            Lto::No if cgcx.use_linker_plugin_lto => Stage::BeforeLto,
            Lto::No => Stage::Alone,
        }
    }
}

/// What runs over a module, in the notation of `opt -passes`, for people as for LLVM.
#[derive(Debug, PartialEq, Eq)]
enum Plan {
    /// All at once.
    Whole(String),
    /// In two steps, between which the module's bitcode is kept.
    Halves(String, String),
    /// All at once; in between, LLVM keeps the module's bitcode by itself (`EmbedBitcodePass`).
    Embedding(String),
}

impl Plan {
    fn new(
        cgcx: &CodegenContext,
        config: &ModuleConfig,
        level: OptLevel,
        stage: Stage,
        keep: Option<Wanted>,
        llvm_embeds: bool,
    ) -> Self {
        let populated = |name: &str| match config.no_prepopulate_passes {
            true => String::new(),
            false => format!("{name}<{}>", level_name(level)),
        };
        match stage {
            Stage::FatLto => return Plan::Whole(populated("lto")),
            Stage::ThinLto => return Plan::Whole(populated("thinlto")),
            Stage::Alone | Stage::BeforeLto => {}
        }
        // A pass over functions, in a pipeline of passes over modules.
        let lint = config.lint_llvm_ir.then_some("function(lint<abort-on-error>)");
        let first = sanitizers::first_passes(config, cgcx.use_linker_plugin_lto);
        let counters = config.instrument_coverage.then_some("instrprof");
        // What LTO sees has been instrumented.
        let last = sanitizers::last_passes(config).join(",");
        let half = |main: &str| {
            join(&[
                lint.unwrap_or(""),
                first.unwrap_or(""),
                counters.unwrap_or(""),
                main,
                &last,
            ])
        };
        let extra = config.passes.join(",");
        let optimises = level != OptLevel::No && !config.no_prepopulate_passes;
        let early = populated(if optimises { "thinlto-pre-link" } else { "default" });
        match (stage, keep) {
            (Stage::BeforeLto, None) => Plan::Whole(join(&[&half(&early), &extra])),
            (_, None) => Plan::Whole(join(&[&half(&populated("default")), &extra])),
            (Stage::Alone, Some(wanted)) if optimises => {
                if llvm_embeds && last.is_empty() && !wanted.thin_link && wanted.summary == Summary::Thin {
                    let name = format!("fatlto-pre-link<{};thinlto;emit-summary>", level_name(level));
                    Plan::Embedding(join(&[&half(&name), &extra]))
                } else {
                    Plan::Halves(half(&early), join(&[&populated("thinlto"), &extra]))
                }
            }
            (_, Some(_)) => Plan::Halves(half(&early), extra),
        }
    }
}

/// One pipeline of several.
fn join(pipelines: &[&str]) -> String {
    let present: Vec<&str> = pipelines
        .iter()
        .copied()
        .filter(|pipeline| !pipeline.is_empty())
        .collect();
    present.join(",")
}

fn level_name(level: OptLevel) -> &'static str {
    match level {
        OptLevel::No => "O0",
        OptLevel::Less => "O1",
        // What size is worth is said by the attributes `optsize` and `minsize` of each function.
        OptLevel::More | OptLevel::Size | OptLevel::SizeMin => "O2",
        OptLevel::Aggressive => "O3",
    }
}

/// Optimises a module, and keeps of its bitcode what is wanted. `-Zverify-llvm-ir` is honoured first, whatever
/// passes follow: without passes the check is the only witness there is (rust-lang/rust#95893).
pub(crate) fn optimize(
    cgcx: &CodegenContext,
    prof: &SelfProfilerRef,
    dcx: DiagCtxtHandle<'_>,
    refs: ModuleRefs<'_>,
    config: &ModuleConfig,
    level: OptLevel,
    stage: Stage,
    keep: Option<Wanted>,
) -> Result<Option<Kept>, String> {
    if config.verify_llvm_ir {
        diagnose::check_module(dcx, refs.module, "before optimisation");
    }
    if config.instrument_coverage && matches!(stage, Stage::Alone | Stage::BeforeLto) {
        cxx::name_output_file(refs.module, COVERAGE_FILE);
    }
    // The pass embeds in these formats only. Writing bitcode, LLVM reads the module's assembly, and may complain
    // of it; that belongs to the time when it is assembled.
    let llvm_embeds = !cgcx.target_is_like_darwin
        && !cgcx.target_is_like_aix
        && !cgcx.target_is_like_gpu
        && !matches!(cgcx.target_arch.as_str(), "wasm32" | "wasm64")
        && !cxx::has_module_assembly(refs.module);
    let options = PassOptions {
        merge_functions: config.merge_functions,
        vectorize_loops: config.vectorize_loop,
        vectorize_slp: config.vectorize_slp,
        unroll_loops: !matches!(level, OptLevel::Size | OptLevel::SizeMin),
        verify_each: std::env::var_os(VERIFY_EACH).is_some(),
    };
    let run = Run::new(prof, refs, config, options)?;
    let check = || {
        if config.verify_llvm_ir {
            diagnose::check_module(dcx, refs.module, "after optimisation");
        }
    };
    match Plan::new(cgcx, config, level, stage, keep, llvm_embeds) {
        Plan::Whole(pipeline) => {
            run.passes(&pipeline)?;
            if stage == Stage::BeforeLto {
                // What LTO reads is bitcode, in which a broken function is nothing that can be read.
                check();
            }
            Ok(None)
        }
        Plan::Halves(early, late) => {
            run.passes(&early)?;
            check();
            let kept = keep.map(|wanted| bitcode::keep(refs, wanted));
            if keep.is_some_and(|wanted| wanted.thin_link)
                && kept.as_ref().is_some_and(|kept| kept.thin_link.is_none())
            {
                return Err(
                    "`--emit=thin-link-bitcode` is not supported for a unit that is split in two, as \
                            `-Zsanitizer=cfi` and `-Zsplit-lto-unit` want it"
                        .to_owned(),
                );
            }
            run.passes(&late)?;
            Ok(kept)
        }
        Plan::Embedding(pipeline) => {
            run.passes(&pipeline)?;
            Ok(cxx::take_embedded(refs.module).map(|bytes| Kept {
                bitcode: Bitcode::from(bytes),
                thin_link: None,
            }))
        }
    }
}

/// What all pipelines of a module share.
struct Run<'a> {
    refs: ModuleRefs<'a>,
    options: PassOptions,
    profile: Option<Profile>,
    plugins: Vec<Plugin>,
    profiler: Option<Arc<SelfProfiler>>,
}

impl<'a> Run<'a> {
    fn new(
        prof: &SelfProfilerRef,
        refs: ModuleRefs<'a>,
        config: &ModuleConfig,
        options: PassOptions,
    ) -> Result<Self, String> {
        let plugins = config.llvm_plugins.iter().map(|path| Plugin::load(path));
        let plugins = plugins.collect::<Result<_, _>>().map_err(|why| {
            let (major, minor, patch) = inkwell::support::get_llvm_version();
            format!(
                "failed to load an LLVM plugin: {why}; a plugin must have been built for the LLVM of this rustc, which is \
                 {major}.{minor}.{patch}"
            )
        })?;
        Ok(Run {
            refs,
            options,
            profile: profiles::of_module(config),
            plugins,
            profiler: pass_events::profiler(prof),
        })
    }

    fn passes(&self, pipeline: &str) -> Result<(), String> {
        if pipeline.is_empty() {
            return Ok(());
        }
        let Run { refs, options, .. } = self;
        tracing::debug!(pipeline, ?options, profile = ?self.profile, "optimising");
        let _stage = diagnose::begin(Job::Passes(pipeline.to_owned()), refs.module);
        let mut events = self.profiler.as_deref().map(PassEvents::new);
        let extras = Extras {
            profile: self.profile.as_ref(),
            plugins: &self.plugins,
            watch: events.as_mut().map(|events| events as &mut dyn PassWatch),
        };
        #[cfg(feature = "faults")]
        let mut harmful = super::faults::HarmfulPass::of(refs.module);
        #[cfg(feature = "faults")]
        let extras = Extras {
            watch: harmful.as_mut().map(|harmful| harmful as &mut dyn PassWatch),
            ..extras
        };
        modules::run_passes(refs.module, refs.machine, pipeline, *options, extras)
            .map_err(|why| format!("failed to run LLVM passes `{pipeline}`: {why}"))
    }
}

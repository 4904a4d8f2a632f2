//! Preparing LLVM, once per process: its options, its targets, its way to fail.

use std::collections::HashSet;
use std::ffi::CString;
use std::sync::Once;

use rustc_codegen_ssa::base::wants_wasm_eh;
use rustc_session::EarlySession;
use rustc_target::spec::{MergeFunctions, SmallDataThresholdSupport};

use crate::llvm::process;

/// Prepares LLVM for the session. Its options are global, so the first session of a process decides.
pub(crate) fn initialize(sess: &EarlySession) {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        crate::diagnose::install_fatal_error_handler();
        process::initialize_targets();
        let options: Vec<CString> = options(sess)
            .into_iter()
            .filter_map(|option| CString::new(option).ok())
            .collect();
        process::parse_options(&options);
    });
    reject_unsupported(sess);
}

/// The name of an LLVM option: what stands before its value.
fn name_of(option: &str) -> &str {
    option
        .trim()
        .split(|c: char| c == '=' || c.is_whitespace())
        .next()
        .unwrap_or_default()
}

/// LLVM's command line: what the target and the user say, and what they do not say but rustc wants.
fn options(sess: &EarlySession) -> Vec<String> {
    let said: Vec<String> = sess
        .target
        .llvm_args
        .iter()
        .map(|arg| arg.to_string())
        .chain(sess.opts.cg.llvm_args.iter().cloned())
        .collect();
    let said_names: HashSet<&str> = said.iter().map(|option| name_of(option)).collect();
    let unstable = &sess.opts.unstable_opts;
    let mut wishes = vec![
        // Alignment assumptions on every inlined argument cost more compile time than they gain.
        "-preserve-alignment-assumptions-during-inlining=false".to_owned(),
        "-import-cold-multiplier=0.1".to_owned(),
    ];
    let optional = [
        (unstable.time_llvm_passes, "-time-passes"),
        (unstable.print_llvm_passes, "-debug-pass=Structure"),
        (
            sess.target.generate_arange_section && !unstable.no_generate_arange_section,
            "-generate-arange-section",
        ),
        (
            matches!(sess.merge_functions(), MergeFunctions::Aliases),
            "-mergefunc-use-aliases",
        ),
        (wants_wasm_eh(&sess.target), "-wasm-enable-eh"),
        (sess.print_llvm_stats(), "-stats"),
    ];
    wishes.extend(
        optional
            .into_iter()
            .filter(|(on, _)| *on)
            .map(|(_, option)| option.to_owned()),
    );
    if let (Some(threshold), SmallDataThresholdSupport::LlvmArg(option)) = (
        unstable.small_data_threshold,
        sess.target.small_data_threshold_support(),
    ) {
        wishes.push(format!("--{option}={threshold}"));
    }
    wishes.retain(|option| !said_names.contains(name_of(option)));
    std::iter::once("rustc -Cllvm-args=\"...\" with".to_owned())
        .chain(wishes)
        .chain(said.iter().cloned())
        .collect()
}

/// Flags of rustc that ask for what this backend does not do: one error each, before any work.
fn reject_unsupported(sess: &EarlySession) {
    let unstable = &sess.opts.unstable_opts;
    let asked = [
        (!unstable.autodiff.is_empty(), "-Zautodiff"),
        (!unstable.offload.is_empty(), "-Zoffload"),
        (
            unstable.virtual_function_elimination,
            "-Zvirtual-function-elimination",
        ),
        (unstable.llvm_time_trace, "-Zllvm-time-trace"),
        (!unstable.llvm_plugins.is_empty(), "-Zllvm-plugins"),
        (sess.opts.cg.profile_generate.enabled(), "-Cprofile-generate"),
        (sess.opts.cg.profile_use.is_some(), "-Cprofile-use"),
        (sess.opts.cg.profile_sample_use.is_some(), "-Cprofile-sample-use"),
        (sess.opts.cg.linker_plugin_lto.enabled(), "-Clinker-plugin-lto"),
        (
            sess.opts.cg.instrument_coverage != rustc_session::config::InstrumentCoverage::No,
            "-Cinstrument-coverage",
        ),
        (!sess.opts.unstable_opts.sanitizer.is_empty(), "-Zsanitizer"),
    ];
    for (_, flag) in asked.into_iter().filter(|(on, _)| *on) {
        sess.dcx().err(format!(
            "`{flag}` is not supported by the codegen backend `fixed`"
        ));
    }
    sess.dcx().abort_if_errors();
}

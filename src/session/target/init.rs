//! LLVM made ready, once for the process: its targets, its command line, and what it does when it fails.

use std::ffi::CString;
use std::sync::Once;

use rustc_codegen_ssa::base::wants_wasm_eh;
use rustc_data_structures::fx::FxHashSet;
use rustc_session::EarlySession;
use rustc_session::config::{InstrumentCoverage, OptLevel};
use rustc_target::spec::{MergeFunctions, SmallDataThresholdSupport};

use crate::diagnose;
use crate::llvm::{cxx, process};
use crate::session::sanitizers;

/// The name by which LLVM calls the program in complaints about its options.
const PROGRAM: &str = "rustc -Cllvm-args=\"...\" with";

static INIT: Once = Once::new();

/// Initialises LLVM with the options of the first session of the process; they are global to LLVM.
pub(crate) fn init(sess: &EarlySession) {
    let mut parsed = Ok(());
    INIT.call_once(|| {
        diagnose::install_fatal_error_handler(sess.opts.error_format);
        process::initialize_targets();
        cxx::register_codegen_flags();
        let arguments = Arguments::of(sess).0;
        tracing::debug!(?arguments, "LLVM command line");
        diagnose::look_for_printing(arguments.iter().filter_map(|argument| argument.to_str().ok()));
        parsed = cxx::parse_command_line(&arguments);
    });
    if sess.opts.unstable_opts.llvm_time_trace {
        cxx::start_thread_trace();
    }
    if let Err(complaints) = parsed {
        sess.dcx().fatal(complaints.trim_end().to_owned());
    }
}

/// LLVM's command line. The last one of several settings of an option is in force.
struct Arguments(Vec<CString>);

impl Arguments {
    fn of(sess: &EarlySession) -> Self {
        let mut arguments = Arguments(Vec::new());
        arguments.push(sess, PROGRAM);
        // The target's arguments come first, so that the user can override them.
        let given: Vec<&str> = sess.target.llvm_args.iter().map(|argument| &**argument).collect();
        let given = given
            .into_iter()
            .chain(sess.opts.cg.llvm_args.iter().map(|argument| &**argument));
        let set: FxHashSet<&str> = given.clone().map(option_name).collect();

        for default in Self::defaults(sess) {
            if !set.contains(option_name(&default)) {
                arguments.push(sess, &default);
            }
        }
        for argument in given {
            arguments.push(sess, argument);
        }
        // An option of its own, not a default: it goes after the others, and still gives way to the user.
        if let Some(threshold) = sess.opts.unstable_opts.small_data_threshold
            && let SmallDataThresholdSupport::LlvmArg(option) = sess.target.small_data_threshold_support()
        {
            let argument = format!("--{option}={threshold}");
            if !set.contains(option_name(&argument)) {
                arguments.push(sess, &argument);
            }
        }
        arguments
    }

    fn push(&mut self, sess: &EarlySession, argument: &str) {
        match CString::new(argument) {
            Ok(argument) => self.0.push(argument),
            Err(_) => sess
                .dcx()
                .fatal(format!("LLVM argument `{argument:?}` contains a zero byte")),
        }
    }

    /// What rustc's options ask of LLVM, and what rustc asks for always.
    fn defaults(sess: &EarlySession) -> Vec<String> {
        let (cg, unstable) = (&sess.opts.cg, &sess.opts.unstable_opts);
        let when = |wanted: bool, argument: &str| wanted.then(|| argument.to_owned());
        let mut defaults: Vec<String> = [
            when(unstable.time_llvm_passes, "-time-passes"),
            when(unstable.print_llvm_passes, "-debug-pass=Structure"),
            when(
                sess.target.generate_arange_section && !unstable.no_generate_arange_section,
                "-generate-arange-section",
            ),
            // Aliases cost no jump, but not every target's linker has them.
            when(
                sess.merge_functions() == MergeFunctions::Aliases,
                "-mergefunc-use-aliases",
            ),
            when(wants_wasm_eh(&sess.target), "-wasm-enable-eh"),
            // The assumptions that the inliner would leave for `align` on parameters stand in the way of
            // other passes more than they help.
            when(true, "-preserve-alignment-assumptions-during-inlining=false"),
            // A pipeline that is asked for by its name vectorises from level 2 on, whatever its options say (LLVM's
            // `setupOptionsForPipelineAlias`); rustc wants straight-line code vectorised at level 3 only.
            when(
                !vectorizes(sess, cg.no_vectorize_slp, &[OptLevel::Aggressive]),
                "-vectorize-slp=false",
            ),
            when(
                !vectorizes(
                    sess,
                    cg.no_vectorize_loops,
                    &[OptLevel::More, OptLevel::Aggressive],
                ),
                "-vectorize-loops=false",
            ),
            // ThinLTO imports what cold calls need too, though less eagerly.
            when(true, "-import-cold-multiplier=0.1"),
            when(
                sess.print_llvm_stats() || sess.print_llvm_stats_json().is_some(),
                "-stats",
            ),
        ]
        .into_iter()
        .flatten()
        .collect();
        defaults.extend(sanitizers::arguments(sess));
        // Tests run on several threads, and a lost count is a wrong report.
        if sess.opts.cg.instrument_coverage() != InstrumentCoverage::No {
            defaults.push("-instrprof-atomic-counter-update-all".to_owned());
        }
        defaults
    }
}

/// Whether a kind of vectorisation is wanted: at these levels, unless a flag says no.
fn vectorizes(sess: &EarlySession, forbidden: bool, levels: &[OptLevel]) -> bool {
    !forbidden && levels.contains(&sess.opts.optimize)
}

/// The option that an argument sets, its dashes included: `-stats`, `--inline-threshold`.
fn option_name(argument: &str) -> &str {
    let argument = argument.trim();
    let end = argument.find(|c: char| c == '=' || c.is_whitespace());
    &argument[..end.unwrap_or(argument.len())]
}

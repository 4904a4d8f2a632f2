//! LLVM gave up: an error that says where, and an orderly end.
//!
//! LLVM's `report_fatal_error` is called where a pass meets code that it cannot handle: an intrinsic that the
//! processor does not have, a constraint that no register satisfies. By itself, LLVM would print a line and
//! abort the process.

use std::borrow::Cow;
use std::io::Write;
use std::sync::OnceLock;

use rustc_errors::{Diag, DiagCtxt, DiagCtxtHandle, FatalError};
use rustc_middle::ty::tls;
use rustc_session::EarlyDiagCtxt;
use rustc_session::config::ErrorOutputType;
use rustc_span::{Span, SyntaxContext};

use super::activity::{self, Activity};
use super::aftermath;
use super::asm_lines;
use super::asm_trial::is_trial;
use super::demangle::{demangled, demangled_text};
use super::spans::span_of;
use crate::llvm::{cxx, fatal};

/// How the session wants its errors, for those that no session is there to report.
static OUTPUT: OnceLock<ErrorOutputType> = OnceLock::new();

/// Takes LLVM's fatal errors over, for the whole process.
pub(crate) fn install_fatal_error_handler(output: ErrorOutputType) {
    let _ = OUTPUT.set(output);
    fatal::install_fatal_error_handler(stop);
}

/// Reports LLVM's `reason`, and stops what this thread does, or if that cannot be, rustc.
fn stop(reason: &str) -> ! {
    if is_trial() && fatal::is_interruptible() {
        FatalError.raise();
    }
    let activity = activity::current();
    let failure = Failure::here(reason, activity.as_ref());
    tracing::debug!(?failure, "LLVM fatal error");
    if let Some(activity) = &activity {
        aftermath::remember(activity, &failure);
    }
    if !fatal::is_interruptible() {
        // There is no way out of LLVM by which this thread could go on. If it is not the main thread,
        // an error that is only sent there would not be shown, so it is printed here.
        tls::with_opt(|tcx| match tcx {
            Some(tcx) => {
                failure.error(tcx.dcx()).emit();
                exit()
            }
            None => failure.print_and_exit(),
        });
    }
    // The thread ends as after any fatal error of ours: rustc shows the error, cleans up, and exits with
    // status 1.
    match activity {
        Some(activity) => {
            let dcx = DiagCtxt::new(Box::new(activity.emitter));
            failure.error(dcx.handle()).emit();
        }
        None => tls::with_opt(|tcx| match tcx {
            Some(tcx) => failure.error(tcx.dcx()).emit(),
            None => failure.print_and_exit(),
        }),
    }
    FatalError.raise()
}

/// Ends the process with the status of a compilation that failed. The destructors of LLVM's global variables
/// do not run: other threads may be using them.
fn exit() -> ! {
    exit_with(1)
}

/// The same with another status.
pub(super) fn exit_with(status: i32) -> ! {
    unsafe extern "C" {
        fn _exit(status: std::ffi::c_int) -> !;
    }
    let _ = std::io::stdout().flush();
    // SAFETY: `_exit` may be called at any time, from any thread.
    unsafe { _exit(status) }
}

/// What is known of a fatal error.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) reason: String,
    /// The symbol of the function that LLVM was working on.
    pub(super) function: Option<String>,
    /// Or the cookie of the assembly outside of functions that it was working on.
    block: Option<u64>,
    pub(super) pass: Option<String>,
    module: Option<String>,
    stage: Option<Cow<'static, str>>,
}

impl Failure {
    /// Looks around on the thread on which LLVM failed.
    fn here(reason: &str, activity: Option<&Activity>) -> Self {
        let passes = cxx::active_passes();
        let function = passes.iter().find_map(|active| active.function.clone());
        let assembly = activity.and_then(|activity| activity.assembly.as_ref());
        Failure {
            reason: demangled_text(reason),
            block: match &function {
                Some(_) => None,
                None => assembly.and_then(|assembly| assembly.deadly_block()),
            },
            function,
            pass: passes.into_iter().next().map(|active| active.pass),
            module: activity.map(|activity| activity.module.clone()),
            stage: activity.and_then(|activity| activity.stage.clone()),
        }
    }

    fn headline(&self) -> String {
        match &self.function {
            Some(symbol) => format!("LLVM cannot compile `{}`: {}", demangled(symbol), self.reason),
            None if self.block.is_some() => format!("LLVM cannot assemble this: {}", self.reason),
            None => format!("LLVM failed: {}", self.reason),
        }
    }

    fn add_notes(&self, error: &mut Diag<'_>) {
        if let Some(pass) = &self.pass {
            error.note(format!("in LLVM's pass `{pass}`"));
        }
        if let Some(module) = &self.module {
            let stage = self.stage.as_deref().unwrap_or("working");
            error.note(format!(
                "while {stage}, in module `{module}`{}",
                aftermath::of_crate()
            ));
        }
        if let Some(symbol) = &self.function {
            error.note(format!("the function's symbol is `{symbol}`"));
        }
    }

    fn error<'a>(&self, dcx: DiagCtxtHandle<'a>) -> Diag<'a> {
        let mut error = dcx.struct_err(self.headline());
        let block = || {
            let (lo, hi) = asm_lines::bounds_of(self.block?)?;
            Some(Span::new(lo, hi, SyntaxContext::root(), None))
        };
        if let Some(span) = self.function.as_deref().and_then(span_of).or_else(block) {
            error.span(span);
        }
        self.add_notes(&mut error);
        error
    }

    /// Shows the error without its place in the source, for which a session would be needed.
    fn print_and_exit(&self) -> ! {
        let dcx = EarlyDiagCtxt::new(OUTPUT.get().copied().unwrap_or_default());
        let mut error = dcx.early_struct_fatal(self.headline());
        self.add_notes(&mut error);
        // Showing a fatal error raises one, which has nowhere to go from here.
        let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| error.emit()));
        exit()
    }
}

//! The start of a session: what it asks for can be done, and LLVM is made ready.

use rustc_session::EarlySession;

use crate::asm::teaching;
use crate::back::target;
use crate::diagnose;

/// Prepares LLVM for the session, or refuses it.
pub(crate) fn initialize(sess: &EarlySession) {
    if let Err(why) = diagnose::start_log() {
        sess.dcx().fatal(why);
    }
    reject_unsupported(sess);
    target::init(sess);
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
        (unstable.remark_dir.is_some(), "-Zremark-dir"),
        (!unstable.llvm_plugins.is_empty(), "-Zllvm-plugins"),
        (sess.opts.cg.profile_generate.enabled(), "-Cprofile-generate"),
        (sess.opts.cg.profile_use.is_some(), "-Cprofile-use"),
        (sess.opts.cg.profile_sample_use.is_some(), "-Cprofile-sample-use"),
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
    if let Some(value) = teaching::unknown_lesson() {
        sess.dcx().err(format!(
            "`{}` is `{value}`, but only `plain` and `store-after-invoke` mean something",
            teaching::VARIABLE
        ));
    }
    sess.dcx().abort_if_errors();
}

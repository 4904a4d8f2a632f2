//! What LLVM counted and measured in the session, for those who asked (`-Zprint-codegen-stats`,
//! `-Zprint-codegen-stats-json`, `-Ztime-llvm-passes`).

use rustc_session::Session;

use crate::llvm::cxx;

/// Prints, and writes, what the session asks for, now that LLVM has done its work.
pub(crate) fn report(sess: &Session) {
    if sess.opts.unstable_opts.time_llvm_passes {
        // LLVM's timers are one set for the process: several threads would mix up theirs.
        match sess.codegen_units().as_usize() {
            1 => print!("{}", cxx::pass_timings()),
            _ => sess
                .dcx()
                .warn("`-Ztime-llvm-passes` measures one codegen unit only; add `-Ccodegen-units=1`"),
        }
    }
    if sess.print_llvm_stats() {
        print!("{}", cxx::statistics());
    }
    if let Some(path) = sess.print_llvm_stats_json()
        && let Err(error) = std::fs::write(path, cxx::statistics_json())
    {
        sess.dcx()
            .err(format!("failed to write stats to {path}: {error}"));
    }
}

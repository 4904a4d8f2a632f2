//! `-Zllvm-time-trace`: what LLVM did when, on all threads of the session.

use std::fs;

use rustc_session::Session;
use rustc_session::config::OutputFilenames;

use crate::llvm::cxx;

/// While it lives, what LLVM does on this thread is recorded.
pub(crate) struct ThreadTrace(());

impl ThreadTrace {
    pub(crate) fn start() -> Self {
        cxx::start_thread_trace();
        ThreadTrace(())
    }
}

impl Drop for ThreadTrace {
    fn drop(&mut self) {
        cxx::finish_thread_trace();
    }
}

/// Writes the trace beside the session's outputs, now that LLVM has done its work.
pub(crate) fn write(sess: &Session, outputs: &OutputFilenames) {
    if !sess.opts.unstable_opts.llvm_time_trace {
        return;
    }
    let _timer = sess.timer("llvm_dump_timing_file");
    let path = outputs.with_extension("llvm_timings.json");
    if let Some(trace) = cxx::take_time_trace()
        && let Err(error) = fs::write(&path, trace)
    {
        let path = path.display();
        sess.dcx()
            .err(format!("failed to write LLVM's time trace to {path}: {error}"));
    }
}

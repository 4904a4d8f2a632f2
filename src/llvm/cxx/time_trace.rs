//! LLVM's time trace: what it did when, in the format that Chrome's and Perfetto's viewers read.
//!
//! Each thread records for itself. The one that the trace is taken on must be the one it was started on first.

use std::cell::Cell;

use super::Ref;
use super::stream::{Out, collect_bytes};

unsafe extern "C" {
    /// `void llvm::timeTraceProfilerInitialize(unsigned TimeTraceGranularity, StringRef ProcName, bool
    /// TimeTraceVerbose)`
    #[link_name = "_ZN4llvm27timeTraceProfilerInitializeEjNS_9StringRefEb"]
    safe fn cxx_start(granularity: u32, program: Ref<'_, u8>, verbose: bool);
    /// `void llvm::timeTraceProfilerFinishThread()`
    #[link_name = "_ZN4llvm29timeTraceProfilerFinishThreadEv"]
    fn cxx_finish_thread();
    /// `void llvm::timeTraceProfilerWrite(raw_pwrite_stream &OS)`
    #[link_name = "_ZN4llvm22timeTraceProfilerWriteERNS_17raw_pwrite_streamE"]
    fn cxx_write(stream: Out<'_>);
    /// `void llvm::timeTraceProfilerCleanup()`
    #[link_name = "_ZN4llvm24timeTraceProfilerCleanupEv"]
    safe fn cxx_clean_up();
}

thread_local! {
    static RECORDS: Cell<bool> = const { Cell::new(false) };
}

/// Records what LLVM does on this thread, until [`finish_thread_trace`] or [`take_time_trace`].
pub(crate) fn start_thread_trace() {
    if !RECORDS.replace(true) {
        // LLVM copies the name; 0 means that nothing is too short.
        cxx_start(0, Ref::of("rustc"), false);
    }
}

/// Hands what this thread has recorded over to the one that takes the trace.
pub(crate) fn finish_thread_trace() {
    if RECORDS.replace(false) {
        // SAFETY: this thread records.
        unsafe { cxx_finish_thread() }
    }
}

/// What this thread, and all that have finished, recorded, as JSON. None if this thread did not record.
pub(crate) fn take_time_trace() -> Option<Vec<u8>> {
    RECORDS.replace(false).then(|| {
        // SAFETY: this thread records. The stream can also be written to in the middle (`raw_svector_ostream` is a
        // `raw_pwrite_stream`).
        let trace = collect_bytes(|stream| unsafe { cxx_write(stream) });
        cxx_clean_up();
        trace
    })
}

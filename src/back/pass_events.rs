//! LLVM's passes among the events of `-Zself-profile`.

use std::sync::Arc;

use measureme::StringId;
use rustc_data_structures::profiling::{SelfProfiler, SelfProfilerRef, TimingGuard};
use rustc_demangle::demangle;

use crate::llvm::cxx::PassWatch;

/// Records each pass and each analysis as an event, with what it runs over as its argument.
pub(crate) struct PassEvents<'a> {
    profiler: &'a SelfProfiler,
    kind: StringId,
    /// Those that have started and not ended.
    running: Vec<TimingGuard<'a>>,
}

/// The session's profiler, if it is to record passes.
pub(crate) fn profiler(prof: &SelfProfilerRef) -> Option<Arc<SelfProfiler>> {
    match prof.llvm_recording_enabled() {
        true => prof.get_self_profiler(),
        false => None,
    }
}

impl<'a> PassEvents<'a> {
    pub(crate) fn new(profiler: &'a SelfProfiler) -> Self {
        PassEvents {
            profiler,
            kind: profiler.alloc_string("LLVM Pass"),
            running: Vec::new(),
        }
    }
}

impl PassWatch for PassEvents<'_> {
    fn starts(&mut self, pass: &str, unit: &str) {
        let profiler = self.profiler;
        // Functions that call one another come as a list in parentheses.
        let units = unit.trim_matches(['(', ')']).split(", ");
        let arguments: Vec<StringId> = units
            .map(|unit| profiler.get_or_alloc_cached_string(demangle(unit).to_string()))
            .collect();
        let label = profiler.get_or_alloc_cached_string(pass);
        let event = profiler.event_id_builder().from_label_and_args(label, &arguments);
        self.running.push(TimingGuard::start(profiler, self.kind, event));
    }

    fn ends(&mut self) {
        self.running.pop();
    }
}

//! What LLVM counts and measures while it works: statistics (`-stats`) and the time that passes take
//! (`-time-passes`). LLVM-C has neither.

use super::stream::{Out, collect};

unsafe extern "C" {
    /// `void llvm::PrintStatistics(raw_ostream &OS)`
    #[link_name = "_ZN4llvm15PrintStatisticsERNS_11raw_ostreamE"]
    safe fn cxx_print_statistics(stream: Out<'_>);
    /// `void llvm::PrintStatisticsJSON(raw_ostream &OS)`
    #[link_name = "_ZN4llvm19PrintStatisticsJSONERNS_11raw_ostreamE"]
    safe fn cxx_print_statistics_json(stream: Out<'_>);
    /// `static void llvm::TimerGroup::printAll(raw_ostream &OS)`
    #[link_name = "_ZN4llvm10TimerGroup8printAllERNS_11raw_ostreamE"]
    safe fn cxx_print_timers(stream: Out<'_>);
}

/// The statistics, as a table.
pub(crate) fn statistics() -> String {
    collect(|stream| cxx_print_statistics(stream))
}

/// The statistics as JSON.
pub(crate) fn statistics_json() -> String {
    collect(|stream| cxx_print_statistics_json(stream))
}

/// The time that passes took, as a table for each kind of pass.
pub(crate) fn pass_timings() -> String {
    collect(|stream| cxx_print_timers(stream))
}

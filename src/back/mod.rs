//! From an LLVM module to files: optimisation, emission, LTO.

mod annotate;
pub(crate) mod bitcode;
pub(crate) mod emit;
#[cfg(feature = "faults")]
mod faults;
mod import_pointers;
pub(crate) mod lto;
mod pass_events;
pub(crate) mod passes;
mod profiles;
mod sanitizers;
pub(crate) mod statistics;
pub(crate) mod time_trace;

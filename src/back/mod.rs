//! From an LLVM module to files: optimisation, emission, LTO.

mod annotate;
pub(crate) mod bitcode;
pub(crate) mod emit;
mod import_pointers;
pub(crate) mod lto;
pub(crate) mod passes;
mod sanitizers;
pub(crate) mod statistics;

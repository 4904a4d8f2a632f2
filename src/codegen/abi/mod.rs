//! How arguments and results cross a function boundary: LLVM signatures, attributes and the stores of incoming arguments.

mod arguments;
mod attributes;
mod convention;
mod signature;
pub(crate) mod variadic;

pub(crate) use convention::llvm_convention;
pub(crate) use signature::FnAbiExt;

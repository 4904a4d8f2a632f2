//! From an LLVM module to files: target machine, optimisation, emission, LTO.

mod annotate;
pub(crate) mod bitcode;
pub(crate) mod emit;
pub(crate) mod identity;
mod import_pointers;
mod init;
pub(crate) mod lto;
pub(crate) mod machine;
mod module;
pub(crate) mod passes;
mod sanitizers;
mod setup;
pub(crate) mod statistics;
pub(crate) mod target;

pub(crate) use init::initialize;
pub(crate) use module::{ModuleLlvm, ModuleRefs};
pub(crate) use setup::new_module;

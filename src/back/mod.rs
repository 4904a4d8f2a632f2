//! From an LLVM module to files: target machine, optimisation, emission, LTO and the allocator shim.

mod module;
pub(crate) mod target;

pub(crate) use module::{ModuleLlvm, ModuleRefs};

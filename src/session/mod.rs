//! What a session asks for, in LLVM's words: the target and its machine, the settings, modules and their owner.
//!
//! Both codegen and what comes after it stand on this; nothing here names either.

pub(crate) mod asm_lowering;
pub(crate) mod frame_pointer;
pub(crate) mod freshness;
pub(crate) mod identity;
mod init;
pub(crate) mod machine;
mod module;
pub(crate) mod sanitizers;
mod setup;
pub(crate) mod single_unit;
pub(crate) mod target;
pub(crate) mod unwind_edges;

pub(crate) use init::initialize;
pub(crate) use module::{ModuleLlvm, ModuleRefs};
pub(crate) use setup::{new_module, new_module_with_names};

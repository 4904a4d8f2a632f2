//! LLVM functions that inkwell does not offer, as small safe functions over inkwell's types.
//!
//! This is the only module that names `llvm-sys`. A file holds one subject; nothing here knows rustc. Where a function of
//! LLVM-C is called that inkwell calls too, the head of the file names it and says why, in a paragraph on inkwell;
//! `tests/architecture.rs` compares the two.
//!
//! Everywhere: inkwell frees messages (`LLVMDisposeMessage`) and gives names (`LLVMGetValueName2`) only of what it has
//! itself or knows the kind of.

pub(crate) mod asm;
pub(crate) mod asm_lines;
pub(crate) mod attributes;
pub(crate) mod calls;
pub(crate) mod constants;
mod context;
pub(crate) mod convention;
mod crash;
pub(crate) mod cxx;
pub(crate) mod debuginfo;
pub(crate) mod fatal;
#[cfg(feature = "faults")]
pub(crate) mod faults;
pub(crate) mod funclet;
pub(crate) mod functions;
pub(crate) mod globals;
pub(crate) mod instructions;
pub(crate) mod internalize;
pub(crate) mod intrinsics;
pub(crate) mod listing;
pub(crate) mod machine;
pub(crate) mod metadata;
pub(crate) mod modules;
pub(crate) mod process;
mod safe;
pub(crate) mod stores;
mod targets;
mod temporaries;
pub(crate) mod time_limit;
pub(crate) mod types;
mod values;

pub(crate) use context::set_discard_value_names;
pub(crate) use funclet::Funclet;
pub(crate) use values::{Type, Value};

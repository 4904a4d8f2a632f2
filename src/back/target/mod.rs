//! The target: its processors and features, in Rust's names and in LLVM's.

mod features;
mod print;

pub(crate) use features::{config, cpu, global_features, llvm_names, tune_cpu};
pub(crate) use print::print;

//! The machine to compile for: LLVM made ready, its processors and features, and what rustc asks about them.

mod config;
mod cpu;
mod features;
mod init;
mod print;

pub(crate) use config::config;
pub(crate) use cpu::{cpu, tune_cpu};
pub(crate) use features::{global_features, llvm_names};
pub(crate) use init::init;
pub(crate) use print::{has_mnemonic, has_zstd, print, print_passes, print_version};

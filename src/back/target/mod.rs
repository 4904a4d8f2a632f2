//! The machine to compile for: LLVM made ready, its processors and features, and what rustc asks about them.

mod config;
mod cpu;
mod features;
mod init;
mod machine;
mod print;

pub(crate) use config::target_config;
pub(crate) use cpu::{target_cpu, tune_cpu};
pub(crate) use features::{LlvmFeature, global_llvm_features, llvm_feature};
pub(crate) use init::init;
pub(crate) use print::{has_mnemonic, has_zstd, print, print_passes, print_version};

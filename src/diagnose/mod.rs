//! Checks on LLVM modules, and LLVM's words turned into rustc diagnostics.
//!
//! * [`verify`] asks LLVM's verifier whether what we built is well-formed;
//! * [`scope`] takes what LLVM reports while it works on a module to rustc, in rustc's form;
//! * [`fatal`] does so where LLVM gives up, and stops rustc in an orderly way;
//! * [`activity`] knows what LLVM was asked to do on this thread, and [`spans`] where a function comes from;
//! * [`asm_lines`] knows where a line of assembly comes from, and [`asm_blocks`] which block an error without a
//!   line is about, and [`asm_trial`] which one LLVM dies of;
//! * [`remarks`] knows which remarks of passes are wanted, and writes them down for tools;
//! * [`log`] shows the backend's own steps;
//! * [`demangle`] turns symbols into names that people read.

mod activity;
mod asm_blocks;
mod asm_lines;
mod asm_trial;
mod demangle;
mod fatal;
mod log;
mod remarks;
mod scope;
mod spans;
mod verify;

pub(crate) use activity::enter;
pub(crate) use asm_lines::{cookie_of, marker, remember_file, remember_lines};
pub(crate) use fatal::install_fatal_error_handler;
pub(crate) use log::start_log;
pub(crate) use remarks::RemarkStage;
pub(crate) use scope::{DiagnosticScope, before_assembling, listening};
pub(crate) use spans::remember_function;
pub(crate) use verify::{check_function, check_module};

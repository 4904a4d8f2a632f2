//! Checks on LLVM modules, and LLVM's words turned into rustc diagnostics.
//!
//! * [`verify`] asks LLVM's verifier whether what we built is well-formed, [`findings`] takes its answer apart,
//!   [`rules`] says what it means, and [`rejected`] reports it; [`record`] writes it down for tools;
//! * [`scope`] takes what LLVM reports while it works on a module to rustc, in rustc's form;
//! * [`fatal`] does so where LLVM gives up, and stops rustc in an orderly way;
//! * [`job`] is what LLVM was to do, [`limit`] how long it may take, and [`aftermath`] saves the input of what
//!   failed, with the command that does it again;
//! * [`activity`] knows what LLVM was asked to do on this thread, and [`spans`] where a function comes from;
//! * [`asm_lines`] knows where a line of assembly comes from, and [`asm_blocks`] which block an error without a
//!   line is about, and [`asm_trial`] which one LLVM dies of;
//! * [`printing`] keeps apart what LLVM prints of several modules;
//! * [`remarks`] knows which remarks of passes are wanted, and writes them down for tools;
//! * [`log`] shows the backend's own steps;
//! * [`demangle`] turns symbols into names that people read.

mod activity;
mod aftermath;
mod asm_blocks;
mod asm_lines;
mod asm_trial;
mod demangle;
mod fatal;
mod findings;
mod job;
mod limit;
mod log;
mod printing;
mod record;
mod rejected;
mod remarks;
mod rules;
mod scope;
mod spans;
mod verify;

pub(crate) use activity::enter;
pub(crate) use aftermath::{remember_crate, with_aftermath};
pub(crate) use asm_lines::{cookie_of, marker, remember_file, remember_lines};
pub(crate) use fatal::install_fatal_error_handler;
pub(crate) use findings::findings;
pub(crate) use job::{Job, begin};
pub(crate) use limit::set_time_limit;
pub(crate) use log::start_log;
pub(crate) use printing::look_for_printing;
pub(crate) use rejected::{AS_BUILT, RejectedFunction};
pub(crate) use remarks::RemarkStage;
pub(crate) use scope::{DiagnosticScope, before_assembling, listening};
pub(crate) use spans::{place_of, remember_function};
pub(crate) use verify::{check_module, reject_module, verify_function};

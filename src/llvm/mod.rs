//! LLVM functions that inkwell does not offer, as small safe functions over inkwell's types.
//!
//! This is the only room that names `llvm-sys`. A file holds one subject; nothing here knows rustc.

mod context;
mod cxx;
mod fatal;
mod funclet;
mod targets;

pub(crate) use context::set_discard_value_names;
pub(crate) use cxx::{
    ActivePass, AsmDiagnostic, Diagnostic, DiagnosticHandler, FunctionDiagnostic, Remark, RemarkKind,
    Severity, Subtarget, active_passes, has_zstd, parse_command_line, pass_names, verify_function,
};
pub(crate) use fatal::{install_fatal_error_handler, interruptible, is_interruptible};
pub(crate) use funclet::Funclet;

//! `fixed rustc`: the pinned rustc with the backend loaded.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use crate::compiler::{backend, backend_flag, tool};
use crate::wrapper::become_;

/// Becomes rustc with `args`.
pub fn run(args: &[OsString]) -> Result<ExitCode> {
    let mut rustc = tool("rustc");
    rustc.arg(backend_flag(&backend()?)?).args(args);
    become_(rustc)
}

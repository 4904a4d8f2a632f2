//! `fixed rustc` and `fixed cargo`: the pinned tools with the backend loaded.

use std::collections::hash_map::DefaultHasher;
use std::ffi::OsString;
use std::hash::Hasher;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::compiler::{backend, backend_flag, rustc_with_backend, tool};

/// Runs rustc with `args`.
pub fn rustc(args: &[OsString]) -> Result<ExitCode> {
    let mut command = rustc_with_backend()?;
    command.args(args);
    finish(command)
}

/// Runs cargo with `args`.
pub fn cargo(args: &[OsString]) -> Result<ExitCode> {
    let library = backend()?;
    // cargo compiles again when flags change; a `cfg` that names the library's content makes it notice a
    // rebuilt backend, which has the same path.
    let bytes = std::fs::read(&library).with_context(|| format!("cannot read {}", library.display()))?;
    let mut hasher = DefaultHasher::new();
    hasher.write(&bytes);
    let flags = [
        backend_flag(&library),
        format!("--cfg=codegen_backend_fixed=\"{:016x}\"", hasher.finish()),
    ];
    let mut command = tool("cargo");
    command.args(args);
    // The encoded form may hold spaces; where it is set, cargo ignores RUSTFLAGS.
    let separator = "\u{1f}";
    let own = match std::env::var("CARGO_ENCODED_RUSTFLAGS") {
        Ok(encoded) if !encoded.is_empty() => encoded,
        _ => std::env::var("RUSTFLAGS")
            .unwrap_or_default()
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(separator),
    };
    let all: Vec<&str> = flags
        .iter()
        .map(String::as_str)
        .chain(own.split(separator).filter(|f| !f.is_empty()))
        .collect();
    command.env("CARGO_ENCODED_RUSTFLAGS", all.join(separator));
    if std::env::var_os("CARGO_TARGET_DIR").is_none() {
        command.env("CARGO_TARGET_DIR", "target/fixed");
    }
    finish(command)
}

fn finish(mut command: Command) -> Result<ExitCode> {
    let status = command
        .status()
        .with_context(|| "cannot run `rustup`; is it installed?")?;
    Ok(ExitCode::from(
        u8::try_from(status.code().unwrap_or(101)).unwrap_or(101),
    ))
}

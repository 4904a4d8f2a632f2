//! Compilers that can be run: the pinned toolchain with its own backend, and with ours.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The toolchain that the backend was built for and works with.
pub const TOOLCHAIN: &str = env!("FIXED_TOOLCHAIN");

/// The library beside this executable.
pub fn backend() -> Result<PathBuf> {
    let executable = std::env::current_exe().context("cannot tell where this executable is")?;
    let dir = executable.parent().context("this executable is in no folder")?;
    // Test executables are one folder deeper.
    for dir in [dir, dir.parent().unwrap_or(dir)] {
        let library = dir.join("libfixed.so");
        if library.is_file() {
            return Ok(library);
        }
    }
    bail!(
        "there is no libfixed.so beside {}; build it with `cargo build --release`",
        executable.display()
    )
}

/// A tool of the pinned toolchain.
pub fn tool(name: &str) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", TOOLCHAIN, name]);
    command
}

/// What generates the code.
#[derive(Clone, Debug)]
pub enum Compiler {
    /// The pinned rustc's own LLVM backend.
    Llvm,
    /// This backend.
    Fixed(PathBuf),
}

impl Compiler {
    /// The name in tables.
    pub fn name(&self) -> &'static str {
        match self {
            Compiler::Llvm => "llvm",
            Compiler::Fixed(_) => "fixed",
        }
    }

    /// rustc with this backend.
    pub fn rustc(&self) -> Command {
        let mut command = tool("rustc");
        if let Compiler::Fixed(library) = self {
            command.arg(backend_flag(library));
        }
        command
    }
}

/// The flag that loads `library`.
pub fn backend_flag(library: &Path) -> String {
    format!("-Zcodegen-backend={}", library.display())
}

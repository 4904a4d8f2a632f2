//! This executable in the place of a program that cargo or rustc starts: it looks on, and passes everything else on.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{ExitCode, ExitStatus};

use anyhow::{Context, Result};

/// Makes the link `path` to this executable, unless it is there.
pub fn link(path: &Path) -> Result<()> {
    let executable = std::env::current_exe().context("cannot tell where this executable is")?;
    match path.exists() {
        true => Ok(()),
        false => std::os::unix::fs::symlink(executable, path)
            .with_context(|| format!("cannot make the link {}", path.display())),
    }
}

/// If this executable was started by the name `name`: what `run` makes of the arguments.
pub fn run_as(name: &str, run: impl FnOnce(Vec<OsString>) -> Result<ExitCode>) -> Option<ExitCode> {
    let mut args = std::env::args_os();
    let own = PathBuf::from(args.next()?);
    (own.file_name()? == name).then(|| told(run(args.collect())))
}

/// The end of a stand-in, which says itself what went wrong with it.
pub fn told(result: Result<ExitCode>) -> ExitCode {
    result.unwrap_or_else(|error| {
        eprintln!("error: {error:#}");
        ExitCode::FAILURE
    })
}

/// The end of who is stood in for as one's own; `by_signal` if it has none.
pub fn exit_code(status: ExitStatus, by_signal: u8) -> ExitCode {
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    ExitCode::from(code.unwrap_or(by_signal))
}

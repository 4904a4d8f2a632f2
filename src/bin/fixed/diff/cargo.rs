//! A line of cargo as the lines of rustc that it comes to, for the crates of the workspace.
//!
//! cargo runs this very executable in rustc's place (`RUSTC_WORKSPACE_WRAPPER`), which writes down how it was called
//! and goes on as rustc. Dependencies are compiled once, by the toolchain of the compilers that are compared.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::compile::Line;
use crate::compiler::Compiler;
use crate::process::Folder;
use crate::stand_in;

/// Where lines are written down; set for the processes that cargo starts.
const LINES: &str = "FIXED_DIFF_LINES";

/// A line as it is written down: not all that an operating system passes on is text.
#[derive(Serialize, Deserialize)]
struct Written {
    args: Vec<Vec<u8>>,
    folder: PathBuf,
    environment: Vec<(Vec<u8>, Vec<u8>)>,
}

/// If cargo runs this executable as rustc: writes the line down and is rustc.
pub fn wrapped() -> Option<ExitCode> {
    let lines = std::env::var_os(LINES)?;
    let mut args = std::env::args_os().skip(1);
    let rustc = args.next()?;
    Some(stand_in::told(wrapper(
        Path::new(&lines),
        &rustc,
        &args.collect::<Vec<_>>(),
    )))
}

fn wrapper(lines: &Path, rustc: &OsStr, args: &[OsString]) -> Result<ExitCode> {
    if is_of_interest(args) {
        write(lines, args)?;
    }
    let status = Command::new(rustc).args(args).env_remove(LINES).status();
    let status = status.with_context(|| format!("cannot run {}", rustc.display()))?;
    Ok(stand_in::exit_code(status, 101))
}

/// Whether a line compiles a crate: cargo also asks rustc what it can do, and build scripts are not the user's.
fn is_of_interest(args: &[OsString]) -> bool {
    let name = args
        .iter()
        .position(|arg| arg == "--crate-name")
        .and_then(|at| args.get(at + 1));
    name.is_some_and(|name| name != "___" && !name.to_string_lossy().starts_with("build_script_"))
}

fn write(dir: &Path, args: &[OsString]) -> Result<()> {
    let written = Written {
        args: args.iter().map(|arg| arg.as_bytes().to_vec()).collect(),
        folder: std::env::current_dir().context("the folder of a crate is gone")?,
        environment: std::env::vars_os()
            .filter(|(name, _)| name != LINES)
            .map(|(name, value)| (name.into_vec(), value.into_vec()))
            .collect(),
    };
    let path = dir.join(format!("{}.json", std::process::id()));
    let text = serde_json::to_vec(&written).context("cannot write a line of rustc as JSON")?;
    std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// The lines of rustc that the line of cargo `words` comes to with `compiler`. What is compiled goes to `target`, or to a
/// folder in `target` of the current one.
pub fn lines(words: &[OsString], compiler: &Compiler, target: Option<&Path>) -> Result<Vec<Line>> {
    let dir = Folder::new()?;
    // cargo compiles the crates of the workspace again if the wrapper is another; this one has a new name each time.
    let wrapper = dir.path().join("rustc");
    stand_in::link(&wrapper)?;
    let (program, args) = words.split_first().context("a line without a command")?;
    let mut cargo = Command::new(program);
    cargo
        .args(args)
        .env("RUSTC", compiler.program())
        .env("RUSTC_WORKSPACE_WRAPPER", &wrapper)
        .env(LINES, dir.path());
    if std::env::var_os("CARGO_TARGET_DIR").is_none() {
        cargo.env(
            "CARGO_TARGET_DIR",
            target.unwrap_or(Path::new("target/fixed/diff")),
        );
    }
    // What it builds is not the answer; it goes where progress goes.
    let run = cargo.stdout(std::io::stderr()).status();
    let status = run.with_context(|| format!("cannot run `{}`", program.display()))?;
    if !status.success() {
        bail!("`{}` failed ({status})", program.display());
    }
    let mut lines: Vec<Line> = vec![];
    let entries = std::fs::read_dir(dir.path()).context("cannot read the folder of lines")?;
    for entry in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if entry.extension().is_some_and(|extension| extension == "json") {
            let text = std::fs::read(&entry).with_context(|| format!("cannot read {}", entry.display()))?;
            let written: Written = serde_json::from_slice(&text).context("a line of rustc is no JSON")?;
            lines.push(written.into());
        }
    }
    match lines.is_empty() {
        true => bail!("it compiles no crate of the workspace"),
        false => Ok(lines),
    }
}

impl From<Written> for Line {
    fn from(written: Written) -> Self {
        let pair = |(name, value)| (OsString::from_vec(name), OsString::from_vec(value));
        Line {
            args: written.args.into_iter().map(OsString::from_vec).collect(),
            folder: Some(written.folder),
            environment: written.environment.into_iter().map(pair).collect(),
        }
    }
}

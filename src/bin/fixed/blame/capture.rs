//! The command as the user typed it, run with the backend, and the lines of rustc that it comes to.
//!
//! A line of cargo is run with this very executable as `RUSTC_WRAPPER`, which adds the flags of the backend, writes
//! down how rustc was called and how it ended, and passes everything else on. What is built goes to a folder of
//! the diagnosis' own; the user's `target` is neither read nor written.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::failure::Ending;
use super::line::Line;
use crate::compiler::{Compiler, tool};
use crate::{process, stand_in};

/// The name under which this command is cargo's wrapper.
const NAME: &str = "fixed-blame-rustc";
/// Where the wrapper finds its plan.
const PLAN: &str = "FIXED_BLAME_PLAN";

/// What the wrapper does.
#[derive(Default, Deserialize, Serialize)]
pub struct Plan {
    /// Where lines are written down.
    pub lines: OsString,
    /// Flags before all others, for every crate.
    pub first: Vec<OsString>,
    /// Flags behind all others, for every crate.
    pub last: Vec<OsString>,
    /// The same for single crates, by name.
    pub only: BTreeMap<String, Vec<OsString>>,
}

/// A line of rustc that was run, and how it ended.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Captured {
    pub line: Line,
    pub code: Option<i32>,
}

/// The command as it was typed, without the toolchain.
pub struct Typed {
    pub words: Vec<OsString>,
    pub is_cargo: bool,
    /// `+TOOLCHAIN`, if that was typed.
    pub toolchain: Option<String>,
}

impl Typed {
    pub fn parse(words: &[OsString]) -> Result<Self> {
        let stem = |word: &OsString| {
            Path::new(word)
                .file_stem()
                .map(OsStr::to_owned)
                .unwrap_or_default()
        };
        let mut words = words.to_vec();
        if words.len() > 1 && stem(&words[0]) == "fixed" {
            words.remove(0);
        }
        let program = words.first().map(stem).unwrap_or_default();
        let is_cargo = program == "cargo";
        if !is_cargo && program != "rustc" {
            bail!(
                "`{}` is neither rustc nor cargo; give the command that fails as you type it, behind `--`",
                words.first().cloned().unwrap_or_default().display()
            );
        }
        words.remove(0);
        let mut toolchain = None;
        if words
            .first()
            .is_some_and(|word| word.as_encoded_bytes().starts_with(b"+"))
        {
            toolchain = Some(words.remove(0).to_string_lossy().into_owned());
        }
        if is_cargo {
            // Output goes to a folder of ours. The later of two would win, but cargo refuses a second one.
            let at = words.iter().position(|word| word == "--target-dir");
            if let Some(at) = at {
                words.drain(at..(at + 2).min(words.len()));
            }
            words.retain(|word| !word.as_encoded_bytes().starts_with(b"--target-dir="));
        }
        Ok(Typed {
            words,
            is_cargo,
            toolchain,
        })
    }

    pub fn shown(&self) -> String {
        let program = if self.is_cargo { "cargo" } else { "rustc" };
        let words = self.words.iter().map(|word| word.to_string_lossy().into_owned());
        crate::shell::shown(std::iter::once(program.to_owned()).chain(words))
    }

    /// The line of rustc, if that is what was typed.
    pub fn rustc(&self, compiler: &Compiler) -> Option<Line> {
        let args = compiler.flags().iter().chain(&self.words).cloned().collect();
        (!self.is_cargo).then(|| Line::here(compiler.program(), args))
    }
}

/// What came of running the command.
pub struct Built {
    pub ending: Ending,
    /// The lines of rustc that compile something, in the order in which they ended.
    pub lines: Vec<Captured>,
    pub stderr: String,
}

impl Built {
    /// The lines that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Captured> {
        self.lines.iter().filter(|line| line.code != Some(0))
    }
}

/// Runs the command of cargo with `compiler`; what it builds goes to `target`.
pub fn build(
    typed: &Typed,
    compiler: &Compiler,
    mut plan: Plan,
    variables: &[(&str, String)],
    target: &Path,
    limit: Duration,
) -> Result<Built> {
    let notes = target.join("fixed-blame");
    std::fs::create_dir_all(&notes).with_context(|| format!("cannot make {}", notes.display()))?;
    plan.lines = notes.join("lines").into();
    plan.first = compiler.flags().to_vec();
    let _ = std::fs::remove_dir_all(&plan.lines);
    std::fs::create_dir_all(&plan.lines).context("cannot make a folder for lines of rustc")?;
    let wrapper = notes.join(NAME);
    stand_in::link(&wrapper)?;
    let path = notes.join("plan.json");
    let text = serde_json::to_vec(&plan).context("cannot write the plan as JSON")?;
    std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    let mut cargo = cargo_of(compiler);
    cargo
        .args(&typed.words)
        .env("RUSTC", compiler.program())
        .env("RUSTC_WRAPPER", &wrapper)
        .env(PLAN, &path)
        .env("CARGO_TARGET_DIR", target)
        // Units are what LLVM is given; what incremental compilation makes of them is not the same each time.
        .env("CARGO_INCREMENTAL", "0")
        .env("CARGO_TERM_COLOR", "never")
        .env_remove("RUSTUP_TOOLCHAIN")
        .env_remove("CARGO_BUILD_BUILD_DIR")
        .envs(variables.iter().map(|(name, value)| (name, value)));
    let finished = process::run_trusted(cargo, limit)?;
    Ok(Built {
        ending: Ending::of(&finished),
        lines: read(Path::new(&plan.lines))?,
        stderr: String::from_utf8_lossy(&finished.stderr).into_owned(),
    })
}

/// The cargo beside a rustc, or else the pinned one.
fn cargo_of(compiler: &Compiler) -> Command {
    let beside = compiler.program().with_file_name("cargo");
    match beside.is_file() {
        true => Command::new(beside),
        false => tool("cargo"),
    }
}

fn read(folder: &Path) -> Result<Vec<Captured>> {
    let mut lines = vec![];
    for path in super::line::files(folder, ".json") {
        let text = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        lines.push(serde_json::from_slice(&text).with_context(|| format!("{} is no line", path.display()))?);
    }
    Ok(lines)
}

/// If cargo runs this executable as rustc: runs rustc, and writes down how.
pub fn wrapped() -> Option<ExitCode> {
    stand_in::run_as(NAME, wrapper)
}

/// Leaves out of `flags` what would take away the LTO that the line asks for.
pub(super) fn spare_lto(line: &Line, flags: &mut Vec<OsString>) {
    if line.codegen("lto").is_some() {
        flags.retain(|flag| flag != super::side::APART);
    }
}

fn wrapper(words: Vec<OsString>) -> Result<ExitCode> {
    let path = std::env::var_os(PLAN).with_context(|| format!("{PLAN} is not set"))?;
    let plan = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let plan: Plan = serde_json::from_slice(&plan).context("the plan cannot be read")?;
    // A wrapper of the workspace (clippy) may stand before rustc.
    let programs = words
        .iter()
        .take_while(|word| !matches!(word.as_encoded_bytes().first(), Some(b'-' | b'@')));
    let programs = programs.count().clamp(1, words.len().max(1));
    let (programs, given) = words.split_at(programs.min(words.len()));
    let program = programs.first().context("there is no rustc to run")?;
    let mut line = Line::here(Path::new(program), programs[1..].to_vec());
    if given != ["-vV"] {
        line.args.extend(plan.first);
    }
    line.args.extend_from_slice(given);
    let name = line.crate_name();
    let compiles = !["___", ""].contains(&&*name) && !given.iter().any(|arg| arg == "-vV");
    let linker = line.codegen("linker");
    if compiles {
        let mut last = plan.last;
        spare_lto(&line, &mut last);
        line.args.extend(last);
        line.args
            .extend(plan.only.get(&name).into_iter().flatten().cloned());
    }
    line.environment.retain(|(name, _)| name != PLAN);
    let status = Command::new(&line.program)
        .args(&line.args)
        .env_remove(PLAN)
        .envs(linker.map(|linker| (super::link::LINKER, linker)))
        .status()
        .with_context(|| format!("cannot run {}", line.program.display()))?;
    if compiles {
        let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
        let path = Path::new(&plan.lines).join(format!("{since:030}-{}.json", std::process::id()));
        let code = status.code();
        let text = serde_json::to_vec(&Captured { line, code }).context("a line is no JSON")?;
        std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(stand_in::exit_code(status, 101))
}

//! The programs of which the run time is measured.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::artifact;
use super::callgrind;
use super::metric::Metric;
use super::succeed;
use crate::compiler::Compiler;
use crate::process;

/// Names and sources.
const PROGRAMS: &[(&str, &str)] = fixed_embed::folder!("src/bin/fixed/bench/programs");

/// How a program is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    Release,
    OneUnit,
    /// Optimised and incremental at once: up to 256 units.
    Incremental,
}

impl Setting {
    pub const ALL: [Setting; 3] = [Setting::Release, Setting::OneUnit, Setting::Incremental];

    pub fn name(self) -> &'static str {
        match self {
            Setting::Release => "release",
            Setting::OneUnit => "one-unit",
            Setting::Incremental => "incremental-release",
        }
    }
}

/// The names of all programs.
pub fn names() -> impl Iterator<Item = &'static str> {
    PROGRAMS.iter().filter_map(|(name, _)| name.strip_suffix(".rs"))
}

/// Compiles a program into `folder`.
pub fn compile(
    name: &str,
    setting: Setting,
    compiler: &Compiler,
    folder: &Path,
    timeout: Duration,
) -> Result<PathBuf> {
    std::fs::create_dir_all(folder)?;
    let source = folder.join(format!("{name}.rs"));
    let text = PROGRAMS
        .iter()
        .find(|(file, _)| file.strip_suffix(".rs") == Some(name));
    let (_, text) = text.with_context(|| format!("there is no program `{name}`"))?;
    std::fs::write(&source, text)?;
    let program = folder.join(name);
    let mut rustc = compiler.rustc();
    rustc.current_dir(folder).arg(&source).arg("-o").arg(&program);
    rustc.args(["--edition=2024", "-Copt-level=3", "-Awarnings"]);
    match setting {
        Setting::Release => {}
        Setting::OneUnit => _ = rustc.arg("-Ccodegen-units=1"),
        Setting::Incremental => {
            _ = rustc.arg(format!("-Cincremental={}", folder.join("incremental").display()))
        }
    }
    succeed(rustc, timeout, || format!("rustc of the program `{name}`"))?;
    Ok(program)
}

/// Runs a program, which does its work `rounds` times; gives what was measured, and what it printed.
pub fn measure(program: &Path, rounds: u32, timeout: Duration) -> Result<(BTreeMap<Metric, f64>, String)> {
    let (usage, output) = run(command(program, rounds), timeout, 1)?;
    let values = [
        (Metric::Wall, usage.wall.as_secs_f64()),
        (Metric::Processor, usage.processor.as_secs_f64()),
    ];
    Ok((values.into(), output))
}

/// How large a program is.
pub fn size(program: &Path) -> Result<BTreeMap<Metric, f64>> {
    let size = artifact::size(program)?;
    Ok([(Metric::Text, size.text as f64), (Metric::File, size.file as f64)].into())
}

/// Runs a program, which does its work once, under callgrind.
pub fn count(program: &Path, scratch: &Path, timeout: Duration) -> Result<BTreeMap<Metric, f64>> {
    let out = scratch.join("callgrind");
    run(
        callgrind::command(&command(program, 1), &out),
        timeout,
        callgrind::SLOWER,
    )?;
    Ok([(Metric::Instructions, callgrind::read(&out)?.all as f64)].into())
}

fn command(program: &Path, rounds: u32) -> Command {
    let mut command = Command::new(program);
    command.arg(rounds.to_string());
    command
}

fn run(command: Command, timeout: Duration, slower: u32) -> Result<(process::Usage, String)> {
    let run = succeed(command, timeout * slower, || "it".to_owned())?;
    Ok((run.usage, String::from_utf8_lossy(&run.stdout).into_owned()))
}

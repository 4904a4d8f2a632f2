//! The programs of which the run time is measured.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::artifact;
use super::callgrind;
use super::compile::Limits;
use super::metric::Metric;
use super::subject::last_lines;
use crate::blame::failure::Ending;
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
    limits: Limits,
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
    let run = process::run_trusted(rustc, limits.timeout)?;
    process::stay_if_stopping();
    match Ending::of(&run) {
        Ending::Success => Ok(program),
        ending => bail!(
            "rustc of the program `{name}` {}:\n{}",
            ending.said(),
            last_lines(&String::from_utf8_lossy(&run.stderr))
        ),
    }
}

/// Runs a program, which does its work `rounds` times; gives what was measured, and what it printed.
pub fn measure(program: &Path, rounds: u32, limits: Limits) -> Result<(BTreeMap<Metric, f64>, String)> {
    let (usage, output) = run(command(program, rounds), limits, 1)?;
    let values = [
        (Metric::Wall, usage.wall.as_secs_f64()),
        (Metric::Processor, usage.processor.as_secs_f64()),
    ];
    Ok((values.into(), output))
}

/// How large a program is.
pub fn size(program: &Path) -> Result<BTreeMap<Metric, f64>> {
    let folder = program.with_extension("size");
    std::fs::create_dir_all(&folder)?;
    std::fs::copy(program, folder.join("program"))?;
    let size = artifact::size(&folder)?;
    std::fs::remove_dir_all(&folder)?;
    Ok([(Metric::Text, size.text as f64), (Metric::File, size.file as f64)].into())
}

/// Runs a program, which does its work once, under callgrind.
pub fn count(program: &Path, scratch: &Path, limits: Limits) -> Result<BTreeMap<Metric, f64>> {
    let out = scratch.join("callgrind");
    run(
        callgrind::command(&command(program, 1), &out),
        limits,
        callgrind::SLOWER,
    )?;
    Ok([(Metric::Instructions, callgrind::read(&out)?.all as f64)].into())
}

fn command(program: &Path, rounds: u32) -> Command {
    let mut command = Command::new(program);
    command.arg(rounds.to_string());
    command
}

fn run(command: Command, limits: Limits, slower: u32) -> Result<(process::Usage, String)> {
    let run = process::run_trusted(command, limits.timeout * slower)?;
    process::stay_if_stopping();
    match Ending::of(&run) {
        Ending::Success => Ok((run.usage, String::from_utf8_lossy(&run.stdout).into_owned())),
        ending => bail!(
            "it {}:\n{}",
            ending.said(),
            last_lines(&String::from_utf8_lossy(&run.stderr))
        ),
    }
}

//! Compiles programs and runs them, and tells case by case what came of it.

use std::io;
use std::path::{Path, PathBuf};

use crate::model::expected::expected;
use crate::program::Case;
use crate::random::outcome::{Kind, Outcome};
use crate::random::process::{self, execute, halving};
use crate::render;
use crate::support::rustc;

/// What is tested.
#[derive(Clone, Debug)]
pub struct Backend {
    /// What it is called in the table.
    pub name: &'static str,
    /// The library, unless it is rustc's own.
    pub library: Option<PathBuf>,
}

/// What a program is compiled with.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The optimization level.
    pub level: String,
    /// Whether a panic aborts.
    pub abort: bool,
    /// Other flags.
    pub flags: Vec<&'static str>,
}

impl Setting {
    /// The flags for rustc.
    pub fn arguments(&self) -> Vec<String> {
        let mut all = vec![format!("-Copt-level={}", self.level)];
        all.push(format!("-Cpanic={}", if self.abort { "abort" } else { "unwind" }));
        all.extend(self.flags.iter().map(|flag| flag.to_string()));
        all
    }
}

/// Compiles and runs the cases in one program. Where it cannot be compiled, those are left out that lack
/// registers; for other errors it is halved.
pub fn run(backend: &Backend, setting: &Setting, cases: &[&Case]) -> io::Result<Vec<Outcome>> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let mut together = |cases: &[&Case]| {
        let dir = tempfile::tempdir()?;
        let program = match compile(backend, setting, cases, dir.path())? {
            Ok(program) => program,
            Err(outcome) => return Ok(Err(outcome)),
        };
        let ids: Vec<usize> = cases.iter().map(|case| case.id).collect();
        let printed = cases.iter().zip(execute(&program, &ids, dir.path())?);
        let judged = printed.map(|(case, printed)| match printed {
            Ok(words) => judge(case, &words),
            Err(outcome) => outcome,
        });
        Ok(Ok(judged.collect()))
    };
    let failed = match together(cases)? {
        Ok(outcomes) => return Ok(outcomes),
        Err(outcome) if cases.len() == 1 => return Ok(vec![outcome]),
        Err(outcome) => outcome,
    };
    let lacking = match lacks_registers(&failed) {
        true => cases_of_errors(cases, &failed.detail),
        false => Vec::new(),
    };
    if !lacking.is_empty() {
        let rest: Vec<&Case> = (0..cases.len())
            .filter(|index| !lacking.contains(index))
            .map(|index| cases[index])
            .collect();
        let mut others = run(backend, setting, &rest)?.into_iter();
        let outcome = |index| match lacking.contains(&index) {
            true => Some(failed.clone()),
            false => others.next(),
        };
        return Ok((0..cases.len()).filter_map(outcome).collect());
    }
    halving(cases, &mut together, &|outcome| outcome)
}

/// Whether there were too few registers. Which asms those are is a matter of luck: without optimisation, LLVM
/// takes registers as they come, and does not think of those operands first that have few to choose from.
pub fn lacks_registers(outcome: &Outcome) -> bool {
    outcome.kind == Kind::Error && outcome.detail.contains("more registers than available")
}

/// The cases that errors point into, as indices.
fn cases_of_errors(cases: &[&Case], errors: &str) -> Vec<usize> {
    let line = |place: &str| place.split(':').nth(1)?.parse::<usize>().ok();
    let lines = errors
        .lines()
        .filter_map(|text| line(text.trim_start().strip_prefix("--> ")?));
    let starts = render::starts(cases);
    let mut found: Vec<usize> = lines
        .filter_map(|line| starts.iter().rposition(|&start| start <= line))
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn compile(
    backend: &Backend,
    setting: &Setting,
    cases: &[&Case],
    dir: &Path,
) -> io::Result<Result<PathBuf, Outcome>> {
    let (source, program) = (dir.join("program.rs"), dir.join("program"));
    std::fs::write(&source, render::program(cases))?;
    let mut rustc = rustc();
    rustc.args(["--edition=2024", "--crate-name=program", "-Awarnings"]);
    rustc.arg(&source).arg("-o").arg(&program);
    rustc.args(setting.arguments());
    if let Some(library) = &backend.library {
        rustc.arg(format!("-Zcodegen-backend={}", library.display()));
    }
    Ok(process::compile(&mut rustc, dir)?.map(|()| program))
}

fn judge(case: &Case, words: &str) -> Outcome {
    let expected = expected(case).line();
    if words == expected {
        return Outcome::new(Kind::Right, "");
    }
    Outcome::new(Kind::Wrong, format!("expected {expected}\nprinted  {words}"))
}

//! Compiles programs and runs them, and tells case by case what came of it.

use std::fs::File;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use wait_timeout::ChildExt;

use crate::model::expected::expected;
use crate::program::Case;
use crate::render;

/// How long a compiler may take, and how long a program.
const LIMITS: [Duration; 2] = [Duration::from_secs(120), Duration::from_secs(20)];

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

/// The kinds of outcomes, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The line that was expected.
    Right,
    /// Another line.
    Wrong,
    /// The compiler reports an error.
    Error,
    /// The compiler dies.
    Crash,
    /// The program dies.
    Signal,
    /// One of them does not end.
    Timeout,
    /// The compiler has no registers for it, and rustc's own has none either.
    Refused,
}

impl Kind {
    /// All of them, with their names.
    pub const ALL: [(Kind, &str); 7] = [
        (Kind::Right, "ok"),
        (Kind::Wrong, "wrong"),
        (Kind::Error, "error"),
        (Kind::Crash, "crash"),
        (Kind::Signal, "signal"),
        (Kind::Timeout, "timeout"),
        (Kind::Refused, "refused"),
    ];

    /// Whether the compiler did what it should.
    pub fn is_right(self) -> bool {
        matches!(self, Kind::Right | Kind::Refused)
    }
}

/// What came of a case.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// In a word.
    pub kind: Kind,
    /// What was printed instead of what was expected.
    pub detail: String,
}

impl Outcome {
    /// Whether there were too few registers. Which asms those are is a matter of luck: without optimisation,
    /// LLVM takes registers as they come, and does not think of those operands first that have few to choose
    /// from.
    pub fn lacks_registers(&self) -> bool {
        self.kind == Kind::Error && self.detail.contains("more registers than available")
    }

    fn new(kind: Kind, detail: impl Into<String>) -> Outcome {
        Outcome {
            kind,
            detail: detail.into(),
        }
    }
}

/// Compiles and runs the cases in one program. Where it cannot be compiled, those are left out that lack
/// registers; for other errors it is halved.
pub fn run(backend: &Backend, setting: &Setting, cases: &[&Case]) -> io::Result<Vec<Outcome>> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    let dir = tempfile::tempdir()?;
    let failed = match compile(backend, setting, cases, dir.path())? {
        Ok(program) => return execute(&program, cases, dir.path()),
        Err(outcome) if cases.len() == 1 => return Ok(vec![outcome]),
        Err(outcome) => outcome,
    };
    let lacking = match failed.lacks_registers() {
        true => cases_of_errors(cases, &failed.detail),
        false => Vec::new(),
    };
    if lacking.is_empty() {
        let (first, second) = cases.split_at(cases.len() / 2);
        let mut outcomes = run(backend, setting, first)?;
        outcomes.extend(run(backend, setting, second)?);
        return Ok(outcomes);
    }
    let rest: Vec<&Case> = (0..cases.len())
        .filter(|index| !lacking.contains(index))
        .map(|index| cases[index])
        .collect();
    let mut others = run(backend, setting, &rest)?.into_iter();
    let outcome = |index| match lacking.contains(&index) {
        true => Some(failed.clone()),
        false => others.next(),
    };
    Ok((0..cases.len()).filter_map(outcome).collect())
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

/// Runs a command to its end. No status means that it took too long.
fn wait(command: &mut Command, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let mut child = command.spawn()?;
    let status = child.wait_timeout(limit)?;
    if status.is_none() {
        child.kill()?;
        child.wait()?;
    }
    Ok(status)
}

fn compile(
    backend: &Backend,
    setting: &Setting,
    cases: &[&Case],
    dir: &Path,
) -> io::Result<Result<PathBuf, Outcome>> {
    let (source, program, errors) = (dir.join("program.rs"), dir.join("program"), dir.join("errors"));
    std::fs::write(&source, render::program(cases))?;
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args(["--edition=2024", "--crate-name=program", "-Awarnings"]);
    rustc.arg(&source).arg("-o").arg(&program);
    rustc.args(setting.arguments());
    if let Some(library) = &backend.library {
        rustc.arg(format!("-Zcodegen-backend={}", library.display()));
    }
    rustc
        .stdout(File::create(dir.join("notes"))?)
        .stderr(File::create(&errors)?);
    // A backtrace of a compiler that panics would take long to print, and nobody reads it.
    rustc.env("RUST_BACKTRACE", "0").current_dir(dir);
    let Some(status) = wait(&mut rustc, LIMITS[0])? else {
        return Ok(Err(Outcome::new(Kind::Timeout, "rustc takes too long")));
    };
    if status.success() {
        return Ok(Ok(program));
    }
    let errors = String::from_utf8_lossy(&std::fs::read(&errors)?).into_owned();
    // 1 is for errors in the source; of an internal one or of LLVM's, rustc dies with 101.
    let kind = if status.code() == Some(1) {
        Kind::Error
    } else {
        Kind::Crash
    };
    Ok(Err(Outcome::new(kind, format!("{status}: {errors}"))))
}

/// Runs a program, again without a case that it died of.
fn execute(program: &Path, cases: &[&Case], dir: &Path) -> io::Result<Vec<Outcome>> {
    let mut outcomes: Vec<Option<Outcome>> = vec![None; cases.len()];
    loop {
        let output = dir.join("output");
        let mut command = Command::new(program);
        let done = cases
            .iter()
            .zip(&outcomes)
            .filter(|(_, outcome)| outcome.is_some());
        command.args(done.map(|(case, _)| case.id.to_string()));
        command
            .stdout(File::create(&output)?)
            .stderr(File::create(dir.join("messages"))?);
        let status = wait(&mut command, LIMITS[1])?;
        let printed = String::from_utf8_lossy(&std::fs::read(&output)?).into_owned();
        for line in printed.lines() {
            let Some((id, words)) = line.split_once(": ") else {
                continue;
            };
            if let Some(index) = cases.iter().position(|case| case.id.to_string() == id) {
                outcomes[index] = Some(judge(cases[index], words));
            }
        }
        let next = outcomes.iter_mut().find(|outcome| outcome.is_none());
        let Some(next) = next else { break };
        let messages = String::from_utf8_lossy(&std::fs::read(dir.join("messages"))?).into_owned();
        *next = Some(match status {
            None => Outcome::new(Kind::Timeout, "the program takes too long"),
            Some(status) if status.signal().is_some() => {
                Outcome::new(Kind::Signal, format!("{status}: {messages}"))
            }
            Some(status) => Outcome::new(Kind::Wrong, format!("no line, {status}: {messages}")),
        });
    }
    Ok(outcomes.into_iter().flatten().collect())
}

fn judge(case: &Case, words: &str) -> Outcome {
    let expected = expected(case).line();
    if words == expected {
        return Outcome::new(Kind::Right, "");
    }
    Outcome::new(Kind::Wrong, format!("expected {expected}\nprinted  {words}"))
}

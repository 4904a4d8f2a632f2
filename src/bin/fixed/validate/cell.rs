//! One program by one compiler at one level: compiled, run, and judged.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::compiler::Compiler;
use crate::process::{self, Finished, MOST_OUTPUT};
use crate::program::Program;

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    Ok,
    /// It printed something else, or ended with another status.
    WrongOutput,
    /// LLVM's verifier objects to the compiler's code.
    InvalidIr,
    /// The compiler reports an error.
    Diagnostic,
    /// The compiler itself fell over: a signal, or a panic of its own.
    CompilerCrash {
        signal: Option<String>,
    },
    /// The program aborted.
    Abort,
    Signal {
        signal: String,
    },
    Timeout,
    /// The program is not for compilers this old.
    Skipped,
    /// It could not be tried: there is no such compiler, or no room to work in.
    NotTried,
}

/// An outcome, and the words that go with it.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    #[serde(flatten)]
    pub outcome: Outcome,
    /// What the compiler or the program said, where it failed.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

impl Outcome {
    /// The word in tables.
    pub fn label(&self) -> String {
        match self {
            Outcome::Ok => "ok".to_owned(),
            Outcome::WrongOutput => "wrong output".to_owned(),
            Outcome::InvalidIr => "invalid IR".to_owned(),
            Outcome::Diagnostic => "diagnostic".to_owned(),
            Outcome::CompilerCrash { signal: Some(signal) } => format!("rustc {signal}"),
            Outcome::CompilerCrash { signal: None } => "rustc ICE".to_owned(),
            Outcome::Abort => "abort".to_owned(),
            Outcome::Signal { signal } => signal.clone(),
            Outcome::Timeout => "timeout".to_owned(),
            Outcome::Skipped => "–".to_owned(),
            Outcome::NotTried => "?".to_owned(),
        }
    }

    /// Whether it is as it should be, or does not count.
    pub fn is_good(&self) -> bool {
        matches!(self, Outcome::Ok | Outcome::Skipped)
    }
}

/// The words of all tables.
pub const LEGEND: &str = "ok: compiled, and printed what it must; wrong output: printed something else; invalid IR: \
    LLVM's verifier objects to what the compiler made; diagnostic: the compiler reports an error; rustc SIG…, rustc \
    ICE: the compiler itself crashed; abort, SIG…: the program did; timeout: either did not end; –: not for a compiler \
    that old; ?: could not be tried. Levels are named where they differ.";

impl Cell {
    pub fn plain(outcome: Outcome) -> Self {
        Cell {
            outcome,
            detail: String::new(),
        }
    }

    /// What a compilation that failed comes to.
    pub fn of_compilation(compiled: &Finished) -> Option<Self> {
        let errors = String::from_utf8_lossy(&compiled.stderr);
        let Some(status) = compiled.status else {
            return Some(Cell::plain(Outcome::Timeout));
        };
        let outcome = match compiled.flooded {
            true => Outcome::Diagnostic,
            false if status.success() => return None,
            false => compiler_failure(status, &errors),
        };
        Some(Cell {
            outcome,
            detail: shortened(&errors),
        })
    }

    /// What the run of a program comes to that has to print what is `expected`, or whatever it likes.
    pub fn of_run(run: &Finished, expected: Option<&str>) -> Self {
        judge(run, expected)
    }

    /// Tries `program` in a folder of its own in `root`. That there is no room to work in is told in the cell: the
    /// rest may still come.
    pub fn try_one(
        program: &Program,
        compiler: &Compiler,
        level: &str,
        timeout: Duration,
        root: &Path,
    ) -> Self {
        if program.since.is_some_and(|since| compiler.release < since) {
            return Cell::plain(Outcome::Skipped);
        }
        let tried = tempfile::tempdir_in(root)
            .context("cannot make a temporary folder")
            .and_then(|dir| {
                let cell = try_in_folder(program, compiler, level, timeout, dir.path())?;
                Ok(
                    if cell.outcome != Outcome::Ok && is_full(dir.path(), &cell.detail) {
                        no_room(&cell, dir.path())
                    } else {
                        cell
                    },
                )
            });
        tried.unwrap_or_else(|error| Cell {
            outcome: Outcome::NotTried,
            detail: format!("{error:#}"),
        })
    }
}

/// Whether a failure may be for want of room: it says so, or there is none left. What is mapped from a full disk
/// ends in SIGBUS, without a word.
fn is_full(dir: &Path, detail: &str) -> bool {
    const LEAST: u64 = 1 << 20;
    // ENOSPC and EDQUOT, in the words of the C library.
    ["No space left on device", "Disk quota exceeded"]
        .iter()
        .any(|words| detail.contains(words))
        || process::room(dir).is_some_and(|room| room < LEAST)
}

fn no_room(cell: &Cell, dir: &Path) -> Cell {
    Cell {
        outcome: Outcome::NotTried,
        detail: format!(
            "no room left in {}; set TMPDIR to another folder\n{}",
            dir.parent().unwrap_or(dir).display(),
            cell.detail
        ),
    }
}

fn try_in_folder(
    program: &Program,
    compiler: &Compiler,
    level: &str,
    timeout: Duration,
    dir: &Path,
) -> Result<Cell> {
    if let Some(test) = &program.test {
        return test.try_in(&program.path, compiler, timeout, dir);
    }
    let mut source = std::path::absolute(&program.path).context("cannot tell where the program is")?;
    if source.to_str().is_none() {
        // rustc takes only arguments that are UTF-8.
        std::fs::copy(&source, dir.join("program.rs")).context("cannot write to the temporary folder")?;
        source = "program.rs".into();
    }
    let mut rustc = compiler.rustc();
    rustc.current_dir(dir).arg(source).args([
        "-o",
        "program",
        "--edition",
        &program.edition,
        "-Awarnings",
        "--crate-name=program",
        "-Cdebuginfo=0",
    ]);
    rustc.arg(format!("-Copt-level={level}")).args(&program.flags);
    if let Some(failure) = Cell::of_compilation(&process::run(rustc, timeout)?) {
        return Ok(failure);
    }
    let mut command = Command::new(dir.join("program"));
    command.current_dir(dir);
    let expected = program.expected();
    Ok(Cell::of_run(&process::run(command, timeout)?, Some(&expected)))
}

fn judge(run: &Finished, expected: Option<&str>) -> Cell {
    let (output, errors) = (
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr),
    );
    let Some(status) = run.status else {
        return Cell::plain(Outcome::Timeout);
    };
    let (outcome, detail) = match status.signal() {
        _ if run.flooded => (
            Outcome::WrongOutput,
            format!("it was stopped after it had printed {MOST_OUTPUT} bytes:\n{output}\n{errors}"),
        ),
        // 6 is SIGABRT everywhere that has signals.
        Some(6) => (Outcome::Abort, errors.into_owned()),
        Some(number) => (
            Outcome::Signal {
                signal: signal_name(number),
            },
            errors.into_owned(),
        ),
        None if status.success() && expected.is_none_or(|expected| output == expected) => {
            return Cell::plain(Outcome::Ok);
        }
        None => (
            Outcome::WrongOutput,
            match expected {
                Some(expected) => format!("expected:\n{expected}\nprinted:\n{output}\n{errors}"),
                None => format!("{output}\n{errors}"),
            },
        ),
    };
    Cell {
        outcome,
        detail: shortened(&detail),
    }
}

fn compiler_failure(status: ExitStatus, errors: &str) -> Outcome {
    // The verifier's findings come before the crash that a broken module ends in.
    let verifier = [
        "does not have terminator",
        "Broken module found",
        "LLVM rejects the code",
        "invalid LLVM IR",
    ];
    if verifier.iter().any(|words| errors.contains(words)) {
        return Outcome::InvalidIr;
    }
    // `rustup` and shells report a signal of their child as a status over 128.
    let signal = status
        .signal()
        .or(status.code().filter(|code| *code > 128).map(|code| code - 128));
    let fell = [
        "unexpectedly panicked",
        "internal compiler error",
        "rustc-LLVM ERROR",
        "LLVM ERROR",
    ];
    match signal {
        Some(number) => Outcome::CompilerCrash {
            signal: Some(signal_name(number)),
        },
        None if fell.iter().any(|words| errors.contains(words)) => Outcome::CompilerCrash { signal: None },
        None => Outcome::Diagnostic,
    }
}

fn signal_name(number: i32) -> String {
    match number {
        4 => "SIGILL".to_owned(),
        5 => "SIGTRAP".to_owned(),
        6 => "SIGABRT".to_owned(),
        7 => "SIGBUS".to_owned(),
        8 => "SIGFPE".to_owned(),
        9 => "SIGKILL".to_owned(),
        11 => "SIGSEGV".to_owned(),
        other => format!("signal {other}"),
    }
}

/// The first lines, which say what is wrong.
fn shortened(text: &str) -> String {
    const MOST: usize = 1500;
    let text = text.trim();
    match text.char_indices().nth(MOST) {
        Some((end, _)) => format!("{} …", &text[..end]),
        None => text.to_owned(),
    }
}

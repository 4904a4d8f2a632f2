//! `fixed validate`: every program, by every compiler, at every optimisation level, as one table.

use std::fmt;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;
use comfy_table::Table;
use indicatif::{ProgressBar, ProgressStyle};
use wait_timeout::ChildExt;

use crate::compiler::{Compiler, backend};
use crate::program::{Program, read_folder};

const LEVELS: [&str; 6] = ["0", "1", "2", "3", "s", "z"];

#[derive(Args)]
pub struct Options {
    /// Folders of programs
    #[arg(default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/asm"))]
    folders: Vec<PathBuf>,
    /// How many seconds a compilation or a program may take
    #[arg(long, default_value_t = 60)]
    timeout: u64,
}

/// What became of one program at one level.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Outcome {
    Ok,
    WrongOutput,
    InvalidIr,
    Diagnostic,
    CompilerCrash,
    Abort,
    Signal(i32),
    Timeout,
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Ok => f.write_str("ok"),
            Outcome::WrongOutput => f.write_str("WRONG"),
            Outcome::InvalidIr => f.write_str("BAD IR"),
            Outcome::Diagnostic => f.write_str("error"),
            Outcome::CompilerCrash => f.write_str("CRASH"),
            Outcome::Abort => f.write_str("ABORT"),
            Outcome::Signal(number) => write!(f, "SIG{number}"),
            Outcome::Timeout => f.write_str("TIMEOUT"),
        }
    }
}

/// Runs the comparison; fails if this backend fails anywhere.
pub fn run(options: &Options) -> Result<ExitCode> {
    let mut programs = Vec::new();
    for folder in &options.folders {
        programs.extend(read_folder(folder)?);
    }
    if programs.is_empty() {
        bail!("no programs in {:?}", options.folders);
    }
    let compilers = [Compiler::Llvm, Compiler::Fixed(backend()?)];
    let timeout = Duration::from_secs(options.timeout);
    let jobs: Vec<(usize, usize, usize)> = (0..programs.len())
        .flat_map(|p| (0..compilers.len()).flat_map(move |c| (0..LEVELS.len()).map(move |l| (p, c, l))))
        .collect();
    let cells = Mutex::new(vec![
        vec![vec![None; LEVELS.len()]; compilers.len()];
        programs.len()
    ]);
    let (next, failure) = (AtomicUsize::new(0), Mutex::new(None));
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}").context("the bar's template")?;
    let bar = ProgressBar::new(jobs.len() as u64).with_style(style);
    let workers = std::thread::available_parallelism().map_or(2, |n| n.get());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(&(p, c, l)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
                    bar.set_message(programs[p].name());
                    match try_one(&programs[p], &compilers[c], LEVELS[l], timeout) {
                        Ok(outcome) => cells.lock().expect("no worker panics")[p][c][l] = Some(outcome),
                        Err(error) => *failure.lock().expect("no worker panics") = Some(error),
                    }
                    bar.inc(1);
                }
            });
        }
    });
    bar.finish_and_clear();
    if let Some(error) = failure.into_inner().expect("no worker panics") {
        return Err(error);
    }
    let cells = cells.into_inner().expect("no worker panics");
    print_table(&programs, &compilers, &cells);
    let failed = cells
        .iter()
        .flat_map(|row| &row[1])
        .filter(|cell| **cell != Some(Outcome::Ok))
        .count();
    let total = programs.len() * LEVELS.len();
    println!("fixed: {} passed, {failed} failed", total - failed);
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn print_table(programs: &[Program], compilers: &[Compiler], cells: &[Vec<Vec<Option<Outcome>>>]) {
    let mut table = Table::new();
    let levels = LEVELS.iter().map(|level| format!("-O{level}"));
    table.set_header(
        ["program", "backend"]
            .into_iter()
            .map(str::to_owned)
            .chain(levels),
    );
    for (program, row) in programs.iter().zip(cells) {
        for (compiler, cells) in compilers.iter().zip(row) {
            let cells = cells
                .iter()
                .map(|cell| cell.as_ref().map_or_else(String::new, Outcome::to_string));
            table.add_row(
                [program.name(), compiler.name().to_owned()]
                    .into_iter()
                    .chain(cells),
            );
        }
    }
    println!("{table}");
    println!(
        "ok: printed what it must; WRONG: printed something else; BAD IR: LLVM's verifier objects; error: not \
         compiled; CRASH: the compiler crashed; ABORT, SIGn: the program did"
    );
}

/// Compiles and runs one program.
fn try_one(program: &Program, compiler: &Compiler, level: &str, timeout: Duration) -> Result<Outcome> {
    let dir = tempfile::tempdir().context("cannot make a temporary folder")?;
    let binary = dir.path().join("program");
    let mut rustc = compiler.rustc();
    rustc
        .arg(&program.path)
        .arg("-o")
        .arg(&binary)
        .args([
            "--edition",
            &program.edition,
            "-Awarnings",
            "--crate-name=program",
            "-Cdebuginfo=0",
        ])
        .arg(format!("-Copt-level={level}"))
        .args(&program.flags);
    let Some((status, _, errors)) = run_limited(rustc, timeout)? else {
        return Ok(Outcome::Timeout);
    };
    if !status.success() {
        return Ok(
            if status.signal().is_some() || errors.contains("unexpectedly panicked") {
                Outcome::CompilerCrash
            } else if errors.contains("does not have terminator") || errors.contains("invalid LLVM IR") {
                Outcome::InvalidIr
            } else {
                Outcome::Diagnostic
            },
        );
    }
    let Some((status, output, _)) = run_limited(Command::new(&binary), timeout)? else {
        return Ok(Outcome::Timeout);
    };
    Ok(match status.signal() {
        // 6 is SIGABRT everywhere that has signals.
        Some(6) => Outcome::Abort,
        Some(number) => Outcome::Signal(number),
        None if status.success() && output == program.expected() => Outcome::Ok,
        None => Outcome::WrongOutput,
    })
}

type Finished = (std::process::ExitStatus, String, String);

/// Runs a command to its end, or kills it after `timeout` and returns nothing.
fn run_limited(mut command: Command, timeout: Duration) -> Result<Option<Finished>> {
    let dir = tempfile::tempdir().context("cannot make a temporary folder")?;
    let (out, err) = (dir.path().join("out"), dir.path().join("err"));
    let file = |path: &PathBuf| std::fs::File::create(path).context("cannot write to the temporary folder");
    command
        .stdin(Stdio::null())
        .stdout(file(&out)?)
        .stderr(file(&err)?);
    let name = command.get_program().to_owned();
    let mut child = command
        .spawn()
        .with_context(|| format!("cannot run {}", name.display()))?;
    let Some(status) = child.wait_timeout(timeout)? else {
        child.kill()?;
        child.wait()?;
        return Ok(None);
    };
    let read = |path: &PathBuf| std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    Ok(Some((status, read(&out)?, read(&err)?)))
}

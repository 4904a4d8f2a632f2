//! Runs compilers and programs, and tells case by case what came of it.

use std::fs::File;
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus};
use std::time::Duration;

use wait_timeout::ChildExt;

use super::outcome::{Kind, Outcome};

/// How long a compiler may take, and how long a program.
const LIMITS: [Duration; 2] = [Duration::from_secs(120), Duration::from_secs(20)];

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

/// Runs a compiler in a folder, where it leaves what it says. An outcome means that it failed.
pub fn compile(rustc: &mut Command, dir: &Path) -> io::Result<Result<(), Outcome>> {
    let errors = dir.join("errors");
    rustc
        .stdout(File::create(dir.join("notes"))?)
        .stderr(File::create(&errors)?);
    // A backtrace of a compiler that panics would take long to print, and nobody reads it.
    rustc.env("RUST_BACKTRACE", "0").current_dir(dir);
    let Some(status) = wait(rustc, LIMITS[0])? else {
        return Ok(Err(Outcome::new(Kind::Timeout, "rustc takes too long")));
    };
    if status.success() {
        return Ok(Ok(()));
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

/// Runs a program, which prints a line `ID: WORDS` for each case whose number is not among its arguments. It is run
/// again without a case that it died of. What is given is each case's words, in the order of `ids`.
pub fn execute(program: &Path, ids: &[usize], dir: &Path) -> io::Result<Vec<Result<String, Outcome>>> {
    let mut results: Vec<Option<Result<String, Outcome>>> = vec![None; ids.len()];
    loop {
        let output = dir.join("output");
        let mut command = Command::new(program);
        let done = ids.iter().zip(&results).filter(|(_, result)| result.is_some());
        command.args(done.map(|(id, _)| id.to_string()));
        command
            .stdout(File::create(&output)?)
            .stderr(File::create(dir.join("messages"))?);
        let status = wait(&mut command, LIMITS[1])?;
        let printed = String::from_utf8_lossy(&std::fs::read(&output)?).into_owned();
        for line in printed.lines() {
            let Some((id, words)) = line.split_once(':') else {
                continue;
            };
            if let Some(index) = ids.iter().position(|known| known.to_string() == id) {
                results[index] = Some(Ok(words.trim_start().to_owned()));
            }
        }
        let next = results.iter_mut().find(|result| result.is_none());
        let Some(next) = next else { break };
        let messages = String::from_utf8_lossy(&std::fs::read(dir.join("messages"))?).into_owned();
        *next = Some(Err(match status {
            None => Outcome::new(Kind::Timeout, "the program takes too long"),
            Some(status) if status.signal().is_some() => {
                Outcome::new(Kind::Signal, format!("{status}: {messages}"))
            }
            Some(status) => Outcome::new(Kind::Wrong, format!("no line, {status}: {messages}")),
        }));
    }
    Ok(results.into_iter().flatten().collect())
}

/// What came of cases that were compiled together: of each, or of the compiler.
pub type Together<R> = Result<Vec<R>, Outcome>;

/// Compiles and runs the cases together; where they cannot be compiled, half of them at a time. `together` gives the
/// outcome of each case, or that of the compiler.
pub fn halving<C, R>(
    cases: &[C],
    together: &mut dyn FnMut(&[C]) -> io::Result<Together<R>>,
    failed: &dyn Fn(Outcome) -> R,
) -> io::Result<Vec<R>> {
    if cases.is_empty() {
        return Ok(Vec::new());
    }
    match together(cases)? {
        Ok(results) => Ok(results),
        Err(outcome) if cases.len() == 1 => Ok(vec![failed(outcome)]),
        Err(_) => {
            let (first, second) = cases.split_at(cases.len() / 2);
            let mut results = halving(first, together, failed)?;
            results.extend(halving(second, together, failed)?);
            Ok(results)
        }
    }
}

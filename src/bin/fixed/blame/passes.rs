//! Which pass it was: the number of its run, its name, and what it made of the function.
//!
//! LLVM numbers the runs of passes that it may leave out (`-opt-bisect-limit`) and prints each as it comes to it; the
//! verifier can look at what each pass leaves; and what a function looks like after each pass can be printed. All
//! of it is as good in `opt` and `llc` as within rustc, so that a failure that only shows within rustc can be looked
//! into in the same way.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use super::failure::{Ending, Failure, Record, broken, running};
use super::line::{Extra, Line};
use super::tools::Tools;
use crate::diff::parse::symbol_of;

/// The variable by which this backend compiles one unit alone (`docs/failures.md`).
pub const ONLY_UNIT: &str = "FIXED_ONLY_UNIT";
/// What it writes then cannot be linked.
pub const NO_LINK: &str = "-Zno-link";

/// Something that runs passes, and can do so again.
pub enum Replay<'a> {
    /// One of LLVM's tools.
    Tool {
        tools: &'a Tools,
        name: &'static str,
        args: Vec<OsString>,
        input: PathBuf,
    },
    /// The compiler itself.
    Rustc {
        line: &'a Line,
        dir: PathBuf,
        flags: Vec<OsString>,
        limit: Duration,
        /// Whether what fails has been looked into by the backend already.
        once: bool,
        /// The only unit that is compiled.
        unit: Option<String>,
    },
}

impl Replay<'_> {
    /// Runs the passes, with more options of LLVM's.
    pub fn run(&self, options: &[String], verify: bool) -> Result<Failure> {
        match self {
            Replay::Tool {
                tools,
                name,
                args,
                input,
            } => {
                let mut all = args.clone();
                all.extend(options.iter().map(OsString::from));
                if verify && *name == "opt" {
                    all.push("-verify-each".into());
                }
                all.push(input.into());
                let ran = tools.run(name, &all)?;
                Ok(Failure {
                    ending: ran.ending,
                    stderr: ran.stderr,
                    record: None,
                })
            }
            Replay::Rustc {
                line,
                dir,
                flags,
                limit,
                once,
                unit,
            } => {
                let mut flags = flags.clone();
                flags.extend(
                    options
                        .iter()
                        .map(|option| format!("-Cllvm-args={option}").into()),
                );
                let verify = verify.then(|| ("FIXED_VERIFY_EACH", "1".to_owned()));
                let _ = std::fs::remove_dir_all(dir);
                let unit = unit.as_ref().map(|unit| (ONLY_UNIT, unit.clone()));
                let variables: Vec<_> = verify
                    .into_iter()
                    .chain(once.then(super::suspect::saves_nothing))
                    .chain(unit)
                    .collect();
                let extra = Extra {
                    flags: &flags,
                    variables: &variables,
                    emits: false,
                };
                line.run(dir, extra, *limit)
            }
        }
    }

    /// The command that fails, word by word.
    pub fn words(&self) -> Vec<String> {
        match self {
            Replay::Tool {
                tools,
                name,
                args,
                input,
            } => {
                let path = tools.path(name).unwrap_or_else(|| (*name).into());
                let args = args.iter().map(|arg| arg.to_string_lossy().into_owned());
                std::iter::once(path.to_string_lossy().into_owned())
                    .chain(args)
                    .chain([input.to_string_lossy().into_owned()])
                    .collect()
            }
            Replay::Rustc {
                line, flags, unit, ..
            } => {
                let words = std::iter::once(&line.program).chain(&line.args).chain(flags);
                let words = words.map(|word| word.to_string_lossy().into_owned());
                let unit = unit.iter().map(|unit| format!("{ONLY_UNIT}={unit}"));
                unit.flat_map(|unit| ["env".to_owned(), unit])
                    .chain(words)
                    .collect()
            }
        }
    }
}

/// What a pass did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Breaks,
    Crashes,
    Hangs,
}

/// A pass that is to blame.
#[derive(Debug)]
pub struct Found {
    pub manner: Manner,
    pub pass: String,
    /// Of its run, as `-opt-bisect-limit` counts.
    pub number: Option<u64>,
    /// The symbol of the function that it worked on.
    pub function: Option<String>,
    /// What LLVM says.
    pub reason: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// A run of a pass, as LLVM numbers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    pub number: u64,
    pub pass: String,
    pub unit: String,
}

/// The runs that a process has printed.
pub fn runs(stderr: &str) -> Vec<Run> {
    let read = |line: &str| {
        let rest = line.strip_prefix("BISECT: running pass (")?;
        let (number, rest) = rest.split_once(") ")?;
        let (pass, unit) = rest.split_once(" on ")?;
        let unit = unit.strip_prefix("function (").unwrap_or(unit);
        Some(Run {
            number: number.parse().ok()?,
            pass: pass.to_owned(),
            unit: unit.trim_end_matches(')').trim_start_matches('(').to_owned(),
        })
    };
    stderr.lines().filter_map(read).collect()
}

/// Finds the pass by which `replay` fails. `record` is what the backend has said of it. Nothing if it does not fail.
pub fn find(replay: &Replay<'_>, record: Option<&Record>) -> Result<Option<Found>> {
    let all = vec![format!("-opt-bisect-limit={}", i32::MAX)];
    let mut run = replay.run(&all, true)?;
    if !run.failed() {
        // To number the passes may change what is not to be changed.
        run = replay.run(&[], true)?;
        if !run.failed() {
            return Ok(None);
        }
    }
    let record = run.record.as_ref().or(record);
    let message = record
        .and_then(|record| record.message.clone())
        .unwrap_or_default();
    let broken_after = quoted_behind(&run.stderr, "found after pass \"")
        .or_else(|| quoted_behind(&message, "found after pass \""));
    let last = runs(&run.stderr).pop();
    let dump = running(&run.stderr);
    let manner = match () {
        () if broken_after.is_some() => Manner::Breaks,
        () if run.ending == Ending::Timeout || message.contains("did not end within") => Manner::Hangs,
        () => Manner::Crashes,
    };
    let named = broken_after
        .or_else(|| record.and_then(|record| record.pass.clone()))
        .or_else(|| dump.as_ref().map(|(pass, _)| pass.clone()));
    let is_last = |pass: &str| {
        last.as_ref()
            .is_none_or(|last| plain(&last.pass) == plain(pass) || manner == Manner::Breaks)
    };
    let sure = named.as_deref().is_none_or(is_last);
    let mut number = last.as_ref().filter(|_| sure).map(|last| last.number);
    if let Some(last) = number
        && !is_first(replay, &run, last)?
    {
        number = None;
    }
    let complaint = broken(&run.stderr);
    let last_unit = match (manner, &named) {
        (Manner::Breaks, Some(_)) => broken_unit(replay, record.and_then(|record| record.pass.as_deref()))?,
        _ => None,
    };
    let function = complaint
        .as_ref()
        .and_then(|(_, symbol)| symbol.clone())
        .or(last_unit)
        .or_else(|| Some(record?.function.clone()?.symbol))
        .or_else(|| dump.and_then(|(_, function)| function))
        .or_else(|| last.as_ref().filter(|_| sure).map(|last| last.unit.clone()))
        .filter(|symbol| !symbol.starts_with('[') && !symbol.is_empty());
    let reason = match (&complaint, message.is_empty()) {
        (Some((rule, _)), _) if manner == Manner::Breaks => rule.clone(),
        (_, false) => message,
        _ => run
            .stderr
            .lines()
            .find(|line| line.contains("LLVM ERROR"))
            .map_or_else(|| run.ending.said(), str::to_owned),
    };
    let mut found = Found {
        manner,
        pass: named.or(last.map(|last| last.pass)).unwrap_or_default(),
        number,
        function,
        reason,
        before: None,
        after: None,
    };
    if let Some(symbol) = found.function.clone() {
        (found.before, found.after) = around(replay, &symbol, manner)?;
    }
    Ok(Some(found))
}

/// What the pass worked on that has left something invalid: the verifier does not always say. `pass` is what the backend
/// has called it.
fn broken_unit(replay: &Replay<'_>, pass: Option<&str>) -> Result<Option<String>> {
    let (options, start) = match (replay, pass) {
        (Replay::Tool { .. }, _) => (vec!["-debug-pass-manager".to_owned()], "Running pass: "),
        (Replay::Rustc { .. }, Some(pass)) => {
            let inner = pass.rsplit('(').next().unwrap_or(pass);
            let inner = inner.split(['<', ')']).next().unwrap_or(inner);
            (vec![format!("-print-after={inner}")], "; *** IR Dump After ")
        }
        (Replay::Rustc { .. }, None) => return Ok(None),
    };
    let run = replay.run(&options, true)?;
    let lines = run.stderr.lines();
    let last = lines.filter_map(|line| line.strip_prefix(start)).next_back();
    let unit = last.and_then(|last| last.split_once(" on "));
    let unit = unit.and_then(|(_, unit)| unit.split_whitespace().next());
    Ok(unit.map(|unit| unit.trim_matches(['(', ')']).to_owned()))
}

/// Whether it fails with the first `number` passes, and not with one less.
fn is_first(replay: &Replay<'_>, failure: &Failure, number: u64) -> Result<bool> {
    let with = |number: u64| replay.run(&[format!("-opt-bisect-limit={number}")], true);
    let without = with(number.saturating_sub(1))?;
    Ok(without.ending != failure.ending && with(number)?.ending == failure.ending)
}

/// The function before the pass that fails, and after it if it came to its end.
fn around(replay: &Replay<'_>, symbol: &str, manner: Manner) -> Result<(Option<String>, Option<String>)> {
    let options = [
        "-print-before-all".to_owned(),
        "-print-after-all".to_owned(),
        format!("-filter-print-funcs={symbol}"),
    ];
    let printed = replay.run(&options, true)?;
    let mut dumps = dumps(&printed.stderr, symbol);
    Ok(match manner {
        Manner::Breaks => {
            let after = dumps.pop();
            let before = dumps.into_iter().rev().find(|text| Some(text) != after.as_ref());
            (before, after)
        }
        Manner::Crashes | Manner::Hangs => (dumps.pop(), None),
    })
}

/// The texts of a function that LLVM has printed, in order.
pub fn dumps(stderr: &str, symbol: &str) -> Vec<String> {
    let mut dumps = vec![];
    let mut lines = stderr.lines();
    while let Some(line) = lines.next() {
        let is_ir = line.starts_with("define ") && symbol_of(line) == Some(symbol);
        let is_machine = line.starts_with(&format!("# Machine code for function {symbol}:"));
        if !is_ir && !is_machine {
            continue;
        }
        let mut text = format!("{line}\n");
        for line in lines.by_ref() {
            text.push_str(line);
            text.push('\n');
            if is_ir && line == "}" || is_machine && line.starts_with("# End machine code") {
                break;
            }
        }
        dumps.push(text);
    }
    dumps
}

/// What stands in quotes behind `words`.
fn quoted_behind(text: &str, words: &str) -> Option<String> {
    let (_, rest) = text.split_once(words)?;
    rest.split('"').next().map(str::to_owned)
}

/// A pass's name without parameters, and without what differs between its class and its name in a pipeline.
fn plain(pass: &str) -> String {
    let name = pass.split(['<', '(']).next().unwrap_or(pass);
    let name = name.strip_suffix("Pass").unwrap_or(name);
    name.replace(['-', '_', ' '], "").to_lowercase()
}

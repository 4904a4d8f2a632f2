//! How a compiler or a tool of LLVM's fails, so that two failures can be told apart.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;

use regex_lite::Regex;
use serde::Deserialize;

use super::line::files;
use crate::process::Finished;

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    Success,
    Status(i32),
    Signal(i32),
    /// It was ended because it took too long.
    Timeout,
}

impl Ending {
    pub fn of(finished: &Finished) -> Self {
        match finished.status {
            None => Ending::Timeout,
            Some(status) => match (status.code(), status.signal()) {
                (Some(0), _) => Ending::Success,
                (Some(code), _) => Ending::Status(code),
                (None, signal) => Ending::Signal(signal.unwrap_or(0)),
            },
        }
    }

    /// As the end of a sentence.
    pub fn said(self) -> String {
        match self {
            Ending::Success => "succeeds".to_owned(),
            Ending::Status(code) => format!("ends with status {code}"),
            Ending::Signal(11) => "crashes (SIGSEGV)".to_owned(),
            Ending::Signal(6) => "crashes (SIGABRT)".to_owned(),
            Ending::Signal(4) => "crashes (SIGILL)".to_owned(),
            Ending::Signal(signal) => format!("crashes (signal {signal})"),
            Ending::Timeout => "does not end".to_owned(),
        }
    }
}

/// What the backend writes down where codegen fails (`docs/failures.md`, "For tools").
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Record {
    pub kind: String,
    pub unit: String,
    pub stage: String,
    pub message: Option<String>,
    pub pass: Option<String>,
    pub function: Option<Function>,
    pub block: Option<String>,
    pub rule: Option<String>,
    pub place: Option<String>,
    pub mir: Option<String>,
    pub input: Option<String>,
    pub module: Option<String>,
    pub command: Option<Vec<String>>,
}

#[derive(Clone, Debug, Default, Deserialize, serde::Serialize, PartialEq, Eq)]
pub struct Function {
    pub symbol: String,
    pub name: String,
}

impl Function {
    pub fn of(symbol: &str) -> Self {
        Function {
            symbol: symbol.to_owned(),
            name: format!("{:#}", rustc_demangle::demangle(symbol)),
        }
    }
}

/// A run, and what it said. It may also have succeeded.
#[derive(Clone, Debug)]
pub struct Failure {
    pub ending: Ending,
    pub stderr: String,
    pub record: Option<Record>,
}

impl Failure {
    /// What a run came to that wrote to `dir`.
    pub fn of(finished: &Finished, dir: &Path) -> Self {
        let records = files(dir, ".ll.json").into_iter().filter_map(|path| {
            let mut record: Record = serde_json::from_slice(&std::fs::read(path).ok()?).ok()?;
            for path in [&mut record.input, &mut record.module].into_iter().flatten() {
                // They are as rustc was told; what was written is in the folder.
                if let Some(name) = Path::new(&*path).file_name() {
                    *path = dir.join(name).to_string_lossy().into_owned();
                }
            }
            Some(record)
        });
        Failure {
            ending: Ending::of(finished),
            stderr: String::from_utf8_lossy(&finished.stderr).into_owned(),
            record: records.into_iter().next(),
        }
    }

    pub fn failed(&self) -> bool {
        self.ending != Ending::Success
    }

    /// Whether both failed in the same way: the same end, and the same reason.
    pub fn is_like(&self, other: &Failure) -> bool {
        self.ending == other.ending && self.reasons() == other.reasons()
    }

    /// The lines that say why, without what differs from run to run.
    pub fn reasons(&self) -> Vec<String> {
        let is_reason = |line: &&str| {
            let line = line.trim_start();
            let starts = [
                "error",
                "LLVM ERROR",
                "rustc-LLVM ERROR",
                "thread '",
                "Broken ",
                "Cannot select",
            ];
            starts.iter().any(|start| line.starts_with(start)) && !line.starts_with("error: aborting due to")
                || line.contains("panicked at")
                || line.contains("error:") && line.contains(".ll:")
        };
        self.stderr.lines().filter(is_reason).map(plain).collect()
    }

    /// Whether the compiler itself says that it has a bug.
    pub fn is_internal_error(&self) -> bool {
        self.stderr.contains("internal compiler error") || self.stderr.contains("panicked at")
    }

    /// The unit that it is about, if what was said names one.
    pub fn unit(&self) -> Option<String> {
        let named = Regex::new(r#"module ["'`]([^"'`]+-cgu\.\d+)["'`]"#)
            .expect("an expression that is always the same");
        let of_message = || Some(named.captures(&self.stderr)?[1].to_owned());
        let of_record = self.record.as_ref().map(|record| record.unit.clone());
        of_record.or_else(of_message)
    }

    /// The verifier's complaint, and the function that it is about.
    pub fn broken(&self) -> Option<(String, Option<String>)> {
        broken(&self.stderr)
    }
}

/// The verifier's first complaint in what a process printed, and the symbol of the function if it is named.
pub fn broken(stderr: &str) -> Option<(String, Option<String>)> {
    if ![
        "Broken module found",
        "Broken function found",
        "is broken",
        "LLVM rejects",
    ]
    .iter()
    .any(|words| stderr.contains(words))
    {
        return None;
    }
    // Beside the complaint stand instructions, indented, and what rustc says of its own.
    let is_rule = |line: &&str| {
        line.len() > 8
            && line.starts_with(|c: char| c.is_ascii_uppercase())
            && ![
                "LLVM ERROR",
                "PLEASE",
                "Stack dump",
                "BISECT",
                "Broken ",
                "Compiling",
            ]
            .iter()
            .any(|start| line.starts_with(start))
    };
    let rule = stderr.lines().find(is_rule).unwrap_or_default();
    let named = Regex::new(r"in function '?([\w.$]+)'?").expect("an expression that is always the same");
    let symbol = named.captures(rule).map(|found| found[1].to_owned());
    Some((rule.to_owned(), symbol))
}

/// A line without addresses and temporary paths.
fn plain(line: &str) -> String {
    let varying = Regex::new(r"0x[0-9a-fA-F]+|(/[^\s:'`]*)+|rustc[A-Za-z0-9]{6}|\(\d+\)")
        .expect("an expression that is always the same");
    varying.replace_all(line.trim(), "…").into_owned()
}

/// What LLVM was doing when it crashed, as its stack dump says: the innermost pass and the function.
pub fn running(stderr: &str) -> Option<(String, Option<String>)> {
    let line = Regex::new(
        r#"Running pass ['"](.+?)['"] on (?:function|loop|module|SCC|basic block)? ?['"]?@?([^'"]*)"#,
    )
    .expect("an expression that is always the same");
    let found = stderr.lines().filter_map(|text| line.captures(text)).last()?;
    let on_function = found[0].contains("on function");
    let function = on_function.then(|| found[2].trim_end_matches(['\'', '"', '.']).to_owned());
    Some((found[1].to_owned(), function))
}

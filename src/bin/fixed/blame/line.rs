//! A line of rustc: what it was given, where, and in which environment; and runs of it that write elsewhere.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use super::failure::Failure;
use crate::process;

/// A line of rustc, with all flags that the backend needs.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Line {
    pub program: OsString,
    pub args: Vec<OsString>,
    pub folder: OsString,
    pub environment: Vec<(OsString, OsString)>,
}

/// What a run of a line adds to it.
#[derive(Clone, Copy, Default)]
pub struct Extra<'a> {
    pub flags: &'a [OsString],
    pub variables: &'a [(&'a str, String)],
    /// Whether what is to be emitted is not what the line says, but among the flags.
    pub emits: bool,
}

impl Line {
    /// The line as this process would run it here.
    pub fn here(program: &Path, args: Vec<OsString>) -> Self {
        Line {
            program: program.into(),
            args,
            folder: std::env::current_dir().unwrap_or_default().into(),
            environment: std::env::vars_os().collect(),
        }
    }

    /// The name of the crate.
    pub fn crate_name(&self) -> String {
        let after = |name: &str| {
            let at = self.args.iter().position(|arg| arg == name)?;
            Some(self.args.get(at + 1)?.to_string_lossy().into_owned())
        };
        let joined = self.args.iter().find_map(|arg| {
            let text = arg.to_str()?;
            Some(text.strip_prefix("--crate-name=")?.to_owned())
        });
        let source = || {
            let source = self.source()?;
            Some(source.file_stem()?.to_string_lossy().replace('-', "_"))
        };
        after("--crate-name")
            .or(joined)
            .or_else(source)
            .unwrap_or_default()
    }

    fn source(&self) -> Option<&Path> {
        let mut files = self.args.iter().map(Path::new);
        files.find(|path| path.extension().is_some_and(|ext| ext == "rs"))
    }

    /// The value of the last `-C name=…`.
    pub fn codegen(&self, name: &str) -> Option<String> {
        let mut found = None;
        let mut args = self.args.iter().map(|arg| arg.to_string_lossy());
        while let Some(arg) = args.next() {
            let value = match &*arg {
                "-O" if name == "opt-level" => {
                    found = Some("3".to_owned());
                    continue;
                }
                "-C" | "--codegen" => args.next().unwrap_or_default().into_owned(),
                _ => match arg.strip_prefix("-C").or_else(|| arg.strip_prefix("--codegen=")) {
                    Some(value) => value.to_owned(),
                    None => continue,
                },
            };
            let (key, value) = value.split_once('=').unwrap_or((&value, "yes"));
            if key.replace('_', "-") == name {
                found = Some(value.to_owned());
            }
        }
        found
    }

    /// The level of optimisation: 0, 1, 2, 3, s or z.
    pub fn level(&self) -> String {
        self.codegen("opt-level").unwrap_or_else(|| "0".to_owned())
    }

    /// Whether LLVM works on more than one unit at once.
    pub fn has_lto(&self) -> bool {
        let is_off = |value: &str| ["off", "no", "n", "false", "thin-local"].contains(&value);
        self.codegen("lto").is_some_and(|value| !is_off(&value))
    }

    /// A command that does what the line does, but writes to `dir`.
    pub fn command(&self, dir: &Path, extra: Extra<'_>) -> Command {
        let mut rustc = Command::new(&self.program);
        rustc
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .current_dir(&self.folder)
            // What is asked for beside the line may be unstable.
            .env("RUSTC_BOOTSTRAP", "1");
        for name in ["CARGO_MAKEFLAGS", "MAKEFLAGS", "MFLAGS"] {
            // The pipes of cargo's jobserver are closed by now.
            rustc.env_remove(name);
        }
        rustc.envs(extra.variables.iter().map(|(name, value)| (name, value)));
        rustc.args(self.inward(extra.emits)).arg("--out-dir").arg(dir);
        rustc.args(extra.flags);
        rustc
    }

    /// The arguments without those that say where output goes.
    fn inward(&self, emits: bool) -> Vec<OsString> {
        let mut kept = vec![];
        let mut args = self.args.iter();
        while let Some(arg) = args.next() {
            let text = arg.to_string_lossy();
            match &*text {
                "-o" | "--out-dir" => _ = args.next(),
                "--emit" => kept.extend(args.next().and_then(|kinds| kinds_of(kinds, emits))),
                // Messages are read here, not by cargo.
                "--error-format" | "--json" | "--diagnostic-width" => _ = args.next(),
                "-C" | "--codegen" => {
                    let value = args.next();
                    if let Some(value) = value.filter(|value| !is_output(value)) {
                        kept.extend([arg.clone(), value.clone()]);
                    }
                }
                _ if ["--out-dir=", "--error-format=", "--json=", "--diagnostic-width="]
                    .iter()
                    .any(|name| text.starts_with(name)) => {}
                _ if text.starts_with("-o") && text.len() > 2 => {}
                _ if text.starts_with("-C") && is_output(OsStr::new(&text[2..])) => {}
                _ => match text.strip_prefix("--emit=") {
                    Some(kinds) => kept.extend(kinds_of(OsStr::new(kinds), emits)),
                    None => kept.push(arg.clone()),
                },
            }
        }
        kept
    }

    /// Runs the line. What does not end within `limit` is ended, and has failed by that.
    pub fn run(&self, dir: &Path, extra: Extra<'_>, limit: Duration) -> Result<Failure> {
        std::fs::create_dir_all(dir)?;
        let finished = process::run_trusted(self.command(dir, extra), limit)?;
        Ok(Failure::of(&finished, dir))
    }

    /// The line as a shell takes it.
    pub fn shown(&self) -> String {
        let words = std::iter::once(&self.program).chain(&self.args);
        crate::shell::shown(words.map(|word| word.to_string_lossy().into_owned()))
    }
}

/// What is emitted, without the paths, and without the list of sources.
fn kinds_of(kinds: &OsStr, emits: bool) -> Option<OsString> {
    let text = kinds.to_string_lossy();
    let kinds: Vec<&str> = text
        .split(',')
        .map(|kind| kind.split('=').next().unwrap_or(kind))
        .filter(|kind| *kind != "dep-info")
        .collect();
    (!emits && !kinds.is_empty()).then(|| format!("--emit={}", kinds.join(",")).into())
}

/// Whether a `-C` is about files rather than about code.
fn is_output(value: &OsStr) -> bool {
    let text = value.to_string_lossy();
    ["incremental", "save-temps"].contains(
        &text
            .split('=')
            .next()
            .unwrap_or_default()
            .replace('_', "-")
            .as_str(),
    )
}

/// The files of `dir` whose names end in `ending`, in order.
pub fn files(dir: &Path, ending: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    files.sort();
    files
}

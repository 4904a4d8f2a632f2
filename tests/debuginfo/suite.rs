//! rustc's own tests of debug information in gdb: those that in-tree passes here must pass with the backend.
//!
//! `FIXED_DEBUGINFO_SUITE` names the folder `tests/debuginfo` of rustc's sources.

use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::{Failed, Trial};

use crate::gdb::Session;
use crate::support::trials::trial;
use crate::support::{backend, rustc};

/// A trial for each test of the folder.
pub fn trials(folder: &Path) -> Vec<Trial> {
    let mut tests: Vec<PathBuf> = std::fs::read_dir(folder)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    tests.sort();
    let of_test = |path: PathBuf| {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        trial(format!("suite: {name}"), move || check(&path))
    };
    tests.into_iter().map(of_test).collect()
}

fn check(test: &Path) -> Result<(), Failed> {
    let source = std::fs::read_to_string(test)?;
    let wanted = list(&source, "gdb-check");
    if wanted.is_empty() {
        return Ok(());
    }
    let theirs =
        session(test, &source, None).map_err(|failed| failed.message().unwrap_or_default().to_owned());
    if let Err(why) = theirs.and_then(|theirs| holds(&theirs, &wanted)) {
        let first = why.lines().next().unwrap_or_default();
        println!("{}: in-tree does not pass: {first}", test.display());
        return Ok(());
    }
    let ours = session(test, &source, Some(&backend()))?;
    holds(&ours, &wanted).map_err(|why| format!("{why}\nin:\n{ours}").into())
}

/// The values of a directive, which stands with or without a space behind its colon.
fn list<'a>(source: &'a str, name: &str) -> Vec<&'a str> {
    source
        .lines()
        .filter_map(|line| {
            line.trim_start()
                .strip_prefix("//@ ")?
                .strip_prefix(name)?
                .strip_prefix(':')
        })
        .collect()
}

fn session(test: &Path, source: &str, backend: Option<&Path>) -> Result<String, Failed> {
    let folder = tempfile::tempdir()?;
    for helper in ["aux-build", "aux-crate", "proc-macro"] {
        for name in list(source, helper) {
            let name = name.rsplit('=').next().unwrap_or(name).trim();
            let path = test.with_file_name("auxiliary").join(name);
            let text = std::fs::read_to_string(&path)?;
            let kind = if helper == "proc-macro" {
                "proc-macro"
            } else {
                "rlib"
            };
            let declares = text.lines().any(|line| line.starts_with("#![crate_type"));
            let kind: &[&str] = if declares { &[] } else { &["--crate-type", kind] };
            compile(&path, &text, kind, folder.path(), backend)?;
        }
    }
    compile(test, source, &["-o", "program"], folder.path(), backend)?;
    let commands = list(source, "gdb-command");
    Session {
        program: &folder.path().join("program"),
        source: test,
        commands: &commands,
        printers: true,
    }
    .run()
}

fn compile(
    path: &Path,
    source: &str,
    arguments: &[&str],
    folder: &Path,
    backend: Option<&Path>,
) -> Result<(), Failed> {
    let mut rustc: Command = rustc();
    rustc
        .current_dir(folder)
        .arg(path)
        .args(arguments)
        .args(["-L.", "-Awarnings"]);
    if let Some(backend) = backend {
        rustc.arg(format!("-Zcodegen-backend={}", backend.display()));
    }
    for edition in list(source, "edition") {
        rustc.arg(format!("--edition={}", edition.trim()));
    }
    for flags in list(source, "compile-flags") {
        rustc.args(flags.split_whitespace());
    }
    let output = rustc.output()?;
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
    }
}

/// Fails unless every line of `wanted` is there, in that order.
fn holds(printed: &str, wanted: &[&str]) -> Result<(), String> {
    let mut lines = printed.lines();
    for line in wanted {
        if !lines.any(|printed| matches(printed.trim(), line.trim())) {
            return Err(format!("`{line}` is missing"));
        }
    }
    Ok(())
}

/// Whether a line is as wanted, where `[...]` stands for anything.
fn matches(line: &str, wanted: &str) -> bool {
    let mut rest = line;
    let pieces: Vec<&str> = wanted.split("[...]").collect();
    for (index, piece) in pieces.iter().enumerate() {
        match rest.find(piece) {
            Some(at) if index == 0 && at != 0 => return false,
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.is_empty() || wanted.ends_with("[...]")
}

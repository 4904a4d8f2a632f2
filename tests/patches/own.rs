//! The tests that patches add to rustc's: each fails without its patch, and passes with it.

use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Failed;

use crate::support::directives;
use crate::{SERIES, built, folder, rustc};

/// A program that a patch adds to rustc's tests, and the flags of each of its revisions.
struct OwnTest {
    path: PathBuf,
    revisions: Vec<Vec<String>>,
}

/// The tests that a patch adds and that can be run as they are, in `dir`.
fn added(patch: &str, dir: &Path) -> Result<Vec<OwnTest>, Failed> {
    let text = std::fs::read_to_string(folder().join(patch).with_extension("patch"))?;
    let mut tests = Vec::new();
    for file in text.split("\ndiff --git ").skip(1) {
        let Some((_, new)) = file.split_once("\n+++ b/tests/ui/") else {
            continue;
        };
        let name = new.lines().next().unwrap_or_default();
        let lines = new.lines().filter_map(|line| line.strip_prefix('+'));
        let source: String = lines.map(|line| format!("{line}\n")).collect();
        if !source.contains("//@ run-pass") {
            continue;
        }
        let path = dir.join(Path::new(name).file_name().unwrap_or_default());
        std::fs::write(&path, &source)?;
        let flags = |revision: Option<&str>| -> Vec<String> {
            let edition = directives(&source, "edition").pop().unwrap_or("2015");
            let own = source.lines().filter_map(|line| line.strip_prefix("//@"));
            let own = own.filter_map(|line| match line.strip_prefix('[') {
                Some(rest) => rest.strip_prefix(revision?)?.strip_prefix("] compile-flags: "),
                None => line.strip_prefix(" compile-flags: "),
            });
            let words = own.flat_map(str::split_whitespace).map(str::to_owned);
            words.chain([format!("--edition={edition}")]).collect()
        };
        let names = directives(&source, "revisions").pop();
        let revisions = match names {
            Some(names) => names.split_whitespace().map(|name| flags(Some(name))).collect(),
            None => vec![flags(None)],
        };
        tests.push(OwnTest { path, revisions });
    }
    Ok(tests)
}

/// Whether a test passes in all of its revisions.
fn passes(test: &OwnTest, library: &str) -> Result<bool, Failed> {
    for revision in &test.revisions {
        let dir = tempfile::tempdir()?;
        let flags: Vec<&str> = revision
            .iter()
            .map(String::as_str)
            .chain(["-Awarnings"])
            .collect();
        let compiled = rustc(Some(library), &test.path, &flags, dir.path())?;
        let program = dir.path().join(test.path.file_stem().unwrap_or_default());
        if !compiled.status.success() || !Command::new(program).output()?.status.success() {
            return Ok(false);
        }
    }
    Ok(true)
}

pub fn own_tests() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let without = built(&[])?;
    let mut found = 0;
    for patch in SERIES {
        for test in added(patch, dir.path())? {
            found += 1;
            let name = test.path.file_name().unwrap_or_default().display().to_string();
            if passes(&test, &without)? {
                return Err(format!("{name} passes without {patch}").into());
            }
            if !passes(&test, &built(&[patch])?)? {
                return Err(format!("{name} fails with {patch}").into());
            }
            if !passes(&test, &built(&SERIES)?)? {
                return Err(format!("{name} fails with the series").into());
            }
        }
    }
    match found {
        4.. => Ok(()),
        _ => Err(format!("only {found} tests were found in the patches").into()),
    }
}

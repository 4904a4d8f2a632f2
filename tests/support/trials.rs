//! Tests that say what they lack, and that they ran.
//!
//! A test that needs a tool is skipped where the tool is not, with the reason beside its name; with
//! `--include-ignored` it is tried all the same. What ran is written down, so that `tests/readme.rs` can tell whether
//! what README names has been tried with this build of the backend.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::sync::Mutex;

use libtest_mimic::{Arguments, Failed, Trial};

use super::backend;

/// What became of tests of this executable, by name.
static OUTCOMES: Mutex<BTreeMap<String, &'static str>> = Mutex::new(BTreeMap::new());

fn note(name: &str, outcome: &'static str) {
    let mut outcomes = OUTCOMES.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    outcomes.insert(name.to_owned(), outcome);
}

/// A test.
pub fn trial(name: impl Into<String>, run: impl FnOnce() -> Result<(), Failed> + Send + 'static) -> Trial {
    let name = name.into();
    let title = name.clone();
    Trial::test(title, move || {
        note(&name, "failed");
        let result = run();
        if result.is_ok() {
            note(&name, "passed");
        }
        result
    })
}

/// A test that proves nothing without what is `missing`.
pub fn trial_unless(
    missing: Option<String>,
    name: impl Into<String>,
    run: impl FnOnce() -> Result<(), Failed> + Send + 'static,
) -> Trial {
    let name = name.into();
    match missing {
        None => trial(name, run),
        Some(reason) => {
            note(&name, "skipped");
            trial(name, run)
                .with_kind(format!("skipped: {reason}"))
                .with_ignored_flag(true)
        }
    }
}

/// Runs the tests, writes down which did, and gives the status.
pub fn conclude(arguments: &Arguments, trials: Vec<Trial>) -> ExitCode {
    let conclusion = libtest_mimic::run(arguments, trials);
    let outcomes = std::mem::take(&mut *OUTCOMES.lock().unwrap_or_else(|poisoned| poisoned.into_inner()));
    if !arguments.list
        && let Err(error) = write(outcomes)
    {
        eprintln!("error: cannot write down which tests ran: {error}");
        return ExitCode::FAILURE;
    }
    conclusion.exit_code()
}

fn path(executable: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("ran")
        .join(format!("{executable}.json"))
}

/// Which build of the backend it is that is tested.
fn build() -> std::io::Result<String> {
    let data = std::fs::metadata(backend())?;
    Ok(format!("{} bytes of {:?}", data.len(), data.modified()?))
}

/// Adds to what earlier runs with the same backend wrote: they may have been of other tests.
fn write(outcomes: BTreeMap<String, &'static str>) -> std::io::Result<()> {
    let executable = env!("CARGO_CRATE_NAME");
    let build = build()?;
    let mut all = read(executable).unwrap_or_default();
    all.extend(
        outcomes
            .into_iter()
            .map(|(name, outcome)| (name, outcome.to_owned())),
    );
    let path = path(executable);
    path.parent().map(std::fs::create_dir_all).transpose()?;
    std::fs::write(path, serde_json::to_vec_pretty(&(build, all))?)
}

/// What became of the tests of an executable with this build of the backend: `passed`, `failed` or `skipped`, by the
/// names of the tests. Nothing if none has run.
pub fn read(executable: &str) -> Option<BTreeMap<String, String>> {
    let text = std::fs::read(path(executable)).ok()?;
    let (of, all): (String, BTreeMap<String, String>) = serde_json::from_slice(&text).ok()?;
    (of == build().ok()?).then_some(all)
}

/// Why a tool cannot be used, if so.
pub fn without_tool(tool: &str) -> Option<String> {
    let run = Command::new(tool).arg("--version").output();
    let is_absent = run.is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound);
    is_absent.then(|| format!("`{tool}` is not installed"))
}

/// Why nothing can be compiled for `target`, if so: the toolchain has no standard library for it.
pub fn without_std(target: &str) -> Option<String> {
    let output = super::rustc()
        .args(["--print=target-libdir", "--target", target])
        .output();
    let libraries = output
        .ok()
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    match libraries.is_some_and(|libraries| Path::new(&libraries).is_dir()) {
        true => None,
        false => Some(format!("`rustup target add {target}` was not done")),
    }
}

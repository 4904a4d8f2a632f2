//! rustc's own tests: those that the in-tree backend passes must pass with this one, but for a list of failures.
//!
//! `FIXED_RUSTC_SUITE=FOLDER cargo test --release --test rustc_suite`, where FOLDER is what `fetch.sh` beside this file made;
//! `docs/conformance.md` says what is run.

mod case;
#[path = "../../src/bin/fixed/validate/suite/directives.rs"]
mod directives;
#[path = "../../src/bin/fixed/validate/suite/filecheck.rs"]
mod filecheck;
mod host;
mod list;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex};

use libtest_mimic::{Arguments, Failed};
use regex_lite::Regex;

use case::{Case, Outcome};
use directives::Directives;
use host::Host;
use list::Failures;
use support::trials::{conclude, trial, trial_unless};

/// Where the tests are. The variable `FIXED_RUSTC_FILTER` narrows them to those whose name holds its value.
const FOLDER: &str = "FIXED_RUSTC_SUITE";
const FILTER: &str = "FIXED_RUSTC_FILTER";

const SUITES: [&str; 3] = ["ui", "codegen-llvm", "assembly-llvm"];

fn main() -> ExitCode {
    // Each suite uses all processors by itself.
    let arguments = Arguments {
        test_threads: Some(1),
        ..Arguments::from_args()
    };
    let mut trials = vec![
        trial("the list of failures can be read", || {
            Failures::read().map(|_| ())
        }),
        trial("the list of failures is checked", list::check_itself),
    ];
    for suite in SUITES {
        trials.push(trial_unless(missing(suite), suite, move || compare(suite)));
    }
    conclude(&arguments, trials)
}

/// What a suite lacks here.
fn missing(suite: &str) -> Option<String> {
    if std::env::var_os(FOLDER).is_none() {
        return Some(format!("`{FOLDER}` names no sources of rustc's tests"));
    }
    (suite != "ui" && filecheck::find().is_none())
        .then(|| "LLVM's `FileCheck` is not installed; `FILECHECK` can name one".to_owned())
}

type Outcomes = BTreeMap<String, Outcome>;

fn compare(suite: &'static str) -> Result<(), Failed> {
    let folder = std::env::var_os(FOLDER).ok_or_else(|| format!("{FOLDER} is not set"))?;
    let listed = Failures::read()?;
    let host = Host::new(Path::new(&folder))?;
    let filter = std::env::var(FILTER).unwrap_or_default();
    let mut cases = cases(&host, suite)?;
    cases.retain(|case| case.name().contains(&filter));
    let theirs = in_tree(&host, suite, &cases)?;
    cases.retain(|case| matches!(theirs.get(&case.name()), Some(Outcome::Passed(_))));
    let backend = support::backend();
    let mut ours = run_all(&host, &cases, Some(&backend), "fixed");
    // What fails on a busy machine only passes when it is alone.
    for case in &cases {
        let name = case.name();
        let failed = matches!(ours.get(&name), Some(Outcome::Failed(_)));
        if failed && listed.reason(&name).is_none() {
            ours.insert(name, case.run(&host, Some(&backend)));
        }
    }
    let mut failures = BTreeMap::new();
    for (name, outcome) in &ours {
        match (outcome, theirs.get(name)) {
            (Outcome::Failed(why), _) => {
                failures.insert(name.clone(), why.clone());
            }
            (Outcome::Passed(ours), Some(Outcome::Passed(theirs)))
                if without_chance(ours) != without_chance(theirs) =>
            {
                let why = format!("prints {ours:?}, and in-tree's program {theirs:?}");
                failures.insert(name.clone(), why);
            }
            _ => {}
        }
    }
    let passed = cases.len() - failures.len();
    eprintln!(
        "{suite}: {passed} of {} that the in-tree backend passes",
        cases.len()
    );
    let of_suite = |name: &str| name.starts_with(suite) && name.contains(&filter);
    listed.compare(&failures, of_suite)
}

/// What a program printed, without what is another each time: addresses, and how long tests took.
fn without_chance(printed: &Option<String>) -> Option<String> {
    static CHANCE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"0x[0-9a-f]+|finished in [0-9.]+s").expect("the expression is valid"));
    let printed = printed.as_deref()?;
    Some(CHANCE.replace_all(printed, "…").into_owned())
}

/// The tests of a suite, each in all of its revisions.
fn cases(host: &Host, suite: &'static str) -> Result<Vec<Case>, Failed> {
    let mut cases = Vec::new();
    let mut folders = vec![host.tests.join(suite)];
    while let Some(folder) = folders.pop() {
        if folder.join("compiletest-ignore-dir").exists() {
            continue;
        }
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                if !path.ends_with("auxiliary") {
                    folders.push(path);
                }
                continue;
            }
            if path.extension().is_none_or(|extension| extension != "rs") {
                continue;
            }
            let directives = Directives::read(&path)?;
            for revision in directives.revisions() {
                let path = path.strip_prefix(&host.tests)?.to_path_buf();
                let case = Case {
                    suite,
                    path,
                    revision,
                };
                if case.is_open() && case.is_wanted(&directives) {
                    cases.push(case);
                }
            }
        }
    }
    cases.sort_by_key(Case::name);
    match cases.is_empty() {
        true => Err(format!("there are no tests in {}", host.tests.join(suite).display()).into()),
        false => Ok(cases),
    }
}

/// What becomes of the tests with the in-tree backend: remembered until toolchain or tests change.
fn in_tree(host: &Host, suite: &str, cases: &[Case]) -> Result<Outcomes, Failed> {
    let file = host.scratch.join(format!("in-tree-{suite}.json"));
    let identity = format!("{} {}", host.toolchain.version, host.tests.display());
    let known: Option<(String, Outcomes)> = fs::read(&file)
        .ok()
        .and_then(|text| serde_json::from_slice(&text).ok());
    let mut outcomes = known
        .filter(|(of, _)| *of == identity)
        .map(|(_, outcomes)| outcomes)
        .unwrap_or_default();
    let unknown: Vec<Case> = cases
        .iter()
        .filter(|case| !outcomes.contains_key(&case.name()))
        .cloned()
        .collect();
    outcomes.extend(run_all(host, &unknown, None, "in-tree"));
    fs::write(file, serde_json::to_vec(&(identity, &outcomes))?)?;
    Ok(outcomes)
}

/// Runs tests on all processors.
fn run_all(host: &Host, cases: &[Case], backend: Option<&PathBuf>, who: &str) -> Outcomes {
    let (next, outcomes) = (AtomicUsize::new(0), Mutex::new(Outcomes::new()));
    let work = || {
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            let outcome = case.run(host, backend.map(PathBuf::as_path));
            let mut outcomes = outcomes.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            outcomes.insert(case.name(), outcome);
            if outcomes.len().is_multiple_of(200) {
                eprintln!("{who}: {} of {}", outcomes.len(), cases.len());
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    outcomes
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner())
}

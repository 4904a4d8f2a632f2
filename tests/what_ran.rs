//! Whether the tests that README's table names have run, with this build of the backend, and passed.
//!
//! Each test executable writes down what became of its tests (`support::trials`); this one comes last, by its name. A
//! row of whose tests some have not run, or were skipped for want of a tool, is skipped here and says why. With
//! `FIXED_TESTS_COMPLETE` set, as CI does where it could install everything, it fails.

mod support;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed};

use support::readme::{Row, rows};
use support::trials::{conclude, read, trial, trial_unless};

fn main() -> ExitCode {
    let complete = std::env::var_os("FIXED_TESTS_COMPLETE").is_some();
    let trials = match rows() {
        Err(why) => vec![trial("README can be read", || Err(why))],
        Ok(rows) => rows
            .into_iter()
            .map(|row| {
                let missing = row.tests.iter().find_map(|test| lacks(test));
                let excuse = missing.clone().filter(|_| !complete);
                trial_unless(excuse, row.what.clone(), move || match missing {
                    Some(missing) => Err(missing.into()),
                    None => passed(&row),
                })
            })
            .collect(),
    };
    conclude(&Arguments::from_args(), trials)
}

/// What became of the tests behind a name of the table: `programs/scalars` are the tests of the executable `programs`
/// about `scalars`. Nothing if the executable has not run.
fn outcomes(test: &str) -> Option<Vec<(String, String)>> {
    let (executable, subject) = test.split_once('/').unwrap_or((test, ""));
    let is_about = |name: &str| match name.strip_prefix(subject) {
        Some(rest) => subject.is_empty() || rest.is_empty() || rest.starts_with([' ', ':']),
        None => false,
    };
    let all = read(executable)?.into_iter();
    Some(all.filter(|(name, _)| is_about(name)).collect())
}

/// What of a test of the table has not run.
fn lacks(test: &str) -> Option<String> {
    match outcomes(test) {
        None => Some(format!("`{test}` has not run with this build of the backend")),
        Some(outcomes) if outcomes.is_empty() => Some(format!("nothing of `{test}` has run")),
        Some(outcomes) => {
            let (name, _) = outcomes.into_iter().find(|(_, outcome)| outcome == "skipped")?;
            Some(format!("`{test}`: `{name}` was skipped"))
        }
    }
}

fn passed(row: &Row) -> Result<(), Failed> {
    for test in &row.tests {
        let failed = outcomes(test)
            .unwrap_or_default()
            .into_iter()
            .find(|(_, outcome)| outcome != "passed");
        if let Some((name, outcome)) = failed {
            return Err(format!("`{test}`: `{name}` {outcome}").into());
        }
    }
    Ok(())
}

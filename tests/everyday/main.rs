//! Daily use of the command `fixed`: cargo with all of its settings, installing, rebuilding, stopping; on small
//! packages in temporary folders.

mod command;
mod cross;
mod exec;
mod flags;
mod folders;
mod install;
mod project;
mod stale;
#[path = "../support/mod.rs"]
mod support;
mod tools;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed};

use support::trials::{conclude, trial_unless, without_tool};

type Check = fn() -> Result<(), Failed>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let subjects: [(&str, &[(&str, Check)]); 9] = [
        ("command", command::CHECKS),
        ("cross", cross::CHECKS),
        ("exec", exec::CHECKS),
        ("flags", flags::CHECKS),
        ("folders", folders::CHECKS),
        ("install", install::CHECKS),
        ("others", tools::OTHERS),
        ("stale", stale::CHECKS),
        ("tools", tools::CHECKS),
    ];
    let trials = subjects.into_iter().flat_map(|(subject, checks)| {
        checks.iter().map(move |&(name, check)| {
            trial_unless(missing(subject, name), format!("{subject}: {name}"), check)
        })
    });
    conclude(&arguments, trials.collect())
}

/// What a check lacks here.
fn missing(subject: &str, name: &str) -> Option<String> {
    match (subject, name) {
        ("cross", target) => cross::missing(target),
        ("stale", "by sccache") => without_tool("sccache"),
        ("others", "nextest") => without_tool("cargo-nextest"),
        ("others", "a toolchain that is another") => tools::without_other_toolchain(),
        _ => None,
    }
}

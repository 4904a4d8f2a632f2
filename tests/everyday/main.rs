//! Daily use of the command `fixed`: cargo with all of its settings, installing, rebuilding, stopping; on small
//! packages in temporary folders.

mod command;
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

use support::trials::{conclude, trial};

type Check = fn() -> Result<(), Failed>;

fn main() -> ExitCode {
    let subjects: [(&str, &[(&str, Check)]); 7] = [
        ("command", command::CHECKS),
        ("exec", exec::CHECKS),
        ("flags", flags::CHECKS),
        ("folders", folders::CHECKS),
        ("install", install::CHECKS),
        ("stale", stale::CHECKS),
        ("tools", tools::CHECKS),
    ];
    let trials = subjects.into_iter().flat_map(|(subject, checks)| {
        checks
            .iter()
            .map(move |&(name, check)| trial(format!("{subject}: {name}"), check))
    });
    conclude(&Arguments::from_args(), trials.collect())
}

//! Every program of `tests/programs`, by rustc's own backend and by this one: same output, same exit.

mod support;

use std::path::Path;
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed};

use support::project::TempProject;
use support::trials::{conclude, trial};

/// The settings that every program is compiled with.
const SETTINGS: [&[&str]; 5] = [
    &["-Copt-level=0", "-Cdebuginfo=2"],
    &["-Copt-level=1", "-Coverflow-checks=on"],
    &["-Copt-level=3", "-Ccodegen-units=1"],
    &["-Copt-level=s", "-Ccodegen-units=16", "-Cdebug-assertions=on"],
    &["-Copt-level=2", "-Clto=fat", "-Cembed-bitcode=yes"],
];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (name, program) in support::programs("programs") {
        for flags in SETTINGS {
            let program = program.clone();
            let title = format!("{name} {}", flags.join(" "));
            trials.push(trial(title, move || compare(&program, flags)));
        }
        // Without unwinding a panic ends the program, which is a comparison too.
        let title = format!("{name} -Cpanic=abort");
        let flags: &[&str] = &["-Copt-level=2", "-Cpanic=abort"];
        trials.push(trial(title, move || compare(&program, flags)));
    }
    conclude(&arguments, trials)
}

/// What a run of the program shows.
#[derive(Debug, PartialEq, Eq)]
struct Run {
    status: String,
    stdout: String,
}

fn compare(program: &Path, flags: &[&str]) -> Result<(), Failed> {
    let expected = compile_and_run(program, flags, false)?;
    let actual = compile_and_run(program, flags, true)?;
    if expected == actual {
        return Ok(());
    }
    Err(format!("rustc's own backend: {expected:#?}\nfixed: {actual:#?}").into())
}

fn compile_and_run(program: &Path, flags: &[&str], ours: bool) -> Result<Run, Failed> {
    let project = TempProject::new()?;
    let mut rustc = match ours {
        true => project.command(),
        false => project.in_tree(),
    };
    rustc.arg(program).arg("--crate-name=program").args(flags);
    if ours {
        rustc.arg("-Zverify-llvm-ir=yes");
    }
    // Ours is read back as text, too; but not with all of std merged into it, which takes longer than all else.
    rustc.arg(match ours && !flags.contains(&"-Clto=fat") {
        true => "--emit=link,llvm-ir",
        false => "--emit=link",
    });
    project.compile_by(&mut rustc)?;
    let output = Command::new(project.path("program")).output()?;
    Ok(Run {
        status: output.status.to_string(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
    })
}

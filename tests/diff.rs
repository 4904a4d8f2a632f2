//! The command `fixed diff`, and what it says of this backend: of the tests' programs, of real crates, of `core` and
//! `alloc`, nothing differs from the in-tree backend's LLVM IR that is not in the list of what is meant to.
//!
//! `cargo test --release --test diff` compares the programs and one crate; with `-- --include-ignored`, all.

mod support;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use libtest_mimic::{Arguments, Failed};
use serde_json::Value;

use support::project::{TempProject, holds};
use support::trials::{conclude, trial};
use support::{directives, programs};

/// Crates whose IR is compared, and whether that is quick.
const CRATES: [(&str, bool); 4] = [
    ("memchr", true),
    ("serde_json", false),
    ("hashbrown", false),
    ("regex", false),
];

fn main() -> ExitCode {
    let mut trials = vec![
        trial("what differs is shown, and decides the status", shown),
        trial("names, numbers and order do not count", same),
        trial("assembly", assembly),
        trial("what cannot be compared", impossible),
        trial("the programs, and every entry of the list", tests_programs),
    ];
    for (name, quick) in CRATES {
        trials.push(trial(format!("the crate {name}"), move || of_crate(name)).with_ignored_flag(!quick));
    }
    for name in ["core", "alloc"] {
        for level in ["0", "3"] {
            let title = format!("the library {name} -Copt-level={level}");
            trials.push(trial(title, move || library(name, level)).with_ignored_flag(true));
        }
    }
    conclude(&Arguments::from_args(), trials)
}

fn diff(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fixed"));
    command.arg("diff").args(arguments);
    command
}

/// The report of a comparison; fails unless it ended with `status`.
fn report(mut command: Command, status: i32) -> Result<Value, Failed> {
    let output = command.output()?;
    if output.status.code() != Some(status) {
        return Err(said(&output).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// What differs, by the summary, and what was said besides.
fn said(output: &Output) -> String {
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let groups = report["summary"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let lines: Vec<String> = groups.iter().take(40).map(Value::to_string).collect();
    let errors = String::from_utf8_lossy(&output.stderr);
    format!("ended with {}\n{errors}\n{}", output.status, lines.join("\n"))
}

/// The names of the entries that a report has met.
fn met(report: &Value) -> BTreeSet<String> {
    let entries = report["deliberate"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    entries
        .iter()
        .filter_map(|entry| Some(entry["name"].as_str()?.to_owned()))
        .collect()
}

/// One compiler against itself with other flags: what the flag does is what is shown.
fn shown() -> Result<(), Failed> {
    let project = TempProject::with(&[(
        "a.rs",
        "pub fn twice(x: u32) -> u32 { x + x }\npub fn rest(x: u32) -> u32 { x % 7 }\n",
    )])?;
    let right = "fixed -Coverflow-checks=off";
    let arguments = [
        "--left",
        "fixed",
        "--right",
        right,
        "--json",
        "--",
        "rustc",
        "a.rs",
        "--crate-type=lib",
    ];
    let mut command = diff(&arguments);
    command.current_dir(project.path("."));
    let report = report(command, 1)?;
    let changes = report["changes"].to_string();
    holds(&changes, "a::twice")?;
    holds(&changes, "panic_const_add_overflow")?;
    match changes.contains("a::rest") {
        true => Err(format!("`rest` is the same, but is shown: {changes}").into()),
        false => Ok(()),
    }
}

/// A function, moved and with its values called otherwise, is the same.
fn same() -> Result<(), Failed> {
    let project = TempProject::with(&[(
        "a.rs",
        "#[cfg(moved)] #[unsafe(no_mangle)] pub fn first() -> &'static str { \"a text\" }\n\
         #[cfg(not(moved))] #[unsafe(no_mangle)] pub fn f(x: &[u32]) -> u32 { let mut sum = 0; for y in x { sum += y } sum }\n\
         #[cfg(moved)] #[unsafe(no_mangle)] pub fn f(z: &[u32]) -> u32 { let mut all = 0; for y in z { all += y } all }\n\
         #[cfg(not(moved))] #[unsafe(no_mangle)] pub fn first() -> &'static str { \"a text\" }\n",
    )])?;
    let arguments = [
        "--left",
        "fixed",
        "--right",
        "fixed --cfg=moved",
        "--json",
        "--",
        "a.rs",
        "--crate-type=lib",
        "-O",
        "--edition=2024",
    ];
    let mut command = diff(&arguments);
    command.current_dir(project.path("."));
    report(command, 0).map(|_| ())
}

fn assembly() -> Result<(), Failed> {
    let program = program("programs", "unwind");
    let line = ["--", &program, "--edition=2024", "-Awarnings", "-O"];
    report(diff(&[&["--asm", "--json"], &line[..]].concat()), 0)?;
    let other = [
        "--asm",
        "--json",
        "--left",
        "fixed",
        "--right",
        "fixed -Ctarget-cpu=haswell",
    ];
    report(diff(&[&other[..], &line[..]].concat()), 1).map(|_| ())
}

fn impossible() -> Result<(), Failed> {
    let project = TempProject::with(&[("nothing.rs", "pub fn same<T>(x: T) -> T { x }\n")])?;
    let lines = [
        &["no-such-file.rs"][..],
        &["cargo", "no-such-command"],
        &["nothing.rs", "--crate-type=lib"],
    ];
    for line in lines {
        let mut command = diff(&[&["--"], line].concat());
        let output = command.current_dir(project.path(".")).output()?;
        if output.status.code() != Some(2) {
            return Err(said(&output).into());
        }
        holds(&String::from_utf8_lossy(&output.stderr), "error: ")?;
    }
    Ok(())
}

fn program(folder: &str, name: &str) -> String {
    format!("{}/tests/{folder}/{name}.rs", env!("CARGO_MANIFEST_DIR"))
}

/// Every program of the tests: nothing unexplained, and no entry of the list without something to explain.
fn tests_programs() -> Result<(), Failed> {
    let mut jobs: Vec<(PathBuf, &str)> = vec![];
    for (folder, levels) in [("programs", &["0", "3"][..]), ("asm", &["0", "2"])] {
        for (_, path) in programs(folder) {
            jobs.extend(levels.iter().map(|&level| (path.clone(), level)));
        }
    }
    let (next, found) = (AtomicUsize::new(0), Mutex::new((BTreeSet::new(), vec![])));
    let work = || {
        while let Some((path, level)) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let result = compare_program(path, level);
            let mut found = found.lock().expect("no thread panics");
            match result {
                Ok(names) => found.0.extend(names),
                Err(why) => found
                    .1
                    .push(format!("{} -Copt-level={level}: {why:?}", path.display())),
            }
        }
    };
    std::thread::scope(|scope| (0..2).for_each(|_| _ = scope.spawn(work)));
    let (met, failures) = found.into_inner().expect("no thread panics");
    if !failures.is_empty() {
        return Err(failures.join("\n").into());
    }
    let listed = Command::new(env!("CARGO_BIN_EXE_fixed"))
        .args(["diff", "--deliberate"])
        .output()?;
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let idle: Vec<&str> = listed
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, _)| name)
        .filter(|&name| !met.contains(name))
        .collect();
    match idle.is_empty() && !listed.is_empty() {
        true => Ok(()),
        false => {
            Err(format!("the list of deliberate differences excuses what there is not: {idle:?}").into())
        }
    }
}

fn compare_program(path: &Path, level: &str) -> Result<BTreeSet<String>, Failed> {
    let source = std::fs::read_to_string(path)?;
    let of_programs = path.parent().is_some_and(|folder| folder.ends_with("programs"));
    let edition = match directives(&source, "edition").first() {
        Some(edition) => edition,
        None if of_programs => "2024",
        None => "2021",
    };
    let mut command = diff(&["--json", "--"]);
    command
        .arg(path)
        .args(["-Awarnings", "--edition", edition])
        .arg(format!("-Copt-level={level}"))
        .args(directives(&source, "flags").join(" ").split_whitespace());
    Ok(met(&report(command, 0)?))
}

fn of_crate(name: &str) -> Result<(), Failed> {
    let folder = support::crates::fetch_into(name, "diff")?;
    for profile in ["dev", "release"] {
        let mut command = diff(&["--json", "--", "cargo", "build", "--profile", profile]);
        command.current_dir(&folder);
        command.env(
            "CARGO_TARGET_DIR",
            support::crates::work_folder().join("diff-target"),
        );
        report(command, 0).map_err(|why| format!("{profile}: {why:?}"))?;
    }
    Ok(())
}

/// A library of `rust-src`, compiled as cargo's `-Zbuild-std` does.
fn library(name: &str, level: &str) -> Result<(), Failed> {
    let sysroot = support::rustc().args(["--print=sysroot"]).output()?;
    let sysroot = PathBuf::from(String::from_utf8(sysroot.stdout)?.trim());
    let source = sysroot
        .join("lib/rustlib/src/rust/library")
        .join(name)
        .join("src/lib.rs");
    let mut command = diff(&["--json", "--"]);
    command
        .arg(source)
        .args([
            "--crate-name",
            name,
            "--crate-type=lib",
            "--edition=2024",
            "-Awarnings",
        ])
        .args(["-Zforce-unstable-if-unmarked", &format!("-Copt-level={level}")]);
    report(command, 0).map(|_| ())
}

//! LLVM fails: what is said, what is saved, and the command that does it again. The passes are LLVM's own, made to
//! test just that, and its code generator is given what it is known to choke on.

use std::process::Command;

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::{Outcome, TempProject, holds, is_error, outcome};

pub const CHECKS: &[(&str, Check)] = &[
    ("a crash in a pass can be done again by opt", crash_in_pass),
    (
        "a crash in one of several units, under cargo's flags",
        several_units,
    ),
    ("a crash under LTO", crash_in_lto),
    (
        "a crash in instruction selection can be done again by llc",
        crash_in_selection,
    ),
    ("what LLVM prints appears up to the crash, unit by unit", printing),
    ("a pass that breaks a function is caught", broken_by_pass),
    ("a limit of time that means nothing", bad_limit),
    ("a limit of time that is enough", good_limit),
];

const PROGRAM: &str = "
#[inline(never)] pub fn first<T: Copy>(x: T) -> [T; 2] { [x, x] }
pub mod other { #[inline(never)] pub fn second(x: u32) -> u32 { x ^ 1 } }
fn main() { println!(\"{:?} {}\", first(7_u8), other::second(3)); }
";

/// The command behind what was saved, which is shown as a shell takes it.
fn command(run: &Outcome) -> Result<&str, Failed> {
    let (_, rest) = run
        .stderr
        .split_once("was saved; this fails in the same way:\n")
        .ok_or_else(|| format!("no command is shown:\n{}", run.stderr))?;
    Ok(rest.lines().next().unwrap_or_default().trim())
}

fn crashes_again(project: &TempProject, run: &Outcome, tool: &str) -> Result<(), Failed> {
    let command = command(run)?;
    holds(command, tool)?;
    let status = Command::new("sh")
        .current_dir(project.path(""))
        .args(["-c", command])
        .output()?
        .status;
    match status.success() {
        true => Err(format!("`{command}` does not fail").into()),
        false => Ok(()),
    }
}

/// The record beside what was saved.
fn record(project: &TempProject, run: &Outcome) -> Result<serde_json::Value, Failed> {
    let input = command(run)?.rsplit(' ').next().unwrap_or_default();
    let name = format!("{}.json", input.trim_matches('\''));
    // The path is absolute, which the folder's does not change.
    Ok(serde_json::from_str(&project.read(&name)?)?)
}

fn crash_in_pass() -> Result<(), Failed> {
    for flags in [&["-O"][..], &["-Cno-prepopulate-passes", "-g"]] {
        let project = TempProject::with(&[("a.rs", PROGRAM)])?;
        let passes = [
            "a.rs",
            "-Ccodegen-units=1",
            "-Cpasses=function(trigger-crash-function)",
        ];
        let run = project.rustc(&[&passes, flags].concat())?;
        is_error(&run)?;
        holds(&run.stderr, "in LLVM's pass `trigger-crash-function`")?;
        holds(&run.stderr, "of crate `a`")?;
        holds(
            &run.stderr,
            "the input of the pass `trigger-crash-function` was saved",
        )?;
        crashes_again(&project, &run, "/opt -passes=trigger-crash-function ")?;
        let record = record(&project, &run)?;
        if record["kind"] != "failure" || record["pass"] != "trigger-crash-function" {
            return Err(format!("the record says {record}").into());
        }
        holds(record["function"]["symbol"].as_str().unwrap_or_default(), "_R")?;
    }
    Ok(())
}

fn several_units() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let flags = [
        "a.rs",
        "--crate-type=lib",
        "--emit=dep-info,metadata,link",
        "--out-dir=.",
        "-Cincremental=state",
        "-Ccodegen-units=8",
        "-Cpasses=trigger-crash-module",
    ];
    let run = project.rustc(&flags)?;
    is_error(&run)?;
    crashes_again(&project, &run, "/opt -passes=trigger-crash-module ")
}

fn crash_in_lto() -> Result<(), Failed> {
    for lto in ["-Clto=fat", "-Clto=thin"] {
        let project = TempProject::with(&[("a.rs", PROGRAM)])?;
        let run = project.rustc(&["a.rs", "-O", lto, "-Cpasses=trigger-crash-module"])?;
        is_error(&run)?;
        crashes_again(&project, &run, "/opt ")?;
    }
    Ok(())
}

fn crash_in_selection() -> Result<(), Failed> {
    for source in [
        include_str!("../asm/goto_output_int_in_xmm.rs"),
        include_str!("../asm/goto_output_f16_in_gpr.rs"),
    ] {
        let project = TempProject::with(&[("a.rs", source)])?;
        let mut rustc = project.command();
        rustc
            .args(["a.rs", "-O", "-Ccodegen-units=1"])
            .env("FIXED_ASM_LOWERING", "plain");
        let run = outcome(rustc.output()?);
        is_error(&run)?;
        holds(&run.stderr, "LLVM cannot compile `a::")?;
        holds(&run.stderr, "the input of the code generator was saved")?;
        crashes_again(&project, &run, "/llc -O3 ")?;
    }
    Ok(())
}

fn printing() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let run = project.rustc(&[
        "a.rs",
        "-Ccodegen-units=4",
        "-Cllvm-args=-print-after-all",
        "-Cpasses=function(sroa,trigger-crash-function)",
    ])?;
    is_error(&run)?;
    holds(&run.stderr, "IR Dump After SROAPass")?;
    // What is printed of a unit stands together, below a line that names the unit.
    let mut unit = "";
    for line in run.stderr.lines() {
        if let Some((_, name)) = line
            .split_once(", in module `")
            .filter(|_| line.starts_with("*** "))
        {
            unit = name;
        }
        if let Some(module) = line.strip_prefix("; ModuleID = '")
            && !unit.starts_with(module.trim_end_matches('\''))
        {
            return Err(format!("{module} is printed among {unit}").into());
        }
    }
    match unit.is_empty() {
        true => Err("no line says which unit it is".into()),
        false => Ok(()),
    }
}

fn broken_by_pass() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let breaks = "-Cpasses=function(trigger-verifier-error)";
    let all: &[&[&str]] = &[&[], &["-O"], &["-Cno-prepopulate-passes"], &["-O", "-Clto=fat"]];
    for flags in all {
        let run = project.rustc(&[&["a.rs", "-Zverify-llvm-ir=yes", breaks], *flags].concat())?;
        is_error(&run)?;
        holds(&run.stderr, "LLVM rejects the code of `")?;
        holds(&run.stderr, "Terminator found in the middle")?;
    }
    Ok(())
}

fn bad_limit() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    for value in ["soon", "0", "-1", "1.5"] {
        let mut rustc = project.command();
        rustc.arg("a.rs").env("FIXED_LLVM_TIME_LIMIT", value);
        let run = outcome(rustc.output()?);
        is_error(&run)?;
        holds(&run.stderr, "takes a whole number of seconds")?;
    }
    Ok(())
}

fn good_limit() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    project.compile_by(
        project
            .command()
            .args(["a.rs", "-O"])
            .env("FIXED_LLVM_TIME_LIMIT", "100"),
    )?;
    holds(&project.run("a")?, "[7, 7] 2")
}

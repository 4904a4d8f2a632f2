//! Coverage: the report of a program is the one that in-tree's program gives.

use std::path::PathBuf;
use std::process::Command;

use libtest_mimic::Failed;

use crate::Check;
use crate::support::ir::llvm_tool;
use crate::support::project::{TempProject, holds, outcome};

pub const CHECKS: &[(&str, Check)] = &[
    ("reports are as in-tree's", reports),
    ("the same under LTO, and with several units", settings),
    ("counters of a library count in a program without", mixed),
    ("a crate with nothing to count", nothing),
];

const LIBRARY: &str = "pub fn used(n: u32) -> u32 { if n > 1 { n } else { 0 } }
pub fn unused(n: u32) -> u32 { n }
#[inline]
pub fn inlined(n: u32) -> u32 { match n { 0 => 1, 1 => 2, _ => 3 } }
pub fn generic<T: Default + PartialEq>(t: T) -> bool { if t == T::default() { true } else { false } }
";

fn source() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/backend/sources/coverage.rs")
}

/// Compiles library and program by one backend, runs the program, and gives `llvm-cov`'s report as text and as JSON.
fn report(ours: bool, flags: &[&str]) -> Result<[String; 2], Failed> {
    let project = TempProject::with(&[("library.rs", LIBRARY)])?;
    let source = source().display().to_string();
    for arguments in [
        &["library.rs", "--crate-type=rlib"][..],
        &[
            &source,
            "--crate-name=program",
            "--extern=library=liblibrary.rlib",
        ],
    ] {
        let mut command = if ours {
            project.command()
        } else {
            project.in_tree()
        };
        let output = outcome(
            command
                .arg("-Cinstrument-coverage")
                .args(flags)
                .args(arguments)
                .output()?,
        );
        if output.code != Some(0) {
            return Err(format!("{arguments:?} {flags:?}: {}", output.stderr).into());
        }
    }
    let raw = project.path("counts.profraw");
    let run = Command::new(project.path("program"))
        .env("LLVM_PROFILE_FILE", &raw)
        .output()?;
    if !run.status.success() {
        return Err(format!("the program ended with {}", run.status).into());
    }
    let tool = |name: &str, arguments: &[&str]| -> Result<String, Failed> {
        let run = outcome(
            Command::new(llvm_tool(name)?)
                .current_dir(project.path(""))
                .args(arguments)
                .output()?,
        );
        match run.code {
            Some(0) => Ok(run.stdout.replace(&project.path("").display().to_string(), "")),
            _ => Err(format!("{name} {arguments:?}: {}", run.stderr).into()),
        }
    };
    tool(
        "llvm-profdata",
        &["merge", "counts.profraw", "-o", "counts.profdata"],
    )?;
    let profile = "--instr-profile=counts.profdata";
    Ok([
        tool(
            "llvm-cov",
            &[
                "show",
                profile,
                "program",
                "--show-instantiations",
                "--show-branches=count",
            ],
        )?,
        tool("llvm-cov", &["export", profile, "program"])?,
    ])
}

fn same(flags: &[&str]) -> Result<(), Failed> {
    let (tree, ours) = (report(false, flags)?, report(true, flags)?);
    for (tree, ours) in tree.iter().zip(&ours) {
        if tree != ours {
            return Err(format!("{flags:?}\nin-tree:\n{tree}\nours:\n{ours}").into());
        }
    }
    // A report that counts nothing would be equal too.
    holds(&ours[0], "unused_generic")
}

fn reports() -> Result<(), Failed> {
    for options in ["block", "branch", "condition"] {
        for level in ["-Copt-level=0", "-Copt-level=3"] {
            same(&[&format!("-Zcoverage-options={options}"), level])?;
        }
    }
    Ok(())
}

fn settings() -> Result<(), Failed> {
    same(&["-Copt-level=2", "-Clto=fat"])?;
    same(&["-Copt-level=1", "-Ccodegen-units=16"])?;
    same(&["-Copt-level=0", "-Zmir-opt-level=3"])
}

/// Functions of an instrumented library that are compiled in a crate that is not bring no counters.
fn mixed() -> Result<(), Failed> {
    let project = TempProject::with(&[
        ("library.rs", LIBRARY),
        (
            "program.rs",
            "fn main() { println!(\"{}\", library::generic(3) as u32 + library::inlined(2) + library::used(4)) }",
        ),
    ])?;
    project.compile(&["library.rs", "--crate-type=rlib", "-Cinstrument-coverage"])?;
    project.compile(&["program.rs", "--extern=library=liblibrary.rlib"])?;
    holds(&project.run("program")?, "7")
}

fn nothing() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", "pub const A: u8 = 1;")])?;
    project.compile(&["a.rs", "--crate-type=rlib", "-Cinstrument-coverage"])?;
    Ok(())
}

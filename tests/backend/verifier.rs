//! LLVM's verifier: it sees what the bug of 2022 was, and says so as rustc says things.

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::{Outcome, TempProject, holds, is_error, outcome};

pub const CHECKS: &[(&str, Check)] = &[
    ("the historical placement is caught", historical),
    ("also without passes", without_passes),
    ("in an async function, by an asm that cannot unwind", probe),
    ("the plain lowering is accepted", plain),
    ("the place, the MIR and the IR are shown, at every level", shown),
    ("the function of an async block is named", named),
    ("as JSON, it is one diagnostic", json),
    ("no pass sees an invalid module", unseen),
    ("an unknown lesson is an error", unknown),
    ("good code passes with every kind of pipeline", pipelines),
];

const STORY: &str = include_str!("../asm/story_drop.rs");

fn taught(lesson: &str, flags: &[&str]) -> Result<Outcome, Failed> {
    let shop = TempProject::with(&[("story.rs", STORY)])?;
    let output = shop
        .command()
        .arg("story.rs")
        .args(flags)
        .env("FIXED_ASM_LOWERING", lesson)
        .output()?;
    Ok(outcome(output))
}

fn is_caught(run: &Outcome) -> Result<(), Failed> {
    is_error(run)?;
    holds(&run.stderr, "LLVM rejects the code of `story::main`")?;
    holds(&run.stderr, "does not have terminator")?;
    holds(&run.stderr, "--> story.rs:")
}

fn historical() -> Result<(), Failed> {
    is_caught(&taught("store-after-invoke", &[])?)
}

fn without_passes() -> Result<(), Failed> {
    let flags = ["-Zverify-llvm-ir=yes", "-Cno-prepopulate-passes", "-Copt-level=3"];
    is_caught(&taught("store-after-invoke", &flags)?)
}

/// The probes of `dropshot`: rustc gave the asms of coroutines a clean-up edge then, and the switch gives them one.
fn probe() -> Result<(), Failed> {
    let project = TempProject::with(&[("probe.rs", include_str!("../asm/story_async.rs"))])?;
    for level in ["-Copt-level=0", "-Copt-level=3"] {
        let mut rustc = project.command();
        rustc
            .args(["probe.rs", level])
            .env("FIXED_ASM_LOWERING", "store-after-invoke");
        let run = outcome(rustc.output()?);
        is_error(&run)?;
        holds(
            &run.stderr,
            "LLVM rejects the code of `probe::probe::{closure#0}`",
        )?;
        holds(&run.stderr, "does not have terminator")?;
        holds(&run.stderr, "--> probe.rs:10:")?;
    }
    Ok(())
}

/// The line of the asm in the program.
fn asm_line() -> usize {
    let found = STORY.lines().position(|line| line.contains("asm!("));
    found.map_or(0, |index| index + 1)
}

fn shown() -> Result<(), Failed> {
    for flags in [
        &[][..],
        &["-g"],
        &["-O"],
        &["-O", "-g"],
        &["-Csymbol-mangling-version=legacy", "-Zunstable-options"],
    ] {
        let run = taught("store-after-invoke", flags)?;
        is_caught(&run)?;
        holds(&run.stderr, &format!("--> story.rs:{}:", asm_line()))?;
        for words in [
            "the rule: a basic block ends in exactly one instruction",
            "of the MIR: asm!(",
            "in block `start` of the function's LLVM IR:",
            // What stands behind the end of the block.
            "\n           >   %",
            "the whole function was written to `",
        ] {
            holds(&run.stderr, words)?;
        }
    }
    Ok(())
}

const ASYNC: &str = "#![feature(asm_unwind)]
use std::{arch::asm, future::Future, pin::pin, task::{Context, Waker}};
struct Guard;
impl Drop for Guard { fn drop(&mut self) {} }
async fn probe() -> u64 {
    let _guard = Guard;
    let x: u64;
    unsafe { asm!(\"mov {}, 1\", out(reg) x, options(may_unwind)) };
    x
}
fn main() {
    let _ = pin!(probe()).poll(&mut Context::from_waker(Waker::noop()));
}
";

fn named() -> Result<(), Failed> {
    let shop = TempProject::with(&[("story.rs", ASYNC)])?;
    let mut rustc = shop.command();
    rustc
        .arg("story.rs")
        .env("FIXED_ASM_LOWERING", "store-after-invoke");
    let run = outcome(rustc.output()?);
    is_error(&run)?;
    holds(
        &run.stderr,
        "LLVM rejects the code of `story::probe::{closure#0}`",
    )?;
    holds(&run.stderr, "--> story.rs:8:14")
}

fn json() -> Result<(), Failed> {
    let run = taught("store-after-invoke", &["--error-format=json"])?;
    let diagnostics = run
        .stderr
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    let rejects = |diagnostic: &serde_json::Value| {
        let message = diagnostic["message"].as_str().unwrap_or_default();
        message.starts_with("LLVM rejects the code of `story::main`")
    };
    let all: Vec<serde_json::Value> = diagnostics.filter(rejects).collect();
    let [diagnostic] = &all[..] else {
        return Err(format!("{} diagnostics in:\n{}", all.len(), run.stderr).into());
    };
    let children = diagnostic["children"].as_array().cloned().unwrap_or_default();
    let has = |start: &str| {
        let mut messages = children.iter().filter_map(|child| child["message"].as_str());
        messages.any(|message| message.starts_with(start))
    };
    if diagnostic["spans"][0]["line_start"] != asm_line()
        || !has("the rule: ")
        || !has("made for this in block")
    {
        return Err(format!("{diagnostic:#}").into());
    }
    Ok(())
}

fn unseen() -> Result<(), Failed> {
    for flags in [
        &[][..],
        &["-O"],
        &["-Cpasses=gvn", "-Cno-prepopulate-passes"],
        &["-O", "-Clto=fat"],
    ] {
        let print = ["-Cllvm-args=-print-before-all"];
        let run = taught("store-after-invoke", &[&print, flags].concat())?;
        is_caught(&run)?;
        if run.stderr.contains("IR Dump") {
            return Err(format!("{flags:?}: a pass has run:\n{}", run.stderr).into());
        }
    }
    Ok(())
}

fn plain() -> Result<(), Failed> {
    match taught("plain", &["-Zverify-llvm-ir"])?.code {
        Some(0) => Ok(()),
        code => Err(format!("ended with {code:?}").into()),
    }
}

fn unknown() -> Result<(), Failed> {
    let run = taught("anything", &[])?;
    is_error(&run)?;
    holds(&run.stderr, "FIXED_ASM_LOWERING")
}

fn pipelines() -> Result<(), Failed> {
    let shop = TempProject::with(&[("story.rs", STORY)])?;
    for flags in [
        &["-Zverify-llvm-ir=yes"][..],
        &["-Zverify-llvm-ir=yes", "-Cno-prepopulate-passes"],
        &[
            "-Zverify-llvm-ir=yes",
            "-Cno-prepopulate-passes",
            "-Cpasses=mem2reg instcombine",
        ],
        &["-Zverify-llvm-ir=yes", "-Copt-level=3", "-Cpasses=gvn"],
        &["-Zverify-llvm-ir=yes", "-Copt-level=2", "-Clto=fat"],
        &["-Zverify-llvm-ir=yes", "-Copt-level=2", "-Clto=thin"],
    ] {
        shop.compile(&[&["story.rs"], flags].concat())?;
        holds(&shop.run("story")?, "dropped")?;
    }
    Ok(())
}

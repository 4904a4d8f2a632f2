//! LLVM's verifier: it sees what the bug of 2022 was, and says so as rustc says things.

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::{Outcome, TempProject, holds, is_error, outcome};

pub const CHECKS: &[(&str, Check)] = &[
    ("the historical placement is caught", historical),
    ("also without passes", without_passes),
    ("the plain lowering is accepted", plain),
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
    ] {
        shop.compile(&[&["story.rs"], flags].concat())?;
        holds(&shop.run("story")?, "dropped")?;
    }
    Ok(())
}

//! What is said where codegen or a pass is at fault: invalid IR of every kind, at the Rust that it was made for, and
//! passes that break, crash, hang and miscompile.
//!
//! The faults are put in by the backend itself, built with the feature `faults` for this test alone: with the
//! dependencies of the build that is tested, into a folder of its own.

mod support;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed};

use support::faulty::{self, PROGRAM, line_of};
use support::project::{Outcome, TempProject, holds, is_error, outcome};
use support::trials::{conclude, trial};

fn main() -> ExitCode {
    let mut trials: Vec<_> = FAULTS
        .iter()
        .map(|fault| trial(format!("invalid: {}", fault.name), || fault.is_caught()))
        .collect();
    trials.push(trial("no fault, no blame", healthy));
    trials.push(trial("a pass that crashes", crashes));
    trials.push(trial("a pass that never ends", hangs));
    trials.push(trial("a pass that breaks a function", breaks));
    trials.push(trial("a pass that miscompiles", miscompiles));
    conclude(&Arguments::from_args(), trials)
}

struct Fault {
    name: &'static str,
    /// What marks the line that is to be shown.
    line: &'static str,
    /// A part of the verifier's sentence, and one of what it means.
    words: [&'static str; 2],
    /// Whether an instruction is to be shown, and its MIR.
    has_instruction: bool,
}

const fn fault(name: &'static str, line: &'static str, words: [&'static str; 2]) -> Fault {
    Fault {
        name,
        line,
        words,
        has_instruction: true,
    }
}

const FAULTS: &[Fault] = &[
    fault(
        "missing-terminator",
        "XOR",
        ["does not have terminator", "ends in exactly one instruction"],
    ),
    fault(
        "terminator-in-the-middle",
        "XOR",
        ["Terminator found", "ends in exactly one instruction"],
    ),
    fault(
        "operand-type",
        "XOR",
        ["not of the same type", "operands of the types"],
    ),
    fault(
        "use-before-definition",
        "XOR",
        ["does not dominate all uses", "its definition has been executed"],
    ),
    fault(
        "phi-without-values",
        "XOR",
        ["one entry for each predecessor", "a `phi` stands"],
    ),
    fault(
        "mismatched-call",
        "CALL",
        ["Call parameter type does not match", "a call passes"],
    ),
    fault(
        "foreign-argument",
        "XOR",
        ["argument in another function", "its own function"],
    ),
    fault(
        "store-to-number",
        "XOR",
        ["must be a pointer", "operands of the types"],
    ),
    fault(
        "own-operand",
        "XOR",
        ["reference their own value", "from that very result"],
    ),
    fault("branch-on-word", "BRANCH", ["i1", "operands of the types"]),
    fault("returned-byte", "END", ["return", "`ret` gives back"]),
    Fault {
        has_instruction: false,
        ..fault(
            "attribute",
            "FUNCTION",
            ["noalias", "an attribute stands only on"],
        )
    },
    fault(
        "debug-information",
        "CALL",
        ["must have a !dbg location", "debug information is a tree"],
    ),
];

impl Fault {
    fn is_caught(&self) -> Result<(), Failed> {
        let all: &[&[&str]] = &[
            &[],
            &["-O"],
            &["-g"],
            &["-Csymbol-mangling-version=legacy", "-Zunstable-options"],
        ];
        for flags in all {
            let needs_lines = self.name == "debug-information";
            if needs_lines && flags != &["-g"] {
                continue;
            }
            let project = TempProject::with(&[("a.rs", PROGRAM)])?;
            let run = run(&project, self.name, &[&["a.rs"], *flags].concat(), &[])?;
            let check = || self.shown(&project, &run);
            check().map_err(|why| format!("{flags:?}: {}", why.message().unwrap_or_default()))?;
        }
        Ok(())
    }

    fn shown(&self, project: &TempProject, run: &Outcome) -> Result<(), Failed> {
        is_error(run)?;
        let text = &run.stderr;
        let (name, line) = ("`a::faulty::<u32>`", line_of(self.line));
        holds(text, &format!("LLVM rejects the code of {name}"))?;
        holds(text, &format!("--> a.rs:{line}:"))?;
        for words in self.words {
            holds(text, words)?;
        }
        if self.has_instruction {
            holds(text, "in block `")?;
            holds(text, "  >   ")?;
            holds(text, "of the MIR: ")?;
        }
        // The whole function is there, and what tools need to know.
        let path = between(text, "the whole function was written to `", "`")?;
        holds(&project.read(path)?, "define ")?;
        let record = project.read(&format!("{path}.json"))?;
        let record: serde_json::Value = serde_json::from_str(&record)?;
        let place = record["place"].as_str().unwrap_or_default();
        if record["kind"] != "invalid-ir" || !place.starts_with(&format!("a.rs:{line}:")) {
            return Err(format!("the record says {record}").into());
        }
        match project.path("a").exists() {
            true => Err("a program was written".into()),
            false => Ok(()),
        }
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> Result<&'a str, Failed> {
    let found = text.split_once(start).and_then(|(_, rest)| rest.split_once(end));
    let (found, _) = found.ok_or_else(|| format!("`{start}` is not in:\n{text}"))?;
    Ok(found)
}

fn run(
    project: &TempProject,
    fault: &str,
    arguments: &[&str],
    variables: &[(&str, &str)],
) -> Result<Outcome, Failed> {
    let mut rustc = project.in_tree();
    rustc
        .arg(format!("-Zcodegen-backend={}", faulty::backend()?.display()))
        .args(arguments)
        .env("FIXED_FAULT", fault)
        .envs(variables.iter().copied());
    Ok(outcome(rustc.output()?))
}

fn healthy() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let run = run(&project, "", &["a.rs", "-O"], &[("FIXED_LLVM_TIME_LIMIT", "60")])?;
    if run.code != Some(0) || !run.stderr.is_empty() {
        return Err(run.stderr.into());
    }
    holds(&project.run("a")?, "13")
}

fn fails(fault: &str, words: &[&str], variables: &[(&str, &str)]) -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    // In one go: between two halves, a summary of the module would be made, which stumbles over what is broken.
    let flags = ["a.rs", "-O", "-Zverify-llvm-ir=yes", "-Cembed-bitcode=no"];
    let run = run(&project, fault, &flags, variables)?;
    is_error(&run)?;
    for words in words {
        holds(&run.stderr, words)?;
    }
    holds(&run.stderr, &format!("--> a.rs:{}:", line_of("FUNCTION")))?;
    match project.path("a").exists() {
        true => Err("a program was written".into()),
        false => Ok(()),
    }
}

fn crashes() -> Result<(), Failed> {
    let words = [
        "LLVM cannot compile `a::faulty::<u32>`: it crashed (SIGSEGV)",
        "in LLVM's pass `instcombine",
        "of crate `a`",
        // Not a crash of `opt`'s, which has no such pass.
        "the input of the passes was saved, but",
    ];
    fails("pass-crashes", &words, &[])
}

fn hangs() -> Result<(), Failed> {
    let words = [
        "LLVM cannot compile `a::faulty::<u32>`: it did not end within 1 s",
        "in LLVM's pass `instcombine",
    ];
    fails("pass-hangs", &words, &[("FIXED_LLVM_TIME_LIMIT", "1")])
}

fn breaks() -> Result<(), Failed> {
    let words = ["LLVM rejects the code of `a::faulty::<u32>` after optimisation"];
    fails("pass-breaks", &words, &[])
}

fn miscompiles() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let run = run(&project, "pass-miscompiles", &["a.rs", "-O"], &[])?;
    if run.code != Some(0) {
        return Err(run.stderr.into());
    }
    match project.run("a")?.trim() {
        "13" => Err("the store is still there".into()),
        _ => Ok(()),
    }
}

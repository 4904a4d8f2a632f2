//! What the backend writes and says: every kind of output, every kind of crate, errors and where they point.

mod artifacts;
mod asm_goto;
mod asm_unwind;
mod assembler;
mod cargo;
mod compatibility;
mod coverage;
mod crates;
mod debuginfo;
mod failures;
mod funclets;
mod ir;
mod linker_lto;
mod llvm_layout;
mod lto;
mod machine;
mod observation;
mod platforms;
mod profiles;
mod refusals;
mod sanitizers;
mod single_unit;
#[path = "../support/mod.rs"]
mod support;
mod switches;
mod thin_lto;
mod unwind_edges;
mod verifier;
mod windows;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed};

use support::trials::{conclude, trial_unless};

type Check = fn() -> Result<(), Failed>;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let subjects: &[(&str, &[(&str, Check)])] = &[
        ("artifacts", artifacts::CHECKS),
        ("asm_goto", asm_goto::CHECKS),
        ("asm_unwind", asm_unwind::CHECKS),
        ("assembler", assembler::CHECKS),
        ("cargo", cargo::CHECKS),
        ("compatibility", compatibility::CHECKS),
        ("coverage", coverage::CHECKS),
        ("crates", crates::CHECKS),
        ("debuginfo", debuginfo::CHECKS),
        ("failures", failures::CHECKS),
        ("funclets", funclets::CHECKS),
        ("ir", ir::CHECKS),
        ("layout of LLVM's objects", llvm_layout::CHECKS),
        ("linker_lto", linker_lto::CHECKS),
        ("lto", lto::CHECKS),
        ("machine", machine::CHECKS),
        ("observation", observation::CHECKS),
        ("plugins in C++", observation::WITH_HEADERS),
        ("platforms", platforms::CHECKS),
        ("profiles", profiles::CHECKS),
        ("refusals", refusals::CHECKS),
        ("sanitizers", sanitizers::CHECKS),
        ("single_unit", single_unit::CHECKS),
        ("switches", switches::CHECKS),
        ("thin_lto", thin_lto::CHECKS),
        ("unwind_edges", unwind_edges::CHECKS),
        ("verifier", verifier::CHECKS),
        ("windows", windows::CHECKS),
    ];
    let trials = subjects
        .iter()
        .flat_map(|&(subject, checks)| {
            checks.iter().map(move |&(name, check)| {
                trial_unless(missing(subject, name), format!("{subject}: {name}"), check)
            })
        })
        .collect();
    conclude(&arguments, trials)
}

/// What a check lacks here.
fn missing(subject: &str, name: &str) -> Option<String> {
    match subject {
        "asm_goto" => asm_goto::missing(name),
        "funclets" => funclets::missing(name),
        "windows" => windows::missing(name),
        "layout of LLVM's objects" | "plugins in C++" => llvm_layout::missing().map(str::to_owned),
        _ => None,
    }
}

//! What the backend writes and says: every kind of output, every kind of crate, errors and where they point.

mod artifacts;
mod assembler;
mod cargo;
mod crates;
mod debuginfo;
mod funclets;
mod ir;
mod lto;
mod refusals;
#[path = "../support/mod.rs"]
mod support;
mod verifier;

use libtest_mimic::{Arguments, Failed, Trial};

type Check = fn() -> Result<(), Failed>;

fn main() {
    let arguments = Arguments::from_args();
    let subjects: [(&str, &[(&str, Check)]); 10] = [
        ("artifacts", artifacts::CHECKS),
        ("assembler", assembler::CHECKS),
        ("cargo", cargo::CHECKS),
        ("crates", crates::CHECKS),
        ("debuginfo", debuginfo::CHECKS),
        ("funclets", funclets::CHECKS),
        ("ir", ir::CHECKS),
        ("lto", lto::CHECKS),
        ("refusals", refusals::CHECKS),
        ("verifier", verifier::CHECKS),
    ];
    let trials = subjects
        .into_iter()
        .flat_map(|(subject, checks)| {
            checks
                .iter()
                .map(move |&(name, check)| Trial::test(format!("{subject}: {name}"), check))
        })
        .collect();
    libtest_mimic::run(&arguments, trials).exit()
}

//! Debug information, compared with what rustc's own LLVM backend writes: entry by entry, and in gdb.

mod dies;
#[path = "../support/mod.rs"]
mod support;

use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    if let Some(pair) = std::env::var_os("FIXED_COMPARE_DWARF") {
        trials.push(Trial::test("files: two files have the same entries", move || {
            compare_files(&pair)
        }));
    }
    libtest_mimic::run(&arguments, trials).exit()
}

/// `FIXED_COMPARE_DWARF=OURS:THEIRS` compares any two files.
fn compare_files(pair: &std::ffi::OsStr) -> Result<(), Failed> {
    let mut paths = std::env::split_paths(pair);
    let mut next = || -> Result<_, Failed> {
        let path = paths
            .next()
            .ok_or("two files, with a colon between them, are needed")?;
        dies::lines(&std::fs::read(path)?)
    };
    let (ours, theirs) = (next()?, next()?);
    let differences = dies::differences(&ours, &theirs);
    println!("{} entries, {} different", theirs.len(), differences.len());
    match differences.is_empty() {
        true => Ok(()),
        false => Err(differences.join("\n").into()),
    }
}

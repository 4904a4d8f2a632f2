//! Random functions that C, this backend and the in-tree backend call each other by: every value passed or
//! returned arrives as it was.
//!
//! `cargo test --release --test abi_random -- --count 10000` makes many functions. Equal seeds make equal programs.

mod generate;
mod model;
mod platform;
mod render_c;
mod render_rust;
mod run;
#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use clap::Parser;
use libtest_mimic::Failed;

use crate::platform::{PLATFORMS, Platform};
use crate::support::trials::{conclude, trial_unless};

/// Calls random functions from C, from this backend's code and from the in-tree backend's, each in each.
#[derive(Parser)]
struct Arguments {
    /// What the first program is made from; each next one is made from the next number
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many functions for each machine
    #[arg(long, default_value_t = 60)]
    count: usize,
    /// How many functions are in one program
    #[arg(long, default_value_t = 60)]
    per_program: usize,
    /// Prints also what the in-tree backend and C compilers disagree on
    #[arg(long)]
    verbose: bool,
    /// What `cargo test` passes to every test.
    #[command(flatten)]
    libtest: libtest_mimic::Arguments,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut trials = Vec::new();
    for platform in &PLATFORMS {
        for index in 0..arguments.count.div_ceil(arguments.per_program) as u64 {
            let (seed, functions) = (arguments.seed + index, arguments.per_program);
            let verbose = arguments.verbose;
            let title = format!("{} seed {seed}", platform.name);
            trials.push(trial_unless(platform.missing(), title, move || {
                test(platform, seed, functions, verbose)
            }));
        }
    }
    conclude(&arguments.libtest, trials)
}

fn test(platform: &Platform, seed: u64, functions: usize, verbose: bool) -> Result<(), Failed> {
    let program = generate::program(seed, functions, platform.conventions);
    let dir = tempfile::tempdir()?;
    let Err(failed) = run::test(&program, platform, dir.path(), verbose) else {
        return Ok(());
    };
    // What was compiled stays for those who look into it.
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("abi-random")
        .join(format!("{}-{seed}", platform.name));
    let _ = fs::remove_dir_all(&kept);
    fs::create_dir_all(&kept)?;
    for entry in fs::read_dir(dir.path())? {
        let entry = entry?;
        fs::copy(entry.path(), kept.join(entry.file_name()))?;
    }
    let said = failed.message().unwrap_or_default();
    Err(format!("{said}\nthe program is in {}", kept.display()).into())
}

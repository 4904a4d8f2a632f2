//! Random programs around `asm!`, whose results are computed here, compiled by the backend and run.
//!
//! `cargo test --release --test asm_random -- --count 10000 --backend both` makes many cases, and
//! compares rustc's own backend too. Equal seeds make equal programs. A case that this backend gets
//! wrong is cut down and written to `target/asm-random`.

mod generate;
mod model;
mod program;
#[path = "../support/random/mod.rs"]
mod random;
mod reduce;
mod render;
mod run;
#[path = "../support/mod.rs"]
mod support;

use std::io;
use std::ops::Range;
use std::process::ExitCode;
use std::sync::Mutex;

use clap::{Parser, ValueEnum};

use crate::program::Case;
use crate::random::outcome::{self, Counts, Kind, Outcome};
use crate::random::{Options, Size};
use crate::run::{Backend, Setting};

/// Compiles random asm programs and compares what they print with what they must print.
#[derive(Parser)]
#[group(skip)] // `libtest_mimic` has a group of the same name.
struct Arguments {
    #[command(flatten)]
    options: Options,
    /// Whose code is run
    #[arg(long, value_enum, default_value_t = Which::Fixed)]
    backend: Which,
    /// The optimization levels, of which each program is compiled at two
    #[arg(long, value_delimiter = ',', default_value = "0,1,2,3,s,z")]
    levels: Vec<String>,
    /// Whose failures are cut down
    #[arg(long, value_enum, default_value_t = Which::Fixed)]
    reduce: Which,
    /// Lists the failures of both backends
    #[arg(long)]
    verbose: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    Fixed,
    Llvm,
    Both,
    None,
}

impl Which {
    fn includes(self, name: &str) -> bool {
        match self {
            Which::Fixed => name == "fixed",
            Which::Llvm => name == "llvm",
            Which::Both => true,
            Which::None => false,
        }
    }
}

/// A case that did not come out right.
struct Failure {
    backend: Backend,
    setting: Setting,
    case: Case,
    outcome: Outcome,
}

/// What has been seen so far.
#[derive(Default)]
struct Tally {
    /// How often each kind of outcome was seen, by backend.
    counts: Vec<Counts>,
    failures: Vec<Failure>,
}

const NAME: &str = "asm_random";
const SIZE: Size = Size {
    count: 1500,
    per_program: 25,
};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let print = || {
        let case = generate::case(arguments.options.seed, 0);
        let expected = model::expected::expected(&case).line();
        print!("// expected: {expected}\n{}", render::program(&[&case]));
    };
    arguments.options.conduct(NAME, print, || test(&arguments))
}

/// Tests all programs. The result is whether this backend, if it was tested, was always right.
fn test(arguments: &Arguments) -> io::Result<bool> {
    if !std::arch::is_x86_feature_detected!("avx") {
        println!("{NAME}: not run, as this machine has no AVX");
        return Ok(true);
    }
    let backends = backends(arguments);
    let tally = Mutex::new(Tally {
        counts: vec![Default::default(); backends.len()],
        failures: Vec::new(),
    });
    let size = arguments.options.size(SIZE);
    arguments.options.each_program(size, |index, ids| {
        program(arguments, &backends, index, ids, &tally)
    })?;
    let tally = tally
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    report(arguments, &backends, &tally)?;
    Ok(!tally
        .failures
        .iter()
        .any(|failure| failure.backend.library.is_some()))
}

/// rustc's own.
fn in_tree() -> Backend {
    Backend {
        name: "llvm",
        library: None,
    }
}

fn backends(arguments: &Arguments) -> Vec<Backend> {
    let fixed = Backend {
        name: "fixed",
        library: Some(arguments.options.library()),
    };
    [fixed, in_tree()]
        .into_iter()
        .filter(|backend| arguments.backend.includes(backend.name))
        .collect()
}

/// The settings for a program: two levels, and now and then an aborting panic.
fn settings(arguments: &Arguments, index: usize) -> Vec<Setting> {
    let levels = &arguments.levels;
    let (count, round) = (levels.len(), index / levels.len());
    let mut wanted = vec![index % count];
    if count > 1 {
        wanted.push((index + 1 + round % (count - 1)) % count);
    }
    let units = ["-Ccodegen-units=1", "-Ccodegen-units=4"][index % 2];
    let debuginfo = ["-Cdebuginfo=0", "-Cdebuginfo=0", "-Cdebuginfo=2"][index % 3];
    let setting = |level: usize, abort| Setting {
        level: levels[level].clone(),
        abort,
        flags: vec![units, debuginfo],
    };
    let mut settings: Vec<_> = wanted.iter().map(|&level| setting(level, false)).collect();
    if index % 4 == 3 {
        settings.push(setting((index + 2) % count, true));
    }
    settings
}

fn program(
    arguments: &Arguments,
    backends: &[Backend],
    index: usize,
    ids: Range<usize>,
    tally: &Mutex<Tally>,
) -> io::Result<()> {
    let cases: Vec<Case> = ids
        .map(|id| generate::case(arguments.options.seed + id as u64, id))
        .collect();
    for setting in settings(arguments, index) {
        let runs = |case: &&Case| !setting.abort || !model::expected::expected(case).panics;
        let cases: Vec<&Case> = cases.iter().filter(runs).collect();
        for (column, backend) in backends.iter().enumerate() {
            let mut outcomes = run::run(backend, &setting, &cases)?;
            judge_refusals(&setting, &cases, &mut outcomes)?;
            let mut tally = tally.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            for (case, outcome) in cases.iter().zip(outcomes) {
                tally.counts[column][outcome.kind as usize] += 1;
                if !matches!(outcome.kind, Kind::Right | Kind::Refused) {
                    tally.failures.push(Failure {
                        backend: backend.clone(),
                        setting: setting.clone(),
                        case: (*case).clone(),
                        outcome,
                    });
                }
            }
        }
    }
    Ok(())
}

/// An asm for which there are too few registers is one that rustc's own backend must not compile either.
fn judge_refusals(setting: &Setting, cases: &[&Case], outcomes: &mut [Outcome]) -> io::Result<()> {
    let (refused, outcomes): (Vec<&Case>, Vec<&mut Outcome>) = cases
        .iter()
        .zip(outcomes)
        .filter(|(_, outcome)| run::lacks_registers(outcome))
        .unzip();
    let theirs = run::run(&in_tree(), setting, &refused)?;
    for (outcome, theirs) in outcomes.into_iter().zip(theirs) {
        // It may also die of it.
        if matches!(theirs.kind, Kind::Error | Kind::Crash) {
            outcome.kind = Kind::Refused;
        }
    }
    Ok(())
}

/// Prints the table and the failures, and cuts the latter down.
fn report(arguments: &Arguments, backends: &[Backend], tally: &Tally) -> io::Result<()> {
    let names = backends.iter().map(|backend| backend.name);
    println!("{}", outcome::table(names.zip(tally.counts.iter().copied())));
    let mut reduced = Vec::new();
    for failure in &tally.failures {
        let name = failure.backend.name;
        let cut = arguments.reduce.includes(name);
        let seed = arguments.options.seed + failure.case.id as u64;
        if cut || arguments.verbose {
            println!(
                "{name} fails with seed {seed}, {}\n{}",
                failure.setting.arguments().join(" "),
                failure.outcome.shortened("    ")
            );
        }
        // One file for a case is enough, however many settings it fails with.
        if cut && !reduced.contains(&(name, seed)) {
            reduced.push((name, seed));
            println!("{}", reduce::write(failure, seed)?.display());
        }
    }
    Ok(())
}

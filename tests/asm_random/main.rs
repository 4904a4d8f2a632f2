//! Random programs around `asm!`, whose results are computed here, compiled by the backend and run.
//!
//! `cargo test --release --test asm_random -- --count 10000 --backend both` makes many cases, and
//! compares rustc's own backend too. Equal seeds make equal programs. A case that this backend gets
//! wrong is cut down and written to `target/asm-random`.

mod generate;
mod model;
mod program;
mod reduce;
mod render;
mod run;

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::{Parser, ValueEnum};

use crate::program::Case;
use crate::run::{Backend, Kind, Outcome, Setting};

/// Compiles random asm programs and compares what they print with what they must print.
#[derive(Parser)]
struct Arguments {
    /// What the first case is made from; each next case is made from the next number
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many cases
    #[arg(long, default_value_t = 1500)]
    count: usize,
    /// How many cases are in one program
    #[arg(long, default_value_t = 25)]
    per_program: usize,
    /// Whose code is run
    #[arg(long, value_enum, default_value_t = Which::Fixed)]
    backend: Which,
    /// The library to test, instead of the one built with this test
    #[arg(long, env = "FIXED_BACKEND")]
    library: Option<PathBuf>,
    /// The optimization levels, of which each program is compiled at two
    #[arg(long, value_delimiter = ',', default_value = "0,1,2,3,s,z")]
    levels: Vec<String>,
    /// Whose failures are cut down
    #[arg(long, value_enum, default_value_t = Which::Fixed)]
    reduce: Which,
    /// Prints the first case, and does not compile it
    #[arg(long)]
    print: bool,
    /// Lists the failures of both backends
    #[arg(long)]
    verbose: bool,
    /// What `cargo test` passes to every test.
    #[command(flatten)]
    libtest: libtest_mimic::Arguments,
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
    counts: Vec<[usize; Kind::ALL.len()]>,
    failures: Vec<Failure>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    const NAME: &str = "asm_random";
    let libtest = &arguments.libtest;
    let filtered = libtest
        .filter
        .as_ref()
        .is_some_and(|filter| !NAME.contains(filter.as_str()));
    if filtered || libtest.ignored || libtest.skip.iter().any(|skip| NAME.contains(skip.as_str())) {
        return ExitCode::SUCCESS;
    }
    if libtest.list {
        println!("{NAME}: test");
        return ExitCode::SUCCESS;
    }
    if arguments.print {
        let case = generate::case(arguments.seed, 0);
        print!(
            "// expected: {}\n{}",
            model::expected::expected(&case).line(),
            render::program(&[&case])
        );
        return ExitCode::SUCCESS;
    }
    if !std::arch::is_x86_feature_detected!("avx") {
        println!("{NAME}: not run, as this machine has no AVX");
        return ExitCode::SUCCESS;
    }
    match test(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{NAME}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Tests all programs. The result is whether this backend, if it was tested, was always right.
fn test(arguments: &Arguments) -> io::Result<bool> {
    let backends = backends(arguments);
    let last = arguments.seed + arguments.count as u64 - 1;
    println!(
        "{} cases, made from {} to {last}",
        arguments.count, arguments.seed
    );
    let tally = Mutex::new(Tally {
        counts: vec![Default::default(); backends.len()],
        failures: Vec::new(),
    });
    let programs = arguments.count.div_ceil(arguments.per_program);
    let next = AtomicUsize::new(0);
    let work = || {
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= programs {
                return Ok(());
            }
            program(arguments, &backends, index, &tally)?;
        }
    };
    let jobs = arguments
        .libtest
        .test_threads
        .or_else(|| std::thread::available_parallelism().ok().map(Into::into))
        .unwrap_or(2);
    std::thread::scope(|scope| -> io::Result<()> {
        let threads: Vec<_> = (0..jobs).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| match thread.join() {
            Ok(result) => result,
            Err(panic) => std::panic::resume_unwind(panic),
        })
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
    let built = || Path::new(env!("CARGO_BIN_EXE_fixed")).with_file_name("libfixed.so");
    let library = arguments.library.clone().unwrap_or_else(built);
    // rustc runs in a folder of its own.
    let library = std::path::absolute(&library).unwrap_or(library);
    let fixed = Backend {
        name: "fixed",
        library: Some(library),
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
    tally: &Mutex<Tally>,
) -> io::Result<()> {
    let start = index * arguments.per_program;
    let end = arguments.count.min(start + arguments.per_program);
    let cases: Vec<Case> = (start..end)
        .map(|id| generate::case(arguments.seed + id as u64, id))
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
                if !outcome.kind.is_right() {
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
        .filter(|(_, outcome)| outcome.lacks_registers())
        .unzip();
    let theirs = run::run(&in_tree(), setting, &refused)?;
    for (outcome, theirs) in outcomes.into_iter().zip(theirs) {
        if theirs.lacks_registers() {
            outcome.kind = Kind::Refused;
        }
    }
    Ok(())
}

/// Prints the table and the failures, and cuts the latter down.
fn report(arguments: &Arguments, backends: &[Backend], tally: &Tally) -> io::Result<()> {
    let mut table = comfy_table::Table::new();
    table.load_preset(comfy_table::presets::ASCII_MARKDOWN);
    table.set_header(std::iter::once("backend").chain(Kind::ALL.map(|(_, name)| name)));
    for (backend, counts) in backends.iter().zip(&tally.counts) {
        table.add_row(std::iter::once(backend.name.to_owned()).chain(counts.map(|count| count.to_string())));
    }
    println!("{table}");
    let mut reduced = Vec::new();
    for failure in &tally.failures {
        let name = failure.backend.name;
        let cut = arguments.reduce.includes(name);
        let seed = arguments.seed + failure.case.id as u64;
        if cut || arguments.verbose {
            println!(
                "{name} fails with seed {seed}, {}\n{}",
                failure.setting.arguments().join(" "),
                shortened(&failure.outcome.detail)
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

fn shortened(text: &str) -> String {
    text.lines()
        .take(12)
        .map(|line| format!("    {line}\n"))
        .collect()
}

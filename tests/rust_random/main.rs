//! Random Rust programs of two crates, compiled by the backend and by rustc's own, in any mixture of settings.
//!
//! `cargo test --release --test rust_random -- --count 10000` makes many programs. Equal seeds make equal programs.
//! Each must trace what it traces where rustc's own backend compiles it without optimisation, and what it computes
//! at run time must be what it computes at compile time. A program that does not is cut down and written to
//! `target/rust-random`, with a script that compiles and runs it.

mod code;
mod generate;
#[path = "../support/random/mod.rs"]
mod random;
mod reduce;
mod run;
mod setting;
#[path = "../support/mod.rs"]
mod support;
mod types;

use std::io;
use std::process::ExitCode;
use std::sync::Mutex;

use clap::{Parser, ValueEnum};
use fastrand::Rng;

use crate::generate::Case;
use crate::random::outcome::{self, Counts, Kind, Outcome};
use crate::random::process::halving;
use crate::random::{Options, Size};
use crate::run::{Tools, Traced};
use crate::setting::Setting;

/// Compiles random programs of two crates and compares what they trace with what rustc's own backend makes of them.
#[derive(Parser)]
#[group(skip)] // `libtest_mimic` has a group of the same name.
struct Arguments {
    #[command(flatten)]
    options: Options,
    /// In how many settings each program is compiled
    #[arg(long, default_value_t = 2)]
    settings: usize,
    /// The kinds of LTO that are tried
    #[arg(long, value_delimiter = ',', default_value = "off,fat,thin")]
    lto: Vec<String>,
    /// Which failures are cut down
    #[arg(long, value_enum, default_value_t = Reduce::Ours)]
    reduce: Reduce,
    /// Lists the failures that rustc's own backend shares, too
    #[arg(long)]
    verbose: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Reduce {
    /// Those of the backend under test
    Ours,
    /// Those that rustc's own backend shares, too
    All,
    None,
}

/// Whose a failure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    /// rustc's own backend without optimisation: a program is not valid, or a constant is not what is computed at run
    /// time.
    Reference,
    /// The backend under test.
    Fixed,
    /// With the same settings, rustc's own backend fails in the same way.
    Both,
}

impl Side {
    const ALL: [(Side, &str); 3] = [
        (Side::Reference, "in-tree, level 0"),
        (Side::Fixed, "fixed, mixed"),
        (Side::Both, "in-tree alike"),
    ];
}

/// A case that did not come out right.
struct Failure {
    side: Side,
    setting: Setting,
    /// The flags that the program's meaning depends on.
    meaning: Vec<String>,
    case: Case,
    outcome: Outcome,
    /// The first case of the program it was compiled in.
    first: u64,
}

/// What has been seen so far.
#[derive(Default)]
struct Tally {
    counts: [Counts; Side::ALL.len()],
    /// The cases that were cut down, by whose they are and their seeds.
    reduced: Vec<(Side, u64)>,
}

const NAME: &str = "rust_random";
const SIZE: Size = Size {
    count: 120,
    per_program: 12,
};

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let print = || {
        let case = generate::case(arguments.options.seed, 0);
        let (library, binary) = (case.library.text(), case.binary.text());
        println!("// library\n{library}\n// binary\n{binary}");
        println!("fn run() {{\n{}}}", case.main.text());
    };
    arguments.options.conduct(NAME, print, || test(&arguments))
}

/// Tests all programs. The result is whether there was no failure that is ours to explain.
fn test(arguments: &Arguments) -> io::Result<bool> {
    let tools = Tools::new(arguments.options.library())?;
    let size = arguments.options.size(SIZE);
    let tally = Mutex::new(Tally::default());
    arguments.options.each_program(size, |_, ids| {
        let cases: Vec<Case> = ids
            .map(|id| generate::case(arguments.options.seed + id as u64, id))
            .collect();
        program(arguments, &tools, &cases, &tally)
    })?;
    let tally = tally
        .into_inner()
        .unwrap_or_else(|poisoned| poisoned.into_inner());
    println!(
        "{}",
        outcome::table(
            Side::ALL
                .iter()
                .map(|(side, name)| (*name, tally.counts[*side as usize]))
        )
    );
    let failures = |side: Side| tally.counts[side as usize][1..].iter().sum::<usize>();
    Ok(failures(Side::Fixed) == 0 && failures(Side::Reference) == 0)
}

/// What some cases trace in a setting.
fn trace(tools: &Tools, setting: &Setting, cases: &[&Case]) -> io::Result<Vec<Traced>> {
    halving(cases, &mut |cases| tools.run(setting, cases), &Traced::Failed)
}

/// Tests some cases in the settings that follow from the seed of the first.
fn program(arguments: &Arguments, tools: &Tools, cases: &[Case], tally: &Mutex<Tally>) -> io::Result<()> {
    let Some(first) = cases.first().map(|case| case.seed) else {
        return Ok(());
    };
    let mut rng = Rng::with_seed(first ^ 0x5e77_1465);
    let meaning = setting::meaning(&mut rng);
    let wide = std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("f16c");
    let cases: Vec<&Case> = cases.iter().collect();
    let report = |side, setting: &Setting, case: &Case, outcome| {
        let (setting, case, meaning) = (setting.clone(), case.clone(), meaning.clone());
        report(
            arguments,
            tools,
            tally,
            &Failure {
                side,
                setting,
                meaning,
                case,
                outcome,
                first,
            },
        )
    };
    let reference = Setting::reference(&meaning);
    let mut expected: Vec<(&Case, String)> = Vec::new();
    for (case, traced) in cases.iter().zip(trace(tools, &reference, &cases)?) {
        let outcome = reference_outcome(&traced);
        report(Side::Reference, &reference, case, outcome)?;
        if let Traced::Words(words) = traced {
            expected.push((case, words));
        }
    }
    for _ in 0..arguments.settings {
        let setting = Setting::random(&mut rng, &meaning, &arguments.lto, wide);
        let runs: Vec<&(&Case, String)> = expected
            .iter()
            .filter(|(_, words)| !setting.abort || !words.contains("panic="))
            .collect();
        let cases: Vec<&Case> = runs.iter().map(|(case, _)| *case).collect();
        for ((case, words), traced) in runs.iter().zip(trace(tools, &setting, &cases)?) {
            let outcome = judge(words, traced);
            let mut side = Side::Fixed;
            if outcome.kind != Kind::Right {
                let in_tree = trace(tools, &setting.in_tree(), &[case])?.remove(0);
                if judge(words, in_tree).is_like(&outcome) {
                    side = Side::Both;
                }
            }
            report(side, &setting, case, outcome)?;
        }
    }
    Ok(())
}

fn judge(expected: &str, traced: Traced) -> Outcome {
    match traced {
        Traced::Words(words) => compared(expected, &words),
        Traced::Failed(outcome) => outcome,
    }
}

/// The outcome of a trace, of which only the entries that differ are shown.
fn compared(expected: &str, words: &str) -> Outcome {
    if expected == words {
        return Outcome::new(Kind::Right, "");
    }
    let (mut wanted, mut got) = (expected.split(' '), words.split(' '));
    let mut shown = Vec::new();
    loop {
        match (wanted.next(), got.next()) {
            (None, None) => break,
            (a, b) if a == b => {}
            (a, b) => shown.push(format!(
                "expected {}, got {}",
                a.unwrap_or("nothing"),
                b.unwrap_or("nothing")
            )),
        }
    }
    Outcome::new(Kind::Wrong, shown.join("\n"))
}

/// Whether the reference is what it should be: it is there, and no constant differs from what is computed.
fn reference_outcome(traced: &Traced) -> Outcome {
    match traced {
        Traced::Failed(outcome) => outcome.clone(),
        Traced::Words(words) if words.contains('!') => {
            let different = words.split(' ').filter(|word| word.contains('!'));
            Outcome::new(
                Kind::Wrong,
                format!("TAG!CONSTANT!VALUE: {}", different.collect::<Vec<_>>().join(" ")),
            )
        }
        Traced::Words(_) => Outcome::new(Kind::Right, ""),
    }
}

/// Counts an outcome; if it is a failure, prints it and cuts it down.
fn report(arguments: &Arguments, tools: &Tools, tally: &Mutex<Tally>, failure: &Failure) -> io::Result<()> {
    let (side, seed) = (failure.side, failure.case.seed);
    let wanted = arguments.verbose || side != Side::Both;
    let cut = match arguments.reduce {
        Reduce::Ours => side != Side::Both,
        Reduce::All => true,
        Reduce::None => false,
    };
    let failed = failure.outcome.kind != Kind::Right;
    {
        let mut tally = tally.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        tally.counts[side as usize][failure.outcome.kind as usize] += 1;
        if !failed || !wanted && !cut {
            return Ok(());
        }
        println!(
            "seed {seed} fails ({side:?}; --seed {} --count {})\n    library {:?}\n    binary {:?}\n    both {:?}\n{}",
            failure.first,
            seed - failure.first + 1,
            failure.setting.library,
            failure.setting.binary,
            failure.setting.shared,
            failure.outcome.shortened("    ")
        );
        // One folder for a case is enough, however many settings it fails with.
        if !cut || tally.reduced.contains(&(side, seed)) {
            return Ok(());
        }
        tally.reduced.push((side, seed));
    }
    println!("seed {seed} is in {}", reduce::write(tools, failure)?.display());
    Ok(())
}

//! Instructions, counted by valgrind's callgrind: the same number each time, for machines without counters of their own.
//!
//! The whole is divided by functions that both of LLVM's backends have under these names, as implementations of the traits
//! of `rustc_codegen_ssa`: what a unit's IR costs to build, and what the threads do that LLVM works on.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;

/// How much slower a process is.
pub const SLOWER: u32 = 100;

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub all: u64,
    pub building: u64,
    pub passes: u64,
    /// All that the threads of LLVM do, passes and emission.
    pub workers: u64,
}

impl Counts {
    /// Everything after MIR, where it could be told apart.
    pub fn backend(self) -> Option<u64> {
        (self.building > 0 && self.workers > 0).then_some(self.building + self.workers)
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.all += other.all;
        self.building += other.building;
        self.passes += other.passes;
        self.workers += other.workers;
    }
}

/// Why nothing can be counted, if so.
pub fn missing() -> Option<String> {
    let mut valgrind = Command::new("valgrind");
    valgrind.arg("--version");
    let is_there =
        process::run_all(valgrind).is_ok_and(|run| run.status.is_some_and(|status| status.success()));
    (!is_there).then(|| {
        "`--callgrind` needs valgrind, which cannot be run; install it (Debian: `apt-get install valgrind`), or leave \
         `--callgrind` out"
            .to_owned()
    })
}

/// The same command under callgrind, which leaves its counts in `out`. What the command starts is not counted.
pub fn command(of: &Command, out: &Path) -> Command {
    let mut valgrind = Command::new("valgrind");
    let mut file = OsString::from("--callgrind-out-file=");
    file.push(out);
    valgrind.args(["--quiet", "--tool=callgrind"]).arg(file);
    valgrind.arg(of.get_program()).args(of.get_args());
    for (name, value) in of.get_envs() {
        match value {
            Some(value) => valgrind.env(name, value),
            None => valgrind.env_remove(name),
        };
    }
    if let Some(folder) = of.get_current_dir() {
        valgrind.current_dir(folder);
    }
    valgrind
}

/// Reads what callgrind left.
pub fn read(path: &Path) -> Result<Counts> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("valgrind has left no counts in {}", path.display()))?;
    Ok(parse(&text))
}

/// Sums up the inclusive costs of calls, by who is called (the format is that of valgrind's manual, 6.3). A function that
/// calls itself has another name from the second time on.
fn parse(text: &str) -> Counts {
    let mut counts = Counts::default();
    // Names are said once, and are numbers from then on.
    let mut kinds: HashMap<&str, Option<Kind>> = HashMap::new();
    let (mut called, mut is_call) = (None, false);
    let mut building = [0; BUILDING.len()];
    for line in text.lines() {
        if let Some(number) = line
            .strip_prefix("totals: ")
            .or_else(|| line.strip_prefix("summary: "))
        {
            counts.all = number.trim().parse().unwrap_or(counts.all);
        } else if let Some(function) = line.strip_prefix("cfn=") {
            called = named(function, &mut kinds);
        } else if let Some(function) = line.strip_prefix("fn=") {
            named(function, &mut kinds);
        } else if line.starts_with("calls=") {
            is_call = true;
        } else if is_call {
            is_call = false;
            let cost = line
                .split(' ')
                .nth(1)
                .and_then(|cost| cost.parse().ok())
                .unwrap_or(0);
            match called.take() {
                Some(Kind::Building(depth)) => building[depth] += cost,
                Some(Kind::Passes) => counts.passes += cost,
                Some(Kind::Worker) => counts.workers += cost,
                None => {}
            }
        }
    }
    counts.building = building.into_iter().max().unwrap_or(0);
    counts
}

/// By what names the building of a unit's IR is called, each within the one before. The trait's method, and in this backend
/// functions that it may jump to, so that it is never called itself, or that may be inlined into it.
const BUILDING: [&str; 3] = [
    "ExtraBackendMethods>::compile_codegen_unit",
    "fixed::codegen::unit::compile_unit",
    "fixed::codegen::unit::build_module",
];

#[derive(Clone, Copy)]
enum Kind {
    /// By the name of that place in [`BUILDING`].
    Building(usize),
    Passes,
    Worker,
}

/// What a function is, by its name `(NUMBER) NAME`, or by `(NUMBER)` alone.
fn named<'a>(function: &'a str, kinds: &mut HashMap<&'a str, Option<Kind>>) -> Option<Kind> {
    match function.split_once(' ') {
        None => kinds.get(function).copied().flatten(),
        Some((number, name)) => {
            let kind = kind(name);
            kinds.insert(number, kind);
            kind
        }
    }
}

fn kind(name: &str) -> Option<Kind> {
    const SPAWNED: &str = "__rust_begin_short_backtrace::<rustc_codegen_ssa::back::write::spawn_";
    if let Some(depth) = BUILDING.iter().position(|known| name.ends_with(known)) {
        Some(Kind::Building(depth))
    } else if name.ends_with("WriteBackendMethods>::optimize") {
        Some(Kind::Passes)
    } else {
        name.contains(SPAWNED).then_some(Kind::Worker)
    }
}

//! `fixed blame`: who broke a build, or a program.
//!
//! A build that fails is run as it was typed, the line of rustc that fails is taken out of it ([`capture`]) and looked
//! into: is what LLVM was handed invalid, or which pass breaks, crashes, or never ends ([`suspect`], [`passes`])? What is
//! found goes into a folder ([`report`]) with a module that is as small as may be ([`reduce`]).

pub mod capture;
mod evidence;
pub mod failure;
mod ir;
pub mod line;
mod link;
mod passes;
mod reduce;
mod replays;
mod report;
mod run;
mod side;
mod source;
mod suspect;
mod symbols;
mod tools;

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::compiler::Compiler;
use crate::patched;
use crate::process;
use capture::{Plan, Typed};
use line::Line;
use report::Findings;
use tools::Tools;

/// How long a compiler may take to say its version.
const ANSWER: Duration = Duration::from_secs(60);

#[derive(Args)]
#[command(
    after_help = "The status is 0 if somebody is to blame, 1 if nobody is, 2 if it could not be found out.

Examples:
  fixed blame -- cargo build --release
  fixed blame --backend llvm -- rustc -O crash.rs
  fixed blame --backend +nightly-2022-04-10 -- rustc --edition 2021 story.rs
  fixed blame --run './target/release/app | grep -q 42' -- cargo build --release
  fixed blame --run '{} --check' --good llvm --bad fixed -- cargo build"
)]
pub struct Options {
    /// Whose backend is looked into: fixed, llvm (the pinned toolchain's own), +TOOLCHAIN, the path of a rustc, or
    /// patched:PATCH[,PATCH]; flags for it may follow, after a blank [default: fixed, or the +TOOLCHAIN of the line]
    #[arg(long, value_name = "COMPILER")]
    backend: Option<OsString>,
    #[command(flatten)]
    base: patched::Base,
    /// The build succeeds and the program misbehaves: the command of the shell that shows it, by its exit status or else by
    /// what it prints. `{}` stands for the program; so does a word that ends in the program's name
    #[arg(long, value_name = "COMMAND")]
    run: Option<String>,
    /// A setting by which the program behaves: a compiler as for `--backend`, with flags [default: the bad one without
    /// LLVM's passes, or else llvm or fixed, whichever it is not]
    #[arg(long, value_name = "SETTING", requires = "run")]
    good: Option<OsString>,
    /// The setting by which it misbehaves [default: the backend]
    #[arg(long, value_name = "SETTING", requires = "run")]
    bad: Option<OsString>,
    /// Where the report goes [default: blame-CRATE, or blame-CRATE-2, …]
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
    /// How many seconds LLVM may work on one module before it is taken to never end
    #[arg(long, value_name = "SECONDS")]
    time_limit: Option<u64>,
    /// How many seconds the IR may be reduced for
    #[arg(long, value_name = "SECONDS", default_value_t = 20)]
    reduce: u64,
    /// The line of cargo or rustc that fails, as you type it
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    line: Vec<OsString>,
}

/// If cargo or rustc runs this executable in the place of rustc or of the linker: is that.
pub fn wrapped() -> Option<ExitCode> {
    capture::wrapped().or_else(link::wrapped)
}

/// What there is to say in the end.
enum Answer {
    Blamed(Box<Findings>, PathBuf),
    /// Nobody is to blame, and why.
    Nobody(String),
    /// It could not be told, and why.
    Unknown(String),
}

/// Looks into a build.
pub fn run(options: &Options) -> Result<ExitCode> {
    process::clean_up_on_signals()?;
    let answer = match investigate(options) {
        Ok(answer) => answer,
        Err(error) => {
            let is_full = |cause: &(dyn std::error::Error + 'static)| {
                let error = cause.downcast_ref::<std::io::Error>();
                error.is_some_and(|error| error.kind() == std::io::ErrorKind::StorageFull)
            };
            let mut why = format!("{error:#}");
            if error.chain().any(is_full) {
                why =
                    format!("the disk is full: {why}; make room, or set TMPDIR to a folder of another disk");
            }
            if let Some(path) = report::begun() {
                why.push_str(&format!("; what was found until then is in {}", path.display()));
            }
            Answer::Unknown(why)
        }
    };
    Ok(match answer {
        Answer::Blamed(findings, path) => {
            let style = anstyle::Style::new().bold();
            anstream::println!("{style}{}{style:#}", findings.answer);
            for (name, value) in findings.facts() {
                println!("  {name}: {value}");
            }
            if let Some(mir) = findings.mir.as_ref().filter(|mir| !mir.contains('\n')) {
                println!("  MIR: {mir}");
            }
            for note in &findings.notes {
                println!("  note: {note}");
            }
            println!("  report: {}", path.join("README.md").display());
            ExitCode::SUCCESS
        }
        Answer::Nobody(why) => {
            println!("nobody is to blame: {why}");
            ExitCode::FAILURE
        }
        Answer::Unknown(why) => {
            crate::print_error(&anyhow::anyhow!("{why}"));
            ExitCode::from(2)
        }
    })
}

/// Says what is done now, which may take a while.
fn step(words: impl std::fmt::Display) {
    eprintln!("fixed blame: {words}");
}

/// What all parts of the search share.
struct Case<'a> {
    options: &'a Options,
    typed: Typed,
    backend: OsString,
    compiler: Compiler,
    tools: Tools,
    work: process::Folder,
    /// How long one rustc may take.
    limit: Duration,
}

impl<'a> Case<'a> {
    fn new(options: &'a Options) -> Result<Self> {
        let typed = Typed::parse(&options.line)?;
        let backend = match (&options.backend, &typed.toolchain) {
            (Some(backend), Some(toolchain)) => bail!(
                "both `--backend {}` and `{toolchain}` say which compiler it is; leave one out",
                backend.display()
            ),
            (Some(backend), None) => backend.clone(),
            (None, Some(toolchain)) => toolchain.into(),
            (None, None) => "fixed".into(),
        };
        let compiler = Compiler::find(&backend, &options.base, ANSWER, |line| step(line))
            .with_context(|| format!("`{}`", backend.display()))?;
        let tools = Tools::of(compiler.program(), options.time_limit)?;
        // Without a word from the user, only a build of hours is taken for one that does not end.
        let limit = options.time_limit.map_or(3 * 60 * 60, |seconds| 3 * seconds + 30);
        Ok(Case {
            options,
            typed,
            backend,
            compiler,
            tools,
            work: process::Folder::new()?,
            limit: Duration::from_secs(limit),
        })
    }

    /// Variables for rustc.
    fn variables(&self) -> Vec<(&'static str, String)> {
        // A pass that never ends would keep the search from its end, too.
        let limit = self.options.time_limit;
        let given = std::env::var_os("FIXED_LLVM_TIME_LIMIT").is_some();
        match (given, limit) {
            (true, None) => vec![],
            (_, limit) => vec![("FIXED_LLVM_TIME_LIMIT", limit.unwrap_or(60).to_string())],
        }
    }

    /// Whether the backend is this one, which says more than others.
    fn is_ours(&self) -> bool {
        is_ours(&self.backend)
    }

    fn findings(&self, line: &Line) -> Findings {
        Findings {
            typed: self.typed.shown(),
            backend: self.backend.to_string_lossy().into_owned(),
            rustc: self.tools.about.clone(),
            crate_name: line.crate_name(),
            line: Some(line.shown()),
            ..Findings::default()
        }
    }
}

fn investigate(options: &Options) -> Result<Answer> {
    report::check(options.out.as_deref())?;
    let case = Case::new(options)?;
    if let Some(judge) = &options.run {
        return run::look_into(&case, judge);
    }
    let name = case.backend.display();
    step(format_args!(
        "running `{}` with the backend `{name}`",
        case.typed.shown()
    ));
    let (mut line, first) = match case.typed.rustc(&case.compiler) {
        Some(line) => (line, None),
        None => {
            let (typed, compiler) = (&case.typed, &case.compiler);
            let target = case.work.path().join("target");
            let variables = case.variables();
            // All crates together may take longer than one.
            let limit = case.limit.max(Duration::from_secs(3 * 60 * 60));
            let built = capture::build(typed, compiler, Plan::default(), &variables, &target, limit)?;
            let Some(failed) = built.failed().next() else {
                return Ok(no_line(&case, &built));
            };
            if built.failed().count() > 1 {
                let others: Vec<_> = built.failed().map(|line| line.line.crate_name()).collect();
                step(format_args!(
                    "several crates fail ({}); looking into the first",
                    others.join(", ")
                ));
            }
            let line = failed.line.clone();
            (line, failed.code.map(Some).or(Some(None)))
        }
    };
    let variables = case.variables().into_iter();
    line.environment
        .extend(variables.map(|(name, value)| (name.into(), value.into())));
    suspect::look_into(&case, line, first)
}

/// Why no line of rustc failed.
fn no_line(case: &Case<'_>, built: &capture::Built) -> Answer {
    if built.ending == failure::Ending::Success {
        return Answer::Nobody(succeeds(case));
    }
    let tail: Vec<&str> = built.stderr.lines().rev().take(15).collect();
    let tail: Vec<&str> = tail.into_iter().rev().collect();
    Answer::Nobody(format!(
        "`{}` {}, but no rustc fails in it, and so nothing of code generation. It says:\n{}",
        case.typed.shown(),
        built.ending.said(),
        tail.join("\n")
    ))
}

fn succeeds(case: &Case<'_>) -> String {
    format!(
        "`{}` succeeds with the backend `{}`. If the program then misbehaves, `--run` finds out by what",
        case.typed.shown(),
        case.backend.display()
    )
}

/// Whether it is this backend that is named.
fn is_ours(backend: &OsStr) -> bool {
    let words = backend.as_encoded_bytes();
    words.split(u8::is_ascii_whitespace).next() == Some(b"fixed")
}

//! `fixed bench`: how fast compilers are, and what they make.
//!
//! Lines of rustc are taken out of a build of cargo's ([`subject`]) and run alone, one compiler after the other, round after
//! round ([`compile`]); so are programs ([`programs`]). What is said of that are ratios ([`statistics`]), in a table
//! ([`terminal`]), as JSON ([`report`]) and as a page ([`html`]).

mod artifact;
mod callgrind;
mod compile;
mod edit;
mod html;
mod metric;
mod phases;
mod plot;
mod profile;
mod programs;
mod report;
mod session;
mod side;
mod statistics;
mod subject;
mod terminal;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use crate::blame::failure::Ending;
use crate::process::{self, Finished, Folder};
use crate::shell::command_line;
use crate::{patched, store};
use profile::Profile;
use report::{About, Report};
use session::Session;
use subject::Build;

#[derive(Args)]
#[command(
    after_help = "The status is 0 if everything was measured, 2 if something could not be, and 1 if nothing was. Ctrl-C prints, and
writes, what was measured until then.

Examples:
  fixed bench
  fixed bench path/to/crate --profiles dev,release --rounds 9 --html bench.html
  fixed bench 'path/to/syn --features full' --measure compile --callgrind
  fixed bench -c fixed -c 'fixed -Zinline-mir=no' path/to/crate
  fixed bench --measure run --programs n_body,sorting"
)]
pub struct Options {
    /// Packages, by the paths of their folders; arguments for cargo may follow, after a blank [default: a set that the
    /// command carries, which cargo fetches: regex, serde_json, syn, clap, image, tokio, ripgrep]
    packages: Vec<OsString>,
    /// A compiler to compare: fixed, llvm (the pinned toolchain's own backend), cranelift, +TOOLCHAIN, the path of a
    /// rustc, or patched:PATCH; flags for it may follow, after a blank. Ratios are to the first [default: llvm, fixed, and
    /// cranelift if it is installed]
    #[arg(short, long = "compiler", value_name = "COMPILER")]
    compilers: Vec<OsString>,
    /// The profiles in which packages are compiled
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "dev,incremental,release,one-unit,fat-lto,thin-lto"
    )]
    profiles: Vec<String>,
    /// What is measured: compilations, the run time of programs, where a backend's time goes
    #[arg(long, value_delimiter = ',', default_value = "compile,run,phases")]
    measure: Vec<Measure>,
    /// The programs that are run [default: all; the three of the default set only if that is measured]
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    programs: Vec<String>,
    /// How often everything is measured
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// How often a program does its work each time
    #[arg(long, default_value_t = 10)]
    repeat: u32,
    /// Count instructions too, with valgrind, once: that takes up to a hundred times as long as a round
    #[arg(long)]
    callgrind: bool,
    #[command(flatten)]
    base: patched::Base,
    /// How many seconds a process may take; under valgrind, a hundred times as many
    #[arg(long, default_value_t = 900)]
    timeout: u64,
    /// Write everything as JSON to this file; - is standard output, instead of the tables
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write a page of HTML to this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print the tables as Markdown
    #[arg(long)]
    markdown: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Measure {
    Compile,
    Run,
    Phases,
}

/// Where results go.
#[derive(Clone)]
struct Outputs {
    json: Option<PathBuf>,
    html: Option<PathBuf>,
    markdown: bool,
}

/// Measures everything, and says what came of it.
pub fn run(options: &Options) -> Result<ExitCode> {
    process::clean_up_on_signals()?;
    let profiles = options
        .profiles
        .iter()
        .map(|name| Profile::parse(name))
        .collect::<Result<Vec<_>>>()?;
    let programs = wanted(options)?;
    if options.rounds == 0 || options.repeat == 0 {
        bail!("nothing is measured in no rounds");
    }
    let sides = side::find(&options.compilers, &options.base)?;
    let folder = Folder::new()?;
    let with_set =
        options.packages.is_empty() || programs.iter().any(|name| subject::REAL.contains(&&**name));
    let set = with_set
        .then(|| Build::of_set(&folder.path().join("set")))
        .transpose()?;
    let packages = options
        .packages
        .iter()
        .map(|spec| Build::of_package(spec))
        .collect::<Result<Vec<_>>>()?;
    let outputs = Outputs {
        json: options.json.clone(),
        html: options.html.clone(),
        markdown: options.markdown,
    };
    outputs.check()?;
    let about = sides.iter().map(|side| About {
        name: side.name.clone(),
        version: side.compiler.version.clone(),
    });
    let report = Arc::new(Mutex::new(Report::new(command_line(), about.collect())));
    let mut session = Session {
        sides: &sides,
        profiles,
        programs,
        set: set.as_ref(),
        compiles_set: options.packages.is_empty(),
        packages: &packages,
        measures: &options.measure,
        rounds: options.rounds,
        repeat: options.repeat,
        callgrind: options.callgrind,
        timeout: Duration::from_secs(options.timeout),
        root: folder.path(),
        report: report.clone(),
        bar: indicatif::ProgressBar::new(0),
    };
    let (stopped, at_stop, bar) = (report.clone(), outputs.clone(), session.bar.clone());
    process::do_when_stopped(move || {
        bar.finish_and_clear();
        let report = stopped.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        eprintln!("stopped; this was measured until then:");
        if let Err(error) = at_stop.write(&report) {
            crate::print_error(&error);
        }
    });
    session.run();
    process::stay_if_stopping();
    session.bar.finish_and_clear();
    let mut report = report.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    report.complete = true;
    outputs.write(&report)?;
    Ok(
        match (
            report.series.is_empty() && report.phases.is_empty(),
            report.failures.is_empty(),
        ) {
            (true, _) => ExitCode::FAILURE,
            (false, false) => ExitCode::from(2),
            (false, true) => ExitCode::SUCCESS,
        },
    )
}

/// The programs that are to be run.
fn wanted(options: &Options) -> Result<Vec<String>> {
    let known = || programs::names().chain(subject::REAL.iter().copied());
    if let Some(name) = options
        .programs
        .iter()
        .find(|name| !known().any(|known| known == **name))
    {
        bail!(
            "there is no program `{name}`; they are {}",
            known().collect::<Vec<_>>().join(", ")
        );
    }
    if !options.measure.contains(&Measure::Run) {
        return Ok(vec![]);
    }
    Ok(match (options.programs.is_empty(), options.packages.is_empty()) {
        (false, _) => options.programs.clone(),
        (true, true) => known().map(str::to_owned).collect(),
        (true, false) => programs::names().map(str::to_owned).collect(),
    })
}

impl Outputs {
    /// That a file cannot be written is better known before hours of measuring than after.
    fn check(&self) -> Result<()> {
        let files = self
            .json
            .iter()
            .filter(|path| path.as_os_str() != "-")
            .chain(&self.html);
        for path in files {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            if folder.is_some_and(|folder| !folder.is_dir()) {
                bail!("cannot write {}: there is no such folder", path.display());
            }
        }
        Ok(())
    }

    fn write(&self, report: &Report) -> Result<()> {
        let to_stdout = self.json.as_deref().is_some_and(|path| path.as_os_str() == "-");
        if let Some(path) = &self.json {
            let text = report.json().context("cannot write the report as JSON")? + "\n";
            match to_stdout {
                true => print!("{text}"),
                false => store::whole(path, |part| std::fs::write(part, text))?,
            }
        }
        if let Some(path) = &self.html {
            store::whole(path, |part| std::fs::write(part, html::page(report)))?;
        }
        match (to_stdout, self.markdown) {
            (true, _) => {}
            (false, true) => print!("{}", terminal::markdown(report)),
            (false, false) => print!("{}", terminal::text(report)),
        }
        Ok(())
    }
}

/// Runs a command that has to succeed. `what` names it in the error.
fn succeed(command: Command, timeout: Duration, what: impl FnOnce() -> String) -> Result<Finished> {
    let run = process::run_trusted(command, timeout)?;
    process::stay_if_stopping();
    match Ending::of(&run) {
        Ending::Success => Ok(run),
        ending => bail!(
            "{} {}:\n{}",
            what(),
            ending.said(),
            last_lines(&String::from_utf8_lossy(&run.stderr))
        ),
    }
}

/// The end of what a command said, where the error is.
fn last_lines(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(30)..].join("\n")
}

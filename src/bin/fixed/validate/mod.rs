//! `fixed validate`: every program, by every compiler, at every optimisation level, as one matrix.

mod cell;
mod html;
mod matrix;
pub mod suite;
mod table;

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::patched;
use crate::process;
use crate::program::{Program, read_folder};
use crate::store;
use matrix::Matrix;

/// The programs of `tests/asm`: names and texts.
const CORPUS: &[(&str, &str)] = fixed_embed::folder!("tests/asm");

#[derive(Args)]
#[command(
    after_help = "The status is 0 if everything passes with the compilers required, 1 if something does not, 2 if \
    something could not be tried: a compiler that is not there, a full disk.

Examples:
  fixed validate
  fixed validate my/programs --compiler +nightly --compiler fixed
  fixed validate -c build/host/stage1/bin/rustc -c \"fixed -Cpanic=abort\" --levels 0,2
  fixed validate -c llvm -c patched:patches/some.patch --html matrix.html
  fixed validate -c llvm -c patched:patches/some.patch --suite ../rust"
)]
pub struct Options {
    /// Folders of programs, or single ones [default: the programs of tests/asm, which the command carries]
    programs: Vec<PathBuf>,
    /// Also run rustc's own tests of assembly, from its sources in this folder
    #[arg(long, value_name = "DIR")]
    suite: Option<PathBuf>,
    /// A compiler to compare, as often as wanted: fixed, llvm (the pinned toolchain's own backend),
    /// +TOOLCHAIN, the path of a rustc (a stage1 build), or patched:PATCH[,PATCH] (the in-tree backend with
    /// patches). Flags for it may follow, after a blank [default: llvm and fixed]
    #[arg(short, long = "compiler", value_name = "COMPILER")]
    compilers: Vec<OsString>,
    /// Fail unless everything passes with this compiler [default: fixed, if it is compared]
    #[arg(long, value_name = "COMPILER")]
    require: Vec<OsString>,
    /// A compiler that may be missing: what could not be tried with it is no failure
    #[arg(long, value_name = "COMPILER")]
    optional: Vec<OsString>,
    /// The optimisation levels
    #[arg(long, value_delimiter = ',', default_value = "0,1,2,3,s,z")]
    levels: Vec<String>,
    #[command(flatten)]
    base: patched::Base,
    /// How many seconds a compilation or a program may take
    #[arg(long, default_value_t = 60)]
    timeout: u64,
    /// How many compilations run at a time [default: one for each processor]
    #[arg(long)]
    jobs: Option<usize>,
    /// Write the matrix as JSON to this file; - is standard output, instead of the table
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Write the matrix as a page of HTML to this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print the table as Markdown
    #[arg(long)]
    markdown: bool,
}

/// Runs the comparison. The status says whether the compilers required passed everything.
pub fn run(options: &Options) -> Result<ExitCode> {
    process::clean_up_on_signals()?;
    let folder = process::Folder::new()?;
    let programs = match options.programs.is_empty() {
        true => read_programs(&[unpack(folder.path())?])?,
        false => read_programs(&options.programs)?,
    };
    if let Some(twice) = repeated(&options.levels) {
        bail!("the level {twice} is named twice");
    }
    for level in &options.levels {
        if !["0", "1", "2", "3", "s", "z"].contains(&level.as_str()) {
            bail!("there is no optimisation level `{level}`; they are 0, 1, 2, 3, s and z");
        }
    }
    let specs = match options.compilers.is_empty() {
        true => vec!["llvm".into(), "fixed".into()],
        false => options.compilers.clone(),
    };
    // Each is a key of the results.
    if let Some(twice) = repeated(&specs) {
        bail!("the compiler `{}` is named twice", twice.display());
    }
    let required: Vec<OsString> = match options.require.is_empty() {
        true => specs.iter().filter(|spec| *spec == "fixed").cloned().collect(),
        false => options.require.clone(),
    };
    if let Some(unknown) = required
        .iter()
        .chain(&options.optional)
        .find(|name| !specs.contains(name))
    {
        bail!("`{}` is no compiler that is compared", unknown.display());
    }
    let timeout = Duration::from_secs(options.timeout);
    let tests = options.suite.as_deref().map(suite::read).transpose()?;
    let mut matrix = Matrix::new(programs, &specs, options.levels.clone(), &options.base, timeout);
    matrix.tests = tests.map(|tests| Box::new(matrix.of_tests(tests)));
    let jobs = options
        .jobs
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(2, |n| n.get()));
    matrix.fill(jobs.max(1), timeout, folder.path());
    if let Some(tests) = &mut matrix.tests {
        tests.fill(jobs.max(1), timeout, folder.path());
    }
    let asked = html::Asked {
        command: crate::shell::command_line(),
        unpacked: options.programs.is_empty().then(|| folder.path().join("asm")),
    };
    report(options, &matrix, &asked)?;
    let name = |spec: &OsString| spec.to_string_lossy().into_owned();
    let all = || std::iter::once(&matrix).chain(matrix.tests.as_deref());
    let failed = required
        .iter()
        .any(|spec| all().any(|matrix| matrix.failures(&name(spec)) > 0));
    let wanted = specs.iter().filter(|spec| !options.optional.contains(spec));
    let not_tried = wanted
        .map(name)
        .any(|name| all().any(|matrix| matrix.not_tried(&name) > 0));
    Ok(match (failed, not_tried) {
        (true, _) => ExitCode::FAILURE,
        (false, true) => ExitCode::from(2),
        (false, false) => ExitCode::SUCCESS,
    })
}

/// The first that is there twice, as far as results can tell them apart.
fn repeated<T: AsRef<OsStr>>(names: &[T]) -> Option<&T> {
    let mut seen = BTreeSet::new();
    names
        .iter()
        .find(|name| !seen.insert(name.as_ref().to_string_lossy().into_owned()))
}

/// Writes the programs that the command carries into `folder`.
fn unpack(folder: &Path) -> Result<PathBuf> {
    let dir = folder.join("asm");
    let write = || {
        std::fs::create_dir(&dir)?;
        CORPUS
            .iter()
            .try_for_each(|(name, text)| std::fs::write(dir.join(name), text))
    };
    write().with_context(|| format!("cannot write to the temporary folder {}", dir.display()))?;
    Ok(dir)
}

fn read_programs(paths: &[PathBuf]) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    for path in paths {
        match path.is_file() {
            true => programs.push(Program::read(path)?),
            false => programs.extend(read_folder(path)?),
        }
    }
    if programs.is_empty() {
        bail!("there are no programs in {paths:?}");
    }
    tell_apart(&mut programs);
    Ok(programs)
}

/// Names programs whose files are called alike by their paths: names are keys of the results.
fn tell_apart(programs: &mut [Program]) {
    let names: Vec<String> = programs.iter().map(Program::name).collect();
    for (program, name) in programs.iter_mut().zip(&names) {
        if names.iter().filter(|other| *other == name).count() > 1 {
            program.name = Some(program.path.to_string_lossy().into_owned());
        }
    }
    let mut seen = BTreeSet::new();
    for program in programs {
        // The same file twice, or two that differ in what is not UTF-8.
        while !seen.insert(program.name()) {
            program.name = Some(program.name() + "'");
        }
    }
}

fn report(options: &Options, matrix: &Matrix, asked: &html::Asked) -> Result<()> {
    let write = |path: &PathBuf, text: String| {
        std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
    };
    let to_stdout = options
        .json
        .as_deref()
        .is_some_and(|path| path.as_os_str() == "-");
    if let Some(path) = &options.json {
        let text = serde_json::to_string_pretty(matrix).context("cannot write the matrix as JSON")?;
        match to_stdout {
            true => println!("{text}"),
            false => write(path, text + "\n")?,
        }
    }
    if let Some(path) = &options.html {
        store::whole(path, |part| std::fs::write(part, html::page(matrix, asked)))?;
    }
    match (to_stdout, options.markdown) {
        (true, _) => {}
        (false, true) => print!("{}", table::markdown(matrix)),
        (false, false) => print!("{}", table::terminal(matrix)),
    }
    Ok(())
}

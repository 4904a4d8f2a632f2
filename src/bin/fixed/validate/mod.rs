//! `fixed validate`: every program, by every compiler, at every optimisation level, as one matrix.

mod cell;
mod html;
mod matrix;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::patched;
use crate::program::{Program, read_folder};
use matrix::Matrix;

#[derive(Args)]
pub struct Options {
    /// Folders of programs, or single ones
    #[arg(default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/asm"))]
    programs: Vec<PathBuf>,
    /// A compiler to compare, as often as wanted: fixed, llvm (the pinned toolchain's own backend),
    /// +TOOLCHAIN, the path of a rustc (a stage1 build), or patched:PATCH[,PATCH] (the in-tree backend with
    /// patches). Flags for it may follow, after a blank [default: llvm and fixed]
    #[arg(short, long = "compiler", value_name = "COMPILER")]
    compilers: Vec<String>,
    /// Fail unless everything passes with this compiler [default: fixed, if it is compared]
    #[arg(long, value_name = "COMPILER")]
    require: Vec<String>,
    /// The optimisation levels
    #[arg(long, value_delimiter = ',', default_value = "0,1,2,3,s,z")]
    levels: Vec<String>,
    /// The toolchain that patches are applied to
    #[arg(long, default_value = patched::DEFAULT_TOOLCHAIN)]
    base: String,
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
    let programs = read_programs(&options.programs)?;
    for level in &options.levels {
        if !["0", "1", "2", "3", "s", "z"].contains(&level.as_str()) {
            bail!("there is no optimisation level `{level}`; they are 0, 1, 2, 3, s and z");
        }
    }
    let specs = match options.compilers.is_empty() {
        true => vec!["llvm".to_owned(), "fixed".to_owned()],
        false => options.compilers.clone(),
    };
    let required = match options.require.is_empty() {
        true => specs.iter().filter(|spec| *spec == "fixed").cloned().collect(),
        false => options.require.clone(),
    };
    if let Some(unknown) = required.iter().find(|name| !specs.contains(name)) {
        bail!("`--require {unknown}` names no compiler that is compared");
    }
    let mut matrix = Matrix::new(programs, &specs, options.levels.clone(), &options.base);
    let jobs = options
        .jobs
        .unwrap_or_else(|| std::thread::available_parallelism().map_or(2, |n| n.get()));
    matrix.fill(jobs.max(1), Duration::from_secs(options.timeout));
    report(options, &matrix)?;
    let failed: usize = required.iter().map(|name| matrix.failures(name)).sum();
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn read_programs(paths: &[PathBuf]) -> Result<Vec<Program>> {
    let mut programs = Vec::new();
    for path in paths {
        match path.is_file() {
            true => programs.push(Program::read(path)?),
            false => programs.extend(read_folder(path)?),
        }
    }
    match programs.is_empty() {
        true => bail!("there are no programs in {paths:?}"),
        false => Ok(programs),
    }
}

fn report(options: &Options, matrix: &Matrix) -> Result<()> {
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
        write(path, html::page(matrix))?;
    }
    match (to_stdout, options.markdown) {
        (true, _) => {}
        (false, true) => print!("{}", table::markdown(matrix)),
        (false, false) => print!("{}", table::terminal(matrix)),
    }
    Ok(())
}

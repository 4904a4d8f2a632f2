//! `fixed diff`: a crate by two compilers, and what they make of each function, side by side.

mod align;
mod compile;
mod deliberate;
mod layout;
mod lex;
mod module;
mod normalise;
mod parse;
mod report;
mod symbols;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::compiler::Compiler;
use crate::patched;
use compile::{Form, Line};
use module::{Item, Role};
use report::Report;
use symbols::Symbols;

#[derive(Args)]
pub struct Options {
    /// Compare LLVM IR as it is before any pass (the default)
    #[arg(long)]
    ir: bool,
    /// Compare assembly
    #[arg(long, conflicts_with = "ir")]
    asm: bool,
    /// The compiler on the left: fixed, llvm (the pinned toolchain's own backend), +TOOLCHAIN, the path of a
    /// rustc, or patched:PATCH[,PATCH]; flags for it may follow, after a blank
    #[arg(long, value_name = "COMPILER", default_value = "llvm")]
    left: String,
    /// The compiler on the right
    #[arg(long, value_name = "COMPILER", default_value = "fixed")]
    right: String,
    /// The toolchain that patches are applied to
    #[arg(long, default_value = patched::DEFAULT_TOOLCHAIN)]
    base: String,
    /// Compare debug metadata too
    #[arg(long)]
    debuginfo: bool,
    /// Show what is known to differ, too
    #[arg(long)]
    all: bool,
    /// Only sum up, by kind of difference
    #[arg(long)]
    summary: bool,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
    /// A line of rustc or cargo
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    line: Vec<OsString>,
}

/// Compares. The status is 0 if nothing differs but what is meant to, 1 if something does, 2 if there is nothing
/// to compare.
pub fn run(options: &Options) -> Result<ExitCode> {
    match compare(options) {
        Ok(report) => {
            match options.json {
                true => println!(
                    "{}",
                    serde_json::to_string_pretty(&report).context("cannot write the report as JSON")?
                ),
                false => anstream::print!("{}", report.terminal(!options.summary)),
            }
            Ok(ExitCode::from(u8::from(report.unexplained > 0)))
        }
        Err(error) => {
            eprintln!("error: {error:#}");
            Ok(ExitCode::from(2))
        }
    }
}

fn compare(options: &Options) -> Result<Report> {
    let form = match options.asm {
        true => Form::Assembly,
        false => Form::Ir,
    };
    let find = |spec: &str| {
        Compiler::find(spec, &options.base, |line| eprintln!("{line}")).with_context(|| format!("`{spec}`"))
    };
    let (left, right) = (find(&options.left)?, find(&options.right)?);
    let line = Line::new(&options.line);
    // Both at once: a machine has two processors.
    let texts = std::thread::scope(|scope| {
        let right = scope.spawn(|| line.compile(&right, form));
        let left = line.compile(&left, form);
        (left, right.join())
    });
    let left_text = texts.0.with_context(|| format!("`{}`", options.left))?;
    let right_text = match texts.1 {
        Ok(text) => text.with_context(|| format!("`{}`", options.right))?,
        Err(_) => bail!("`{}`: the thread that compiled has panicked", options.right),
    };
    let mut symbols = Symbols::default();
    let settings = normalise::Options {
        debuginfo: options.debuginfo,
        unhashed: left.version != right.version,
    };
    let items = |text: &str, symbols: &mut Symbols| normalise::items(&parse::parse(text), symbols, settings);
    let (left_items, right_items) = (items(&left_text, &mut symbols), items(&right_text, &mut symbols));
    let mut changes = align::compare(&left_items, &right_items, &mut symbols);
    let name = |change: &align::Change| report::demangled(symbols.text(change.name));
    if [options.left.as_str(), options.right.as_str()] == ["llvm", "fixed"] {
        deliberate::Deliberate::new()?.mark(&mut changes, name);
    }
    let named: Vec<(String, align::Change)> = changes
        .into_iter()
        .map(|change| (symbols.text(change.name).to_owned(), change))
        .collect();
    let mut report = Report::new([options.left.clone(), options.right.clone()], &named, options.all);
    report.items = left_items.len();
    report.functions = count(&left_items);
    Ok(report)
}

fn count(items: &[Item]) -> usize {
    items.iter().filter(|item| item.role == Role::Function).count()
}

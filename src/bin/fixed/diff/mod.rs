//! `fixed diff`: a crate by two compilers, and what they make of each function, side by side.

mod align;
mod assembly;
mod blocks;
pub mod cargo;
pub mod compile;
mod deliberate;
mod layout;
pub mod lex;
mod module;
mod normalise;
pub mod parse;
mod report;
mod symbols;

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::compiler::Compiler;
use crate::patched;
use align::Change;
pub use cargo::wrapped;
use compile::{Form, Line};
use deliberate::Deliberate;
use module::{Item, Role};
use report::Report;
use symbols::Symbols;

/// How long a compiler may take to say its version.
const ANSWER: Duration = Duration::from_secs(60);

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
    #[command(flatten)]
    base: patched::Base,
    /// Keep debug information, and compare its metadata too
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
    /// Print what is known to differ between llvm and fixed, and why
    #[arg(long, exclusive = true)]
    deliberate: bool,
    /// A line of rustc or cargo
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        required_unless_present = "deliberate"
    )]
    line: Vec<OsString>,
}

/// Compares. The status is 0 if nothing differs but what is meant to, 1 if something does, 2 if there is nothing
/// to compare.
pub fn run(options: &Options) -> Result<ExitCode> {
    if options.deliberate {
        for rule in deliberate::RULES {
            println!("{}: {}", rule.name, rule.reason);
        }
        return Ok(ExitCode::SUCCESS);
    }
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
            crate::print_error(&error);
            Ok(ExitCode::from(2))
        }
    }
}

fn compare(options: &Options) -> Result<Report> {
    let find = |spec: &str| {
        Compiler::find(OsStr::new(spec), &options.base, ANSWER, |line| {
            eprintln!("{line}")
        })
        .with_context(|| format!("`{spec}`"))
    };
    let (left, right) = (find(&options.left)?, find(&options.right)?);
    let mut comparison = Comparison {
        options,
        left,
        right,
        symbols: Symbols::default(),
        changes: vec![],
        items: 0,
        functions: 0,
        definitions: 0,
    };
    for (left, right) in comparison.lines()? {
        comparison
            .add(&left, &right)
            .with_context(|| format!("the crate `{}`", left.title()))?;
    }
    if comparison.definitions == 0 {
        bail!(
            "neither compiler makes code of the crate: what is generic, or small enough to be inlined everywhere, is \
             compiled in the crates that use it; compare one of those, or add `-Zcross-crate-inline-threshold=never`"
        );
    }
    let names = [options.left.clone(), options.right.clone()];
    let mut report = Report::new(names, &comparison.changes, options.all);
    report.items = comparison.items;
    report.functions = comparison.functions;
    Ok(report)
}

/// What is compared, and what has been found.
struct Comparison<'a> {
    options: &'a Options,
    left: Compiler,
    right: Compiler,
    symbols: Symbols,
    changes: Vec<(String, Change)>,
    items: usize,
    functions: usize,
    /// Functions and globals that one side or the other defines.
    definitions: usize,
}

impl Comparison<'_> {
    /// The crates: for each, the lines of rustc of both sides.
    fn lines(&self) -> Result<Vec<(Line, Line)>> {
        let words = &self.options.line;
        let is_cargo = words
            .first()
            .is_some_and(|word| Path::new(word).file_stem().is_some_and(|stem| stem == "cargo"));
        if !is_cargo {
            return Ok(vec![(Line::new(words), Line::new(words))]);
        }
        let left = cargo::lines(words, &self.left, None)?;
        if self.left.program() == self.right.program() {
            return Ok(left.into_iter().map(|line| (line.clone(), line)).collect());
        }
        // Another rustc cannot read what this one has compiled of the dependencies.
        let mut right = cargo::lines(words, &self.right, None)?;
        let pair = |line: Line| {
            let twin = right.iter().position(|other| other.title() == line.title());
            let twin = twin
                .with_context(|| format!("`{}` does not compile `{}`", self.options.right, line.title()))?;
            Ok((line, right.swap_remove(twin)))
        };
        left.into_iter().map(pair).collect()
    }

    /// Compares one crate.
    fn add(&mut self, left: &Line, right: &Line) -> Result<()> {
        let form = match self.options.asm {
            true => Form::Assembly,
            false => Form::Ir,
        };
        // Both at once: a machine has two processors.
        let texts = std::thread::scope(|scope| {
            let right = scope.spawn(|| right.compile(&self.right, form, self.options.debuginfo));
            (
                left.compile(&self.left, form, self.options.debuginfo),
                right.join(),
            )
        });
        let left = texts.0.with_context(|| format!("`{}`", self.options.left))?;
        let right = match texts.1 {
            Ok(text) => text.with_context(|| format!("`{}`", self.options.right))?,
            Err(_) => bail!("`{}`: the thread that compiled has panicked", self.options.right),
        };
        let (left, right) = (self.items(&left, form), self.items(&right, form));
        let mut changes = align::compare(&left, &right, &mut self.symbols);
        if form == Form::Ir && [self.options.left.as_str(), self.options.right.as_str()] == ["llvm", "fixed"]
        {
            let name = |change: &Change| report::demangled(self.symbols.text(change.name));
            Deliberate::new()?.mark(&mut changes, name);
        }
        let defines = |item: &&Item| matches!(item.role, Role::Function | Role::Global);
        self.definitions += left.iter().chain(&right).filter(defines).count();
        self.items += left.len();
        self.functions += left.iter().filter(|item| item.role == Role::Function).count();
        let named = changes
            .into_iter()
            .map(|change| (self.symbols.text(change.name).to_owned(), change));
        self.changes.extend(named);
        Ok(())
    }

    fn items(&mut self, text: &str, form: Form) -> Vec<Item> {
        let unhashed = self.left.version != self.right.version;
        match form {
            Form::Assembly => assembly::items(text, &mut self.symbols, unhashed),
            Form::Ir => {
                let options = normalise::Options {
                    debuginfo: self.options.debuginfo,
                    unhashed,
                };
                normalise::items(&parse::parse(text), &mut self.symbols, options)
            }
        }
    }
}

//! `fixed explain`: one function as Rust, MIR, LLVM IR before and after the passes, and assembly, linked line by line.

mod assembly;
mod compile;
mod debug;
mod explanation;
mod findings;
mod html;
mod input;
pub mod ir;
mod listing;
mod mir;
mod names;
mod passes;
mod source;
mod terminal;
mod tokens;

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::compiler::Compiler;
use crate::diff::compile::Line;
use crate::patched;
use crate::process;
use crate::store;
use compile::Products;
use explanation::{Crate, Explanation};
use names::Candidate;

/// How long a compiler may take to say its version.
const ANSWER: Duration = Duration::from_secs(60);

#[derive(Args)]
#[command(
    after_help = "The status is 0 if the function is shown, 1 if it is not, or a compiler failed on it.

Examples:
  fixed explain hello.rs                              list the functions
  fixed explain hello.rs --function sum               show one
  fixed explain . --function Parser::parse --passes   of a package, with what each pass changed
  fixed explain . --test it --function sum --html sum.html --backend fixed --backend llvm
  fixed explain hello.rs --function sum --dev -- -Ctarget-cpu=native"
)]
pub struct Options {
    /// A file of Rust, or the folder of a package
    path: PathBuf,
    /// The function: its name, the last parts of it, or the beginning of a part [default: list all]
    #[arg(short, long, value_name = "PATH")]
    function: Option<String>,
    /// Which of several functions with that name, by its number in the list
    #[arg(short, long, value_name = "NUMBER", requires = "function")]
    index: Option<usize>,
    /// A compiler, as often as wanted: fixed, llvm (the pinned toolchain's own backend), +TOOLCHAIN, the path of a
    /// rustc, or patched:PATCH[,PATCH]; flags for it may follow, after a blank
    #[arg(short, long = "backend", value_name = "COMPILER", default_value = "fixed")]
    backends: Vec<OsString>,
    #[command(flatten)]
    base: patched::Base,
    #[command(flatten)]
    selection: input::Selection,
    /// The optimisation level, in place of the profile's [default: 3, for a file]
    #[arg(short = 'O', long, value_name = "LEVEL", value_parser = ["0", "1", "2", "3", "s", "z"])]
    opt_level: Option<String>,
    /// Show what each pass changed, too
    #[arg(long)]
    passes: bool,
    /// Write x86 assembly with AT&T's syntax
    #[arg(long)]
    att: bool,
    /// Write a page of HTML to this file
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
    /// How many columns there are [default: as the terminal has; in a file, lines are not broken]
    #[arg(long, value_name = "COLUMNS")]
    width: Option<usize>,
    /// Flags for rustc
    #[arg(last = true, value_name = "FLAGS")]
    flags: Vec<OsString>,
}

/// Shows a function, or lists what there is.
pub fn run(options: &Options) -> Result<ExitCode> {
    process::clean_up_on_signals()?;
    let mut specs: Vec<&OsString> = vec![];
    for spec in &options.backends {
        match specs.contains(&spec) {
            true => bail!("the backend `{}` is named twice", spec.display()),
            false => specs.push(spec),
        }
    }
    let mut backends = vec![];
    for spec in specs {
        let log = |line: &str| eprintln!("{line}");
        let compiler = Compiler::find(spec, &options.base, ANSWER, log)
            .with_context(|| format!("`{}`", spec.display()))?;
        backends.push((spec.to_string_lossy().into_owned(), compiler));
    }
    let lines = lines(options, &backends)?;
    let krate = compile_all(options, backends, lines, &[])?;
    let candidates = krate.candidates();
    let Some(wanted) = &options.function else {
        return list(&candidates);
    };
    let candidate = choose(&candidates, wanted, options.index)?.clone();
    let explanation = explain(options, krate, &candidate)?;
    report(options, &explanation)?;
    Ok(
        match explanation.sides.iter().any(|side| side.failure.is_some()) {
            true => ExitCode::FAILURE,
            false => ExitCode::SUCCESS,
        },
    )
}

/// The line of rustc for each backend; those of one rustc have the same.
fn lines(options: &Options, backends: &[(String, Compiler)]) -> Result<Vec<Line>> {
    let mut flags = vec![];
    if let Some(level) = &options.opt_level {
        flags.push(format!("-Copt-level={level}").into());
    }
    flags.extend(options.flags.iter().cloned());
    let mut lines: Vec<Line> = vec![];
    for (number, (_, compiler)) in backends.iter().enumerate() {
        let twin = backends[..number]
            .iter()
            .position(|(_, other)| other.program() == compiler.program());
        lines.push(match twin {
            Some(twin) => lines[twin].clone(),
            None => input::line(&options.path, &options.selection, &flags, compiler)?,
        });
    }
    Ok(lines)
}

/// Compiles the crate with every backend, two at a time.
fn compile_all(
    options: &Options,
    backends: Vec<(String, Compiler)>,
    lines: Vec<Line>,
    extra: &[String],
) -> Result<Crate> {
    let mut extra = extra.to_vec();
    if !options.att {
        // Of x86 only; elsewhere LLVM does not look at it. Assembly in Rust is in this syntax, too.
        extra.push("-Cllvm-args=-x86-asm-syntax=intel".to_owned());
    }
    let mut products: Vec<Result<Products>> = vec![];
    let jobs: Vec<(&Line, &Compiler)> = lines
        .iter()
        .zip(backends.iter().map(|(_, compiler)| compiler))
        .collect();
    for pair in jobs.chunks(2) {
        let extra = &extra;
        std::thread::scope(|scope| {
            let threads: Vec<_> = pair
                .iter()
                .map(|(line, compiler)| scope.spawn(move || compile::compile(line, compiler, extra)))
                .collect();
            for thread in threads {
                products.push(match thread.join() {
                    Ok(made) => made,
                    Err(_) => Err(anyhow::anyhow!("the thread that compiled has panicked")),
                });
            }
        });
    }
    let mut builds = vec![];
    for (((name, compiler), line), products) in backends.into_iter().zip(lines).zip(products) {
        let products = products.with_context(|| format!("`{name}`"))?;
        builds.push(explanation::Build {
            name,
            compiler,
            line,
            products,
        });
    }
    Ok(Crate { builds })
}

/// Prints the names of all functions.
fn list(candidates: &[Candidate]) -> Result<ExitCode> {
    if candidates.is_empty() {
        bail!("the crate has no functions");
    }
    for candidate in candidates {
        let without = match candidate.symbol {
            Some(_) => "",
            None => "  (no code of its own: generic, or inlined)",
        };
        anstream::println!("{}{without}", candidate.name);
    }
    Ok(ExitCode::SUCCESS)
}

/// The one function that is meant.
fn choose<'a>(candidates: &'a [Candidate], wanted: &str, index: Option<usize>) -> Result<&'a Candidate> {
    const MOST: usize = 60;
    let found = names::matching(candidates, wanted);
    if let Some(index) = index {
        return found.get(index).copied().with_context(|| match found.len() {
            0 => format!("there is no function `{wanted}`"),
            count => format!(
                "there are {count} functions `{wanted}`, with the numbers from 0 to {}",
                count - 1
            ),
        });
    }
    match found[..] {
        [one] => Ok(one),
        [] => {
            let nearest = names::nearest(candidates, wanted);
            let advice = match nearest.is_empty() {
                true => "leave `--function` out for a list".to_owned(),
                false => format!("are these what you mean?\n  {}", nearest.join("\n  ")),
            };
            bail!("the crate has no function `{wanted}`; {advice}")
        }
        _ => {
            let mut list: Vec<String> = found
                .iter()
                .take(MOST)
                .enumerate()
                .map(|(number, candidate)| format!("  {number:>3}  {}", candidate.name))
                .collect();
            if found.len() > MOST {
                list.push(format!("  … and {} more", found.len() - MOST));
            }
            bail!(
                "`{wanted}` is the name of {} functions; give more of it, or a number with `--index`:\n{}",
                found.len(),
                list.join("\n")
            )
        }
    }
}

/// Puts everything together. What has no code of its own is compiled once more so that it has.
fn explain(options: &Options, krate: Crate, candidate: &Candidate) -> Result<Explanation> {
    if candidate.symbol.is_some() || krate.builds.iter().any(|build| build.products.failure.is_some()) {
        return krate.explain(candidate, options.passes, vec![]);
    }
    let Some(item) = candidate.item.and_then(|number| krate.item_place(number)) else {
        return krate.explain(candidate, options.passes, vec![]);
    };
    // Every function that has no parameters of type gets code of its own.
    let extra = ["-Zcross-crate-inline-threshold=never", "-Clink-dead-code"].map(str::to_owned);
    let parts = krate.builds.iter();
    let backends = parts
        .clone()
        .map(|build| (build.name.clone(), build.compiler.clone()))
        .collect();
    let again = compile_all(
        options,
        backends,
        parts.map(|build| build.line.clone()).collect(),
        &extra,
    )?;
    match again.symbol_at(&item) {
        Some(symbol) => {
            let note = "by itself, rustc makes no code for it in this crate: it is inlined into its callers, which may be \
                        elsewhere; this is what it is with `-Zcross-crate-inline-threshold=never -Clink-dead-code`";
            again.explain(
                &Candidate::of_symbol(&symbol),
                options.passes,
                vec![note.to_owned()],
            )
        }
        None => krate.explain(candidate, options.passes, vec![]),
    }
}

fn report(options: &Options, explanation: &Explanation) -> Result<()> {
    if let Some(path) = &options.html {
        let page = html::page(explanation);
        store::whole(path, |part| std::fs::write(part, &page))?;
    }
    if options.json {
        let text = serde_json::to_string_pretty(explanation).context("cannot write the function as JSON")?;
        println!("{text}");
    } else if options.html.is_none() {
        anstream::print!("{}", terminal::text(explanation, options.width));
    }
    for side in &explanation.sides {
        if let Some(failure) = &side.failure {
            let error = anyhow::anyhow!("`{}`: {}:\n{}", side.name, failure.what, failure.said.trim_end());
            crate::print_error(&error);
        }
    }
    Ok(())
}

/// A name as text, for titles.
fn title(path: &OsStr) -> String {
    path.to_string_lossy().into_owned()
}

//! The folder with what a bug report needs. It is there as soon as there is something to tell, and is written anew with
//! each thing that is found, so that what was found is kept if the search is ended.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};
use serde::Serialize;

use super::failure::Function;
use crate::process;
use crate::store;

/// Who is to blame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Culprit {
    /// rustc, or the codegen backend in it: what LLVM was handed is wrong, or it crashed by itself.
    Rustc,
    /// A pass of LLVM's.
    Pass,
}

/// What has been found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Findings {
    pub culprit: Option<Culprit>,
    /// The answer in one sentence.
    pub answer: String,
    /// What was typed, and with which backend it was run.
    pub typed: String,
    pub backend: String,
    /// `rustc -vV`
    pub rustc: String,
    #[serde(rename = "crate")]
    pub crate_name: String,
    pub unit: Option<String>,
    pub function: Option<Function>,
    pub pass: Option<String>,
    /// Of the pass's run, as LLVM's `-opt-bisect-limit` counts.
    pub number: Option<u64>,
    pub manner: Option<&'static str>,
    pub block: Option<String>,
    pub rule: Option<String>,
    /// LLVM's words, or rustc's.
    pub message: Option<String>,
    pub place: Option<String>,
    /// The statement that it was made for, or all of the function's.
    pub mir: Option<String>,
    /// The line of rustc that fails.
    pub line: Option<String>,
    /// The command that shows it on the reduced module.
    pub reproduce: Option<String>,
    /// What is true beside that.
    pub notes: Vec<String>,
    /// Names of the files.
    pub files: Vec<(String, String)>,
    pub complete: bool,
}

static BEGUN: OnceLock<PathBuf> = OnceLock::new();

/// Where the report is, if there is one.
pub fn begun() -> Option<&'static PathBuf> {
    BEGUN.get()
}

/// Where the report is.
pub struct Folder {
    path: PathBuf,
    pub findings: Findings,
}

impl Folder {
    /// Makes the folder: `out`, which must be new or empty, or else one named after the crate.
    pub fn create(out: Option<&Path>, findings: Findings) -> Result<Self> {
        check(out)?;
        let path = match out {
            Some(path) => {
                std::fs::create_dir_all(path)
                    .with_context(|| format!("cannot make the folder {}", path.display()))?;
                path.to_owned()
            }
            None => fresh(&format!("blame-{}", findings.crate_name))?,
        };
        let mut folder = Folder { path, findings };
        folder.save()?;
        _ = BEGUN.set(folder.path.clone());
        process::say_when_stopped(format!(
            "stopped; what was found until now is in {}",
            folder.path.display()
        ));
        Ok(folder)
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts a file into the folder. Another with the same name is replaced.
    pub fn add(&mut self, name: &str, what: &str, text: &str) -> Result<PathBuf> {
        let path = self.path.join(name);
        store::whole(&path, |part| std::fs::write(part, text))?;
        if !self.findings.files.iter().any(|(other, _)| other == name) {
            self.findings.files.push((name.to_owned(), what.to_owned()));
        }
        Ok(path)
    }

    /// Writes what is known.
    pub fn save(&mut self) -> Result<()> {
        let text =
            serde_json::to_string_pretty(&self.findings).context("cannot write the findings as JSON")?;
        store::whole(&self.path.join("blame.json"), |part| {
            std::fs::write(part, text + "\n")
        })?;
        let text = self.findings.page();
        store::whole(&self.path.join("README.md"), |part| std::fs::write(part, text))
    }
}

/// Fails if the report cannot go to `out`, since something else is there.
pub fn check(out: Option<&Path>) -> Result<()> {
    let is_taken = |path: &Path| {
        path.is_file() || std::fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_some())
    };
    match out.filter(|path| is_taken(path)) {
        Some(path) => bail!(
            "{} is there already; name another folder with `--out`",
            path.display()
        ),
        None => Ok(()),
    }
}

/// Makes a new folder of that name, or with a number behind it.
fn fresh(name: &str) -> Result<PathBuf> {
    for number in 1..1000 {
        let path = match number {
            1 => PathBuf::from(name),
            _ => PathBuf::from(format!("{name}-{number}")),
        };
        match std::fs::create_dir(&path) {
            Ok(()) => return Ok(path),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(error).with_context(|| {
                    format!(
                        "cannot make the folder {}; name another with `--out`",
                        path.display()
                    )
                });
            }
        }
    }
    bail!("there are a thousand folders {name}; name another with `--out`")
}

impl Findings {
    /// The facts, one a line.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let number = |pass: &String| match self.number {
            Some(number) => format!("{pass}, run number {number}"),
            None => pass.clone(),
        };
        let function = self.function.as_ref().map(|function| function.name.clone());
        let facts = [
            ("crate", Some(self.crate_name.clone())),
            ("unit", self.unit.clone()),
            ("function", function),
            (
                "symbol",
                self.function.as_ref().map(|function| function.symbol.clone()),
            ),
            ("block", self.block.clone()),
            ("pass", self.pass.as_ref().map(number)),
            ("rule", self.rule.clone()),
            ("LLVM says", self.message.clone()),
            ("place", self.place.clone()),
        ];
        let is_there = |(name, value): (&'static str, Option<String>)| Some((name, value?));
        facts
            .into_iter()
            .filter_map(is_there)
            .filter(|(_, value)| !value.is_empty())
            .collect()
    }

    /// The page, ready to be pasted into an issue.
    fn page(&self) -> String {
        let mut page = String::new();
        // Writing to a string does not fail.
        let _ = self.write(&mut page);
        page
    }

    fn write(&self, page: &mut String) -> std::fmt::Result {
        match self.answer.as_str() {
            "" => writeln!(page, "# `{}` fails\n", self.typed)?,
            answer => writeln!(page, "# {answer}\n")?,
        }
        if !self.complete {
            writeln!(
                page,
                "The search has not come to its end; this is what is known.\n"
            )?;
        }
        writeln!(
            page,
            "With the backend `{}`, this fails:\n\n```sh\n{}\n```\n",
            self.backend, self.typed
        )?;
        for (name, value) in self.facts() {
            writeln!(page, "* {name}: `{}`", value.replace('`', "'"))?;
        }
        for note in &self.notes {
            writeln!(page, "* {note}")?;
        }
        if let Some(line) = &self.reproduce {
            writeln!(page, "\n## How to see it\n\n```sh\n{line}\n```")?;
        }
        if let Some(mir) = &self.mir {
            writeln!(page, "\n## MIR\n\n```\n{mir}\n```")?;
        }
        if let Some(line) = &self.line {
            writeln!(page, "\n## The line of rustc\n\n```sh\n{line}\n```")?;
        }
        writeln!(
            page,
            "\n## Versions\n\n```\n{}\nfixed {}\n```",
            self.rustc,
            env!("CARGO_PKG_VERSION")
        )?;
        if !self.files.is_empty() {
            writeln!(page, "\n## Files\n")?;
            for (name, what) in &self.files {
                writeln!(page, "* [`{name}`]({name}): {what}")?;
            }
        }
        Ok(())
    }
}

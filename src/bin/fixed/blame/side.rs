//! A side of a comparison: a setting, what was built by it, and how that behaves.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use regex_lite::{Captures, Regex};

use super::capture::{self, Captured, Plan};
use super::failure::Ending;
use super::line::Extra;
use super::link::{self, Link, Selection, Unit};
use super::{ANSWER, Case, step};
use crate::compiler::{Compiler, TOOLCHAIN, rustc_of};
use crate::process;

/// How long the program may run.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);
/// LLVM leaves out every pass that it may leave out.
pub(super) const NO_PASSES: &str = "-Cllvm-args=-opt-bisect-limit=0";

/// A way to build.
#[derive(Clone)]
pub(super) struct Setting {
    pub(super) name: String,
    pub(super) compiler: Compiler,
    /// Whether that is this backend.
    pub(super) is_ours: bool,
    /// Flags behind the user's.
    pub(super) last: Vec<OsString>,
}

impl Setting {
    pub(super) fn is_without_passes(&self) -> bool {
        self.last.iter().any(|flag| flag == NO_PASSES)
    }
}

/// What was built by a setting.
pub(super) struct Side {
    pub(super) setting: Setting,
    pub(super) lines: Vec<Captured>,
    pub(super) link: Link,
    pub(super) units: BTreeMap<Unit, PathBuf>,
    pub(super) behaviour: Behaviour,
}

/// What the command that judges made of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Behaviour {
    pub(super) ending: Ending,
    pub(super) stdout: Vec<u8>,
}

impl Behaviour {
    pub(super) fn said(&self) -> String {
        let text = String::from_utf8_lossy(&self.stdout);
        let first: Vec<&str> = text.lines().take(3).collect();
        format!("{}, printing `{}`", self.ending.said(), first.join(" / "))
    }
}

/// The units of a crate are not optimised together, unless the user wants that: what one imports from another has names
/// then that only units of the same build know.
pub(super) const APART: &str = "-Clto=off";

pub(super) fn setting(case: &Case<'_>, spec: &OsString, last: &[&str]) -> Result<Setting> {
    let compiler = Compiler::find(spec, &case.options.base, ANSWER, |line| step(line))
        .with_context(|| format!("`{}`", spec.display()))?;
    let name = match last.contains(&NO_PASSES) {
        false => format!("`{}`", spec.display()),
        true => format!("`{}` without passes", spec.display()),
    };
    Ok(Setting {
        name,
        compiler,
        is_ours: super::is_ours(spec),
        last: last.iter().map(OsString::from).collect(),
    })
}

/// Settings by which it may behave: what is given, or else the same without passes, and then rustc's own backend.
pub(super) fn candidates(case: &Case<'_>, bad: &Side, last: &[&str]) -> Result<Vec<Setting>> {
    let spec = case.options.bad.as_ref().unwrap_or(&case.backend);
    let same = setting(case, spec, &[last, &[NO_PASSES]].concat())?;
    let Some(good) = &case.options.good else {
        // The other backend of the pinned toolchain, if it is one of that.
        let mut all = vec![same];
        let other = if case.is_ours() { "llvm" } else { "fixed" };
        if bad.setting.compiler.program() == rustc_of(TOOLCHAIN)? {
            all.push(setting(case, &other.into(), last)?);
        }
        return Ok(all);
    };
    let given = setting(case, good, last)?;
    // Of two levels, the functions are not the same. If it is only what LLVM does at them that matters, they are.
    let is_level = |compiler: &Compiler| {
        let flags = compiler.flags().iter();
        let flags = flags.filter(|flag| !flag.to_string_lossy().contains("opt-level"));
        flags.cloned().collect::<Vec<_>>()
    };
    let only_level = given.compiler.program() == bad.setting.compiler.program()
        && is_level(&given.compiler) == is_level(&bad.setting.compiler);
    Ok(match only_level {
        true => vec![same, given],
        false => vec![given],
    })
}

/// Where a setting's program is.
pub(super) fn program(case: &Case<'_>, setting: &Setting) -> PathBuf {
    folder(case, setting).join("program")
}

pub(super) fn folder(case: &Case<'_>, setting: &Setting) -> PathBuf {
    let name: String = setting.name.chars().filter(char::is_ascii_alphanumeric).collect();
    case.work
        .path()
        .join(format!("build-{name}-{}", setting.last.len()))
}

pub(super) fn build(case: &Case<'_>, judge: &str, setting: Setting) -> Result<Side> {
    step(format_args!("building with {}", setting.name));
    let target = folder(case, &setting);
    let links = target.join("links");
    std::fs::create_dir_all(&links).with_context(|| format!("cannot make {}", links.display()))?;
    let linker = link::wrapper(&target)?;
    let mut last = setting.last.clone();
    last.push(format!("-Clinker={}", linker.display()).into());
    let mut variables = case.variables();
    variables.push((link::LINKS, links.to_string_lossy().into_owned()));
    let lines = if case.typed.is_cargo {
        let plan = Plan {
            last,
            ..Plan::default()
        };
        let built = capture::build(
            &case.typed,
            &setting.compiler,
            plan,
            &variables,
            &target,
            case.limit,
        )?;
        if built.ending != Ending::Success {
            let tail: Vec<&str> = built.stderr.lines().rev().take(12).collect();
            let tail: Vec<&str> = tail.into_iter().rev().collect();
            bail!(
                "`{}` {} with {}; a build that fails is looked into without `--run`. It says:\n{}",
                case.typed.shown(),
                built.ending.said(),
                setting.name,
                tail.join("\n")
            );
        }
        built.lines
    } else {
        let line = case
            .typed
            .rustc(&setting.compiler)
            .context("what was typed is cargo's")?;
        capture::spare_lto(&line, &mut last);
        let extra = Extra {
            flags: &last,
            variables: &variables,
            emits: false,
        };
        let run = line.run(&target.join("out"), extra, case.limit)?;
        if run.failed() {
            bail!(
                "`{}` {} with {}; a build that fails is looked into without `--run`. It says:\n{}",
                case.typed.shown(),
                run.ending.said(),
                setting.name,
                run.stderr
            );
        }
        vec![Captured { line, code: Some(0) }]
    };
    let link = Link::last(&links)?.with_context(|| {
        format!(
            "`{}` links no program; with cargo, it is `cargo build` or `cargo test --no-run`",
            case.typed.shown()
        )
    })?;
    let units = link.units(&case.tools, &target.join("units"))?;
    let output = program(case, &setting);
    let selection = Selection::default();
    link.again(
        &case.tools,
        (&units, &units),
        &selection,
        &output,
        &target.join("relinked"),
    )?;
    let behaviour = judge_program(case, judge, &link.program(), &output)?;
    Ok(Side {
        setting,
        lines,
        link,
        units,
        behaviour,
    })
}

/// Runs the command that judges, with the program in place of the one that it names.
pub(super) fn judge_program(case: &Case<'_>, judge: &str, name: &str, program: &Path) -> Result<Behaviour> {
    let path = crate::shell::shown([program.to_string_lossy().into_owned()]);
    let is_it = |word: &str| Path::new(word).file_name().is_some_and(|file| file == name);
    let word = Regex::new(r#"[^\s;|&<>()'"`$]+"#).expect("an expression that is always the same");
    let command = match judge.contains("{}") {
        true => judge.replace("{}", &path),
        false => {
            let named = |found: &Captures<'_>| match is_it(&found[0]) {
                true => path.clone(),
                false => found[0].to_owned(),
            };
            word.replace_all(judge, named).into_owned()
        }
    };
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(command).env("PROGRAM", program);
    let limit = case.options.time_limit.map_or(PATIENCE, Duration::from_secs);
    let finished = process::run(shell, limit)?;
    Ok(Behaviour {
        ending: Ending::of(&finished),
        stdout: finished.stdout,
    })
}

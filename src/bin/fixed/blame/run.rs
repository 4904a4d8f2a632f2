//! A program that misbehaves though it was built: by which crate, unit, function, and pass.
//!
//! It is built by two settings, one good and one bad. Then programs are linked of objects of both: as many from
//! the bad side as still behave, and one more. A function is taken from one side or the other by making all others weak, for
//! the linker prefers a definition that is not. So it is no matter how the two sides differ, as long as they
//! are made of the same functions. Where it is the passes that differ, LLVM's numbering of them leads on.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use similar::TextDiff;

use super::capture::Captured;
use super::failure::{Ending, Function};
use super::line::{Extra, files};
use super::link::{self, Selection, Unit};
use super::passes::{NO_LINK, ONLY_UNIT, Run, dumps, runs};
use super::report::{Culprit, Folder};
use super::side::{APART, Side, build, candidates, judge_program, program, setting};
use super::symbols::{common_functions, globals, named};
use super::tools::words;
use super::{Answer, Case, source, step};

/// Looks into a program that `judge` runs.
pub fn look_into(case: &Case<'_>, judge: &str) -> Result<Answer> {
    if let Some(missing) = case.tools.missing() {
        bail!("{missing}");
    }
    let bad = match &case.options.bad {
        Some(spec) => spec.clone(),
        None => case.backend.clone(),
    };
    let (mut good, mut bad) = match sides(case, judge, &bad, &[APART])? {
        Ok(sides) => sides,
        Err(_) => {
            step(
                "no difference; once more, with the units of each crate optimised together (thin-local LTO)",
            );
            match sides(case, judge, &bad, &[])? {
                Ok(sides) => sides,
                Err(same) => return Ok(Answer::Nobody(same)),
            }
        }
    };
    step(format_args!(
        "good: {}: it {}",
        good.setting.name,
        good.behaviour.said()
    ));
    step(format_args!(
        "bad: {}: it {}",
        bad.setting.name,
        bad.behaviour.said()
    ));
    let by_status = good.behaviour.ending != bad.behaviour.ending;
    if by_status && good.behaviour.ending != Ending::Success {
        bail!(
            "with the good setting, {}, the command {}; it is to succeed there",
            good.setting.name,
            good.behaviour.said()
        );
    }
    let again = judge_program(case, judge, &good.link.program(), &program(case, &bad.setting))?;
    if again != bad.behaviour && !by_status {
        return Ok(Answer::Unknown(format!(
            "the program does not misbehave in the same way each time: it {}, and then it {}",
            bad.behaviour.said(),
            again.said()
        )));
    }
    open(case, judge, &mut good, &mut bad);
    let comparison = Comparison {
        case,
        judge,
        good,
        bad,
        by_status,
    };
    comparison.search()
}

/// Builds the bad side, and a good one that behaves otherwise, with the flags `last`; or says that there is none.
fn sides(
    case: &Case<'_>,
    judge: &str,
    bad: &OsString,
    last: &[&str],
) -> Result<Result<(Side, Side), String>> {
    let bad = build(case, judge, setting(case, bad, last)?)?;
    let mut tried = vec![];
    for candidate in candidates(case, &bad, last)? {
        let name = candidate.name.clone();
        let good = build(case, judge, candidate)?;
        if good.behaviour != bad.behaviour {
            return Ok(Ok((good, bad)));
        }
        tried.push(name);
    }
    Ok(Err(format!(
        "with {}, the program does the same as with {}: it {}. Name a setting by which it behaves with `--good`",
        tried.join(" and "),
        bad.setting.name,
        bad.behaviour.said()
    )))
}

/// Builds both sides of two backends so that there are no functions that only their own unit can see, which could not be
/// told apart. If they behave otherwise then, they stay as they are.
fn open(case: &Case<'_>, judge: &str, good: &mut Side, bad: &mut Side) {
    if good.setting.is_without_passes() {
        return;
    }
    step("building both once more, so that single functions can be exchanged");
    let open = |side: &Side| {
        let mut setting = side.setting.clone();
        setting.last.push("-Clink-dead-code=yes".into());
        build(case, judge, setting)
    };
    if let (Ok(open_good), Ok(open_bad)) = (open(good), open(bad))
        && open_good.behaviour == good.behaviour
        && open_bad.behaviour == bad.behaviour
    {
        (*good, *bad) = (open_good, open_bad);
    }
}

/// Two sides, and what tells them apart.
pub(super) struct Comparison<'a> {
    pub(super) case: &'a Case<'a>,
    judge: &'a str,
    pub(super) good: Side,
    pub(super) bad: Side,
    /// Whether how the command ends tells the two apart, rather than what it prints.
    by_status: bool,
}

impl Comparison<'_> {
    pub(super) fn dir(&self, name: &str) -> PathBuf {
        self.case.work.path().join(name)
    }

    /// Whether a program of this selection misbehaves.
    fn is_bad(&self, selection: &Selection<'_>) -> Result<bool> {
        let output = self.dir("mixed");
        let units = (&self.good.units, &self.bad.units);
        let link = &self.good.link;
        link.again(&self.case.tools, units, selection, &output, &self.dir("relinked"))?;
        let behaviour = judge_program(self.case, self.judge, &link.program(), &output)?;
        Ok(match self.by_status {
            true => behaviour.ending != self.good.behaviour.ending,
            false => behaviour.stdout != self.good.behaviour.stdout,
        })
    }

    fn search(&self) -> Result<Answer> {
        let tools = &self.case.tools;
        let names: Vec<&Unit> = self.good.units.keys().collect();
        if names != self.bad.units.keys().collect::<Vec<_>>() {
            return Ok(Answer::Unknown(format!(
                "with {} and with {}, the program is not made of the same codegen units, so that they cannot be mixed",
                self.good.setting.name, self.bad.setting.name
            )));
        }
        let all = Selection {
            bad: names.iter().map(|unit| Unit::clone(unit)).collect(),
            replaced: None,
        };
        if !self.is_bad(&all)? {
            return Ok(Answer::Unknown(
                "linked once more, the bad objects behave".to_owned(),
            ));
        }
        step("looking for the crate and the codegen unit");
        let first = first_bad(names.len(), |count| {
            let bad = names[..count].iter().map(|unit| Unit::clone(unit)).collect();
            self.is_bad(&Selection { bad, replaced: None })
        })?;
        let unit = names[first].clone();
        let before: Vec<Unit> = names[..first].iter().map(|unit| Unit::clone(unit)).collect();
        let Some(line) = self.line(&unit, &self.bad) else {
            return Ok(Answer::Unknown(format!(
                "it is the crate `{}`, which no rustc has compiled",
                named(&unit).0
            )));
        };
        let alone = Selection {
            bad: vec![unit.clone()],
            replaced: None,
        };
        let is_alone = self.is_bad(&alone)?;
        let before = if is_alone { vec![] } else { before };
        let mut folder = self.folder(&unit, line, is_alone)?;
        let found = self.function(&unit, &before)?;
        let Some(mut symbol) = found else {
            folder.findings.culprit = Some(Culprit::Rustc);
            folder.findings.answer = format!(
                "the unit `{}` of the crate `{}` is miscompiled; no single function of it is enough",
                folder.findings.unit.clone().unwrap_or_default(),
                folder.findings.crate_name
            );
            return self.conclude(folder);
        };
        folder.findings.function = Some(Function::of(&symbol));
        folder.save()?;
        let mut function = Function::of(&symbol);
        step(format_args!("it is the function `{}`", function.name));
        let run = match self.good.setting.is_without_passes() {
            true => self.pass(&unit, &before, &symbol, line, &mut folder)?,
            false => None,
        };
        if let Some(run) = &run
            && !run.unit.starts_with(['[', '('])
        {
            // It works on one function, which the one that was found calls, or is.
            symbol = run.unit.clone();
            function = Function::of(&symbol);
            folder.findings.function = Some(function.clone());
        }
        self.answer(&mut folder, &function, run);
        if folder.findings.culprit == Some(Culprit::Rustc) {
            self.add_built(&mut folder, &unit, &symbol)?;
        }
        self.add_assembly(&mut folder, tools, &unit, &symbol)?;
        let source = source::of(
            &line.line,
            &symbol,
            &function.name,
            &self.dir("source"),
            self.case.limit,
        )?;
        folder.findings.place = source.place;
        if let Some(mir) = source.mir {
            folder.add("function.mir", "the function's MIR", &mir)?;
            folder.findings.mir = Some(mir);
        }
        self.conclude(folder)
    }

    /// The folder, as soon as the unit is known.
    fn folder(&self, unit: &Unit, line: &Captured, is_alone: bool) -> Result<Folder> {
        let mut findings = self.case.findings(&line.line);
        let (crate_name, unit) = named(unit);
        findings.crate_name = crate_name;
        step(format_args!("it is in the unit `{unit}`"));
        findings.unit = Some(unit);
        findings.manner = Some("miscompiles");
        findings.backend = self.bad.setting.name.trim_matches('`').to_owned();
        for (side, name) in [(&self.good, "good"), (&self.bad, "bad")] {
            let note = format!("{name}: {}: it {}", side.setting.name, side.behaviour.said());
            findings.notes.push(note);
        }
        if !is_alone {
            let note = "the unit misbehaves only together with others of the bad side";
            findings.notes.push(note.to_owned());
        }
        Folder::create(self.case.options.out.as_deref(), findings)
    }

    /// Says who it was.
    fn answer(&self, folder: &mut Folder, function: &Function, run: Option<Run>) {
        let findings = &mut folder.findings;
        let name = &function.name;
        findings.culprit = Some(Culprit::Pass);
        match run {
            Some(run) => {
                findings.answer = format!(
                    "LLVM is to blame: its pass `{}` (number {}) miscompiles `{name}`",
                    run.pass, run.number
                );
                findings.pass = Some(run.pass);
                findings.number = Some(run.number);
                let note = "it is the first pass with which the program misbehaves; where the IR is wrong before it, it \
                            only brings that to light";
                findings.notes.push(note.to_owned());
            }
            None if self.good.setting.is_without_passes() => {
                findings.answer = format!(
                    "LLVM is to blame: a pass miscompiles `{name}`, but none of those that it numbers"
                );
            }
            None => {
                findings.culprit = Some(Culprit::Rustc);
                findings.answer = format!(
                    "rustc is to blame: with {}, `{name}` is miscompiled, and with {} it is not",
                    self.bad.setting.name, self.good.setting.name
                );
            }
        }
    }

    /// The line of rustc that a unit is of.
    pub(super) fn line<'s>(&self, unit: &Unit, side: &'s Side) -> Option<&'s Captured> {
        let (crate_name, _) = named(unit);
        let is_it = |line: &&Captured| line.line.crate_name() == crate_name;
        let mut lines = side.lines.iter().filter(is_it);
        // A library and a program may be called alike.
        let is_program = !unit.0.ends_with(".rlib");
        let mut alike = side.lines.iter().filter(is_it).filter(|line| {
            let types = line
                .line
                .args
                .iter()
                .any(|arg| arg == "lib" || arg == "rlib" || arg == "--crate-type=lib");
            types != is_program
        });
        alike.next().or_else(|| lines.next())
    }

    /// The function of a unit by which the program misbehaves.
    fn function(&self, unit: &Unit, before: &[Unit]) -> Result<Option<String>> {
        step("looking for the function");
        let (good, bad) = (&self.good.units[unit], &self.bad.units[unit]);
        let functions = common_functions(&self.case.tools, good, bad)?;
        let with = |count: usize| self.is_bad_with(unit, before, bad, &functions[..count]);
        if functions.is_empty() || !with(functions.len())? || with(0)? {
            return Ok(None);
        }
        let first = first_bad(functions.len(), with)?;
        Ok(Some(functions[first].clone()))
    }

    /// Whether the program misbehaves if of `unit`, the functions `chosen` are as in `object`, and the others good.
    fn is_bad_with(&self, unit: &Unit, before: &[Unit], object: &Path, chosen: &[String]) -> Result<bool> {
        let weakened = |name: &str, from: &Path, weak: Vec<&String>| {
            let list = self.dir(&format!("{name}.list"));
            let text: String = weak.iter().map(|symbol| format!("{symbol}\n")).collect();
            std::fs::write(&list, text).with_context(|| format!("cannot write {}", list.display()))?;
            let to = self.dir(name);
            let mut args = vec![OsString::from(format!("--weaken-symbols={}", list.display()))];
            args.extend([from.into(), to.clone().into()]);
            match self.case.tools.run("llvm-objcopy", &args)?.ending {
                Ending::Success => Ok(to),
                ending => bail!("`llvm-objcopy` {}", ending.said()),
            }
        };
        // What is not among the functions, such as data, is the good side's.
        let others = globals(&self.case.tools, object)?;
        let weak = others
            .iter()
            .map(|(symbol, _)| symbol)
            .filter(|symbol| !chosen.contains(symbol));
        let bad = weakened("bad.o", object, weak.collect())?;
        let good = weakened("good.o", &self.good.units[unit], chosen.iter().collect())?;
        self.is_bad(&Selection {
            bad: before.to_vec(),
            replaced: Some((unit.clone(), vec![&good, &bad])),
        })
    }

    /// The pass by which the function becomes bad.
    fn pass(
        &self,
        unit: &Unit,
        before: &[Unit],
        symbol: &str,
        line: &Captured,
        folder: &mut Folder,
    ) -> Result<Option<Run>> {
        step("looking for the pass");
        let compile = |limit: i64, more: &[String]| -> Result<(Option<PathBuf>, String)> {
            let dir = self.dir("limited");
            let _ = std::fs::remove_dir_all(&dir);
            let mut flags = self.case.tools.one_by_one.clone();
            flags.extend(words(["-Csave-temps"]));
            flags.push(format!("-Cllvm-args=-opt-bisect-limit={limit}").into());
            flags.extend(more.iter().map(OsString::from));
            let mut variables = vec![(link::LINKS, self.dir("unused").to_string_lossy().into_owned())];
            if self.bad.setting.is_ours && !line.line.has_lto() {
                variables.push((ONLY_UNIT, named(unit).1));
                flags.push(NO_LINK.into());
            }
            let extra = Extra {
                flags: &flags,
                variables: &variables,
                emits: false,
            };
            let run = line.line.run(&dir, extra, self.case.limit)?;
            let name = if unit.1.is_empty() { &unit.0 } else { &unit.1 };
            let object = files(&dir, ".rcgu.o")
                .into_iter()
                .find(|path| path.ends_with(name));
            Ok((object, run.stderr))
        };
        let chosen = [symbol.to_owned()];
        let (_, printed) = compile(i64::from(i32::MAX), &[])?;
        let all = runs(&printed);
        // What the function calls, if nobody else can see it, comes with it; and a pass over others may change it, too.
        let relevant: Vec<&Run> = all.iter().collect();
        let is_bad = |count: usize| {
            let limit = if count == 0 { 0 } else { relevant[count - 1].number };
            let (object, _) = compile(i64::try_from(limit).unwrap_or(i64::MAX), &[])?;
            let object = object.context("rustc has not written the object of the unit")?;
            let kept = self.dir("limited.o");
            std::fs::copy(&object, &kept).context("cannot copy an object")?;
            self.is_bad_with(unit, before, &kept, &chosen)
        };
        if relevant.is_empty() || !is_bad(relevant.len())? || is_bad(0)? {
            return Ok(None);
        }
        let first = first_bad(relevant.len(), is_bad)?;
        let run = relevant[first].clone();
        let symbol = match run.unit.starts_with(['[', '(']) {
            true => symbol,
            false => &*run.unit,
        };
        let print = [
            "-Cllvm-args=-print-after-all".to_owned(),
            format!("-Cllvm-args=-filter-print-funcs={symbol}"),
        ];
        let text = |limit: u64| -> Result<Option<String>> {
            let (_, printed) = compile(i64::try_from(limit).unwrap_or(i64::MAX), &print)?;
            let all = dumps(&printed, symbol);
            let is_machine =
                run.unit == symbol && printed.contains(&format!("({}) {} on function", run.number, run.pass));
            let is_kind = |text: &&String| text.starts_with('#') == is_machine;
            let last = all.iter().rev().find(is_kind).or(all.last()).cloned();
            Ok(last)
        };
        if let (Some(old), Some(new)) = (text(run.number.saturating_sub(1))?, text(run.number)?) {
            let diff = TextDiff::from_lines(&old, &new);
            let diff = diff
                .unified_diff()
                .header("without the pass", "with the pass")
                .to_string();
            folder.add("before.ll", "the function without the pass", &old)?;
            folder.add("after.ll", "the function with the pass", &new)?;
            folder.add("pass.diff", "what the pass changed in the function", &diff)?;
        }
        Ok(Some(run))
    }

    fn conclude(&self, mut folder: Folder) -> Result<Answer> {
        folder.findings.complete = true;
        folder.findings.reproduce = Some(format!("{} && {}", self.case.typed.shown(), self.judge));
        folder.save()?;
        let path = folder.path().to_owned();
        Ok(Answer::Blamed(Box::new(folder.findings), path))
    }
}

/// Of `count` things in a row, the first with which it is bad: `is_bad` of them all is true, of none false.
fn first_bad(count: usize, is_bad: impl Fn(usize) -> Result<bool>) -> Result<usize> {
    let (mut good, mut bad) = (0, count);
    while bad - good > 1 {
        let middle = good + (bad - good) / 2;
        match is_bad(middle)? {
            true => bad = middle,
            false => good = middle,
        }
    }
    Ok(good)
}

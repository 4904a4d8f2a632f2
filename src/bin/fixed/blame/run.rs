//! A program that misbehaves though it was built: by which crate, unit, function, and pass.
//!
//! It is built by two settings, one good and one bad. Then programs are linked of objects of both: as many from
//! the bad side as still behave, and one more. A function is taken from one side or the other by making all others weak, for
//! the linker prefers a definition that is not. So it is no matter how the two sides differ, as long as they
//! are made of the same functions. Where it is the passes that differ, LLVM's numbering of them leads on.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use similar::TextDiff;

use super::capture::{self, Captured, Plan};
use super::failure::{Ending, Function};
use super::line::{Extra, files};
use super::link::{self, Link, Selection, Unit};
use super::passes::{Run, dumps, runs};
use super::report::{Culprit, Folder};
use super::tools::{Tools, words};
use super::{ANSWER, Answer, Case, ir, source, step};
use crate::compiler::{Compiler, TOOLCHAIN, rustc_of};
use crate::process;

/// How long the program may run.
const PATIENCE: Duration = Duration::from_secs(60);
/// LLVM leaves out every pass that it may leave out.
const NO_PASSES: &str = "-Cllvm-args=-opt-bisect-limit=0";

/// A way to build.
#[derive(Clone)]
struct Setting {
    name: String,
    compiler: Compiler,
    /// Flags behind the user's.
    last: Vec<OsString>,
}

impl Setting {
    fn is_without_passes(&self) -> bool {
        self.last.iter().any(|flag| flag == NO_PASSES)
    }
}

/// What was built by a setting.
struct Side {
    setting: Setting,
    lines: Vec<Captured>,
    link: Link,
    units: BTreeMap<Unit, PathBuf>,
    behaviour: Behaviour,
}

/// What the command that judges made of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Behaviour {
    ending: Ending,
    stdout: Vec<u8>,
}

impl Behaviour {
    fn said(&self) -> String {
        let text = String::from_utf8_lossy(&self.stdout);
        let first: Vec<&str> = text.lines().take(3).collect();
        format!("{}, printing `{}`", self.ending.said(), first.join(" / "))
    }
}

/// Looks into a program that `judge` runs.
pub fn look_into(case: &Case<'_>, judge: &str) -> Result<Answer> {
    if let Some(missing) = case.tools.missing() {
        bail!("{missing}");
    }
    let bad = match &case.options.bad {
        Some(spec) => spec.clone(),
        None => case.backend.clone(),
    };
    let mut bad = build(case, judge, setting(case, &bad, &[])?)?;
    let mut tried = vec![];
    let mut good = None;
    for candidate in candidates(case, &bad)? {
        let name = candidate.name.clone();
        let side = build(case, judge, candidate)?;
        if side.behaviour != bad.behaviour {
            good = Some(side);
            break;
        }
        tried.push(name);
    }
    let Some(mut good) = good else {
        return Ok(Answer::Nobody(format!(
            "with {}, the program does the same as with {}: it {}. Name a setting by which it behaves with `--good`",
            tried.join(" and "),
            bad.setting.name,
            bad.behaviour.said()
        )));
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
    if !good.setting.is_without_passes() {
        // Functions that only their own unit can see cannot be told apart. With this flag, there are none.
        step("building both once more, so that single functions can be exchanged");
        let sides = [&bad, &good].map(|side| {
            let mut setting = side.setting.clone();
            setting.last.push("-Clink-dead-code=yes".into());
            build(case, judge, setting)
        });
        if let [Ok(open_bad), Ok(open_good)] = sides
            && open_bad.behaviour == bad.behaviour
            && open_good.behaviour == good.behaviour
        {
            (bad, good) = (open_bad, open_good);
        }
    }
    let comparison = Comparison {
        case,
        judge,
        good,
        bad,
        by_status,
    };
    comparison.search()
}

fn setting(case: &Case<'_>, spec: &OsString, last: &[&str]) -> Result<Setting> {
    let compiler = Compiler::find(spec, &case.options.base, ANSWER, |line| step(line))
        .with_context(|| format!("`{}`", spec.display()))?;
    let name = match last {
        [] => format!("`{}`", spec.display()),
        _ => format!("`{}` without passes", spec.display()),
    };
    Ok(Setting {
        name,
        compiler,
        last: last.iter().map(OsString::from).collect(),
    })
}

/// Settings by which it may behave: what is given, or else the same without passes, and then rustc's own backend.
fn candidates(case: &Case<'_>, bad: &Side) -> Result<Vec<Setting>> {
    let spec = case.options.bad.as_ref().unwrap_or(&case.backend);
    let same = setting(case, spec, &[NO_PASSES])?;
    let Some(good) = &case.options.good else {
        // The other backend of the pinned toolchain, if it is one of that.
        let mut all = vec![same];
        let other = if case.is_ours() { "llvm" } else { "fixed" };
        if bad.setting.compiler.program() == rustc_of(TOOLCHAIN)? {
            all.push(setting(case, &other.into(), &[])?);
        }
        return Ok(all);
    };
    let given = setting(case, good, &[])?;
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
fn program(case: &Case<'_>, setting: &Setting) -> PathBuf {
    folder(case, setting).join("program")
}

fn folder(case: &Case<'_>, setting: &Setting) -> PathBuf {
    let name: String = setting.name.chars().filter(char::is_ascii_alphanumeric).collect();
    case.work
        .path()
        .join(format!("build-{name}-{}", setting.last.len()))
}

fn build(case: &Case<'_>, judge: &str, setting: Setting) -> Result<Side> {
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
fn judge_program(case: &Case<'_>, judge: &str, name: &str, program: &Path) -> Result<Behaviour> {
    let path = super::line::shown([program.to_string_lossy().into_owned()]);
    let is_it = |word: &str| Path::new(word).file_name().is_some_and(|file| file == name);
    let command = match judge.contains("{}") {
        true => judge.replace("{}", &path),
        false => {
            let words = judge
                .split(' ')
                .map(|word| if is_it(word) { &path } else { word });
            words.collect::<Vec<_>>().join(" ")
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

struct Comparison<'a> {
    case: &'a Case<'a>,
    judge: &'a str,
    good: Side,
    bad: Side,
    /// Whether how the command ends tells the two apart, rather than what it prints.
    by_status: bool,
}

impl Comparison<'_> {
    fn dir(&self, name: &str) -> PathBuf {
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
        let (crate_name, unit_name) = named(&unit);
        let Some(line) = self.line(&unit, &self.bad) else {
            return Ok(Answer::Unknown(format!(
                "it is the crate `{crate_name}`, which no rustc has compiled"
            )));
        };
        let alone = Selection {
            bad: vec![unit.clone()],
            replaced: None,
        };
        let mut findings = self.case.findings(&line.line);
        findings.crate_name = crate_name;
        findings.unit = Some(unit_name);
        findings.manner = Some("miscompiles");
        findings.backend = self.bad.setting.name.trim_matches('`').to_owned();
        findings.notes.push(format!(
            "good: {}: it {}",
            self.good.setting.name,
            self.good.behaviour.said()
        ));
        findings.notes.push(format!(
            "bad: {}: it {}",
            self.bad.setting.name,
            self.bad.behaviour.said()
        ));
        let before = match self.is_bad(&alone)? {
            true => vec![],
            false => {
                findings
                    .notes
                    .push("the unit misbehaves only together with others of the bad side".to_owned());
                before
            }
        };
        step(format_args!(
            "it is in the unit `{}`",
            findings.unit.as_deref().unwrap_or_default()
        ));
        let mut folder = Folder::create(self.case.options.out.as_deref(), findings)?;
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
        let is_passes = self.good.setting.is_without_passes();
        let run = match is_passes {
            true => self.pass(&unit, &before, &symbol, line, &mut folder)?,
            false => None,
        };
        match run {
            Some(run) => {
                if !run.unit.starts_with(['[', '(']) {
                    // It works on one function, which the one that was found calls, or is.
                    symbol = run.unit.clone();
                    function = Function::of(&symbol);
                    folder.findings.function = Some(function.clone());
                }
                folder.findings.culprit = Some(Culprit::Pass);
                folder.findings.answer = format!(
                    "LLVM is to blame: its pass `{}` (number {}) miscompiles `{}`",
                    run.pass, run.number, function.name
                );
                folder.findings.pass = Some(run.pass);
                folder.findings.notes.push(
                    "it is the first pass with which the program misbehaves; where the IR is wrong before it, it only \
                     brings that to light"
                        .to_owned(),
                );
                folder.findings.number = Some(run.number);
            }
            None if is_passes => {
                folder.findings.culprit = Some(Culprit::Pass);
                folder.findings.answer = format!(
                    "LLVM is to blame: a pass miscompiles `{}`, but none of those that it numbers",
                    function.name
                );
            }
            None => {
                folder.findings.culprit = Some(Culprit::Rustc);
                folder.findings.answer = format!(
                    "rustc is to blame: with {}, `{}` is miscompiled, and with {} it is not",
                    self.bad.setting.name, function.name, self.good.setting.name
                );
                self.add_built(&mut folder, &unit, &symbol)?;
            }
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

    /// The line of rustc that a unit is of.
    fn line<'s>(&self, unit: &Unit, side: &'s Side) -> Option<&'s Captured> {
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
        let with = |count: usize| self.is_bad_with(unit, before, bad, &functions, &functions[..count]);
        if functions.is_empty() || !with(functions.len())? || with(0)? {
            return Ok(None);
        }
        let first = first_bad(functions.len(), with)?;
        Ok(Some(functions[first].clone()))
    }

    /// Whether the program misbehaves if of `unit`, the functions `chosen` are as in `object`, and the others good.
    fn is_bad_with(
        &self,
        unit: &Unit,
        before: &[Unit],
        object: &Path,
        functions: &[String],
        chosen: &[String],
    ) -> Result<bool> {
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
        let _ = functions;
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
            let extra = Extra {
                flags: &flags,
                variables: &[(link::LINKS, self.dir("unused").to_string_lossy().into_owned())],
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
            self.is_bad_with(unit, before, &kept, &[], &chosen)
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

    /// Adds the function's IR as it was built by both sides.
    fn add_built(&self, folder: &mut Folder, unit: &Unit, symbol: &str) -> Result<()> {
        let built = |side: &Side, name: &str| -> Result<Option<String>> {
            let Some(line) = self.line(unit, side) else {
                return Ok(None);
            };
            let flags = words(["-Cno-prepopulate-passes", "--emit=llvm-ir"]);
            let extra = Extra {
                flags: &flags,
                variables: &[],
                emits: true,
            };
            let dir = self.dir(name);
            line.line.run(&dir, extra, self.case.limit)?;
            let read = |path| Some(String::from_utf8_lossy(&std::fs::read(path).ok()?).into_owned());
            let mut texts = files(&dir, ".ll").into_iter().filter_map(read);
            Ok(texts.find_map(|text| Some(ir::without_numbers(ir::function(&text, symbol)?))))
        };
        if let (Some(good), Some(bad)) = (built(&self.good, "built-good")?, built(&self.bad, "built-bad")?) {
            let diff = TextDiff::from_lines(&good, &bad);
            let diff = diff.unified_diff().header("good", "bad").to_string();
            folder.add("good.ll", "the function's IR as the good side built it", &good)?;
            folder.add("bad.ll", "the function's IR as the bad side built it", &bad)?;
            match diff.is_empty() {
                true => folder
                    .findings
                    .notes
                    .push("as text, the IR that was built is the same on both sides".to_owned()),
                false => _ = folder.add("built.diff", "how the IR as built differs", &diff)?,
            }
        }
        folder.save()
    }

    /// Adds how the function's assembly differs.
    fn add_assembly(&self, folder: &mut Folder, tools: &Tools, unit: &Unit, symbol: &str) -> Result<()> {
        let text = |object: &Path| -> Result<String> {
            let mut objdump = Command::new(
                tools
                    .path("llvm-objdump")
                    .context("the toolchain has no `llvm-objdump`")?,
            );
            objdump
                .args(["-dr", "--no-show-raw-insn", "--no-leading-addr"])
                .arg(format!("--disassemble-symbols={symbol}"))
                .arg(object);
            let finished = process::run_trusted(objdump, tools.patience)?;
            let text = String::from_utf8_lossy(&finished.stdout).into_owned();
            Ok(text.lines().skip(4).map(|line| format!("{line}\n")).collect())
        };
        let (good, bad) = (text(&self.good.units[unit])?, text(&self.bad.units[unit])?);
        let diff = TextDiff::from_lines(&good, &bad);
        let diff = diff.unified_diff().header("good", "bad").to_string();
        folder.add("assembly.diff", "how the function's assembly differs", &diff)?;
        folder.save()
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

/// The crate and the unit of an object.
fn named((file, member): &Unit) -> (String, String) {
    let name = if member.is_empty() { file } else { member };
    let name = name.trim_end_matches(".rcgu.o");
    let (krate, unit) = name.split_once('.').unwrap_or((name, name));
    let krate = krate
        .rsplit_once('-')
        .map_or(krate, |(name, hash)| match hash.len() {
            16 => name,
            _ => krate,
        });
    (krate.to_owned(), unit.to_owned())
}

/// The global symbols that an object defines, and whether they are functions.
fn globals(tools: &Tools, object: &Path) -> Result<Vec<(String, bool)>> {
    let nm = tools.path("llvm-nm").context("the toolchain has no `llvm-nm`")?;
    let mut command = Command::new(nm);
    command
        .args(["--defined-only", "--extern-only", "--format=posix"])
        .arg(object);
    let finished = process::run_trusted(command, tools.patience)?;
    let text = String::from_utf8_lossy(&finished.stdout).into_owned();
    let read = |line: &str| {
        let mut words = line.split(' ');
        Some((words.next()?.to_owned(), ["T", "W"].contains(&words.next()?)))
    };
    Ok(text.lines().filter_map(read).collect())
}

/// The functions that both objects define.
fn common_functions(tools: &Tools, good: &Path, bad: &Path) -> Result<Vec<String>> {
    let functions = |path| -> Result<Vec<String>> {
        let all = globals(tools, path)?.into_iter();
        Ok(all
            .filter(|(_, is_function)| *is_function)
            .map(|(symbol, _)| symbol)
            .collect())
    };
    let bad = functions(bad)?;
    Ok(functions(good)?
        .into_iter()
        .filter(|symbol| bad.contains(symbol))
        .collect())
}

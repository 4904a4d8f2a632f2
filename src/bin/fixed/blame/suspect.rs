//! A line of rustc that fails: is what LLVM was handed invalid, or what goes wrong on it?

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use similar::TextDiff;

use super::failure::{Ending, Failure, Function, Record, broken};
use super::line::{Extra, Line, files};
use super::passes::{Found, Manner, Replay};
use super::reduce::Test;
use super::report::{Culprit, Findings, Folder};
use super::tools::words;
use super::{Answer, Case, ir, source, step, succeeds};
use crate::diff::parse::symbol_of;
use crate::shell::shown;

/// What the backend calls the time before any pass.
const AS_BUILT: &str = "before LLVM has done anything to it";

/// Looks into `line`. `first` is how it ended in the build, if it was cargo that ran it.
pub fn look_into(case: &Case<'_>, line: Line, first: Option<Option<i32>>) -> Result<Answer> {
    let search = Search { case, line: &line };
    let run = search.run("first", &[], &case.variables())?;
    if run.stderr.contains("No space left on device") {
        let folder = case.work.path().parent().unwrap_or(case.work.path());
        return Ok(Answer::Unknown(format!(
            "the disk is full: there is no room for what the crate `{}` is compiled to, in {}; make room, or set TMPDIR \
             to a folder of another disk",
            line.crate_name(),
            folder.display()
        )));
    }
    if !run.failed() {
        return Ok(Answer::Nobody(match first {
            None => succeeds(case),
            Some(_) => differs(
                &line,
                "failed when cargo ran it, and succeeded when it was run alone",
            ),
        }));
    }
    step(format_args!(
        "`{}` {}; once more",
        line.crate_name(),
        run.ending.said()
    ));
    let again = search.run(
        "again",
        &[],
        &[&case.variables()[..], &[saves_nothing()]].concat(),
    )?;
    let in_cargo = |code: Option<i32>| match run.ending {
        Ending::Status(now) => code == Some(now),
        _ => code.is_none() || code == Some(101),
    };
    if !run.is_like(&again) || !first.is_none_or(in_cargo) {
        let runs = [&run, &again].map(|run| {
            let reasons = run.reasons();
            let reason = reasons
                .first()
                .map(|reason| format!(": {reason}"))
                .unwrap_or_default();
            format!("  it {}{reason}", run.ending.said())
        });
        let words = format!("fails differently each time:\n{}", runs.join("\n"));
        return Ok(Answer::Unknown(differs(&line, &words)));
    }
    search.judge(run)
}

fn differs(line: &Line, words: &str) -> String {
    format!(
        "the line of rustc for the crate `{}` {words}; that is no fault of a pass or of the IR alone, but of something \
         that changes: memory, time, threads, files. It is:\n{}",
        line.crate_name(),
        line.shown()
    )
}

/// The variable by which the backend does not look into a failure once more: it is taken for a run that only saves something,
/// which is never come to.
pub fn saves_nothing() -> (&'static str, String) {
    let request = serde_json::json!({ "module": "", "stage": "", "path": "" });
    ("FIXED_SAVE_INPUT", request.to_string())
}

/// The line, and what is known around it.
pub struct Search<'a> {
    pub case: &'a Case<'a>,
    pub line: &'a Line,
}

impl Search<'_> {
    /// Runs the line with more flags, into a folder of its own.
    pub fn run(&self, name: &str, flags: &[OsString], variables: &[(&str, String)]) -> Result<Failure> {
        let extra = Extra {
            flags,
            variables,
            emits: flags
                .iter()
                .any(|flag| flag.to_string_lossy().starts_with("--emit")),
        };
        self.line.run(&self.dir(name), extra, self.case.limit)
    }

    pub fn dir(&self, name: &str) -> PathBuf {
        self.case.work.path().join(name)
    }

    fn judge(&self, failure: Failure) -> Result<Answer> {
        if let Some(record) = failure.record.clone() {
            return match record.kind == "invalid-ir" && record.stage == AS_BUILT {
                true => self.invalid_by_record(&record),
                false => self.pass(&failure, Some(&record)),
            };
        }
        if failure.is_internal_error() && broken(&failure.stderr).is_none() {
            return self.internal_error(&failure);
        }
        if failure.ending == Ending::Status(1)
            && !failure.reasons().iter().any(|reason| reason.contains("LLVM"))
        {
            return Ok(self.refused(&failure));
        }
        step("looking at the IR as it is handed to LLVM");
        let flags = words([
            "-Zverify-llvm-ir=yes",
            "-Cno-prepopulate-passes",
            "--emit=llvm-ir",
        ]);
        let as_built = self.run("as-built", &flags, &[])?;
        if let Some(record) = as_built.record.clone().filter(|record| record.stage == AS_BUILT) {
            return self.invalid_by_record(&record);
        }
        if let Some((rule, symbol)) = as_built.broken() {
            return self.invalid(&rule, symbol.as_deref());
        }
        // This backend has looked already.
        if !self.case.is_ours()
            && let Some((rule, symbol)) = self.rejected()?
        {
            return self.invalid(&rule, symbol.as_deref());
        }
        self.pass(&failure, None)
    }

    /// What LLVM's verifier rejects of what rustc hands over, by rustc's own check before any pass, or by `opt`'s: its words,
    /// and the function.
    fn rejected(&self) -> Result<Option<(String, Option<String>)>> {
        // Of the passes, only those that must run, behind the check.
        let flags = words(["-Zverify-llvm-ir=yes", "-Cllvm-args=-opt-bisect-limit=0"]);
        let flags = [flags, self.case.tools.one_by_one.clone()].concat();
        if let Some(broken) = self.run("checked", &flags, &[])?.broken() {
            return Ok(Some(broken));
        }
        if self.case.tools.missing().is_some() {
            return Ok(None);
        }
        for path in files(&self.dir("as-built"), ".ll") {
            let args = [
                words(["-passes=verify", "-disable-output"]),
                vec![path.clone().into()],
            ];
            let ran = self.case.tools.run("opt", &args.concat())?;
            if ran.ending == Ending::Success {
                continue;
            }
            if let Some(broken) = broken(&ran.stderr) {
                return Ok(Some(broken));
            }
            let said = ran.stderr.lines().find_map(|line| line.split_once(": error: "));
            if let Some((place, rule)) = said {
                let number = place.rsplit(':').nth(1).and_then(|number| number.parse().ok());
                let text = std::fs::read(&path).unwrap_or_default();
                let text = String::from_utf8_lossy(&text);
                let before = text.lines().take(number.unwrap_or(0));
                let head = before.filter(|line| line.starts_with("define ")).last();
                let symbol = head.and_then(symbol_of).map(str::to_owned);
                return Ok(Some((rule.to_owned(), symbol)));
            }
        }
        Ok(None)
    }

    /// rustc refuses the program, as it is to do.
    fn refused(&self, failure: &Failure) -> Answer {
        let is_error = |line: &&str| line.starts_with("error") && !line.starts_with("error: aborting");
        let errors: Vec<&str> = failure.stderr.lines().filter(is_error).take(3).collect();
        Answer::Nobody(format!(
            "rustc refuses the crate `{}`; none of its code is wrong:\n{}",
            self.line.crate_name(),
            errors.join("\n")
        ))
    }

    fn folder(&self, mut findings: Findings) -> Result<Folder> {
        if findings
            .function
            .as_ref()
            .is_some_and(|function| function.symbol.is_empty())
        {
            findings.function = None;
        }
        Folder::create(self.case.options.out.as_deref(), findings)
    }

    /// rustc has crashed by itself, and says so.
    fn internal_error(&self, failure: &Failure) -> Result<Answer> {
        let reason = |line: &&str| line.contains("internal compiler error") || line.contains("panicked at");
        let mut findings = self.case.findings(self.line);
        findings.culprit = Some(Culprit::Rustc);
        findings.manner = Some("internal-error");
        let mut lines = failure.stderr.lines();
        let said = lines.find(reason).unwrap_or_default().to_owned();
        let more = lines
            .next()
            .filter(|_| said.contains("panicked at") && said.ends_with(':'));
        findings.message = Some(format!("{said} {}", more.unwrap_or_default()).trim().to_owned());
        let arrow = failure
            .stderr
            .lines()
            .find_map(|line| line.trim_start().strip_prefix("--> "));
        findings.place = arrow.map(str::to_owned);
        findings.answer = format!(
            "rustc is to blame: it has an internal error on the crate `{}`, before LLVM fails",
            findings.crate_name
        );
        findings.reproduce = Some(self.line.shown());
        let mut folder = self.folder(findings)?;
        folder.add("stderr.txt", "what rustc prints", &failure.stderr)?;
        self.conclude(folder)
    }

    /// The backend has said what is invalid.
    fn invalid_by_record(&self, record: &Record) -> Result<Answer> {
        let mut findings = self.case.findings(self.line);
        let rule = record.rule.clone().unwrap_or_default();
        findings.unit = Some(record.unit.clone());
        findings.function = record.function.clone();
        findings.block = record.block.clone();
        findings.place = record.place.clone();
        findings.mir = record.mir.clone();
        let symbol = record.function.as_ref().map(|function| function.symbol.clone());
        let mut folder = self.invalid_folder(findings, &rule)?;
        if let Some(text) = record.input.as_ref().and_then(|path| std::fs::read(path).ok()) {
            let text = String::from_utf8_lossy(&text);
            folder.add(
                "function.txt",
                "the function, with the MIR of each part, and a mark",
                &text,
            )?;
        }
        if let Some(module) = &record.module {
            self.reduce_invalid(&mut folder, Path::new(module), symbol.as_deref())?;
        }
        self.conclude(folder)
    }

    /// LLVM's verifier rejects what was handed over; the IR is in the folder of that run, or is asked for once more.
    fn invalid(&self, rule: &str, symbol: Option<&str>) -> Result<Answer> {
        let mut findings = self.case.findings(self.line);
        findings.function = symbol.map(Function::of);
        let mut folder = self.invalid_folder(findings, rule)?;
        let flags = words(["-Cno-prepopulate-passes", "--emit=llvm-ir", "-Zverify-llvm-ir=no"]);
        self.run("invalid", &flags, &[])?;
        let holds = |path: &PathBuf| {
            let text = std::fs::read(path).unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            symbol.is_none_or(|symbol| ir::function(&text, symbol).is_some())
        };
        let module = files(&self.dir("invalid"), ".ll").into_iter().find(holds);
        if let Some(symbol) = symbol {
            self.add_source(&mut folder, symbol)?;
        }
        match module {
            Some(module) => {
                let text = std::fs::read(&module).unwrap_or_default();
                let text = String::from_utf8_lossy(&text);
                if let Some(function) = symbol.and_then(|symbol| ir::function(&text, symbol)) {
                    folder.add("function.txt", "the function as LLVM was handed it", function)?;
                }
                self.reduce_invalid(&mut folder, &module, symbol)?;
            }
            None => folder.findings.notes.push("rustc writes no IR of it".to_owned()),
        }
        self.conclude(folder)
    }

    fn invalid_folder(&self, mut findings: Findings, rule: &str) -> Result<Folder> {
        findings.culprit = Some(Culprit::Rustc);
        findings.manner = Some("invalid-ir");
        findings.rule = Some(rule.to_owned());
        let of = match &findings.function {
            Some(function) => format!("`{}`", function.name),
            None => format!("the crate `{}`", findings.crate_name),
        };
        findings.answer = format!("rustc is to blame: the IR of {of} is invalid when LLVM is handed it");
        step(&findings.answer);
        self.folder(findings)
    }

    fn reduce_invalid(&self, folder: &mut Folder, module: &Path, symbol: Option<&str>) -> Result<()> {
        self.reduce(
            folder,
            "opt",
            words(["-passes=verify", "-disable-output"]),
            module,
            symbol,
            false,
        )
    }

    /// Puts the module, as small as may be, into the folder, with the command that fails on it.
    fn reduce(
        &self,
        folder: &mut Folder,
        tool: &'static str,
        args: Vec<OsString>,
        module: &Path,
        symbol: Option<&str>,
        is_readable: bool,
    ) -> Result<()> {
        if let Some(missing) = self.case.tools.missing() {
            let text = std::fs::read(module).with_context(|| format!("cannot read {}", module.display()))?;
            folder.add("module.ll", "the whole module", &String::from_utf8_lossy(&text))?;
            folder.findings.notes.push(missing);
            return folder.save();
        }
        step("reducing the IR");
        folder.save()?;
        let scratch = self.dir("reduce");
        std::fs::create_dir_all(&scratch).context("cannot make a temporary folder")?;
        let test = Test {
            tools: &self.case.tools,
            tool,
            args: args.clone(),
            until: Instant::now() + Duration::from_secs(self.case.options.reduce),
            folder: &scratch,
        };
        let Some(reduced) = test.reduce(module, symbol, is_readable)? else {
            let note = format!("by itself, `{tool}` does not fail on the IR, so that it cannot be reduced");
            folder.findings.notes.push(note);
            return folder.save();
        };
        folder.add(
            "reduced.ll",
            "the IR, reduced, which fails in the same way",
            &reduced,
        )?;
        let args = args.iter().map(|arg| arg.to_string_lossy().into_owned());
        let line = std::iter::once(tool.to_owned())
            .chain(args)
            .chain(["reduced.ll".to_owned()]);
        folder.findings.reproduce = Some(format!(
            "# `{tool}` of the toolchain: $(rustc --print sysroot)/lib/rustlib/*/bin\n{}",
            shown(line)
        ));
        folder.save()
    }

    /// Adds where the function is in Rust, and its MIR, unless that is known.
    fn add_source(&self, folder: &mut Folder, symbol: &str) -> Result<()> {
        let function = Function::of(symbol);
        let source = source::of(
            self.line,
            symbol,
            &function.name,
            &self.dir("source"),
            self.case.limit,
        )?;
        let findings = &mut folder.findings;
        findings.place = findings.place.take().or(source.place);
        if let Some(mir) = source.mir {
            folder.add("function.mir", "the function's MIR", &mir)?;
            folder.findings.mir = folder.findings.mir.take().or(Some(mir));
        }
        folder.save()
    }

    /// What LLVM was handed is valid, and so it is a pass that fails or leaves something invalid.
    fn pass(&self, failure: &Failure, record: Option<&Record>) -> Result<Answer> {
        step("looking for the pass");
        let (replay, found) = match self.by_tool(failure, record)? {
            Some(found) => found,
            None => match self.by_rustc(failure, record)? {
                Some(found) => found,
                None => return self.no_pass(failure),
            },
        };
        let mut findings = self.case.findings(self.line);
        findings.unit = record
            .map(|record| record.unit.clone())
            .or_else(|| match &replay {
                Replay::Tool { input, .. } => unit_of(input),
                Replay::Rustc { .. } => None,
            });
        findings.culprit = Some(Culprit::Pass);
        findings.function = match (&found.function, record.and_then(|record| record.function.clone())) {
            (Some(symbol), Some(function)) if function.symbol == *symbol => Some(function),
            (Some(symbol), _) => Some(Function::of(symbol)),
            (None, function) => function,
        };
        findings.pass = Some(found.pass.clone());
        findings.number = found.number;
        findings.message = Some(found.reason.clone());
        let (manner, says) = match found.manner {
            Manner::Breaks => ("breaks", "leaves invalid IR"),
            Manner::Crashes => ("crashes", "crashes"),
            Manner::Hangs => ("hangs", "does not end"),
        };
        findings.manner = Some(manner);
        let of = match &findings.function {
            Some(function) => format!(" on `{}`", function.name),
            None => format!(" on the crate `{}`", findings.crate_name),
        };
        let number = found
            .number
            .map(|number| format!(" (number {number})"))
            .unwrap_or_default();
        findings.answer = format!("LLVM is to blame: its pass `{}`{number} {says}{of}", found.pass);
        step(&findings.answer);
        let mut folder = self.folder(findings)?;
        self.add_texts(&mut folder, &found)?;
        if let Some(symbol) = &found.function {
            self.add_source(&mut folder, symbol)?;
        }
        match &replay {
            Replay::Tool {
                name, args, input, ..
            } => {
                let mut args = args.clone();
                if found.manner == Manner::Breaks {
                    args.push("-verify-each".into());
                }
                self.reduce(&mut folder, name, args, input, found.function.as_deref(), true)?;
            }
            Replay::Rustc { .. } => {
                folder.findings.reproduce = Some(shown(replay.words()));
                folder.findings.notes.push(
                    "LLVM's own `opt` and `llc` do not fail on the saved IR, so that it cannot be reduced; rustc runs \
                     them with other options, or other passes"
                        .to_owned(),
                );
                if let Some(input) = record.and_then(|record| record.input.as_ref()) {
                    let text = std::fs::read(input).unwrap_or_default();
                    folder.add(
                        "module.ll",
                        "the module as the passes got it",
                        &String::from_utf8_lossy(&text),
                    )?;
                }
            }
        }
        self.conclude(folder)
    }

    fn add_texts(&self, folder: &mut Folder, found: &Found) -> Result<()> {
        if let Some(before) = &found.before {
            folder.add("before.ll", "the function before the pass", before)?;
        }
        if let Some(after) = &found.after {
            folder.add("after.ll", "the function after the pass", after)?;
        }
        if let (Some(before), Some(after)) = (&found.before, &found.after) {
            let diff = TextDiff::from_lines(before, after);
            let diff = diff.unified_diff().header("before", "after").to_string();
            folder.add("pass.diff", "what the pass changed in the function", &diff)?;
        }
        folder.save()
    }

    /// LLVM was handed something valid, and no pass of it fails.
    fn no_pass(&self, failure: &Failure) -> Result<Answer> {
        let missing = self.case.tools.missing().map(|missing| format!("; {missing}"));
        Ok(Answer::Unknown(format!(
            "the crate `{}` {}, its IR is valid, and no pass fails on it when the passes are run once more{}",
            self.line.crate_name(),
            failure.ending.said(),
            missing.unwrap_or_default()
        )))
    }

    fn conclude(&self, mut folder: Folder) -> Result<Answer> {
        folder.findings.complete = true;
        folder.save()?;
        let path = folder.path().to_owned();
        Ok(Answer::Blamed(Box::new(folder.findings), path))
    }
}

/// The unit that a saved file is of.
fn unit_of(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?;
    let (unit, _) = name.split_once(".rcgu")?;
    unit.split_once('.').map(|(_, unit)| unit.to_owned())
}

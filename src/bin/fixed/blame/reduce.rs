//! A module made small that still fails in the same way.
//!
//! `llvm-reduce` does this, where the system has it of the toolchain's version and LLVM can read the module. Our own way is by
//! text: other functions become declarations, what nothing leads to goes, and so do debug information, blocks and
//! instructions, as long as the tool fails as before. So it is no matter whether LLVM can read what is there.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use regex_lite::Regex;

use super::failure::{Ending, running};
use super::ir::{Block, Function, Module};
use super::tools::{Ran, Tools};
use crate::process;

/// What a tool must do to be failing in the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sign {
    ending: Ending,
    reason: String,
}

impl Sign {
    fn of(ran: &Ran) -> Self {
        let reason = ran.stderr.lines().find(|line| {
            line.contains("error:") || line.contains("LLVM ERROR") || line.contains("Assertion")
        });
        // The verifier says what is wrong in its first line, and that the module is broken in the last.
        let first = ran.stderr.lines().find(|line| !line.trim().is_empty());
        let reason = match reason {
            Some(line) if line.contains("broken") || line.contains("Broken") => first.unwrap_or(line),
            Some(line) => line,
            None => "",
        };
        let pass = running(&ran.stderr).map(|(pass, _)| pass).unwrap_or_default();
        // Which values, types and lines it is about may change.
        let varying = Regex::new(r#"^.*error: |'[^']*'|"[^"]*"|0x[0-9a-f]+|\bt?\d+\b"#)
            .expect("an expression that is always the same");
        // The verifier's word is an error or a crash, as it comes while reading or after it.
        let is_verdict = ran.ending != Ending::Success
            && (ran.stderr.contains("roken module") || ran.stderr.contains("is broken"));
        Sign {
            ending: if is_verdict { Ending::Status(1) } else { ran.ending },
            reason: format!("{} {}", varying.replace_all(reason, "…"), base(&pass)),
        }
    }
}

/// The name of a pass without its parameters.
fn base(pass: &str) -> &str {
    pass.split(['<', '(']).next().unwrap_or(pass)
}

/// The command that fails, but for the file.
pub struct Test<'a> {
    pub tools: &'a Tools,
    pub tool: &'static str,
    pub args: Vec<OsString>,
    pub until: Instant,
    pub folder: &'a Path,
}

impl Test<'_> {
    fn run(&self, path: &Path) -> Result<Ran> {
        let mut args = self.args.clone();
        args.push(path.into());
        self.tools.run(self.tool, &args)
    }

    fn fails(&self, module: &Module, sign: &Sign) -> Result<bool> {
        Ok(Sign::of(&self.run_on(module)?) == *sign)
    }

    fn run_on(&self, module: &Module) -> Result<Ran> {
        let path = self.folder.join("candidate.ll");
        std::fs::write(&path, module.text()).with_context(|| format!("cannot write {}", path.display()))?;
        self.run(&path)
    }

    fn is_over(&self) -> bool {
        Instant::now() >= self.until
    }

    /// Makes the module in `input` as small as time allows. Nothing if the tool does not fail on it. `symbol` is the
    /// function that it is about.
    pub fn reduce(&self, input: &Path, symbol: Option<&str>, is_readable: bool) -> Result<Option<String>> {
        let before = self.run(input)?;
        if before.ending == Ending::Success {
            return Ok(None);
        }
        let mut input = input.to_owned();
        if is_readable
            && let Some(program) = self.tools.reducer()
            && let Some(reduced) = self.with_llvm_reduce(&program, &input, &Sign::of(&before))?
        {
            input = reduced;
        }
        let bytes = std::fs::read(&input).with_context(|| format!("cannot read {}", input.display()))?;
        let text = String::from_utf8_lossy(&bytes);
        let mut module = Module::parse(&text);
        let numbered = module.clone();
        module.functions.iter_mut().for_each(Function::name_values);
        // What is said of invalid text may be another thing with names for numbers, but it must be as invalid.
        let mut ran = self.run_on(&module)?;
        if Sign::of(&ran).ending != Sign::of(&before).ending {
            module = numbered;
            ran = self.run_on(&module)?;
        }
        if Sign::of(&ran).ending != Sign::of(&before).ending {
            return Ok(Some(text.into_owned()));
        }
        let sign = Sign::of(&ran);
        let mut reducer = Reducer {
            test: self,
            sign,
            module,
        };
        reducer.others()?;
        reducer.functions(symbol)?;
        reducer.others()?;
        reducer.blocks()?;
        reducer.instructions()?;
        reducer.functions(symbol)?;
        reducer.others()?;
        Ok(Some(reducer.module.text()))
    }

    fn with_llvm_reduce(&self, program: &Path, input: &Path, sign: &Sign) -> Result<Option<PathBuf>> {
        let script = self.folder.join("interesting.sh");
        let tool = self.tools.path(self.tool).context("the tool is gone")?;
        let args = self.args.iter().map(|arg| arg.to_string_lossy().into_owned());
        let words = std::iter::once(tool.to_string_lossy().into_owned()).chain(args);
        let line = crate::shell::shown(words);
        let code = match sign.ending {
            Ending::Status(code) => code,
            Ending::Signal(signal) => 128 + signal,
            _ => return Ok(None),
        };
        let text = format!("#!/bin/sh\n{line} \"$1\" >/dev/null 2>&1\ntest $? -eq {code}\n");
        std::fs::write(&script, text).context("cannot write the test for llvm-reduce")?;
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755))?;
        let output = self.folder.join("llvm-reduced.ll");
        let mut command = Command::new(program);
        command
            .arg(format!("--test={}", script.display()))
            .arg("-o")
            .arg(&output)
            .arg(input)
            .current_dir(self.folder);
        let left = self.until.saturating_duration_since(Instant::now());
        process::run_trusted(command, left.max(Duration::from_secs(1)))?;
        let same = output.is_file() && Sign::of(&self.run(&output)?) == *sign;
        Ok(same.then_some(output))
    }
}

struct Reducer<'a> {
    test: &'a Test<'a>,
    sign: Sign,
    module: Module,
}

impl Reducer<'_> {
    /// Takes `module` if it fails like the one that there is.
    fn accept(&mut self, module: Module) -> Result<bool> {
        let fails = !self.test.is_over() && self.test.fails(&module, &self.sign)?;
        if fails {
            self.module = module;
        }
        Ok(fails)
    }

    /// Makes functions declarations: all but `symbol` at once if that will do, else in ever smaller groups.
    fn functions(&mut self, symbol: Option<&str>) -> Result<()> {
        let is_it = |function: &Function| Some(&*function.symbol) == symbol;
        let mut group = self.module.functions.len().max(1);
        loop {
            let mut end = self.module.functions.len();
            while end > 0 {
                let start = end.saturating_sub(group);
                let mut candidate = self.module.clone();
                let chosen: Vec<usize> = (start..end)
                    .filter(|&index| !is_it(&candidate.functions[index]))
                    .collect();
                if !chosen.is_empty() {
                    chosen.iter().rev().for_each(|&index| candidate.declare(index));
                    candidate.collect_garbage();
                    self.accept(candidate)?;
                }
                end = start.min(self.module.functions.len());
            }
            if group == 1 || self.test.is_over() {
                return Ok(());
            }
            group = group.div_ceil(2);
        }
    }

    /// Removes what is not code.
    fn others(&mut self) -> Result<()> {
        let mut candidate = self.module.clone();
        candidate.strip_debug();
        candidate.collect_garbage();
        self.accept(candidate)?;
        let mut candidate = self.module.clone();
        candidate.collect_garbage();
        self.accept(candidate)?;
        // Flags of the module, one by one.
        let mut candidate = self.module.clone();
        candidate
            .others
            .retain(|line| !line.starts_with("!llvm.module.flags"));
        candidate.collect_garbage();
        self.accept(candidate)?;
        Ok(())
    }

    /// Ends blocks early, so that others are no longer reached, and removes those.
    fn blocks(&mut self) -> Result<()> {
        for function in 0..self.module.functions.len() {
            let mut block = 0;
            while block < self.module.functions[function].blocks.len() && !self.test.is_over() {
                let mut candidate = self.module.clone();
                if let Some(terminator) = candidate.functions[function].blocks[block]
                    .instructions
                    .last_mut()
                    && terminator.trim() != "unreachable"
                {
                    *terminator = "  unreachable".to_owned();
                    remove_unreached(&mut candidate.functions[function]);
                    self.accept(candidate)?;
                }
                block += 1;
            }
        }
        Ok(())
    }

    /// Removes instructions, first many at a time. Who uses their results uses `poison` then.
    fn instructions(&mut self) -> Result<()> {
        for function in 0..self.module.functions.len() {
            let count = |module: &Module| -> usize {
                let blocks = &module.functions[function].blocks;
                blocks.iter().map(|block| block.instructions.len()).sum()
            };
            let mut group = count(&self.module).div_ceil(2).max(1);
            loop {
                let mut end = count(&self.module);
                while end > 0 && !self.test.is_over() {
                    let start = end.saturating_sub(group);
                    let mut candidate = self.module.clone();
                    if remove_instructions(&mut candidate.functions[function], start, end) {
                        candidate.collect_garbage();
                        self.accept(candidate)?;
                    }
                    end = start;
                }
                if group == 1 || self.test.is_over() {
                    break;
                }
                group = group.div_ceil(2);
            }
        }
        Ok(())
    }
}

/// Removes the instructions from number `start` to `end`, but for those that end blocks.
fn remove_instructions(function: &mut Function, start: usize, end: usize) -> bool {
    let mut number = 0;
    let mut gone = vec![];
    let mut removed = false;
    for block in &mut function.blocks {
        let count = block.instructions.len();
        let mut at = 0;
        block.instructions.retain(|one| {
            let is_last = at + 1 == count;
            let goes = (start..end).contains(&number) && !is_last;
            if goes {
                gone.extend(result(one).map(str::to_owned));
                removed = true;
            }
            number += 1;
            at += 1;
            !goes
        });
    }
    poison(&mut function.blocks, &gone);
    removed
}

/// The name that an instruction gives its result.
fn result(instruction: &str) -> Option<&str> {
    let (name, _) = instruction.trim_start().split_once(" = ")?;
    name.starts_with('%').then_some(name)
}

fn poison(blocks: &mut [Block], gone: &[String]) {
    if gone.is_empty() {
        return;
    }
    let value = Regex::new(r#"%("[^"]*"|[\w.$-]+)"#).expect("an expression that is always the same");
    for one in blocks.iter_mut().flat_map(|block| &mut block.instructions) {
        let replaced = value.replace_all(one, |found: &regex_lite::Captures<'_>| {
            match gone.iter().any(|name| *name == found[0]) {
                true => "poison".to_owned(),
                false => found[0].to_owned(),
            }
        });
        *one = replaced.into_owned();
    }
}

/// Removes blocks that the first does not lead to.
fn remove_unreached(function: &mut Function) {
    let label = Regex::new(r#"label %("[^"]*"|[\w.$-]+)"#).expect("an expression that is always the same");
    let mut reached = vec![false; function.blocks.len()];
    let mut queue = vec![0];
    while let Some(index) = queue.pop() {
        if std::mem::replace(&mut reached[index], true) {
            continue;
        }
        let ends = function.blocks[index].instructions.iter();
        for name in ends.flat_map(|one| label.captures_iter(one)) {
            queue.extend(function.blocks.iter().position(|block| block.label == name[1]));
        }
    }
    let mut gone = vec![];
    let mut labels = vec![];
    let mut index = 0;
    function.blocks.retain(|block| {
        index += 1;
        if !reached[index - 1] {
            gone.extend(
                block
                    .instructions
                    .iter()
                    .filter_map(|one| Some(result(one)?.to_owned())),
            );
            labels.push(block.label.clone());
        }
        reached[index - 1]
    });
    // A `phi` has an entry for each predecessor that there is.
    let ends: Vec<(String, String)> = function
        .blocks
        .iter()
        .map(|block| {
            (
                block.label.clone(),
                block.instructions.last().cloned().unwrap_or_default(),
            )
        })
        .collect();
    let entry = Regex::new(r#",? ?\[ [^\[\]]*, %("[^"]*"|[\w.$-]+) \]"#)
        .expect("an expression that is always the same");
    for block in &mut function.blocks {
        let own = block.label.clone();
        for one in &mut block.instructions {
            if !one.contains(" = phi ") {
                continue;
            }
            let kept = entry.replace_all(one, |found: &regex_lite::Captures<'_>| {
                let comes = ends.iter().any(|(from, end)| {
                    *from == found[1] && label.captures_iter(end).any(|name| name[1] == *own)
                });
                match comes {
                    true => found[0].to_owned(),
                    false => String::new(),
                }
            });
            *one = kept.into_owned();
        }
    }
    let phi =
        Regex::new(r"(= phi (?:fast )?[^\[]*?),? ?(\[)").expect("an expression that is always the same");
    for one in function
        .blocks
        .iter_mut()
        .flat_map(|block| &mut block.instructions)
    {
        if one.contains(" = phi ") {
            *one = phi.replace(one, "$1 $2").into_owned();
        }
    }
    poison(&mut function.blocks, &gone);
}

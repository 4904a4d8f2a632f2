//! A module of LLVM IR as text, taken apart as far as finding and removing functions needs it.
//!
//! It is the text that is read, not bitcode: what is invalid can only be read as text, if at all.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::path::Path;

use regex_lite::Regex;

use crate::diff::parse::{self, Broken, symbol_of};
use crate::explain;

/// A module's text: functions, and everything else line by line.
#[derive(Clone, Debug, Default)]
pub struct Module {
    /// Types, globals, declarations, attributes, metadata.
    pub others: Vec<String>,
    pub functions: Vec<Function>,
}

/// A function that is defined.
#[derive(Clone, Debug)]
pub struct Function {
    pub symbol: String,
    /// `define … {`
    pub head: String,
    pub blocks: Vec<Block>,
}

#[derive(Clone, Debug)]
pub struct Block {
    /// Without the colon; empty for a first block that has none.
    pub label: String,
    /// What LLVM breaks into several lines is one, with the breaks.
    pub instructions: Vec<String>,
}

/// The text of the function `symbol`, from `define` to its brace.
pub fn function<'a>(text: &'a str, symbol: &str) -> Option<&'a str> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("define ") && symbol_of(line) == Some(symbol) {
            let rest = &text[at..];
            return Some(
                rest.find("\n}")
                    .map_or(rest, |end| &rest[..end + 3.min(rest.len() - end)]),
            );
        }
        at += line.len();
    }
    None
}

/// The text of a function without what leads to metadata, whose numbers differ from module to module.
pub fn without_numbers(text: &str) -> String {
    let attachment = Regex::new(r",? !\w+ !\d+").expect("an expression that is always the same");
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("#dbg_"));
    lines
        .map(|line| attachment.replace_all(line, "").into_owned() + "\n")
        .collect()
}

/// Where a function is in Rust, by its debug information: `file:line`, from `folder` on.
pub fn place(text: &str, symbol: &str, folder: &Path) -> Option<String> {
    let module = explain::ir::Module::read(text);
    let subprogram = module.subprogram(symbol, folder)?;
    let file = Path::new(&subprogram.file);
    let file = file.strip_prefix(folder).unwrap_or(file);
    Some(format!("{}:{}", file.display(), subprogram.line))
}

impl Module {
    pub fn parse(text: &str) -> Self {
        let mut module = Module::default();
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if line.starts_with("define ") {
                let blocks = parse::body(&mut lines, Broken::Kept);
                module.functions.push(Function {
                    symbol: symbol_of(line).unwrap_or_default().to_owned(),
                    head: line.to_owned(),
                    blocks: blocks.into_iter().map(Block::from).collect(),
                });
            } else if !line.trim().is_empty() && !line.starts_with(';') {
                module.others.push(line.to_owned());
            }
        }
        module
    }

    pub fn text(&self) -> String {
        let (before, behind): (Vec<_>, Vec<_>) = self
            .others
            .iter()
            .partition(|line| !line.starts_with("attributes ") && !line.starts_with('!'));
        let mut text = String::new();
        let mut push = |line: &str| {
            text.push_str(line);
            text.push('\n');
        };
        before.into_iter().for_each(|line| push(line));
        for function in &self.functions {
            push("");
            push(&function.head);
            for block in &function.blocks {
                if !block.label.is_empty() {
                    push(&format!("{}:", block.label));
                }
                block.instructions.iter().for_each(|one| push(one));
            }
            push("}");
        }
        push("");
        behind.into_iter().for_each(|line| push(line));
        text
    }

    /// Removes debug information: the places of instructions, and records of variables.
    pub fn strip_debug(&mut self) {
        let attachment = Regex::new(r",? !dbg !\d+").expect("an expression that is always the same");
        for function in &mut self.functions {
            function.head = attachment.replace_all(&function.head, "").into_owned();
            for block in &mut function.blocks {
                block
                    .instructions
                    .retain(|one| !one.trim_start().starts_with("#dbg_") && !one.contains("@llvm.dbg."));
                for one in &mut block.instructions {
                    *one = attachment.replace_all(one, "").into_owned();
                }
            }
        }
        for line in &mut self.others {
            if line.starts_with('@') {
                *line = attachment.replace_all(line, "").into_owned();
            }
        }
        let is_version = |line: &&String| line.contains("!\"Debug Info Version\"");
        let version = self
            .others
            .iter()
            .find(is_version)
            .and_then(|line| line.split(' ').next());
        if let Some(version) = version.map(str::to_owned) {
            for line in &mut self.others {
                if line.starts_with("!llvm.module.flags") {
                    *line = line
                        .replace(&format!(", {version}}}"), "}")
                        .replace(&format!("{version}, "), "");
                }
            }
        }
        self.others
            .retain(|line| !line.starts_with("!llvm.dbg.") && !is_version(&line));
    }

    /// Makes a function a declaration.
    pub fn declare(&mut self, index: usize) {
        let function = self.functions.remove(index);
        let cut = Regex::new(
            r#" (personality|prefix|prologue) .*$| comdat(\([^)]*\))?| ![\w.]+ ![\w]+| section "[^"]*""#,
        )
        .expect("an expression that is always the same");
        let linkage = Regex::new(
            r"^define (private |internal |linkonce_odr |linkonce |weak_odr |weak |available_externally )?",
        )
        .expect("an expression that is always the same");
        let head = function.head.trim_end().trim_end_matches('{').trim_end();
        let head = linkage.replace(head, "declare ");
        let head = head.split(" personality ").next().unwrap_or(&head).to_owned();
        self.others.push(cut.replace_all(&head, "").into_owned());
    }

    /// Removes what no function leads to.
    pub fn collect_garbage(&mut self) {
        let name = Regex::new(r#"[@#!$%]("[^"]*"|[\w.$-]+)"#).expect("an expression that is always the same");
        let mut defined: HashMap<&str, Vec<usize>> = HashMap::new();
        let mut kept = HashSet::new();
        let mut queue: Vec<usize> = vec![];
        for (index, line) in self.others.iter().enumerate() {
            let key = match line.split_once(" = ") {
                Some((key, _)) if !line.starts_with("module asm") && !line.starts_with("target ") => {
                    key.strip_prefix("attributes ").unwrap_or(key)
                }
                _ => match line.starts_with("declare ") {
                    true => {
                        let at = line.find('@').unwrap_or(0);
                        let found = name.find(&line[at..]);
                        found.map_or("", |found| found.as_str())
                    }
                    false => "",
                },
            };
            let is_flags = key == "!llvm.module.flags";
            if line.starts_with("target ") || is_flags {
                kept.insert(index);
                queue.push(index);
            } else if !key.is_empty() {
                defined.entry(key).or_default().push(index);
            }
        }
        let visit = |text: &str, queue: &mut Vec<usize>, kept: &mut HashSet<usize>| {
            for found in name.find_iter(text) {
                for &index in defined.get(found.as_str()).into_iter().flatten() {
                    if kept.insert(index) {
                        queue.push(index);
                    }
                }
            }
        };
        for function in &self.functions {
            visit(&function.head, &mut queue, &mut kept);
            for one in function.blocks.iter().flat_map(|block| &block.instructions) {
                visit(one, &mut queue, &mut kept);
            }
        }
        while let Some(index) = queue.pop() {
            visit(&self.others[index], &mut queue, &mut kept);
        }
        let mut index = 0;
        self.others.retain(|_| {
            index += 1;
            kept.contains(&(index - 1))
        });
    }
}

impl From<parse::Block<'_>> for Block {
    fn from(block: parse::Block<'_>) -> Self {
        Block {
            label: block.label.to_owned(),
            instructions: block.lines.into_iter().map(Cow::into_owned).collect(),
        }
    }
}

impl Function {
    /// Gives values and blocks names where they have numbers: these must be without gaps, names need not.
    pub fn name_values(&mut self) {
        let number = Regex::new(r"%(\d+)\b").expect("an expression that is always the same");
        let first = number
            .captures_iter(&self.head)
            .filter_map(|found| found[1].parse::<u64>().ok())
            .max()
            .map_or(0, |last| last + 1);
        self.head = number.replace_all(&self.head, "%v$1").into_owned();
        for (index, block) in self.blocks.iter_mut().enumerate() {
            if index == 0 && block.label.is_empty() {
                block.label = format!("v{first}");
            } else if block.label.bytes().all(|byte| byte.is_ascii_digit()) {
                block.label = format!("v{}", block.label);
            }
            for one in &mut block.instructions {
                *one = number.replace_all(one, "%v$1").into_owned();
            }
        }
    }
}

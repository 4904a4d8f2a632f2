//! LLVM IR, split into what it is made of: groups of attributes, metadata, types, globals, functions.
//!
//! It is the text that is read, not bitcode: two compilers may have different LLVMs.

use std::borrow::Cow;
use std::collections::HashMap;

use super::lex::{Lexer, Piece};

/// The parts of a module's text.
#[derive(Default)]
pub struct Parts<'a> {
    /// `#7` → what is between its braces.
    pub groups: HashMap<&'a str, &'a str>,
    /// `!7` → what it is.
    pub nodes: HashMap<&'a str, &'a str>,
    /// `%"T"` → its structure.
    pub types: HashMap<&'a str, &'a str>,
    /// `@name` → what follows the sign of equality; in the order of the text.
    pub globals: Vec<(&'a str, &'a str)>,
    /// `!name` → its nodes.
    pub named_nodes: Vec<(&'a str, &'a str)>,
    /// Layout, triple, assembly, comdats.
    pub head: Vec<&'a str>,
    pub functions: Vec<Function<'a>>,
}

/// A function defined or declared.
pub struct Function<'a> {
    /// From `define` or `declare` on, without the brace.
    pub signature: &'a str,
    pub blocks: Vec<Block<'a>>,
}

pub struct Block<'a> {
    /// As it is written, `bb4` or `"a b"`; empty if the first block has none.
    pub label: &'a str,
    /// One for each instruction; what LLVM breaks into several lines is joined, or several lines still ([`Broken`]).
    pub lines: Vec<Cow<'a, str>>,
}

/// Reads a module's text.
pub fn parse(text: &str) -> Parts<'_> {
    let mut parts = Parts::default();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("define ") {
            let signature = line.trim_end().trim_end_matches('{').trim_end();
            let blocks = body(&mut lines, Broken::Joined);
            parts.functions.push(Function { signature, blocks });
        } else if line.starts_with("declare ") {
            parts.functions.push(Function {
                signature: line,
                blocks: vec![],
            });
        } else if let Some(rest) = line.strip_prefix("attributes ") {
            if let Some((group, body)) = rest.split_once(" = ") {
                parts.groups.insert(group, body.trim_matches(['{', '}', ' ']));
            }
        } else if let Some((name, rest)) = line.split_once(" = ") {
            match line.as_bytes()[0] {
                b'%' => {
                    _ = parts
                        .types
                        .insert(name, rest.strip_prefix("type ").unwrap_or(rest))
                }
                b'@' => parts.globals.push((name, rest)),
                b'!' if name[1..].starts_with(|c: char| c.is_ascii_digit()) => {
                    parts.nodes.insert(name, rest);
                }
                b'!' => parts.named_nodes.push((name, rest)),
                b'$' | b't' => parts.head.push(line),
                // The names of source file and module are the paths of the moment.
                _ => {}
            }
        } else if line.starts_with("module asm ") {
            parts.head.push(line);
        }
    }
    parts
}

/// The symbol that a `define` or `declare` is of.
pub fn symbol_of(head: &str) -> Option<&str> {
    Lexer::new(head).find_map(|piece| match piece {
        Piece::Global(name) => Some(name[1..].trim_matches('"')),
        _ => None,
    })
}

/// What becomes of an instruction that LLVM breaks into several lines.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    Joined,
    Kept,
}

/// The blocks of a function, to its closing brace.
pub fn body<'a>(lines: &mut std::str::Lines<'a>, broken: Broken) -> Vec<Block<'a>> {
    let mut blocks: Vec<Block<'a>> = vec![];
    for line in lines {
        if line == "}" {
            break;
        }
        if line.trim_start().is_empty() || line.trim_start().starts_with(';') {
            continue;
        }
        if !line.starts_with(' ') {
            let label = line.split(" ;").next().unwrap_or(line).trim_end();
            blocks.push(Block {
                label: label.trim_end_matches(':'),
                lines: vec![],
            });
            continue;
        }
        if blocks.is_empty() {
            blocks.push(Block {
                label: "",
                lines: vec![],
            });
        }
        let Some(block) = blocks.last_mut() else { continue };
        let continues = line.starts_with("   ") || line.starts_with("  ]");
        match block.lines.last_mut() {
            Some(last) if continues && !line.starts_with("    #dbg_") => {
                let (joint, more) = match broken {
                    Broken::Joined => (' ', line.trim_start()),
                    Broken::Kept => ('\n', line),
                };
                let last = last.to_mut();
                last.push(joint);
                last.push_str(more);
            }
            _ => block.lines.push(Cow::Borrowed(line)),
        }
    }
    blocks
}

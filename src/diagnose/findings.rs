//! What LLVM's verifier says, taken apart: which rule is broken, and by which instruction.
//!
//! The verifier prints a sentence, and below it the values that the sentence is about, each as in textual IR.

use crate::llvm::listing::{Listing, Position, without_location};

use super::rules::{self, Culprit};

/// One complaint of the verifier.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The sentence.
    pub(crate) rule: String,
    /// The values, without the numbers of metadata and attributes.
    values: String,
}

/// All of the verifier's `words`, one by one.
pub(crate) fn findings(words: &str) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for line in words.lines().filter(|line| !line.trim().is_empty()) {
        match findings.last_mut() {
            Some(finding) if is_value(line) => {
                finding.values.push_str(&unnumbered(&without_location(line)));
                finding.values.push('\n');
            }
            _ => findings.push(Finding {
                rule: line.to_owned(),
                values: String::new(),
            }),
        }
    }
    findings
}

/// The text without the numbers behind `!` and `#`, which the verifier gives out by itself.
fn unnumbered(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut in_number = false;
    for c in text.chars() {
        in_number = matches!(c, '!' | '#') || (in_number && c.is_ascii_digit());
        if !in_number || !c.is_ascii_digit() {
            kept.push(c);
        }
    }
    kept
}

/// Whether a line of the verifier's shows a value, not a sentence.
fn is_value(line: &str) -> bool {
    const TYPES: [&str; 13] = [
        "label", "ptr", "void", "half", "bfloat", "float", "double", "fp128", "metadata", "token", "declare",
        "define", "distinct",
    ];
    let word = line.split([' ', '(']).next().unwrap_or_default();
    let is_integer = word
        .strip_prefix('i')
        .is_some_and(|bits| !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit()));
    // A number of a node, or the node itself; `!dbg` begins a sentence.
    let is_node = line
        .strip_prefix('!')
        .is_some_and(|rest| !rest.starts_with(|first: char| first.is_ascii_lowercase()));
    is_node
        || line.starts_with([' ', '{', '[', '<', '}', ']', '@', '%', ';', '"'])
        || line.starts_with(|first: char| first.is_ascii_digit())
        || is_integer
        || TYPES.contains(&word)
}

impl Finding {
    /// The instruction that breaks the rule, in the function as `listing` has it.
    pub(crate) fn culprit(&self, listing: &Listing) -> Option<Position> {
        match rules::of(&self.rule).culprit {
            Culprit::BehindTerminator => misplaced_terminator(listing),
            Culprit::First => self.shown(listing).next(),
            Culprit::Last => self.shown(listing).last(),
        }
        .or_else(|| self.names_entry(listing))
    }

    /// The instructions that are among the values, in the order of the values.
    fn shown(&self, listing: &Listing) -> impl Iterator<Item = Position> {
        let mut shown: Vec<(usize, Position)> = Vec::new();
        for (position, instruction) in listing.instructions() {
            // A type may stand before it on its first line.
            let text = format!("{}\n", unnumbered(&instruction.text));
            if let Some(at) = self.values.find(&text)
                && shown.iter().all(|&(other, _)| other != at)
            {
                shown.push((at, position));
            }
        }
        shown.sort_by_key(|&(at, _)| at);
        shown.into_iter().map(|(_, position)| position)
    }

    /// The function's beginning, if the complaint is about a block that is its first.
    fn names_entry(&self, listing: &Listing) -> Option<Position> {
        let entry = listing.blocks.first()?;
        let start = Position {
            block: 0,
            instruction: 0,
        };
        (self.rule.starts_with("Entry block") && !entry.instructions.is_empty()).then_some(start)
    }
}

/// The first instruction that stands behind the end of a block, or the last one of a block that has no end.
fn misplaced_terminator(listing: &Listing) -> Option<Position> {
    listing.blocks.iter().enumerate().find_map(|(block, listed)| {
        let instructions = &listed.instructions;
        let terminator = instructions.iter().position(|one| one.is_terminator);
        let instruction = match terminator {
            Some(end) if end + 1 == instructions.len() => return None,
            Some(end) => end + 1,
            None => instructions.len().checked_sub(1)?,
        };
        Some(Position { block, instruction })
    })
}

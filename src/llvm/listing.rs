//! A function as people read it: its blocks and instructions as text, and the marks that instructions bear.
//!
//! LLVM prints the function once: to print an instruction, it numbers all of the function.

use inkwell::values::{AnyValue, FunctionValue, InstructionValue};
use llvm_sys::core::LLVMGetDebugLocLine;

use super::safe::functions;

/// The blocks of a function, in order.
#[derive(Debug)]
pub(crate) struct Listing {
    /// The line that begins the function.
    pub(crate) head: String,
    pub(crate) blocks: Vec<ListedBlock>,
}

/// A block: its name, where the context keeps names, and what is in it.
#[derive(Debug)]
pub(crate) struct ListedBlock {
    pub(crate) name: String,
    pub(crate) instructions: Vec<ListedInstruction>,
}

/// An instruction.
#[derive(Debug)]
pub(crate) struct ListedInstruction {
    /// As LLVM prints it, but for the number of its place in the debug information.
    pub(crate) text: String,
    /// The line that its debug location names; 0 if it has none.
    pub(crate) line: u32,
    pub(crate) is_terminator: bool,
}

/// Where an instruction stands: the number of its block, and its number in that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) block: usize,
    pub(crate) instruction: usize,
}

impl Listing {
    pub(crate) fn of(function: FunctionValue<'_>) -> Self {
        let text = function.print_to_string();
        let text = text.to_string_lossy();
        let head = text.lines().find(|line| line.starts_with("define"));
        let mut texts = instruction_texts(&text).into_iter();
        let blocks = function.get_basic_block_iter().map(|block| ListedBlock {
            name: block.get_name().to_string_lossy().into_owned(),
            instructions: block
                .get_instructions()
                .map(|instruction| ListedInstruction::of(instruction, texts.next().unwrap_or_default()))
                .collect(),
        });
        Listing {
            head: head.unwrap_or_default().to_owned(),
            blocks: blocks.collect(),
        }
    }

    /// Every instruction with its position.
    pub(crate) fn instructions(&self) -> impl DoubleEndedIterator<Item = (Position, &ListedInstruction)> {
        self.blocks.iter().enumerate().flat_map(|(block, listed)| {
            let at = move |instruction| Position { block, instruction };
            let instructions = listed.instructions.iter().enumerate();
            instructions.map(move |(number, instruction)| (at(number), instruction))
        })
    }
}

impl ListedInstruction {
    fn of(instruction: InstructionValue<'_>, text: String) -> Self {
        ListedInstruction {
            text,
            line: line_of(instruction),
            is_terminator: instruction.is_terminator(),
        }
    }
}

functions! {
    fn line_of(instruction: InstructionValue<'_>) -> u32 = LLVMGetDebugLocLine;
}

/// The instructions in the text of a function. Each begins a line, two spaces in; further lines of it are indented
/// more, or close a bracket. Labels and comments are not indented, and debug records are no instructions.
fn instruction_texts(function: &str) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    for line in function.lines() {
        let Some(rest) = line
            .strip_prefix("  ")
            .filter(|rest| !rest.starts_with("  #dbg_"))
        else {
            continue;
        };
        let line = without_location(line);
        match texts.last_mut() {
            Some(text) if rest.starts_with([' ', ']']) => {
                text.push('\n');
                text.push_str(&line);
            }
            _ => texts.push(line),
        }
    }
    texts
}

/// The text without what ties instructions to debug information: `, !dbg !7`. The numbers differ from one printing
/// to the next.
pub(crate) fn without_location(text: &str) -> String {
    const START: &str = ", !dbg !";
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(START) {
        kept.push_str(before);
        rest = after.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    kept.push_str(rest);
    kept
}

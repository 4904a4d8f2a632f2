//! A function that LLVM's verifier rejects, as an error that says where in Rust it comes from, what is wrong, and
//! where to read on.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use rustc_errors::{Diag, DiagCtxtHandle, ErrorGuaranteed};
use rustc_hir::def_id::LOCAL_CRATE;
use rustc_middle::ty::TyCtxt;
use rustc_span::Span;

use super::demangle::{demangled, demangled_text};
use super::findings::{Finding, findings};
use super::record::{self, Kind, Record};
use super::rules;
use super::spans::{place_of, span_of};
use crate::llvm::listing::{Listing, Position};

/// When a module is checked that no pass has seen.
pub(crate) const AS_BUILT: &str = "before LLVM has done anything to it";

/// How much of a block is shown before and behind an instruction.
const BEFORE: usize = 6;
const BEHIND: usize = 4;

/// What is known of the function. It starts with the verifier's words, and more is added where more is known.
#[derive(Debug)]
pub(crate) struct RejectedFunction {
    pub(crate) symbol: String,
    /// Its path in Rust, with generic arguments.
    pub(crate) name: String,
    /// What is to be shown of the source: the construct that the instruction was made for.
    pub(crate) span: Option<Span>,
    pub(crate) unit: String,
    /// The first of the verifier's complaints, and how many there are.
    pub(crate) finding: Finding,
    count: usize,
    when: &'static str,
    /// The MIR that the instruction was made for, and its block.
    pub(crate) mir: Option<(String, String)>,
    /// The instruction with its surroundings, and the name of the block.
    excerpt: Option<(String, String)>,
    /// All of the function.
    pub(crate) text: String,
    saved: Option<Result<PathBuf, String>>,
}

impl RejectedFunction {
    /// A function of which only the symbol is known, and what the verifier says of it.
    pub(crate) fn new(unit: String, symbol: String, words: &str, when: &'static str) -> Self {
        let mut all = findings(words);
        let count = all.len();
        let finding = match all.is_empty() {
            true => Finding::default(),
            false => all.swap_remove(0),
        };
        RejectedFunction {
            name: demangled(&symbol),
            span: span_of(&symbol),
            symbol,
            unit,
            finding,
            count,
            when,
            mir: None,
            excerpt: None,
            text: String::new(),
            saved: None,
        }
    }

    /// Takes over what `listing` shows of the function, with the instruction at `position` marked. `place` says what
    /// an instruction with a mark was made for.
    pub(crate) fn show(
        &mut self,
        listing: &Listing,
        position: Option<Position>,
        place: &dyn Fn(u32) -> Option<String>,
    ) {
        if let Some(at) = position
            && let Some(block) = listing.blocks.get(at.block)
        {
            let first = at.instruction.saturating_sub(BEFORE);
            let shown = block.instructions.iter().enumerate().skip(first);
            let mut text = String::new();
            for (number, instruction) in shown.take(at.instruction - first + 1 + BEHIND) {
                push_instruction(&mut text, &instruction.text, number == at.instruction);
            }
            self.excerpt = Some((block_name(&block.name, at.block), text));
        }
        self.text = self.annotated(listing, position, place);
    }

    /// The function as IR, with what each part was made for in comments.
    fn annotated(
        &self,
        listing: &Listing,
        position: Option<Position>,
        place: &dyn Fn(u32) -> Option<String>,
    ) -> String {
        let mut text = String::new();
        let _ = writeln!(text, "; {}\n; {}", self.name, self.finding.rule);
        let _ = writeln!(
            text,
            "; the instruction is marked with `>`, so that this is no input for LLVM\n{}",
            listing.head
        );
        for (number, block) in listing.blocks.iter().enumerate() {
            let _ = writeln!(text, "{}:", block_name(&block.name, number));
            let mut mark = 0;
            for (index, instruction) in block.instructions.iter().enumerate() {
                if instruction.line != 0 && instruction.line != mark {
                    mark = instruction.line;
                    for line in place(mark).unwrap_or_default().lines() {
                        let _ = writeln!(text, "  ; {line}");
                    }
                }
                let at = Position {
                    block: number,
                    instruction: index,
                };
                push_instruction(&mut text, &instruction.text, position == Some(at));
            }
        }
        text.push_str("}\n");
        text
    }

    /// Writes the function to a file at `path`, which the report will name, and beside it a record for tools, which
    /// names the file with the whole module.
    pub(crate) fn save(&mut self, tcx: TyCtxt<'_>, path: PathBuf, module: Option<&Path>) {
        let written = fs::write(&path, &self.text).map_err(|why| format!("{}: {why}", path.display()));
        if written.is_ok() {
            let crate_name = tcx.crate_name(LOCAL_CRATE);
            let source_map = tcx.sess.source_map();
            let place = self.span.map(|span| place_of(source_map, span));
            let record = Record {
                place,
                function: Some(record::Function {
                    symbol: &self.symbol,
                    name: &self.name,
                }),
                block: self.excerpt.as_ref().map(|(block, _)| &**block),
                rule: Some(&self.finding.rule),
                mir: self.mir.as_ref().map(|(_, text)| &**text),
                input: Some(&path),
                module,
                ..Record::new(Kind::InvalidIr, crate_name.as_str(), &self.unit, self.when)
            };
            record.write(&path);
        }
        self.saved = Some(written.map(|()| path));
    }

    /// Reports the function as an error.
    pub(crate) fn report(&self, dcx: DiagCtxtHandle<'_>) -> ErrorGuaranteed {
        let mut error = dcx.struct_err(format!(
            "LLVM rejects the code of `{}` {}: {}",
            self.name,
            self.when,
            demangled_text(&self.finding.rule)
        ));
        if let Some(span) = self.span {
            error.span(span);
        }
        self.add_notes(&mut error);
        error.emit_err()
    }

    fn add_notes(&self, error: &mut Diag<'_>) {
        error.note(format!("the rule: {}", rules::of(&self.finding.rule).meaning));
        if let Some((block, text)) = &self.mir {
            error.note(format!(
                "made for this in block `{block}` of the MIR: {}",
                shortened(text)
            ));
        }
        if let Some((block, text)) = &self.excerpt {
            let lines: Vec<_> = text.lines().map(shortened).collect();
            let text = demangled_text(&lines.join("\n"));
            error.note(format!("in block `{block}` of the function's LLVM IR:\n{text}"));
        }
        if self.count > 1 {
            error.note(format!(
                "LLVM has {} complaints about this function; this is the first",
                self.count
            ));
        }
        match &self.saved {
            Some(Ok(path)) => {
                error.note(format!("the whole function was written to `{}`", path.display()));
            }
            Some(Err(why)) => {
                error.note(format!("the function could not be written to {why}"));
            }
            None => {}
        }
        error.note(format!(
            "in module `{}`; the function's symbol is `{}`",
            self.unit, self.symbol
        ));
        if self.when == AS_BUILT {
            error.note("this is a bug of the codegen backend, not of the program");
        }
    }
}

/// A line that is not too long for a message: its beginning and its end. An asm lists every register that it may
/// change.
fn shortened(line: &str) -> String {
    const BEGINNING: usize = 240;
    const END: usize = 120;
    let length = line.chars().count();
    if length <= BEGINNING + END + 20 {
        return line.to_owned();
    }
    let beginning: String = line.chars().take(BEGINNING).collect();
    let end: String = line.chars().skip(length - END).collect();
    format!("{beginning} … {end}")
}

/// The name of a block, or where names are not kept, its number.
fn block_name(name: &str, number: usize) -> String {
    match name {
        "" => format!("#{number}"),
        name => name.to_owned(),
    }
}

/// An instruction, whose further lines are indented already.
fn push_instruction(text: &mut String, instruction: &str, is_marked: bool) {
    let (sign, rest) = match is_marked {
        true => ("> ", instruction),
        false => ("  ", instruction),
    };
    for line in rest.lines() {
        let _ = writeln!(text, "{sign}{}", line);
    }
}

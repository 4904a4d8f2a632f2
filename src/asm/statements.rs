//! What the lines of assembly do, as far as [`super::unit`] must know: which have instructions, and which may go to
//! another section.

use super::unit::Macros;
use crate::llvm::asm_lines::text::{after_labels, is_nothing};

/// What a line is.
#[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Nothing, or what changes neither place nor section.
    Still,
    /// Bytes: data, or instructions that the assembler does not know.
    Data,
    /// An instruction, or a macro.
    Code,
    /// It may change the section, or whether what follows is assembled.
    Break,
}

/// Directives after which the next instruction is still behind the one before.
const STILL: &[&str] = &[
    ".align",
    ".arch",
    ".arch_extension",
    ".arm",
    ".att_syntax",
    ".balign",
    ".cantunwind",
    ".code",
    ".code16",
    ".code32",
    ".code64",
    ".cpu",
    ".eabi_attribute",
    ".ent",
    ".equ",
    ".extern",
    ".fnend",
    ".fnstart",
    ".force_thumb",
    ".fpu",
    ".frame",
    ".global",
    ".globl",
    ".hidden",
    ".intel_syntax",
    ".internal",
    ".local",
    ".machine",
    ".mask",
    ".module",
    ".nops",
    ".option",
    ".p2align",
    ".pad",
    ".protected",
    ".purgem",
    ".save",
    ".set",
    ".setfp",
    ".size",
    ".syntax",
    ".thumb",
    ".thumb_func",
    ".type",
    ".unreq",
    ".variant_pcs",
    ".weak",
];
/// Directives that write bytes.
const DATA: &[&str] = &[
    ".2byte", ".4byte", ".8byte", ".ascii", ".asciz", ".byte", ".dword", ".fill", ".hword", ".inst",
    ".inst.n", ".inst.w", ".insn", ".int", ".long", ".octa", ".quad", ".short", ".skip", ".space", ".string",
    ".value", ".word", ".xword", ".zero",
];
/// Directives that change the section.
const SECTIONS: &[&str] = &[
    ".bss",
    ".data",
    ".popsection",
    ".previous",
    ".pushsection",
    ".rodata",
    ".section",
    ".subsection",
    ".text",
];
const REPEATS: &[&str] = &[".irp", ".irpc", ".rep", ".rept"];

/// What each line of a block is, or nothing where a block is not complete in itself. `macros` are those that may
/// change the section, from all blocks so far.
pub(super) fn kinds(body: &str, macros: &mut Macros) -> Option<Vec<Kind>> {
    let lines: Vec<Vec<&str>> = body.split('\n').map(statements).collect();
    let mut kinds = Vec::with_capacity(lines.len());
    let mut conditions = 0_i32;
    let mut is_complete = true;
    let mut at = 0;
    while at < lines.len() {
        let word = lines[at].first().map_or("", |&statement| first_word(statement));
        let is_macro = word == ".macro";
        if !is_macro && !REPEATS.contains(&word) {
            kinds.push(kind_of_all(lines[at].iter().copied(), macros));
            conditions += conditions_of(&lines[at]);
            // What opens and closes on one line is not looked into.
            let opens = |statement: &&str| matches!(first_word(statement), ".macro" | ".endm" | ".endr");
            is_complete &= !lines[at]
                .iter()
                .any(|line| opens(line) || REPEATS.contains(&first_word(line)));
            at += 1;
            continue;
        }
        let end = end_of_nested(&lines, at);
        is_complete &= end.is_some() && lines[at].len() == 1;
        let end = end.unwrap_or(lines.len() - 1);
        let inner = lines[at + 1..end.max(at + 1)].iter().flatten().copied();
        let most = kind_of_all(inner.filter(|statement| !is_of_nested(statement)), macros);
        let kind = match is_macro {
            true => {
                if most == Kind::Break {
                    macros.insert(name_of_macro(lines[at][0]).to_owned());
                }
                Kind::Still
            }
            false => most,
        };
        kinds.push(kind);
        kinds.extend(std::iter::repeat_n(Kind::Still, end - at));
        at = end + 1;
    }
    (is_complete && conditions == 0).then_some(kinds)
}

/// The statements of a line, without labels. What follows a comment's sign is taken for statements, too.
fn statements(line: &str) -> Vec<&str> {
    let parts = line.split(';').map(|part| after_labels(part).1);
    parts.filter(|part| !is_nothing(part)).collect()
}

fn first_word(statement: &str) -> &str {
    let end = statement
        .find(|c: char| c.is_whitespace() || c == ',')
        .unwrap_or(statement.len());
    &statement[..end]
}

fn name_of_macro(statement: &str) -> &str {
    let behind = statement.trim_start_matches(".macro").trim_start();
    first_word(behind)
}

/// The line on which what is opened on line `start` is closed.
fn end_of_nested(lines: &[Vec<&str>], start: usize) -> Option<usize> {
    let mut depth = 0;
    for (at, line) in lines.iter().enumerate().skip(start) {
        for statement in line {
            match first_word(statement) {
                ".macro" => depth += 1,
                word if REPEATS.contains(&word) => depth += 1,
                ".endm" | ".endmacro" | ".endr" => depth -= 1,
                _ => {}
            }
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// Whether a statement only shapes a macro or a repetition: conditions stay within it.
fn is_of_nested(statement: &str) -> bool {
    let word = first_word(statement);
    word.starts_with(".if")
        || word.starts_with(".else")
        || matches!(
            word,
            ".endif" | ".macro" | ".endm" | ".exitm" | ".endr" | ".altmacro" | ".noaltmacro"
        )
        || REPEATS.contains(&word)
}

/// What statements are together. What goes to another section and comes back has not gone.
fn kind_of_all<'a>(statements: impl Iterator<Item = &'a str>, macros: &Macros) -> Kind {
    let mut most = Kind::Still;
    let mut depth = 0_u32;
    for statement in statements {
        match first_word(statement) {
            ".pushsection" => depth += 1,
            ".popsection" if depth > 0 => depth -= 1,
            _ if depth == 0 => most = most.max(kind_of(statement, macros)),
            _ => {}
        }
    }
    match depth {
        0 => most,
        _ => Kind::Break,
    }
}

fn kind_of(statement: &str, macros: &Macros) -> Kind {
    let word = first_word(statement);
    if !word.starts_with('.') {
        // `symbol = value`
        let is_assignment = statement[word.len()..].trim_start().starts_with('=') || word.contains('=');
        // A macro may use its arguments as statements.
        let mut arguments = statement.split(|c: char| c.is_whitespace() || c == ',');
        return if macros.contains(word) || arguments.any(|argument| SECTIONS.contains(&argument)) {
            Kind::Break
        } else if is_assignment {
            Kind::Still
        } else {
            Kind::Code
        };
    }
    if DATA.contains(&word) {
        Kind::Data
    } else if STILL.contains(&word) || word.starts_with(".cfi_") {
        Kind::Still
    } else {
        Kind::Break
    }
}

fn conditions_of(line: &[&str]) -> i32 {
    let of_word = |statement: &&str| match first_word(statement) {
        ".endif" => -1,
        word if word.starts_with(".if") => 1,
        _ => 0,
    };
    line.iter().map(of_word).sum()
}

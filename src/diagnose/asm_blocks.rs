//! Which block of assembly an error is about that the assembler finds at the end, without a place: a frame that
//! is not closed, a label that is nowhere.
//!
//! Such errors come from directives in pairs, and from labels, so the blocks in which those do not match come
//! first. The module is looked at when there is such an error, and not before.

use inkwell::module::Module;

use super::asm_lines;
use crate::llvm::asm::{AsmBlock, inline_blocks};
use crate::llvm::cxx;

/// Directives that must come in pairs.
const PAIRS: [(&str, &str); 5] = [
    (".cfi_startproc", ".cfi_endproc"),
    (".cfi_remember_state", ".cfi_restore_state"),
    (".pushsection", ".popsection"),
    (".if", ".endif"),
    (".macro", ".endm"),
];
/// What may be wrong with code that stands somewhere else than the code around it.
const ELSEWHERE: [&str; 6] = [".section", ".text", ".data", ".previous", ".cfi_", ".irp"];

/// The cookies of the blocks that `message` is most likely about, the first one first.
pub(super) fn culprits(module: &Module<'_>, message: &str) -> Vec<u64> {
    let mut blocks = global_blocks(&cxx::module_assembly(module));
    blocks.extend(inline_blocks(module));
    let about_label = message.contains("symbol");
    let suspicions: [&dyn Fn(&str) -> bool; 3] = [
        &|text| match about_label {
            true => has_lost_label(text),
            false => PAIRS.iter().any(|pair| is_unbalanced(text, *pair)),
        },
        &|text| ELSEWHERE.iter().any(|directive| text.contains(directive)),
        &|_| true,
    ];
    for suspicion in suspicions {
        let suspects = blocks
            .iter()
            .filter(|block| block.cookie != 0 && suspicion(&block.text));
        let mut cookies: Vec<u64> = suspects.map(|block| block.cookie).collect();
        // A block that was inlined or repeated is one.
        cookies.dedup();
        if !cookies.is_empty() {
            return cookies;
        }
    }
    Vec::new()
}

/// The blocks of `global_asm!` and naked functions, each of which starts with its marker.
pub(super) fn global_blocks(text: &str) -> Vec<AsmBlock> {
    let mut blocks: Vec<AsmBlock> = Vec::new();
    for line in text.lines() {
        let marker = line
            .strip_prefix("# 1 \"")
            .and_then(|rest| rest.strip_suffix('"'));
        match (
            marker.and_then(|marker| asm_lines::cookie_at(marker, 1)),
            blocks.last_mut(),
        ) {
            (Some(cookie), _) => blocks.push(AsmBlock {
                text: String::new(),
                cookie,
            }),
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}

fn is_unbalanced(text: &str, (open, close): (&str, &str)) -> bool {
    let count = |directive: &str| {
        let statements = text.split([';', '\n']).map(str::trim_start);
        statements
            .filter(|statement| statement.starts_with(directive))
            .count()
    };
    count(open) != count(close)
}

/// Whether the text goes to a numeric label (`1f`) that it does not define.
fn has_lost_label(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.' | '$' | ':'));
    let mut labels = words.filter_map(|word| word.strip_suffix(['f', 'b']));
    labels.any(|number| {
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        is_number && !text.contains(&format!("{number}:"))
    })
}

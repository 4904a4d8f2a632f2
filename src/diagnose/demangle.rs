//! Symbols as people read them.

use std::fmt::Write;

use rustc_demangle::try_demangle;

/// The Rust path that `symbol` was mangled from, without its hash; other symbols as they are.
pub(crate) fn demangled(symbol: &str) -> String {
    match try_demangle(symbol) {
        Ok(name) => format!("{name:#}"),
        Err(_) => symbol.to_owned(),
    }
}

/// `text` with all mangled Rust symbols in it demangled.
pub(crate) fn demangled_text(text: &str) -> String {
    let in_symbol = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$');
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(in_symbol) {
        let (before, from_word) = rest.split_at(start);
        let end = from_word.find(|c| !in_symbol(c)).unwrap_or(from_word.len());
        let (word, after) = from_word.split_at(end);
        result.push_str(before);
        // A full stop behind a symbol ends a sentence of LLVM's.
        let symbol = word.trim_end_matches('.');
        match try_demangle(symbol) {
            Ok(name) if symbol.starts_with('_') => {
                let _ = write!(result, "{name:#}{}", &word[symbol.len()..]);
            }
            _ => result.push_str(word),
        }
        rest = after;
    }
    result.push_str(rest);
    result
}

//! Assembly as LLVM writes it, split into functions and data, without what means nothing: local labels are
//! compared as the values of IR are, and a constant is called by what it holds.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};

use super::lex::{Kind, Token};
use super::module::{Item, Role};
use super::symbols::{Symbol, Symbols};

/// Directives that say nothing of what is executed.
const IGNORED: &[&str] = &[
    ".file",
    ".ident",
    ".addrsig",
    ".addrsig_sym",
    ".size",
    ".cfi_sections",
];

/// A function or a datum as text.
struct Raw<'a> {
    label: &'a str,
    is_function: bool,
    lines: Vec<&'a str>,
}

/// The items of an assembly text; `unhashed` as in [`super::normalise::Options`].
pub fn items(text: &str, symbols: &mut Symbols, unhashed: bool) -> Vec<Item> {
    let raw = split(text);
    let mut namer = Namer {
        raw: raw.iter().map(|raw| (raw.label, raw)).collect(),
        names: HashMap::new(),
        unhashed,
    };
    raw.iter()
        .map(|item| Item {
            name: namer.name(item.label, symbols),
            role: if item.is_function {
                Role::Function
            } else {
                Role::Global
            },
            lines: item
                .lines
                .iter()
                .map(|line| namer.tokens(line, symbols))
                .collect(),
        })
        .collect()
}

/// Cuts the text at the labels of functions and data; what is said of one before its label belongs to it.
fn split(text: &str) -> Vec<Raw<'_>> {
    let mut types: HashMap<&str, bool> = HashMap::new();
    for line in text.lines() {
        let words = line
            .trim()
            .strip_prefix(".type")
            .and_then(|rest| rest.trim().split_once(','));
        if let Some((name, what)) = words {
            types.insert(name.trim(), what.contains("function"));
        }
    }
    let mut items: Vec<Raw<'_>> = vec![];
    let mut before = vec![];
    for line in text.lines() {
        let line = without_comment(line);
        let word = line.split_whitespace().next().unwrap_or_default();
        if word.is_empty() || IGNORED.contains(&word) {
            continue;
        }
        let label = line
            .strip_suffix(':')
            .filter(|_| !line.starts_with(char::is_whitespace));
        match label {
            Some(label) if types.contains_key(label) || !is_local(label) => items.push(Raw {
                label,
                is_function: types.get(label).copied().unwrap_or(true),
                lines: std::mem::take(&mut before),
            }),
            _ if introduces(word) => before.push(line.trim()),
            _ => {
                let Some(item) = items.last_mut() else { continue };
                // Such as a table of exceptions, which stands in a section of its own behind its function.
                item.lines.append(&mut before);
                item.lines.push(line.trim());
            }
        }
    }
    items
}

/// Directives in front of the label they speak of.
fn introduces(word: &str) -> bool {
    [
        ".section",
        ".text",
        ".data",
        ".bss",
        ".rodata",
        ".globl",
        ".weak",
        ".hidden",
        ".protected",
        ".local",
        ".type",
        ".p2align",
        ".private_extern",
        ".weak_definition",
    ]
    .contains(&word)
}

fn is_local(label: &str) -> bool {
    label.starts_with(".L")
        || label.starts_with("Ltmp")
        || label.starts_with("LBB")
        || label.starts_with("GCC_except")
}

/// LLVM's comments: a whole line, or the end of one behind a tab.
fn without_comment(line: &str) -> &str {
    let is_comment = |text: &str| {
        ["#", "//", ";", "@ "]
            .iter()
            .any(|sign| text.trim_start().starts_with(sign))
    };
    if is_comment(line) {
        return "";
    }
    let end = line
        .match_indices('\t')
        .find(|&(at, _)| at > 0 && is_comment(&line[at..]));
    line[..end.map_or(line.len(), |(at, _)| at)].trim_end()
}

struct Namer<'a> {
    raw: HashMap<&'a str, &'a Raw<'a>>,
    names: HashMap<&'a str, Symbol>,
    unhashed: bool,
}

impl<'a> Namer<'a> {
    /// What a symbol is called in the comparison.
    fn name(&mut self, label: &'a str, symbols: &mut Symbols) -> Symbol {
        if let Some(&name) = self.names.get(label) {
            return name;
        }
        let plain = match self.unhashed {
            true => format!("@{:#}", rustc_demangle::demangle(label)),
            false => format!("@{label}"),
        };
        let own = symbols.intern(&plain);
        self.names.insert(label, own);
        let raw = self.raw.get(label).copied();
        let Some(raw) = raw.filter(|_| label.starts_with(".L")) else {
            return own;
        };
        let mut hasher = DefaultHasher::new();
        let data = raw
            .lines
            .iter()
            .filter(|line| !introduces(line.split_whitespace().next().unwrap_or_default()));
        for line in data {
            let tokens = self.tokens(line, symbols);
            hasher.write(super::lex::text(&tokens, symbols).as_bytes());
        }
        let name = symbols.intern(&format!("@const.{:08x}", hasher.finish() as u32));
        self.names.insert(label, name);
        name
    }

    fn tokens(&mut self, line: &'a str, symbols: &mut Symbols) -> Vec<Token> {
        let mut tokens = vec![];
        if let Some(label) = line.strip_suffix(':') {
            let text = symbols.intern(label);
            tokens.push(Token {
                kind: Kind::Local,
                text,
            });
            tokens.push(Token {
                kind: Kind::Punctuation,
                text: symbols.intern(":"),
            });
            return tokens;
        }
        let opcode = line.split_whitespace().next().unwrap_or_default();
        tokens.push(Token {
            kind: Kind::Opcode,
            text: symbols.intern(opcode),
        });
        let mut rest = line[opcode.len()..].trim_start();
        // A section is named for what it holds.
        let made_up = opcode == ".section" && rest.contains(".L");
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '"' => rest[1..].find('"').map_or(rest.len(), |end| end + 2),
                _ if is_word(first) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
                _ => first.len_utf8(),
            };
            let (word, after) = rest.split_at(length);
            let token = match made_up && word.contains(".L") {
                true => Token {
                    kind: Kind::Word,
                    text: symbols.intern(word.split(".L").next().unwrap_or(word)),
                },
                false => self.token(word, symbols),
            };
            tokens.push(token);
            rest = after.trim_start();
        }
        tokens
    }

    fn token(&mut self, word: &'a str, symbols: &mut Symbols) -> Token {
        let first = word.chars().next().unwrap_or_default();
        if self.raw.contains_key(word) || word.starts_with("_R") || word.starts_with("_ZN") {
            return Token {
                kind: Kind::Global,
                text: self.name(word, symbols),
            };
        }
        let kind = match first {
            _ if is_local(word) => Kind::Local,
            '"' => Kind::Constant,
            _ if first.is_ascii_digit() => Kind::Constant,
            _ if is_word(first) => Kind::Word,
            _ => Kind::Punctuation,
        };
        Token {
            kind,
            text: symbols.intern(word),
        }
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | '@' | '%')
}

//! The words of a line and what they are, for colours. It is the text that people see: names of Rust stand in it, which LLVM
//! would not read.

use super::listing::Language;

/// What a piece of a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    Plain,
    /// A keyword, an opcode, an instruction.
    Keyword,
    Type,
    /// A value or block of the function.
    Local,
    /// A function or global.
    Global,
    Number,
    Text,
    Comment,
}

impl Class {
    /// The class of HTML.
    pub fn name(self) -> &'static str {
        match self {
            Class::Plain => "",
            Class::Keyword => "k",
            Class::Type => "t",
            Class::Local => "l",
            Class::Global => "g",
            Class::Number => "n",
            Class::Text => "s",
            Class::Comment => "c",
        }
    }
}

const RUST: &[&str] = &[
    "as",
    "asm",
    "async",
    "await",
    "become",
    "break",
    "const",
    "continue",
    "crate",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "fn",
    "for",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "match",
    "mod",
    "move",
    "mut",
    "pub",
    "ref",
    "return",
    "self",
    "Self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "type",
    "unsafe",
    "use",
    "where",
    "while",
    "copy",
    "debug",
    "scope",
    "goto",
    "switchInt",
    "drop",
    "assert",
    "resume",
    "unreachable",
    "StorageLive",
    "StorageDead",
];

/// The pieces of a line, in order; together they are the line.
pub fn tokens(text: &str, language: Language) -> Vec<(Class, &str)> {
    let mut tokens: Vec<(Class, &str)> = vec![];
    let mut rest = text;
    let mut is_first = true;
    while let Some(c) = rest.chars().next() {
        let (class, length) = next(rest, c, language, is_first);
        let length = length.clamp(c.len_utf8(), rest.len());
        let (token, after) = rest.split_at(length);
        if !token.trim().is_empty() {
            // `%3 = add …`: the opcode comes behind the sign.
            is_first =
                language != Language::Assembly && (token == "=" || (is_first && class == Class::Local));
        }
        match tokens.last_mut() {
            // Fewer pieces are fewer elements of a page.
            Some((last, before)) if *last == class => {
                let start = before.as_ptr() as usize - text.as_ptr() as usize;
                let end = start + before.len() + token.len();
                *before = &text[start..end];
            }
            _ => tokens.push((class, token)),
        }
        rest = after;
    }
    tokens
}

fn next(rest: &str, c: char, language: Language, is_first: bool) -> (Class, usize) {
    let word = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '$')));
    let word = word.unwrap_or(rest.len());
    match (language, c) {
        (Language::Rust | Language::Mir, '/') if rest.starts_with("//") => (Class::Comment, rest.len()),
        (Language::Ir, ';') => (Class::Comment, rest.len()),
        (Language::Assembly, '#') if rest.starts_with("# ") => (Class::Comment, rest.len()),
        (Language::Assembly, '/') if rest.starts_with("// ") => (Class::Comment, rest.len()),
        (_, '"') => (Class::Text, quoted(rest, language)),
        (Language::Ir, '%') => (Class::Local, 1 + path(&rest[1..])),
        (Language::Ir, '@') => (Class::Global, 1 + path(&rest[1..])),
        (Language::Ir, '!' | '#') => (Class::Comment, 1 + path(&rest[1..])),
        (Language::Assembly, '%') => (Class::Local, 1 + path(&rest[1..])),
        (_, '0'..='9') => (Class::Number, word),
        _ if c.is_alphabetic() || matches!(c, '_' | '.') => {
            let class = of_word(&rest[..word], language, is_first);
            match class {
                Class::Plain if rest[word..].starts_with("::") => (Class::Global, path(rest)),
                _ => (class, word),
            }
        }
        (Language::Assembly, '<') if rest.contains(" as ") => (Class::Global, path(rest)),
        _ => (Class::Plain, c.len_utf8()),
    }
}

fn of_word(word: &str, language: Language, is_first: bool) -> Class {
    let is_integer = |sign: char| {
        word.strip_prefix(sign)
            .is_some_and(|bits| !bits.is_empty() && bits.bytes().all(|byte| byte.is_ascii_digit()))
    };
    match language {
        Language::Assembly if is_first && !word.starts_with('.') => Class::Keyword,
        Language::Assembly if word.starts_with(".L") => Class::Local,
        Language::Assembly => Class::Plain,
        Language::Ir if is_integer('i') || ["ptr", "void", "float", "double", "half"].contains(&word) => {
            Class::Type
        }
        Language::Ir if is_first || ["define", "asm", "label", "unwind", "to"].contains(&word) => {
            Class::Keyword
        }
        Language::Ir => Class::Plain,
        _ if RUST.contains(&word) => Class::Keyword,
        _ if is_integer('i')
            || is_integer('u')
            || ["usize", "isize", "bool", "str", "char", "f32", "f64"].contains(&word) =>
        {
            Class::Type
        }
        _ if language == Language::Mir
            && word.starts_with('_')
            && word[1..].bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            Class::Local
        }
        _ if language == Language::Mir
            && word.starts_with("bb")
            && word[2..].bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            Class::Local
        }
        _ if word.starts_with(|c: char| c.is_uppercase()) => Class::Type,
        _ => Class::Plain,
    }
}

/// The length of a text in quotes.
fn quoted(text: &str, language: Language) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped && language != Language::Ir,
        }
    }
    text.len()
}

/// The length of a name with `::` and what is in its brackets: `<u8 as core::fmt::Display>::fmt`, `main::{closure#0}`.
fn path(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '"' if at == 0 => return quoted(text, Language::Ir),
            '<' | '{'
                if at == 0 || depth > 0 || previous == ':' || (c == '<' && previous.is_alphanumeric()) =>
            {
                depth += 1
            }
            '>' | '}' if depth > 0 && previous != '-' => depth -= 1,
            _ if depth > 0 || c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | ':' | '-') => {}
            _ => return at,
        }
        previous = c;
    }
    match depth {
        0 => text.len(),
        // It was no bracket of a name's.
        _ => text.find(['<', '{']).unwrap_or(text.len()),
    }
}

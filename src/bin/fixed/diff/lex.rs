//! LLVM IR as words, each with what it is: a value, a type, an attribute, a flag.
//!
//! What is one thing to a reader is one token: an attribute with its argument, a piece of metadata with its
//! name, an array type. So a thing that one side lacks is one difference.

use serde::Serialize;

use super::symbols::{Symbol, Symbols};

/// What a token is; of a difference, what differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A function or global that one side lacks.
    Missing,
    /// An instruction that one side lacks.
    Instruction,
    Opcode,
    /// An attribute of a function, a parameter, a call or a global.
    Attribute,
    Metadata,
    /// What follows an opcode and changes its meaning: `nuw`, `inbounds`, `volatile`, `fast`, `acquire`.
    Flag,
    Type,
    Constant,
    /// The function or global that is named.
    Global,
    /// Which of the function's own values or blocks is named.
    Local,
    /// Linkage, visibility, and the other words of the grammar.
    Word,
    Punctuation,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Token {
    pub kind: Kind,
    pub text: Symbol,
}

/// A line and how far it has been read.
pub struct Lexer<'a> {
    rest: &'a str,
}

/// A piece of a line, before anything is looked up.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// `%name`, with the sign.
    Local(&'a str),
    /// `@name`.
    Global(&'a str),
    /// `#7`, a group of attributes.
    Group(&'a str),
    /// `!7`.
    Node(&'a str),
    /// `!name` or `!"text"` or `!` before a brace.
    Metadata(&'a str),
    /// A word, with what stands in parentheses right behind it.
    Word(&'a str),
    /// `"text"`, and `c"text"`.
    Text(&'a str),
    Punctuation(&'a str),
}

impl<'a> Lexer<'a> {
    pub fn new(line: &'a str) -> Self {
        Lexer { rest: line }
    }

    /// What has not been read.
    pub fn rest(&self) -> &'a str {
        self.rest
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (piece, rest) = self.rest.split_at(length);
        self.rest = rest;
        piece
    }
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'$' | b'.' | b'_' | b'-')
}

/// The length of a name behind a sign: in quotes, or as far as the letters go.
fn name(text: &str) -> usize {
    match text.as_bytes().first() {
        Some(b'"') => quoted(text),
        _ => text.bytes().take_while(|&byte| is_name(byte)).count(),
    }
}

/// The length of a text in quotes; LLVM writes a quote inside as `\22`.
fn quoted(text: &str) -> usize {
    text[1..].find('"').map_or(text.len(), |end| end + 2)
}

/// The length of what is in parentheses or brackets, the outer ones with it.
fn enclosed(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while let Some(byte) = text.as_bytes().get(at) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth -= 1,
            b'"' => at += quoted(&text[at..]) - 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    at
}

impl<'a> Iterator for Lexer<'a> {
    type Item = Piece<'a>;

    fn next(&mut self) -> Option<Piece<'a>> {
        self.rest = self.rest.trim_start();
        let first = *self.rest.as_bytes().first()?;
        let tail = &self.rest[self.rest.chars().next()?.len_utf8()..];
        let sign = self.rest.len() - tail.len();
        Some(match first {
            b';' => {
                self.rest = "";
                return None;
            }
            b'%' => Piece::Local(self.take(sign + name(tail))),
            b'@' => Piece::Global(self.take(sign + name(tail))),
            b'#' => Piece::Group(self.take(sign + name(tail))),
            b'!' if tail.starts_with(|c: char| c.is_ascii_digit()) => {
                let digits = tail.bytes().take_while(u8::is_ascii_digit).count();
                Piece::Node(self.take(sign + digits))
            }
            b'!' => Piece::Metadata(self.take(sign + name(tail))),
            b'"' => Piece::Text(self.take(quoted(self.rest))),
            b'c' if tail.starts_with('"') => Piece::Text(self.take(1 + quoted(tail))),
            b'[' if is_array_type(self.rest) => Piece::Word(self.take(enclosed(self.rest))),
            _ if is_name(first) => {
                let word = name(self.rest);
                let called = &self.rest[word..];
                // An attribute with its argument; `range(i8 0, 2)`, `captures(none)`.
                match called.starts_with('(') {
                    true => Piece::Word(self.take(word + enclosed(called))),
                    false => Piece::Word(self.take(word)),
                }
            }
            _ => Piece::Punctuation(self.take(sign)),
        })
    }
}

/// Whether a bracket opens `[4 x i8]`, not a list of constants.
fn is_array_type(text: &str) -> bool {
    let digits = text[1..].bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && text[1 + digits..].starts_with(" x ")
}

const FLAGS: &[&str] = &[
    "nuw",
    "nsw",
    "exact",
    "inbounds",
    "nusw",
    "disjoint",
    "nneg",
    "samesign",
    "fast",
    "nnan",
    "ninf",
    "nsz",
    "arcp",
    "contract",
    "afn",
    "reassoc",
    "volatile",
    "atomic",
    "weak",
    "tail",
    "musttail",
    "notail",
    "unordered",
    "monotonic",
    "acquire",
    "release",
    "acq_rel",
    "seq_cst",
    "cleanup",
    "elementwise",
];

const TYPES: &[&str] = &[
    "ptr",
    "void",
    "half",
    "bfloat",
    "float",
    "double",
    "fp128",
    "x86_fp80",
    "ppc_fp128",
    "token",
    "x86_amx",
    "metadata",
    "opaque",
];

/// Words of the grammar that are neither attributes nor flags: linkage, visibility and the like.
const WORDS: &[&str] = &[
    "define",
    "declare",
    "private",
    "internal",
    "available_externally",
    "linkonce",
    "linkonce_odr",
    "weak_odr",
    "common",
    "appending",
    "extern_weak",
    "external",
    "dso_local",
    "dso_preemptable",
    "default",
    "hidden",
    "protected",
    "dllimport",
    "dllexport",
    "thread_local",
    "unnamed_addr",
    "local_unnamed_addr",
    "global",
    "constant",
    "alias",
    "ifunc",
    "comdat",
    "personality",
    "prefix",
    "prologue",
    "to",
    "label",
    "unwind",
    "asm",
    "sideeffect",
    "alignstack",
    "inteldialect",
    "x",
    "vscale",
    "within",
    "none",
    "from",
    "caller",
    "catch",
    "filter",
    "eq",
    "ne",
    "ugt",
    "uge",
    "ult",
    "ule",
    "sgt",
    "sge",
    "slt",
    "sle",
    "oeq",
    "ogt",
    "oge",
    "olt",
    "ole",
    "one",
    "ord",
    "uno",
    "ueq",
    "une",
    "xchg",
    "add",
    "sub",
    "and",
    "nand",
    "or",
    "xor",
    "max",
    "min",
    "umax",
    "umin",
    "fadd",
    "fsub",
    "fmax",
    "fmin",
    "partition",
    "section",
    "gc",
    "type",
    "module",
];

/// Words with parentheses that are not attributes.
const CALLED_WORDS: &[&str] = &[
    "syncscope",
    "addrspace",
    "comdat",
    "thread_local",
    "target",
    "splat",
];

/// What a word is that is no opcode.
pub fn kind_of_word(word: &str) -> Kind {
    let plain = word.split('(').next().unwrap_or(word);
    let first = word.as_bytes().first().copied().unwrap_or_default();
    if first == b'[' || TYPES.contains(&plain) || is_integer_type(plain) {
        Kind::Type
    } else if first.is_ascii_digit() || first == b'-' || first == b'.' || is_constant(plain) {
        Kind::Constant
    } else if FLAGS.contains(&plain) {
        Kind::Flag
    } else if WORDS.contains(&plain) || CALLED_WORDS.contains(&plain) {
        Kind::Word
    } else {
        Kind::Attribute
    }
}

fn is_constant(word: &str) -> bool {
    ["true", "false", "null", "undef", "poison", "zeroinitializer"].contains(&word)
}

fn is_integer_type(word: &str) -> bool {
    word.strip_prefix('i')
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The words of a line, for a message.
pub fn text(tokens: &[Token], symbols: &Symbols) -> String {
    let mut line = String::new();
    let mut previous = "";
    for token in tokens {
        let word = symbols.text(token.text);
        let tight = previous.is_empty()
            || matches!(word, "," | ")" | "]" | ":" | "*")
            || matches!(previous, "(" | "[" | "<")
            || (word == "(" && !matches!(previous, "," | "="))
            || (word == ">" || previous == "<");
        if !tight {
            line.push(' ');
        }
        line.push_str(word);
        previous = word;
    }
    line
}

//! LLVM IR without what means nothing: numbers of values, nodes and groups, the names of constants, the order of
//! blocks.
//!
//! - `#7` becomes the attributes of the group, `!7` the node with all that it refers to.
//! - A constant whose name was made up by the compiler is called by what it holds.
//! - Blocks come in the order in which they are reached from the entry.
//! - Named types become what they are made of, and where a type is only counted in (`getelementptr`) or only
//!   declared, its size.
//! - A branch on `llvm.expect` becomes a branch with the weights that LLVM's LowerExpectIntrinsic gives it.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hasher};
use std::iter::Peekable;
use std::ops::Range;

use super::blocks::{expectations, in_order};
use super::layout;
use super::lex::{self, Kind, Lexer, Piece, Token};
use super::module::{Item, Role};
use super::parse::{Block, Parts};
use super::symbols::{Symbol, Symbols};

/// How deep metadata is followed; what is further away is not what the reader asks about.
const DEPTH: usize = 4;

/// What is left in.
#[derive(Clone, Copy)]
pub struct Options {
    /// Debug metadata.
    pub debuginfo: bool,
    /// Names without the hashes of crates, which two versions of rustc compute differently.
    pub unhashed: bool,
}

/// The items of a module.
pub fn items(parts: &Parts<'_>, symbols: &mut Symbols, options: Options) -> Vec<Item> {
    let mut reader = Reader {
        globals: parts.globals.iter().copied().collect(),
        parts,
        symbols,
        options,
        pointer: pointer_size(&parts.head),
        names: HashMap::new(),
        groups: HashMap::new(),
    };
    let mut items = vec![reader.head()];
    items.extend(parts.named_nodes.iter().filter_map(|&(name, rest)| {
        let is_debug = name.starts_with("!llvm.dbg");
        (options.debuginfo || !is_debug).then(|| reader.named_node(name, rest))
    }));
    items.extend(
        parts
            .globals
            .iter()
            .map(|&(name, rest)| reader.global(name, rest)),
    );
    items.extend(
        parts
            .functions
            .iter()
            .map(|function| reader.function(function.signature, &function.blocks)),
    );
    items
}

/// A piece of metadata behind its name.
enum Attachment {
    /// It is no attachment, but an operand.
    None,
    /// One that is left out of the comparison.
    Dropped,
    Kept(String),
}

struct Reader<'a> {
    parts: &'a Parts<'a>,
    globals: HashMap<&'a str, &'a str>,
    symbols: &'a mut Symbols,
    options: Options,
    /// How many bytes a pointer has.
    pointer: u64,
    /// The names given to globals.
    names: HashMap<&'a str, Symbol>,
    /// The attributes of groups, in alphabetical order.
    groups: HashMap<&'a str, Vec<Token>>,
}

impl<'a> Reader<'a> {
    fn head(&mut self) -> Item {
        let mut lines: Vec<Vec<Token>> = vec![];
        for line in &self.parts.head {
            lines.push(self.tokens(line));
        }
        Item {
            name: self.symbols.intern("the module"),
            role: Role::Module,
            lines,
        }
    }

    fn named_node(&mut self, name: &str, rest: &str) -> Item {
        let mut nodes: Vec<String> = Lexer::new(rest)
            .filter_map(|piece| match piece {
                Piece::Node(node) => Some(self.node(node, DEPTH)),
                _ => None,
            })
            .collect();
        // A set, whatever the order: LangRef, "Module Flags Metadata".
        nodes.sort();
        let lines = nodes
            .iter()
            .map(|node| vec![self.token(Kind::Metadata, node)])
            .collect();
        Item {
            name: self.symbols.intern(name),
            role: Role::Module,
            lines,
        }
    }

    fn global(&mut self, name: &'a str, rest: &'a str) -> Item {
        let external = rest.starts_with("external ") || rest.starts_with("extern_weak ");
        let rest = match external {
            true => self.declared_in_bytes(rest),
            false => Cow::Borrowed(rest),
        };
        let tokens = self.tokens(&rest);
        Item {
            name: self.name(name),
            role: if external { Role::Declaration } else { Role::Global },
            lines: vec![tokens],
        }
    }

    fn function(&mut self, signature: &'a str, blocks: &'a [Block<'a>]) -> Item {
        let first = self.tokens(signature);
        let name = first.iter().find(|token| token.kind == Kind::Global);
        let name = name.map_or_else(|| self.symbols.intern("?"), |token| token.text);
        let mut lines = vec![first];
        for block in in_order(blocks) {
            // The first block is reached by no jump; its label says nothing.
            if lines.len() > 1 {
                let label = self.token(Kind::Local, &format!("%{}", block.label));
                let colon = self.token(Kind::Punctuation, ":");
                lines.push(vec![label, colon]);
            }
            for line in expectations(&block.lines) {
                if line.trim_start().starts_with("#dbg_") && !self.options.debuginfo {
                    continue;
                }
                let line = self.counted_in_bytes(&line);
                let mut tokens = self.tokens(&line);
                mark_opcode(&mut tokens, self.symbols);
                lines.push(tokens);
            }
        }
        Item {
            name,
            role: if blocks.is_empty() {
                Role::Declaration
            } else {
                Role::Function
            },
            lines,
        }
    }

    /// A declaration of a global whose type is given in bytes: nothing else of it is used.
    fn declared_in_bytes<'t>(&self, rest: &'t str) -> Cow<'t, str> {
        let value = initialiser(rest);
        let whole = self.types_within(&rest[value.clone()]);
        match layout::size(&whole, self.pointer) {
            Some(size) => Cow::Owned(format!(
                "{}[{size} x i8]{}",
                &rest[..value.start],
                &rest[value.end..]
            )),
            None => Cow::Borrowed(rest),
        }
    }

    /// A line whose `getelementptr`s count in bytes, as many as their types have.
    fn counted_in_bytes<'t>(&self, line: &'t str) -> Cow<'t, str> {
        let mut result = Cow::Borrowed(line);
        for range in layout::element_types(line).into_iter().rev() {
            let whole = self.types_within(&line[range.clone()]);
            if let Some(size) = layout::size(&whole, self.pointer) {
                result.to_mut().replace_range(range, &format!("[{size} x i8]"));
            }
        }
        result
    }

    fn token(&mut self, kind: Kind, text: &str) -> Token {
        Token {
            kind,
            text: self.symbols.intern(text),
        }
    }

    /// The tokens of a line.
    fn tokens(&mut self, line: &str) -> Vec<Token> {
        let mut tokens: Vec<Token> = vec![];
        let mut lexer = Lexer::new(line).peekable();
        while let Some(piece) = lexer.next() {
            let token = match piece {
                Piece::Local(name) => match self.parts.types.contains_key(name) {
                    true => {
                        let text = self.type_text(name, &mut vec![]);
                        self.token(Kind::Type, &text)
                    }
                    false => self.token(Kind::Local, name),
                },
                Piece::Global(name) => {
                    let name = self.known(name);
                    Token {
                        kind: Kind::Global,
                        text: name,
                    }
                }
                // `#dbg_declare` and its like begin as groups do.
                Piece::Group(record) if !self.parts.groups.contains_key(record) => {
                    self.token(Kind::Word, record)
                }
                Piece::Group(group) => {
                    let attributes = self.group(group);
                    tokens.extend(attributes);
                    continue;
                }
                Piece::Node(node) => {
                    let text = self.node(node, DEPTH);
                    self.token(Kind::Metadata, &text)
                }
                Piece::Metadata(name) => {
                    match self.attachment(name, line, &mut lexer) {
                        Attachment::None => tokens.push(self.token(Kind::Metadata, name)),
                        Attachment::Dropped => self.drop_comma(&mut tokens),
                        Attachment::Kept(text) => {
                            self.drop_comma(&mut tokens);
                            tokens.push(self.token(Kind::Metadata, &text));
                        }
                    }
                    continue;
                }
                Piece::Word("align") => {
                    let Some(Piece::Word(bytes)) = lexer.next() else {
                        continue;
                    };
                    self.drop_comma(&mut tokens);
                    self.token(Kind::Attribute, &format!("align {bytes}"))
                }
                Piece::Word(word) => {
                    let expanded = self.types_within(word);
                    self.token(lex::kind_of_word(word), &expanded)
                }
                Piece::Text(text) => {
                    let kind = match text.starts_with('c') {
                        true => Kind::Constant,
                        false => Kind::Attribute,
                    };
                    // `"key"="value"` is one attribute.
                    let mut whole = text.to_owned();
                    if lexer.peek() == Some(&Piece::Punctuation("=")) {
                        lexer.next();
                        if let Some(Piece::Text(value)) = lexer.next() {
                            whole = format!("{text}={value}");
                        }
                    }
                    self.token(kind, &whole)
                }
                Piece::Punctuation(sign) => self.token(Kind::Punctuation, sign),
            };
            tokens.push(token);
        }
        tokens
    }

    /// What is attached to an instruction or a global by the name that has just been read.
    fn attachment(&self, name: &str, line: &str, lexer: &mut Peekable<Lexer<'_>>) -> Attachment {
        let node = match lexer.peek() {
            Some(Piece::Node(node)) => {
                let text = self.node(node, DEPTH);
                lexer.next();
                text
            }
            // A node in place of its number, as `expectations` writes it at the end of a branch.
            Some(Piece::Metadata("!")) if name == "!prof" => {
                lexer.by_ref().for_each(drop);
                line.split_once("!prof ").map_or("", |(_, node)| node).to_owned()
            }
            _ => return Attachment::None,
        };
        match name {
            "!dbg" if !self.options.debuginfo => Attachment::Dropped,
            // Numbers by which a backend finds a line again: how many there are is all they say.
            "!srcloc" => Attachment::Kept(format!("!srcloc of {} lines", node.matches("i64").count())),
            _ => Attachment::Kept(format!("{name} {node}")),
        }
    }

    /// A comma before what may be absent goes with it.
    fn drop_comma(&mut self, tokens: &mut Vec<Token>) {
        if tokens
            .last()
            .is_some_and(|token| self.symbols.text(token.text) == ",")
        {
            tokens.pop();
        }
    }

    /// The name of a global that the module may or may not hold.
    fn known(&mut self, name: &str) -> Symbol {
        match self.globals.get_key_value(name) {
            Some((&name, _)) => self.name(name),
            None => self.plain_name(name),
        }
    }

    fn plain_name(&mut self, name: &str) -> Symbol {
        if !self.options.unhashed {
            return self.symbols.intern(name);
        }
        let bare = name.trim_start_matches('@').trim_matches('"');
        let demangled = format!("@{:#}", rustc_demangle::demangle(bare));
        self.symbols.intern(&demangled)
    }

    /// What a global of the module is called in the comparison.
    fn name(&mut self, name: &'a str) -> Symbol {
        if let Some(&symbol) = self.names.get(name) {
            return symbol;
        }
        // Until it is known, for constants that refer to themselves.
        let own = self.plain_name(name);
        self.names.insert(name, own);
        let rest = self.globals.get(name).copied().unwrap_or_default();
        if !is_made_up(name) || !(rest.starts_with("private") || rest.starts_with("internal")) {
            return own;
        }
        let tokens = self.tokens(&rest[initialiser(rest)]);
        let content = lex::text(&tokens, self.symbols);
        let mut hasher = DefaultHasher::new();
        hasher.write(content.as_bytes());
        let shown: String = content
            .split_once("c\"")
            .map_or("", |(_, text)| text)
            .chars()
            .take_while(|&c| c != '"')
            .take(32)
            .collect();
        let label = match name.contains("vtable") {
            true => "vtable",
            false => "const",
        };
        let called = format!("@{label}.{:08x}\"{shown}\"", hasher.finish() as u32);
        let symbol = self.symbols.intern(&called);
        self.names.insert(name, symbol);
        symbol
    }

    /// The attributes of a group.
    fn group(&mut self, group: &str) -> Vec<Token> {
        let Some((&group, &body)) = self.parts.groups.get_key_value(group) else {
            return vec![];
        };
        if let Some(tokens) = self.groups.get(group) {
            return tokens.clone();
        }
        let mut tokens = self.tokens(body);
        tokens.sort_by_key(|token| self.symbols.text(token.text).to_owned());
        self.groups.insert(group, tokens.clone());
        tokens
    }

    /// A node and what it refers to, to a depth.
    fn node(&self, node: &str, depth: usize) -> String {
        let Some(&body) = self.parts.nodes.get(node) else {
            return node.to_owned();
        };
        if depth == 0 {
            return "!…".to_owned();
        }
        let mut text = String::new();
        let mut rest = body;
        // Nodes are named inside; all else stays as it is.
        while let Some(at) = rest.find('!') {
            let (before, from) = rest.split_at(at);
            text.push_str(before);
            let mut lexer = Lexer::new(from);
            match lexer.next() {
                Some(Piece::Node(inner)) if inner == node => text.push_str("!self"),
                Some(Piece::Node(inner)) => text.push_str(&self.node(inner, depth - 1)),
                _ => text.push_str(&from[..from.len() - lexer.rest().len()]),
            }
            rest = lexer.rest();
        }
        text.push_str(rest);
        text
    }

    /// The structure of a named type.
    fn type_text(&self, name: &str, within: &mut Vec<String>) -> String {
        let Some(&body) = self.parts.types.get(name) else {
            return name.to_owned();
        };
        if within.iter().any(|outer| outer == name) {
            return "ptr".to_owned();
        }
        within.push(name.to_owned());
        let text = self.with_types(body, within);
        within.pop();
        text
    }

    /// Text with its named types replaced.
    fn with_types(&self, text: &str, within: &mut Vec<String>) -> String {
        let mut result = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('%') {
            let (before, from) = rest.split_at(at);
            result.push_str(before);
            let mut lexer = Lexer::new(from);
            if let Some(Piece::Local(name)) = lexer.next() {
                result.push_str(&self.type_text(name, within));
            }
            rest = lexer.rest();
        }
        result.push_str(rest);
        result
    }

    fn types_within(&self, word: &str) -> String {
        match word.contains('%') {
            true => self.with_types(word, &mut vec![]),
            false => word.to_owned(),
        }
    }
}

/// How many bytes a pointer has, by the data layout.
fn pointer_size(head: &[&str]) -> u64 {
    let layout = head.iter().find(|line| line.starts_with("target datalayout"));
    let bits = layout.and_then(|line| {
        let (_, sizes) = line.split_once("-p:")?;
        sizes.split([':', '-']).next()?.parse::<u64>().ok()
    });
    bits.unwrap_or(64) / 8
}

/// Whether a name says nothing but that there had to be one.
fn is_made_up(name: &str) -> bool {
    let name = name.trim_start_matches('@').trim_matches('"');
    let numbered = |prefix: &str| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with(['.', '_']))
    };
    name.bytes().all(|byte| byte.is_ascii_digit())
        || ["alloc", "vtable", "anon", "const", "str", "switch"]
            .into_iter()
            .any(numbered)
}

/// Where type and value of a global are, without what is said of it before and behind.
fn initialiser(rest: &str) -> Range<usize> {
    let text = without_quotes(rest);
    let from = ["constant ", "global "]
        .into_iter()
        .filter_map(|word| Some(text.find(word)? + word.len()))
        .min()
        .unwrap_or(0);
    let to = [", align ", ", section ", ", comdat", ", !", ", partition "]
        .into_iter()
        .filter_map(|word| text[from..].find(word))
        .min();
    from..to.map_or(rest.len(), |to| from + to)
}

/// The text, of the same length, with nothing between quotes but dots: what is there is no word of the grammar.
fn without_quotes(text: &str) -> String {
    let mut inside = false;
    let masked = text.bytes().map(|byte| {
        let is_quote = byte == b'"';
        inside ^= is_quote;
        if inside && !is_quote { b'.' } else { byte }
    });
    // Characters beyond ASCII stand between quotes only.
    String::from_utf8_lossy(&masked.collect::<Vec<u8>>()).into_owned()
}

/// Says which word of an instruction is its opcode.
fn mark_opcode(tokens: &mut [Token], symbols: &Symbols) {
    let start = match tokens.get(1).map(|token| symbols.text(token.text)) {
        Some("=") => 2,
        _ => 0,
    };
    let is_prefix = |token: &Token| matches!(symbols.text(token.text), "tail" | "musttail" | "notail");
    if let Some(token) = tokens.iter_mut().skip(start).find(|token| !is_prefix(token)) {
        token.kind = Kind::Opcode;
    }
}

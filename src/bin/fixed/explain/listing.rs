//! What all forms of a function have in common: rows, the places in the sources that they come from, blocks and the edges
//! between these.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use serde::Serialize;

/// A line of a source file, as a number in [`Places`].
pub type Place = usize;

/// The lines of source files that anything came from, each once. Two rows with the same place are linked.
#[derive(Default)]
pub struct Places {
    all: Vec<(PathBuf, usize)>,
    numbers: HashMap<(PathBuf, usize), Place>,
    /// Files as the compiler writes them, and what they are.
    files: HashMap<(PathBuf, String), PathBuf>,
}

impl Places {
    /// The place of a line; `file` may be relative to `folder`.
    pub fn of(&mut self, folder: &Path, file: &str, line: usize) -> Place {
        let file = self.file(folder, file);
        let next = self.all.len();
        *self.numbers.entry((file, line)).or_insert_with_key(|key| {
            self.all.push(key.clone());
            next
        })
    }

    /// One name for a file, however it is written.
    pub fn file(&mut self, folder: &Path, file: &str) -> PathBuf {
        let known = self.files.entry((folder.to_owned(), file.to_owned()));
        known.or_insert_with(|| plain(&folder.join(file))).clone()
    }

    pub fn get(&self, place: Place) -> (&Path, usize) {
        let (file, line) = &self.all[place];
        (file, *line)
    }

    pub fn len(&self) -> usize {
        self.all.len()
    }
}

/// A path without `.` and, where that says the same, `..`.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if plain.file_name().is_some() => _ = plain.pop(),
            other => plain.push(other),
        }
    }
    plain
}

/// The language of a text, for colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    Rust,
    Mir,
    Ir,
    Assembly,
}

/// What a row is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    #[default]
    Code,
    /// A label, with which a block begins.
    Label,
    /// What stands around code: signatures, attributes, directives, headings.
    Aside,
}

/// What a row is in the comparison of a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    Added,
    Removed,
}

/// A way that control takes from one block to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edge {
    /// When it is taken: `normal`, `unwind`, `asm`, `true`, `3`; empty if always.
    pub when: String,
    /// The block at the other end.
    pub block: String,
    /// Whether an asm block takes it.
    pub of_asm: bool,
}

/// One line of a form.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Row {
    pub text: String,
    pub role: Role,
    /// Its number in the file, of Rust.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<usize>,
    /// The lines of Rust that it comes from: that of the function itself first, then those of what was inlined there.
    pub places: Vec<Place>,
    /// Whether it is assembly of the user's.
    pub asm: bool,
    /// The block that begins here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub block: Option<String>,
    /// Where control comes from, of a label.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<Edge>,
    /// Where control goes next.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<Edge>,
    /// What the verifier says of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub change: Option<Change>,
}

impl Row {
    pub fn new(text: impl Into<String>, role: Role) -> Self {
        Row {
            text: text.into(),
            role,
            ..Row::default()
        }
    }
}

/// A function in one form.
#[derive(Clone, Debug, Serialize)]
pub struct Listing {
    pub language: Language,
    pub rows: Vec<Row>,
    /// What is to be known of it, or why there is nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl Listing {
    pub fn new(language: Language) -> Self {
        Listing {
            language,
            rows: vec![],
            notes: vec![],
        }
    }

    /// Nothing, and why.
    pub fn absent(language: Language, why: impl Into<String>) -> Self {
        Listing {
            language,
            rows: vec![],
            notes: vec![why.into()],
        }
    }

    /// Tells each block where control comes from, and marks those that asm blocks go to.
    pub fn connect(&mut self) {
        let mut from: HashMap<String, Vec<Edge>> = HashMap::new();
        let mut block = String::new();
        for row in &self.rows {
            if let Some(name) = &row.block {
                block.clone_from(name);
            }
            for edge in &row.to {
                let reverse = Edge {
                    block: block.clone(),
                    ..edge.clone()
                };
                let edges = from.entry(edge.block.clone()).or_default();
                if !edges.contains(&reverse) {
                    edges.push(reverse);
                }
            }
        }
        for row in &mut self.rows {
            if let Some(edges) = row.block.as_ref().and_then(|name| from.remove(name)) {
                row.from = edges;
            }
        }
    }
}

/// How functions begin in which the backend `fixed` puts assembly that unwinds (`src/asm/unwinding.rs`).
pub const OF_ASM: &str = "asm.may_unwind";

/// A function that is shown below the one that is explained, as a part of it: without blocks and edges of its own.
pub fn part(rows: Vec<Row>, heading: &str) -> Vec<Row> {
    let plain = |row: Row| Row {
        block: None,
        from: vec![],
        to: vec![],
        role: if row.block.is_some() {
            Role::Aside
        } else {
            row.role
        },
        ..row
    };
    [Row::new("", Role::Aside), Row::new(heading, Role::Aside)]
        .into_iter()
        .chain(rows.into_iter().map(plain))
        .collect()
}

/// Text for people, with the names of Rust in place of its symbols.
pub fn demangled(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_R").into_iter().chain(rest.find("_ZN")).min() {
        let inside = rest[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let length = rest[at..]
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$')))
            .unwrap_or(rest.len() - at);
        let symbol = &rest[at..at + length];
        result.push_str(&rest[..at]);
        match rustc_demangle::try_demangle(symbol) {
            Ok(name) if !inside => result.push_str(&format!("{name:#}")),
            _ => result.push_str(symbol),
        }
        rest = &rest[at + length..];
    }
    result + rest
}

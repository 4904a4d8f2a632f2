//! The debug information of a module's text, as far as it says where instructions come from.

use std::collections::HashMap;
use std::path::Path;

use super::listing::{Place, Places};
use crate::diff::parse::Parts;

/// Looks places up in the metadata of a module.
pub struct Debug<'a> {
    nodes: &'a HashMap<&'a str, &'a str>,
    folder: &'a Path,
    known: HashMap<&'a str, Vec<Place>>,
}

/// A function as debug information describes it.
pub struct Subprogram<'a> {
    pub name: &'a str,
    pub symbol: &'a str,
    pub file: String,
    pub line: usize,
}

impl<'a> Debug<'a> {
    /// Relative paths are relative to `folder`, where the compiler was run.
    pub fn new(parts: &'a Parts<'a>, folder: &'a Path) -> Self {
        Debug {
            nodes: &parts.nodes,
            folder,
            known: HashMap::new(),
        }
    }

    /// The places of the location `node`, from the function that holds the instruction to the innermost one inlined.
    pub fn places(&mut self, node: &'a str, places: &mut Places) -> Vec<Place> {
        if let Some(known) = self.known.get(node) {
            return known.clone();
        }
        let mut chain = vec![];
        let mut at = Some(node);
        while let Some(location) = at.and_then(|node| self.nodes.get(node)) {
            let line = number(location, "line");
            let file = field(location, "scope").and_then(|scope| self.file(scope));
            // Line 0 is no line: code that the compiler made up, or moved from several places.
            if let (Some(file), 1..) = (file, line) {
                chain.push(places.of(self.folder, &file, line));
            }
            at = field(location, "inlinedAt");
        }
        chain.reverse();
        chain.dedup();
        self.known.insert(node, chain.clone());
        chain
    }

    /// The functions that `node`, a location, is in, innermost first.
    pub fn functions(&self, node: &'a str) -> Vec<Subprogram<'a>> {
        let mut found = vec![];
        let mut at = Some(node);
        while let Some(location) = at.and_then(|node| self.nodes.get(node)) {
            let scope = field(location, "scope").and_then(|scope| self.scope_function(scope));
            found.extend(scope.and_then(|node| self.subprogram(node)));
            at = field(location, "inlinedAt");
        }
        found
    }

    /// The `DISubprogram` that `node` is.
    pub fn subprogram(&self, node: &str) -> Option<Subprogram<'a>> {
        let text = self.nodes.get(node)?;
        text.contains("DISubprogram(").then_some(())?;
        Some(Subprogram {
            name: text_field(text, "name").unwrap_or_default(),
            symbol: text_field(text, "linkageName").unwrap_or_default(),
            file: self.file(node)?,
            line: number(text, "line"),
        })
    }

    fn scope_function(&self, mut scope: &'a str) -> Option<&'a str> {
        loop {
            let text = self.nodes.get(scope)?;
            if text.contains("DISubprogram(") {
                return Some(scope);
            }
            scope = field(text, "scope")?;
        }
    }

    /// The file of a scope.
    fn file(&self, scope: &str) -> Option<String> {
        let node = self.nodes.get(scope)?;
        let file = match field(node, "file") {
            Some(file) => self.nodes.get(file)?,
            None => return self.file(field(node, "scope")?),
        };
        let (name, folder) = (text_field(file, "filename")?, text_field(file, "directory")?);
        Some(match folder.is_empty() {
            true => name.to_owned(),
            false => Path::new(folder).join(name).to_string_lossy().into_owned(),
        })
    }
}

/// The node that a field of a node names.
fn field<'a>(node: &'a str, name: &str) -> Option<&'a str> {
    let value = value(node, name)?;
    value.starts_with('!').then_some(value)
}

fn number(node: &str, name: &str) -> usize {
    value(node, name)
        .and_then(|value| value.parse().ok())
        .unwrap_or(0)
}

fn value<'a>(node: &'a str, name: &str) -> Option<&'a str> {
    let mut rest = node;
    loop {
        let at = rest.find(name)?;
        let (before, after) = (&rest[..at], &rest[at + name.len()..]);
        match after.strip_prefix(": ") {
            Some(value) if before.ends_with(['(', ' ']) => {
                return Some(&value[..value.find([',', ')']).unwrap_or(value.len())]);
            }
            _ => rest = after,
        }
    }
}

/// A field whose value is a text in quotes.
fn text_field<'a>(node: &'a str, name: &str) -> Option<&'a str> {
    let start = node.find(&format!("{name}: \""))? + name.len() + 3;
    Some(&node[start..start + node[start..].find('"')?])
}

//! Debug information as LLVM IR has it, compared with in-tree's: for the formats that nothing here reads, CodeView's
//! above all.

use std::collections::{BTreeSet, HashMap, hash_map::DefaultHasher};
use std::hash::{Hash, Hasher};

/// How far a node is followed to what it refers to.
const DEPTH: u32 = 3;

/// The nodes of debug information in the text of a module, each with what it refers to written out, so that neither
/// numbers nor order matter.
pub fn nodes(ir: &str) -> BTreeSet<String> {
    let mut module = Module {
        nodes: ir.lines().filter_map(node).collect(),
        written: HashMap::new(),
    };
    let described: Vec<&str> = module
        .nodes
        .iter()
        .filter(|(_, text)| text.trim_start_matches("distinct ").starts_with("!DI"))
        .map(|(&number, _)| number)
        .collect();
    described
        .into_iter()
        .map(|number| module.expand(number, DEPTH))
        .collect()
}

struct Module<'a> {
    nodes: HashMap<&'a str, String>,
    written: HashMap<(&'a str, u32), String>,
}

/// `!12 = !DIFile(…)`, without what differs between compilers (who they are) or sessions (the order of lists).
fn node(line: &str) -> Option<(&str, String)> {
    let (number, text) = line.strip_prefix('!')?.split_once(" = ")?;
    let mut text = text.to_owned();
    for field in ["producer: ", "globals: ", "enums: "] {
        if let Some(at) = text.find(field) {
            let rest = &text[at + field.len()..];
            let end = match rest.strip_prefix('"') {
                Some(quoted) => quoted.find('"')? + 2,
                None => rest.find([',', ')'])?,
            };
            text.replace_range(at..at + field.len() + end, "");
        }
    }
    number.parse::<u32>().ok().map(|_| (number, text))
}

impl<'a> Module<'a> {
    fn expand(&mut self, number: &'a str, depth: u32) -> String {
        if let Some(known) = self.written.get(&(number, depth)) {
            return known.clone();
        }
        let Some(text) = self.nodes.get(number).cloned() else {
            return "nothing".to_owned();
        };
        let mut expanded = match depth {
            0 => name(&text),
            _ => {
                let mut expanded = String::new();
                let mut rest = &*text;
                while let Some(at) = rest.find('!') {
                    let digits = rest[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
                    let (before, reference) = rest.split_at(at);
                    expanded += before;
                    let target = &reference[1..1 + digits];
                    match self.nodes.get_key_value(target).map(|(&key, _)| key) {
                        Some(key) => expanded += &self.expand(key, depth - 1),
                        None => expanded += &reference[..1 + digits],
                    }
                    rest = &reference[1 + digits..];
                }
                expanded + rest
            }
        };
        // Everything is written out many times: what is long is written as a number, but for the node itself.
        if depth < DEPTH && expanded.len() > 200 {
            let mut hasher = DefaultHasher::new();
            expanded.hash(&mut hasher);
            expanded = format!("{} {:x}", name(&text), hasher.finish());
        }
        self.written.insert((number, depth), expanded.clone());
        expanded
    }
}

/// What a node is, and its name.
fn name(text: &str) -> String {
    let kind = text.split(['(', '{']).next().unwrap_or_default();
    let name = text
        .split_once("name: \"")
        .and_then(|(_, rest)| rest.split('"').next());
    format!("{kind} {}", name.unwrap_or_default())
}

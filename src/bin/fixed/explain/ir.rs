//! LLVM IR as text: the functions of a module, and one of them with its blocks, edges and places.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use super::debug::{Debug, Subprogram};
use super::listing::{Change, Edge, Language, Listing, OF_ASM, Place, Places, Role, Row, demangled, part};
use crate::diff::lex::{Lexer, Piece};
use crate::diff::parse::{Parts, parse, symbol_of};

/// A module's text, cut up.
pub struct Module<'a> {
    parts: Parts<'a>,
    /// The lines of each function that is defined, by symbol.
    bodies: HashMap<&'a str, Vec<&'a str>>,
    /// The symbols in the order of the text.
    pub symbols: Vec<&'a str>,
}

impl<'a> Module<'a> {
    pub fn read(text: &'a str) -> Self {
        let mut bodies: HashMap<&'a str, Vec<&'a str>> = HashMap::new();
        let mut symbols = vec![];
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            if line.starts_with("define ")
                && let Some(symbol) = symbol_of(line)
            {
                let rest = lines.by_ref().take_while(|line| *line != "}");
                bodies.insert(symbol, std::iter::once(line).chain(rest).collect());
                symbols.push(symbol);
            }
        }
        Module {
            parts: parse(text),
            bodies,
            symbols,
        }
    }

    pub fn has(&self, symbol: &str) -> bool {
        self.bodies.contains_key(symbol)
    }

    /// The lines of a function, as LLVM wrote them.
    pub fn body(&self, symbol: &str) -> &[&'a str] {
        self.bodies.get(symbol).map(Vec::as_slice).unwrap_or_default()
    }

    /// What debug information says of a function.
    pub fn subprogram<'b>(&'b self, symbol: &str, folder: &'b Path) -> Option<Subprogram<'b>> {
        let signature = self.bodies.get(symbol)?.first()?;
        Debug::new(&self.parts, folder).subprogram(debug_node(signature)?)
    }

    /// The functions whose code holds code of the function `symbol`, inlined.
    pub fn holders(&self, symbol: &str, folder: &Path) -> Vec<&'a str> {
        let debug = Debug::new(&self.parts, folder);
        let holds = |holder: &&&'a str| {
            let nodes: BTreeSet<&str> = self
                .body(holder)
                .iter()
                .skip(1)
                .filter_map(|line| debug_node(line))
                .collect();
            nodes.iter().any(|node| {
                debug
                    .functions(node)
                    .iter()
                    .any(|function| function.symbol == symbol)
            })
        };
        self.symbols.iter().filter(holds).copied().collect()
    }

    /// The functions inlined into a function: file, line and name of each, in the order of the code.
    pub fn inlined(&self, symbol: &str, folder: &Path) -> Vec<(String, usize, String)> {
        let debug = Debug::new(&self.parts, folder);
        let mut seen = BTreeSet::new();
        let mut found = vec![];
        for node in self
            .body(symbol)
            .iter()
            .skip(1)
            .filter_map(|line| debug_node(line))
        {
            if seen.insert(node) {
                for function in debug.functions(node) {
                    let entry = (function.file, function.line, demangled(function.name));
                    if function.symbol != symbol && !found.contains(&entry) {
                        found.push(entry);
                    }
                }
            }
        }
        found
    }

    /// A function, with its places.
    pub fn listing(&self, symbol: &str, folder: &Path, places: &mut Places) -> Option<Listing> {
        let lines = self.bodies.get(symbol)?;
        let mut debug = Debug::new(&self.parts, folder);
        let mut listing = Listing::new(Language::Ir);
        let of = |_, node: Option<&'a str>| node.map(|node| debug.places(node, places)).unwrap_or_default();
        listing.rows = rows(lines, of).0;
        listing.connect();
        for name in asm_functions(lines) {
            if let Some(lines) = self.bodies.get(name) {
                let of = |_, node: Option<&'a str>| {
                    node.map(|node| debug.places(node, places)).unwrap_or_default()
                };
                let heading = "; the assembly, which unwinds, is in a function of its own:";
                listing.rows.extend(part(rows(lines, of).0, heading));
            }
        }
        self.explain_numbers(&mut listing);
        for row in &mut listing.rows {
            row.text = demangled(&row.text);
        }
        Some(listing)
    }

    /// Adds what the groups of attributes and the metadata are that the function names.
    fn explain_numbers(&self, listing: &mut Listing) {
        let (mut groups, mut nodes) = (vec![], vec![]);
        for row in &listing.rows {
            for piece in Lexer::new(&row.text) {
                match piece {
                    Piece::Group(group) if !groups.contains(&group) => groups.push(group),
                    Piece::Node(node) if !nodes.contains(&node) => nodes.push(node),
                    _ => {}
                }
            }
        }
        groups.sort_by_key(|group| (group.len(), *group));
        nodes.sort_by_key(|node| (node.len(), *node));
        let groups = groups.into_iter().filter_map(|name| {
            Some(format!(
                "attributes {name} = {{ {} }}",
                self.parts.groups.get(name)?
            ))
        });
        let nodes = nodes
            .into_iter()
            .filter_map(|name| Some(format!("{name} = {}", self.parts.nodes.get(name)?)));
        let asides: Vec<Row> = groups
            .chain(nodes)
            .map(|text| Row::new(text, Role::Aside))
            .collect();
        listing.rows.extend(asides);
    }
}

/// The functions of assembly that `lines` call.
fn asm_functions<'a>(lines: &[&'a str]) -> Vec<&'a str> {
    let mut names: Vec<&str> = vec![];
    let calls = lines.iter().skip(1).filter(|line| line.contains(OF_ASM));
    for piece in calls.flat_map(|line| Lexer::new(line)) {
        if let Piece::Global(name) = piece
            && name[1..].starts_with(OF_ASM)
            && !names.contains(&&name[1..])
        {
            names.push(&name[1..]);
        }
    }
    names
}

/// The location or function that a line's `!dbg` names.
fn debug_node(line: &str) -> Option<&str> {
    let start = line.rfind("!dbg !")? + "!dbg ".len();
    let digits = line[start + 1..].bytes().take_while(u8::is_ascii_digit).count();
    Some(&line[start..start + 1 + digits])
}

/// A line without what the rows say otherwise, its location, and without numbers for programs only: `!srcloc`, by which rustc
/// finds a line of asm, and `!guid`, by which profiles find a function.
pub fn without_places(line: &str) -> String {
    let mut line = line.to_owned();
    for name in ["!dbg !", "!srcloc !", "!guid !"] {
        while let Some(start) = line.rfind(name) {
            let digits = line[start + name.len()..]
                .bytes()
                .take_while(u8::is_ascii_digit)
                .count();
            let before = match line[..start].trim_end() {
                text if text.ends_with(',') => text.len() - 1,
                text => text.len(),
            };
            line.replace_range(before..start + name.len() + digits, "");
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// The rows of a function's lines, and which line each is; `of` gives the places of a line that names a location.
fn rows<'a>(
    lines: &[&'a str],
    mut of: impl FnMut(usize, Option<&'a str>) -> Vec<Place>,
) -> (Vec<Row>, Vec<usize>) {
    let mut rows: Vec<Row> = vec![];
    let mut numbers = vec![];
    let mut at = 0;
    while let Some(&line) = lines.get(at) {
        at += 1;
        let trimmed = line.trim_start();
        if trimmed.is_empty() || trimmed.starts_with("#dbg_") || (trimmed.starts_with(';') && at > 1) {
            continue;
        }
        if line.starts_with("define ") {
            rows.push(Row::new(without_places(line), Role::Aside));
            numbers.push(at - 1);
            continue;
        }
        if !line.starts_with([' ', '\t']) {
            rows.push(label(line));
            numbers.push(at - 1);
            continue;
        }
        if rows.last().is_none_or(|row| row.role == Role::Aside) && rows.len() <= 1 {
            // The first block may have no label; LLVM counts it all the same.
            let mut row = Row::new("entry:", Role::Label);
            row.block = Some("entry".to_owned());
            rows.push(row);
            numbers.push(at - 1);
        }
        let (first, number) = (rows.len(), at - 1);
        rows.push(Row::new(without_places(line), Role::Code));
        numbers.push(number);
        let mut whole = line.to_owned();
        let mut node = debug_node(line);
        while let Some(&next) = lines.get(at).filter(|next| continues(line, next)) {
            numbers.push(at);
            at += 1;
            rows.push(Row::new(without_places(next), Role::Code));
            whole.push(' ');
            whole.push_str(next.trim_start());
            node = debug_node(next).or(node);
        }
        let (asm, edges) = control(&whole);
        let places = of(number, node);
        for row in &mut rows[first..] {
            row.places.clone_from(&places);
            row.asm = asm;
        }
        if let Some(last) = rows.last_mut() {
            last.to = edges;
        }
    }
    (rows, numbers)
}

/// Whether `next` is more of the instruction that begins with `line`.
fn continues(line: &str, next: &str) -> bool {
    let indent = |text: &str| text.len() - text.trim_start().len();
    let word = next.trim_start();
    indent(next) > indent(line) && !word.starts_with(['#', ';'])
        || (indent(next) > 0 && word.starts_with(']'))
}

fn label(line: &str) -> Row {
    let name = line.split(" ;").next().unwrap_or(line).trim_end();
    let mut row = Row::new(name, Role::Label);
    row.block = Some(name.trim_end_matches(':').trim_matches('"').to_owned());
    row
}

/// Whether an instruction runs assembly, and where control goes from it.
fn control(instruction: &str) -> (bool, Vec<Edge>) {
    let pieces: Vec<Piece<'_>> = Lexer::new(instruction).collect();
    let opcode = pieces.iter().find_map(|piece| match piece {
        Piece::Word(word) if !["tail", "musttail", "notail"].contains(word) => Some(*word),
        _ => None,
    });
    let opcode = opcode.unwrap_or_default();
    let is_asm = |piece: &Piece<'_>| match piece {
        Piece::Word(word) => *word == "asm",
        Piece::Global(name) => name[1..].starts_with(OF_ASM),
        _ => false,
    };
    let asm = ["call", "invoke", "callbr"].contains(&opcode) && pieces.iter().any(is_asm);
    let mut edges: Vec<Edge> = vec![];
    let conditional = opcode == "br" && pieces.contains(&Piece::Word("i1"));
    for (at, pair) in pieces.windows(2).enumerate() {
        let [Piece::Word("label"), Piece::Local(block)] = pair else {
            continue;
        };
        let before = at.checked_sub(1).and_then(|at| pieces.get(at));
        let when = match (opcode, before) {
            (_, Some(Piece::Word("unwind"))) => "unwind",
            ("invoke" | "callbr", Some(Piece::Word("to"))) => "normal",
            ("callbr", _) => "asm",
            ("br", _) if conditional => match edges.is_empty() {
                true => "true",
                false => "false",
            },
            ("switch", _) if edges.is_empty() => "default",
            // `i32 3, label %bb4`.
            ("switch", _) => match at.checked_sub(2).and_then(|at| pieces.get(at)) {
                Some(Piece::Word(value)) => value,
                _ => "",
            },
            ("catchswitch", _) => "catch",
            _ => "",
        };
        edges.push(Edge {
            when: when.to_owned(),
            block: block[1..].trim_matches('"').to_owned(),
            of_asm: asm,
        });
    }
    (asm, edges)
}

/// A function as a pass left it, without places: its lines, for comparing.
pub fn plain(lines: &[&str]) -> Vec<String> {
    let shown = lines.iter().filter(|line| {
        let trimmed = line.trim_start();
        !trimmed.is_empty() && !trimmed.starts_with("#dbg_") && !trimmed.starts_with(';')
    });
    shown
        .map(|line| {
            let line = without_places(line);
            let is_label = !line.starts_with(' ') && line.contains(" ;");
            let line = match is_label {
                true => line.split(" ;").next().unwrap_or_default().trim_end().to_owned(),
                false => line,
            };
            demangled(&line)
        })
        .collect()
}

/// A row of a comparison.
pub fn changed(text: String, change: Option<Change>) -> Row {
    let (asm, _) = control(&text);
    let is_code = text.starts_with(' ');
    let mut row = Row::new(text, if is_code { Role::Code } else { Role::Label });
    row.asm = asm;
    row.change = change;
    row
}

/// The function in the text of a rejected one: places and MIR stand in comments before what they are of, and the
/// instruction is marked with `>`.
pub fn rejected(text: &str, finding: &str, folder: &Path, places: &mut Places) -> Listing {
    let mut lines: Vec<String> = vec![];
    let mut of_lines: Vec<Vec<Place>> = vec![];
    let mut marked = None;
    let mut current = vec![];
    for line in text.lines().skip_while(|line| !line.starts_with("define ")) {
        if line == "}" {
            break;
        }
        if let Some(comment) = line.trim_start().strip_prefix("; ") {
            current = super::mir::place(comment)
                .map(|(file, line)| vec![places.of(folder, file, line)])
                .unwrap_or_default();
            continue;
        }
        let plain = match line.strip_prefix('>') {
            Some(rest) => {
                marked = Some(lines.len());
                format!(" {rest}")
            }
            None => line.to_owned(),
        };
        if !plain.starts_with(' ') {
            current.clear();
        }
        of_lines.push(current.clone());
        lines.push(plain);
    }
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let mut listing = Listing::new(Language::Ir);
    let (rows, numbers) = rows(&lines, |number, _| of_lines[number].clone());
    listing.rows = rows;
    let row = marked.and_then(|marked| numbers.iter().position(|number| *number == marked));
    match row {
        Some(row) => listing.rows[row].finding = Some(demangled(finding)),
        None => listing.notes.push(demangled(finding)),
    }
    listing.connect();
    for row in &mut listing.rows {
        row.text = demangled(&row.text);
    }
    listing
}

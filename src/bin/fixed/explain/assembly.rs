//! Assembly as LLVM writes it with its comments (`-Zverbose-asm`): one function, with its blocks, edges and places.
//!
//! The places stand in the comments of `.loc`, with all that was inlined; where calls unwind to is in the comments of
//! the table of exceptions behind the function.

use std::collections::HashMap;
use std::path::Path;

use super::listing::{Edge, Language, Listing, OF_ASM, Place, Places, Role, Row, demangled, part};

/// A function of the text `assembly`, and what it calls of the user's assembly.
pub fn listing(assembly: &str, symbol: &str, folder: &Path, places: &mut Places) -> Option<Listing> {
    let mut listing = function(assembly, symbol, folder, places)?;
    let mut names: Vec<String> = vec![];
    for row in listing.rows.iter().filter(|row| row.text.contains(OF_ASM)) {
        let word = row.text.split(|c: char| c.is_whitespace() || c == ',');
        let name = word
            .filter(|word| word.starts_with(OF_ASM))
            .map(|name| name.split('@').next());
        names.extend(
            name.flatten()
                .map(str::to_owned)
                .filter(|name| !names.contains(name))
                .collect::<Vec<_>>(),
        );
    }
    for name in names {
        if let Some(of_asm) = function(assembly, &name, folder, places) {
            listing.rows.extend(part(of_asm.rows, &format!("{name}:")));
        }
    }
    Some(listing)
}

fn function(assembly: &str, symbol: &str, folder: &Path, places: &mut Places) -> Option<Listing> {
    let mut lines = assembly.lines();
    lines.find(|line| is_label_of(line, symbol))?;
    let mut body = vec![];
    let mut table = vec![];
    for line in lines {
        match table.is_empty() {
            true if is_end(line, symbol) => table.push(line),
            true => body.push(line),
            // The table of exceptions is behind the function, before the next.
            false if line.contains("-- End function") => break,
            false => table.push(line),
        }
    }
    let mut reader = Reader::new(&body, folder, places);
    for line in &body {
        reader.add(line);
    }
    let mut listing = reader.listing;
    let pads = landing_pads(&table);
    let blocks = reader.blocks;
    for row in &mut listing.rows {
        row.to.iter_mut().for_each(|edge| {
            if let Some(block) = blocks.get(&edge.block) {
                edge.block.clone_from(block);
            }
        });
    }
    for (first, last, pad) in pads {
        let Some(block) = blocks.get(&pad) else { continue };
        let range = (reader.marks.get(&first), reader.marks.get(&last));
        let (Some(&first), Some(&last)) = range else {
            continue;
        };
        let calls = listing.rows[first..last].iter_mut();
        for row in calls.filter(|row| is_call(&row.text) || row.asm) {
            let edge = Edge {
                when: "unwind".to_owned(),
                block: block.clone(),
                of_asm: row.asm,
            };
            row.to.push(edge);
        }
    }
    listing.connect();
    for row in &mut listing.rows {
        row.text = demangled(&row.text);
    }
    Some(listing)
}

fn is_label_of(line: &str, symbol: &str) -> bool {
    let line = line.strip_prefix('"').unwrap_or(line);
    // Mach-O and 32-bit Windows write one more underscore.
    let rest = line
        .strip_prefix(symbol)
        .or_else(|| line.strip_prefix('_').and_then(|line| line.strip_prefix(symbol)));
    rest.is_some_and(|rest| rest.trim_start_matches('"').starts_with(':'))
}

fn is_end(line: &str, symbol: &str) -> bool {
    let line = line.trim();
    line.starts_with(".Lfunc_end")
        || line.starts_with("Lfunc_end")
        || line.contains("-- End function")
        || line
            .strip_prefix(".size")
            .is_some_and(|rest| rest.contains(symbol))
}

/// `call` of x86, `bl` and `blr` of Arm, `jal` of RISC-V and the like.
fn is_call(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or_default();
    word.starts_with("call") || ["bl", "blr", "jal", "jalr", "brasl", "bctrl", "blx", "bal"].contains(&word)
}

/// The calls between two labels, and the label that they unwind to.
fn landing_pads(table: &[&str]) -> Vec<(String, String, String)> {
    let mut pads = vec![];
    let mut between = None;
    for line in table {
        if let Some((_, words)) = line.split_once("Call between ") {
            between = words
                .split_once(" and ")
                .map(|(first, last)| (first.to_owned(), last.trim().to_owned()));
        } else if let Some((_, pad)) = line.split_once("jumps to ")
            && let Some((first, last)) = between.take()
        {
            pads.push((first, last, pad.trim().to_owned()));
        }
    }
    pads
}

/// Reads the lines of a function.
struct Reader<'a> {
    listing: Listing,
    folder: &'a Path,
    places: &'a mut Places,
    /// The block that each label is in.
    blocks: HashMap<String, String>,
    /// The row before which each label stands.
    marks: HashMap<String, usize>,
    current: Vec<Place>,
    block: String,
    in_asm: bool,
    /// Files by their numbers, for places without a comment.
    files: HashMap<String, String>,
}

impl<'a> Reader<'a> {
    fn new(body: &[&str], folder: &'a Path, places: &'a mut Places) -> Self {
        let mut reader = Reader {
            listing: Listing::new(Language::Assembly),
            folder,
            places,
            blocks: HashMap::new(),
            marks: HashMap::new(),
            current: vec![],
            block: "entry".to_owned(),
            in_asm: false,
            files: HashMap::new(),
        };
        // Without `# %bb.0`, the first block has no label.
        let first = body
            .iter()
            .find(|line| is_instruction(line) || new_block(line).is_some());
        if first.is_some_and(|line| new_block(line).is_none()) {
            reader.begin("entry", "entry:".to_owned());
        }
        reader
    }

    fn begin(&mut self, name: &str, text: String) {
        self.block = name.to_owned();
        self.blocks.insert(name.to_owned(), name.to_owned());
        let mut row = Row::new(text, Role::Label);
        row.block = Some(name.to_owned());
        self.listing.rows.push(row);
    }

    fn add(&mut self, line: &str) {
        let trimmed = line.trim();
        let word = trimmed.split_whitespace().next().unwrap_or_default();
        if let Some(name) = new_block(line) {
            self.marks.insert(name.clone(), self.listing.rows.len());
            let of_ir = line.rsplit_once(" %").map(|(_, block)| block.trim());
            let of_ir = of_ir.filter(|block| !block.is_empty() && !block.ends_with(':'));
            let text = match of_ir {
                Some(block) => format!("{name}: # %{block}"),
                None => format!("{name}:"),
            };
            self.begin(&name, text);
        } else if let Some(label) = label(line) {
            // It stands for the block that it is in.
            self.marks.insert(label.to_owned(), self.listing.rows.len());
            self.blocks.insert(label.to_owned(), self.block.clone());
        } else if let Some(rest) = trimmed.strip_prefix(".loc") {
            self.current = self.location(rest);
        } else if word == ".file" {
            self.note_file(trimmed);
        } else if let Some(inside) = asm_marker(trimmed) {
            self.in_asm = inside;
            self.push(format!("  {trimmed}"), Role::Aside);
        } else if !trimmed.is_empty() && (self.in_asm || !is_noise(trimmed)) {
            self.push(instruction(trimmed), Role::Code);
            let asm = self.in_asm;
            if let Some(row) = self.listing.rows.last_mut() {
                row.asm |= trimmed.contains(OF_ASM);
                row.to = jumps(trimmed, asm);
            }
        }
    }

    fn push(&mut self, text: String, role: Role) {
        let mut row = Row::new(text, role);
        row.asm = self.in_asm || role == Role::Aside;
        row.places.clone_from(&self.current);
        self.listing.rows.push(row);
    }

    /// The places of a `.loc`: those of its comment, `FILE:LINE:COLUMN @[ FILE:LINE:COLUMN ]`, or of its numbers.
    fn location(&mut self, rest: &str) -> Vec<Place> {
        let comment = ["# ", "// ", "; ", "@ "]
            .iter()
            .filter_map(|sign| Some(&rest[rest.find(sign)? + sign.len()..]))
            .max_by_key(|comment| comment.len());
        if let Some(comment) = comment {
            let parts = comment.split("@[").map(|part| part.trim_matches([' ', ']']));
            let mut chain: Vec<Place> = vec![];
            for part in parts {
                // A column may be missing.
                let written = format!("{part}:");
                if let Some((file, line)) = super::mir::place(&written).filter(|(_, line)| *line > 0) {
                    chain.push(self.places.of(self.folder, file, line));
                }
            }
            chain.reverse();
            chain.dedup();
            return chain;
        }
        let mut words = rest.split_whitespace();
        let file = words.next().and_then(|number| self.files.get(number));
        let line = words.next().and_then(|line| line.parse().ok());
        match (file, line) {
            (Some(file), Some(line @ 1..)) => vec![self.places.of(self.folder, file, line)],
            _ => vec![],
        }
    }

    /// `.file 1 "folder" "name"`.
    fn note_file(&mut self, text: &str) {
        let mut parts = text.split('"');
        let number = parts.next().and_then(|head| head.split_whitespace().nth(1));
        let names: Vec<&str> = parts.step_by(2).filter(|name| !name.is_empty()).collect();
        let file = match names[..] {
            [name] => name.to_owned(),
            [folder, name, ..] => Path::new(folder).join(name).to_string_lossy().into_owned(),
            [] => return,
        };
        if let Some(number) = number {
            self.files.insert(number.to_owned(), file);
        }
    }
}

/// The block that a line begins: `.LBB0_3:`, or in a comment `# %bb.1:`.
fn new_block(line: &str) -> Option<String> {
    let trimmed = line.trim_start();
    if let Some(label) = label(line) {
        let is_block = label.starts_with(".LBB") || label.starts_with("LBB") || label.starts_with("$BB");
        return is_block.then(|| label.to_owned());
    }
    let rest = ["# %bb.", "// %bb.", "@ %bb.", "; %bb."]
        .iter()
        .find_map(|start| trimmed.strip_prefix(start))?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    rest[digits..]
        .starts_with(':')
        .then(|| format!("%bb.{}", &rest[..digits]))
}

/// The label on a line.
fn label(line: &str) -> Option<&str> {
    let name = &line[..line.find(':')?];
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '$');
    (!name.is_empty() && name.chars().all(is_name)).then_some(name)
}

fn is_instruction(line: &str) -> bool {
    line.starts_with(['\t', ' ']) && !is_noise(line.trim()) && !line.trim().is_empty()
}

/// Directives and comments that say nothing of what is executed.
fn is_noise(text: &str) -> bool {
    text.starts_with('.') || ["#", "//", "@ ", ";"].iter().any(|sign| text.starts_with(sign))
}

/// Whether assembly of the user's begins or ends here.
fn asm_marker(text: &str) -> Option<bool> {
    let word = text.trim_start_matches(['#', '/', '@', ';', ' ']);
    match word {
        "APP" | "InlineAsm Start" => Some(true),
        "NO_APP" | "InlineAsm End" => Some(false),
        _ => None,
    }
}

/// An instruction with a blank between its parts.
fn instruction(text: &str) -> String {
    let (code, comment) = match text
        .find("# ")
        .filter(|at| text[..*at].ends_with(char::is_whitespace))
    {
        Some(at) => (text[..at].trim_end(), text[at..].trim_end()),
        None => (text, ""),
    };
    let mut words = code.splitn(2, '\t');
    let opcode = words.next().unwrap_or_default();
    let operands = words.next().unwrap_or_default().trim();
    let line = match operands.is_empty() {
        true => format!("    {opcode}"),
        false => format!("    {opcode:<7} {operands}"),
    };
    match comment.is_empty() {
        true => line,
        false => format!("{line}  {comment}"),
    }
}

/// The labels of blocks that an instruction names.
fn jumps(text: &str, of_asm: bool) -> Vec<Edge> {
    let mut words = text.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '$')));
    let opcode = words.next().unwrap_or_default();
    let is_label = |word: &&str| {
        word.starts_with(".LBB")
            || word.starts_with("LBB")
            || word.starts_with("$BB")
            || (of_asm && word.starts_with(".Ltmp"))
    };
    let when = match opcode {
        _ if of_asm => "asm",
        "jmp" | "b" | "j" => "",
        opcode => opcode,
    };
    words
        .filter(is_label)
        .map(|block| Edge {
            when: when.to_owned(),
            block: block.to_owned(),
            of_asm,
        })
        .collect()
}

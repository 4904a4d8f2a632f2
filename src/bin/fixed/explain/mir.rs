//! MIR as rustc writes it with `-Zmir-include-spans`: its functions, and one of them with its blocks, edges and places.

use std::collections::HashMap;
use std::path::Path;

use super::debug::Subprogram;
use super::listing::{Edge, Language, Listing, Place, Places, Role, Row};
use super::names::{name, without_arguments};

/// A function, closure or constant of the text.
pub struct Item<'a> {
    /// As it is written: `parse`, `<impl at src/lib.rs:4:1: 4:16>::drop`, `main::{closure#0}`.
    pub path: &'a str,
    pub lines: Vec<&'a str>,
}

impl Item<'_> {
    /// The last part of its path, as debug information names it.
    pub fn name(&self) -> &str {
        let plain = self.path.split('<').next().unwrap_or(self.path);
        let tail = match self.path.rsplit_once(">::") {
            Some((_, tail)) => tail,
            None => plain.trim_end_matches("::"),
        };
        tail.rsplit("::").next().unwrap_or(tail)
    }

    /// The file and the first line that its parts come from; the return place's is that of the signature.
    pub fn place(&self) -> Option<(&str, usize)> {
        let returned = self
            .lines
            .iter()
            .find(|line| line.contains("// return place in scope"));
        comment(returned?).and_then(|comment| place(comment.split_once(" at ")?.1))
    }
}

/// The functions of a crate, and where they are found.
pub struct Mir<'a> {
    pub items: Vec<Item<'a>>,
    /// By [`plain_name`].
    by_name: HashMap<String, Vec<usize>>,
    by_path: HashMap<String, usize>,
}

impl<'a> Mir<'a> {
    pub fn read(text: &'a str) -> Self {
        let items = read(text);
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        let mut by_path = HashMap::new();
        for (number, item) in items.iter().enumerate() {
            by_name.entry(plain_name(item.name())).or_default().push(number);
            by_path.entry(without_arguments(item.path)).or_insert(number);
        }
        Mir {
            items,
            by_name,
            by_path,
        }
    }

    /// The one whose path is a name without the crate's.
    pub fn by_name(&self, name: &str) -> Option<usize> {
        let name = without_arguments(name);
        let path = name.split_once("::").map_or(&*name, |(_, path)| path);
        self.by_path.get(path).copied()
    }

    /// That of the function `symbol`, which debug information describes: of those with its name in its file, the first at
    /// or behind its line.
    pub fn of(&self, symbol: &str, function: Option<Subprogram<'_>>, folder: &Path) -> Option<usize> {
        let name = name(symbol);
        let Some(function) = function else {
            return self.by_name(&name);
        };
        let mut files = Places::default();
        let file = files.file(folder, &function.file);
        let alike = self.by_name.get(&plain_name(function.name))?;
        let mut fits: Vec<(usize, usize)> = alike
            .iter()
            .filter_map(|&number| {
                let (of, line) = self.items[number].place()?;
                (files.file(folder, of) == file && line >= function.line).then_some((line, number))
            })
            .collect();
        fits.sort();
        let nearest = fits.first()?.0;
        let near = fits
            .iter()
            .filter(|(line, _)| *line == nearest)
            .map(|(_, number)| *number);
        // A macro makes several functions in one place: the one that has the type of the name in its signature.
        let of_type = |number: &usize| {
            let signature = self.items[*number].lines[0];
            let first = name
                .trim_start_matches('<')
                .split([' ', '>', ':'])
                .next()
                .unwrap_or_default();
            let mut words = signature.split(|c: char| !c.is_alphanumeric() && c != '_');
            !first.is_empty() && words.any(|word| word == first)
        };
        near.clone().find(of_type).or(near.clone().next())
    }
}

/// A name of a function without generic arguments, and the same for what MIR and debug information call differently:
/// `{closure#0}`, `{async_fn#0}`.
fn plain_name(name: &str) -> String {
    let name = without_arguments(name);
    match name.strip_prefix('{').and_then(|rest| rest.split_once('#')) {
        Some((_, number)) => format!("{{#{number}"),
        None => name,
    }
}

/// The functions of a text.
fn read(text: &str) -> Vec<Item<'_>> {
    let mut items = vec![];
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(rest) = line.strip_prefix("fn ") else {
            continue;
        };
        let path = &rest[..parameters(rest)];
        let body = lines.by_ref().take_while(|line| *line != "}");
        let lines = std::iter::once(line).chain(body).collect();
        items.push(Item { path, lines });
    }
    items
}

/// Where in `path(parameters)` the parameters begin: at the first parenthesis outside of `<…>` and `{…}`.
fn parameters(text: &str) -> usize {
    let mut depth = 0;
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        match c {
            '<' | '{' => depth += 1,
            '>' if previous != '-' => depth -= 1,
            '}' => depth -= 1,
            '(' if depth == 0 => return at,
            _ => {}
        }
        previous = c;
    }
    text.len()
}

/// `FILE:LINE:COLUMN…` at the start of a text, as file and line.
pub fn place(text: &str) -> Option<(&str, usize)> {
    let mut from = 0;
    loop {
        let colon = from + text[from..].find(':')?;
        let rest = &text[colon + 1..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && rest[digits..].starts_with(':') {
            return Some((&text[..colon], rest[..digits].parse().ok()?));
        }
        from = colon + 1;
    }
}

/// What rustc adds to a line of where it comes from.
fn comment(line: &str) -> Option<&str> {
    let starts = [
        "// scope ",
        "// in scope ",
        "// return place in scope ",
        "{ // at ",
    ];
    let at = starts.iter().filter_map(|start| line.rfind(start)).max()?;
    Some(&line[at..])
}

/// A scope: the one around it, and where it was inlined, if it was.
#[derive(Default)]
struct Scope {
    around: Option<usize>,
    call: Option<Place>,
}

/// The function as rows. `file` and `lines` are the sources of its own code: statements that a macro of elsewhere made
/// are given the place of their neighbours there.
pub fn listing(
    item: &Item<'_>,
    folder: &Path,
    own: Option<(&Path, std::ops::RangeInclusive<usize>)>,
    places: &mut Places,
) -> Listing {
    let mut listing = Listing::new(Language::Mir);
    let scopes = scopes(item, folder, places);
    for (at, line) in item.lines.iter().enumerate() {
        if line.trim_start().starts_with("//") || line.trim().is_empty() {
            continue;
        }
        let comment = comment(line);
        let text = comment.map_or(*line, |comment| &line[..line.len() - comment.len()]);
        let mut text = text.trim_end().to_owned();
        if comment.is_some_and(|comment| comment.starts_with('{')) {
            text.push_str(" {");
        }
        let trimmed = text.trim_start();
        if let Some(name) = block(&text) {
            let mut row = Row::new(text.trim_end_matches(" {"), Role::Label);
            row.block = Some(name.to_owned());
            listing.rows.push(row);
            continue;
        }
        // The brace behind a block.
        if trimmed == "}" && text.starts_with("    }") && listing.rows.iter().any(|row| row.block.is_some()) {
            continue;
        }
        let is_code = listing.rows.iter().any(|row| row.block.is_some());
        let role = if at > 0 && is_code {
            Role::Code
        } else {
            Role::Aside
        };
        let mut row = Row::new(text.clone(), role);
        if role == Role::Code {
            row.asm = trimmed.starts_with("asm!(") || trimmed.starts_with("naked_asm!(");
            row.to = edges(trimmed, row.asm);
            row.places = chain(comment, &scopes, folder, places);
        }
        listing.rows.push(row);
    }
    if let Some((file, lines)) = own {
        adopt(&mut listing, file, &lines, places);
    }
    listing.connect();
    listing
}

/// The name of the block that a line begins: `    bb4 (cleanup): {`.
fn block(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("    bb")?;
    text.ends_with(": {").then_some(())?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0).then(|| &text[4..6 + digits])
}

fn scopes(item: &Item<'_>, folder: &Path, places: &mut Places) -> HashMap<usize, Scope> {
    let mut scopes = HashMap::new();
    let mut around: Vec<(usize, usize)> = vec![];
    for line in &item.lines {
        let indent = line.len() - line.trim_start().len();
        let Some(rest) = line.trim_start().strip_prefix("scope ") else {
            continue;
        };
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let Ok(number) = rest[..digits].parse::<usize>() else {
            continue;
        };
        while around.last().is_some_and(|(_, outer)| *outer >= indent) {
            around.pop();
        }
        let call = line
            .rsplit_once("{ // at ")
            .and_then(|(_, at)| place(at))
            .map(|(file, line)| places.of(folder, file, line));
        scopes.insert(
            number,
            Scope {
                around: around.last().map(|(number, _)| *number),
                call,
            },
        );
        around.push((number, indent));
    }
    scopes
}

/// The places of a statement, outermost first.
fn chain(
    comment: Option<&str>,
    scopes: &HashMap<usize, Scope>,
    folder: &Path,
    places: &mut Places,
) -> Vec<Place> {
    let parts = comment
        .and_then(|comment| comment.strip_prefix("// scope "))
        .and_then(|rest| rest.split_once(" at "));
    let Some((scope, at)) = parts else { return vec![] };
    let mut chain: Vec<Place> = place(at)
        .map(|(file, line)| places.of(folder, file, line))
        .into_iter()
        .collect();
    let mut scope = scope.parse::<usize>().ok();
    while let Some(found) = scope.and_then(|number| scopes.get(&number)) {
        chain.extend(found.call);
        scope = found.around;
    }
    chain.reverse();
    chain.dedup();
    chain
}

/// Gives statements whose place is not in the function that of the statement before them, or behind them, in their block.
fn adopt(listing: &mut Listing, file: &Path, lines: &std::ops::RangeInclusive<usize>, places: &Places) {
    let is_own = |place: Place| {
        let (of, line) = places.get(place);
        of == file && lines.contains(&line)
    };
    let mut pass = |backwards: bool| {
        let mut last = None;
        let length = listing.rows.len();
        for step in 0..length {
            let row = &mut listing.rows[if backwards { length - 1 - step } else { step }];
            match row.places.first() {
                _ if row.block.is_some() => last = None,
                Some(&place) if is_own(place) => last = Some(place),
                Some(_) => {
                    if let Some(place) = last {
                        row.places.insert(0, place);
                    }
                }
                None => {}
            }
        }
    };
    pass(false);
    pass(true);
}

/// Where control goes from a terminator: what stands behind its arrow.
fn edges(text: &str, of_asm: bool) -> Vec<Edge> {
    let Some((_, targets)) = text.rsplit_once("-> ") else {
        return vec![];
    };
    let targets = targets.trim_end_matches(';').trim_matches(['[', ']']);
    let edge = |target: &str| {
        let (when, block) = target.rsplit_once(": ").unwrap_or(("", target));
        let digits = block.strip_prefix("bb")?;
        digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| Edge {
            when: when.to_owned(),
            block: block.to_owned(),
            of_asm,
        })
    };
    targets.split(", ").filter_map(edge).collect()
}

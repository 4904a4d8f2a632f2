//! The Rust of a function: where it ends, and its lines and those of what was inlined into it.

use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use super::listing::{Language, Listing, Places, Role, Row};

/// How many functions that were inlined are shown, and how many lines of them.
const MOST_INLINED: usize = 24;
const MOST_LINES: usize = 400;
/// How many of them may be of the standard library, whose iterators and formatting are everywhere.
const MOST_OF_STD: usize = 8;

/// Files that have been read.
#[derive(Default)]
pub struct Sources {
    files: HashMap<PathBuf, Option<Vec<String>>>,
}

impl Sources {
    fn file(&mut self, path: &Path) -> Option<&[String]> {
        let entry = self.files.entry(path.to_owned()).or_insert_with(|| {
            let text = std::fs::read(path).ok()?;
            Some(
                String::from_utf8_lossy(&text)
                    .lines()
                    .map(str::to_owned)
                    .collect(),
            )
        });
        entry.as_deref()
    }

    /// The lines of what begins at `line`: with the attributes above it, to the end of its body; at least to `least`.
    pub fn range(&mut self, path: &Path, line: usize, least: usize) -> Option<RangeInclusive<usize>> {
        let lines = self.file(path)?;
        if line == 0 || line > lines.len() {
            return None;
        }
        let mut first = line;
        while first > 1 && lines[first - 2].trim_start().starts_with("#[") {
            first -= 1;
        }
        let last = end(&lines[line - 1..]).map_or(line, |count| line + count);
        Some(first..=last.max(least).min(lines.len()))
    }

    fn rows(&mut self, path: &Path, range: RangeInclusive<usize>, places: &mut Places) -> Vec<Row> {
        let Some(lines) = self.file(path) else {
            return vec![];
        };
        let name = path.to_string_lossy();
        let rows = range.filter_map(|number| {
            let mut row = Row::new(lines.get(number - 1)?.replace('\t', "    "), Role::Code);
            row.number = Some(number);
            row.places = vec![places.of(Path::new(""), &name, number)];
            Some(row)
        });
        rows.collect()
    }
}

/// How many lines behind the first the body of a function ends that begins there: at the brace that closes the first one.
/// Nothing if there is no body.
fn end(lines: &[String]) -> Option<usize> {
    let text = lines.join("\n");
    let mut depth = 0_usize;
    let mut around = 0_usize;
    let mut line = 0;
    let mut rest = text.as_str();
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            '"' => quoted(rest),
            'r' if rest.starts_with("r\"") || rest.starts_with("r#") => raw(rest),
            // A character, not a lifetime.
            '\'' if rest[1..].starts_with('\\') => rest[2..].find('\'').map_or(1, |end| end + 3),
            '\'' => match rest[1..].chars().next() {
                Some(inside) if rest[1 + inside.len_utf8()..].starts_with('\'') => 2 + inside.len_utf8(),
                _ => 1,
            },
            _ => c.len_utf8(),
        };
        let length = length.max(1);
        line += rest[..length].matches('\n').count();
        match c {
            '(' | '[' => around += 1,
            ')' | ']' => around = around.saturating_sub(1),
            ';' if depth == 0 && around == 0 => return None,
            '{' => depth += 1,
            '}' if depth <= 1 => return (depth == 1).then_some(line),
            '}' => depth -= 1,
            _ => {}
        }
        rest = &rest[length..];
    }
    None
}

/// The length of a text in quotes.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    text.len()
}

/// The length of a raw text, or of the one letter that is none.
fn raw(text: &str) -> usize {
    let signs = text[1..].bytes().take_while(|byte| *byte == b'#').count();
    if !text[1 + signs..].starts_with('"') {
        return 1;
    }
    let close = format!("\"{}", "#".repeat(signs));
    text[2 + signs..]
        .find(&close)
        .map_or(text.len(), |end| 2 + signs + end + close.len())
}

/// A function that was inlined: its file, its line, its name.
pub type Inlined = (String, usize, String);

/// The function's lines, then those of what was inlined into it, as far as their files are there.
pub fn listing(
    sources: &mut Sources,
    own: Option<(&Path, RangeInclusive<usize>)>,
    inlined: &[Inlined],
    folder: &Path,
    places: &mut Places,
) -> Listing {
    let mut listing = Listing::new(Language::Rust);
    let mut shown: Vec<(PathBuf, RangeInclusive<usize>)> = vec![];
    match own {
        Some((path, range)) => {
            listing.rows = sources.rows(path, range.clone(), places);
            shown.push((path.to_owned(), range));
        }
        None => listing
            .notes
            .push("the compiler does not say where in the sources it is".to_owned()),
    }
    if listing.rows.is_empty()
        && let Some((path, range)) = shown.first()
    {
        listing.notes.push(format!(
            "its source, {}:{}, is not there",
            path.display(),
            range.start()
        ));
    }
    let (mut count, mut of_std, mut left_out) = (0, 0, 0);
    let is_std = |file: &str| file.contains("/rustlib/src/rust/library/") || file.starts_with("/rustc/");
    let (std, other): (Vec<_>, Vec<_>) = inlined.iter().partition(|(file, ..)| is_std(file));
    for (file, line, name) in other.into_iter().chain(std) {
        let path = places.file(folder, file);
        let Some(range) = sources.range(&path, *line, *line) else {
            continue;
        };
        if shown
            .iter()
            .any(|(of, lines)| *of == path && lines.contains(range.end()))
        {
            continue;
        }
        if count == MOST_INLINED
            || (is_std(file) && of_std == MOST_OF_STD)
            || listing.rows.len() + range.clone().count() > MOST_LINES
        {
            left_out += 1;
            continue;
        }
        count += 1;
        of_std += usize::from(is_std(file));
        let heading = format!("// inlined: {name}, {}:{line}", short(&path));
        listing.rows.push(Row::new("", Role::Aside));
        listing.rows.push(Row::new(heading, Role::Aside));
        listing.rows.extend(sources.rows(&path, range.clone(), places));
        shown.push((path, range));
    }
    if left_out > 0 {
        listing.notes.push(format!(
            "{left_out} more functions that were inlined are not shown"
        ));
    }
    listing
}

/// A path without the part that says nothing: the toolchain's or the registry's folder.
pub fn short(path: &Path) -> String {
    let text = path.to_string_lossy();
    for part in ["/rustlib/src/rust/library/", "/registry/src/"] {
        if let Some((_, rest)) = text.split_once(part) {
            return match part.contains("registry") {
                true => rest.split_once('/').map_or(rest, |(_, rest)| rest).to_owned(),
                false => rest.to_owned(),
            };
        }
    }
    let here = std::env::current_dir().ok();
    let relative = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_path_buf));
    relative.map_or(text.into_owned(), |path| path.to_string_lossy().into_owned())
}

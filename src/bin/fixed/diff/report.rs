//! What differs, for people and for programs.

use std::collections::BTreeMap;
use std::fmt::Write;

use anstyle::{AnsiColor, Style};
use regex_lite::Regex;
use serde::Serialize;

use super::align::{Change, Difference, Line};
use super::deliberate::RULES;
use super::lex::Kind;
use super::module::Role;

/// How many groups of one kind the summary shows.
const MOST: usize = 20;

/// All that was found.
#[derive(Serialize)]
pub struct Report {
    pub left: String,
    pub right: String,
    /// How many items were compared, and how many functions among them.
    pub items: usize,
    pub functions: usize,
    pub unexplained: usize,
    /// Kinds of differences, the most frequent first.
    pub summary: Vec<Group>,
    /// What differs by intent: entries of the list, and how often each was met.
    pub deliberate: Vec<Explained>,
    pub changes: Vec<ItemReport>,
}

/// Differences of one kind that say the same.
#[derive(Serialize)]
pub struct Group {
    pub kind: Kind,
    pub place: String,
    pub left: String,
    pub right: String,
    pub count: usize,
    /// Where the first is.
    pub example: String,
}

#[derive(Serialize)]
pub struct Explained {
    pub name: &'static str,
    pub reason: &'static str,
    pub count: usize,
}

/// An item with a difference that is not among the intended ones.
#[derive(Serialize)]
pub struct ItemReport {
    /// Demangled.
    pub name: String,
    pub symbol: String,
    pub role: Role,
    pub lines: Vec<LineReport>,
}

#[derive(Serialize)]
pub struct LineReport {
    pub left: Option<String>,
    pub right: Option<String>,
    pub differences: Vec<DifferenceReport>,
}

#[derive(Serialize)]
pub struct DifferenceReport {
    pub kind: Kind,
    pub place: String,
    pub left: String,
    pub right: String,
    /// The name of the deliberate difference that it is.
    pub deliberate: Option<&'static str>,
}

/// The name of a symbol for people.
pub fn demangled(symbol: &str) -> String {
    let bare = symbol.trim_start_matches('@');
    format!("{:#}", rustc_demangle::demangle(bare.trim_matches('"')))
}

impl Report {
    /// Sums up `changes`, whose names are given beside them; the deliberate ones are counted, and shown only if
    /// `all`.
    pub fn new([left, right]: [String; 2], changes: &[(String, Change)], all: bool) -> Self {
        let mut groups: BTreeMap<(Kind, &str, String, String), (usize, &str)> = BTreeMap::new();
        // Instructions that differ in nothing but the names of their values are one kind.
        let value = Regex::new(r#"%("[^"]*"|[\w.$-]+)"#).expect("an expression that is always the same");
        let unnamed = |text: &str| value.replace_all(text, "%").into_owned();
        let mut deliberate = vec![0; RULES.len()];
        for (symbol, change) in changes {
            for difference in change.differences() {
                let key = (
                    difference.kind,
                    difference.place.as_str(),
                    unnamed(&difference.left),
                    unnamed(&difference.right),
                );
                match difference.deliberate {
                    Some(rule) => deliberate[rule] += 1,
                    None => groups.entry(key).or_insert((0, symbol)).0 += 1,
                }
            }
        }
        let mut summary: Vec<Group> = groups
            .into_iter()
            .map(|((kind, place, left, right), (count, example))| Group {
                kind,
                place: place.to_owned(),
                left,
                right,
                count,
                example: demangled(example),
            })
            .collect();
        summary.sort_by_key(|group| std::cmp::Reverse(group.count));
        let met = RULES.iter().zip(deliberate).filter(|(_, count)| *count > 0);
        Report {
            left,
            right,
            items: 0,
            functions: 0,
            unexplained: summary.iter().map(|group| group.count).sum(),
            summary,
            deliberate: met
                .map(|(rule, count)| Explained {
                    name: rule.name,
                    reason: rule.reason,
                    count,
                })
                .collect(),
            changes: changes
                .iter()
                .filter_map(|(symbol, change)| item(symbol, change, all))
                .collect(),
        }
    }

    /// For a terminal; `all` shows every item, else the summary only.
    pub fn terminal(&self, items: bool) -> String {
        let mut text = String::new();
        if items {
            for item in &self.changes {
                // Writing to a string does not fail.
                let _ = show_item(&mut text, item);
            }
        }
        let _ = self.show_summary(&mut text);
        text
    }

    fn show_summary(&self, text: &mut String) -> std::fmt::Result {
        let (bold, left, right) = (
            Style::new().bold(),
            colour(AnsiColor::Red),
            colour(AnsiColor::Green),
        );
        writeln!(
            text,
            "{left}- {}{left:#}  {right}+ {}{right:#}: {} functions of {} items compared",
            self.left, self.right, self.functions, self.items
        )?;
        for explained in &self.deliberate {
            writeln!(
                text,
                "{:7} deliberate: {bold}{}{bold:#}: {}",
                explained.count, explained.name, explained.reason
            )?;
        }
        let kinds = self.summary.iter().fold(BTreeMap::new(), |mut kinds, group| {
            *kinds.entry(group.kind).or_insert(0) += group.count;
            kinds
        });
        for (kind, count) in kinds {
            writeln!(text, "{bold}{count:7} {}{bold:#}", word(kind))?;
            let groups = || self.summary.iter().filter(|group| group.kind == kind);
            for group in groups().take(MOST) {
                write!(text, "{:11} {}:", group.count, group.place)?;
                if !group.left.is_empty() {
                    write!(text, " {left}-{}{left:#}", cut(&group.left))?;
                }
                if !group.right.is_empty() {
                    write!(text, " {right}+{}{right:#}", cut(&group.right))?;
                }
                writeln!(text, "  (as in {})", cut(&group.example))?;
            }
            if let rest @ 1.. = groups().count().saturating_sub(MOST) {
                writeln!(
                    text,
                    "{:11} more, each less frequent; `--json` has them all",
                    rest
                )?;
            }
        }
        match self.unexplained {
            0 => writeln!(text, "no unexplained difference"),
            n => writeln!(text, "{bold}{n} unexplained differences{bold:#}"),
        }
    }
}

fn item(symbol: &str, change: &Change, all: bool) -> Option<ItemReport> {
    let wanted = |line: &&Line| {
        let mut differences = line.differences.iter();
        all || differences.any(|difference| difference.deliberate.is_none())
    };
    let lines: Vec<LineReport> = change
        .lines
        .iter()
        .filter(wanted)
        .map(|line| LineReport {
            left: line.left.clone(),
            right: line.right.clone(),
            differences: line.differences.iter().map(difference).collect(),
        })
        .collect();
    (!lines.is_empty()).then(|| ItemReport {
        name: demangled(symbol),
        symbol: symbol.to_owned(),
        role: change.role,
        lines,
    })
}

fn difference(difference: &Difference) -> DifferenceReport {
    DifferenceReport {
        kind: difference.kind,
        place: difference.place.clone(),
        left: difference.left.clone(),
        right: difference.right.clone(),
        deliberate: difference.deliberate.map(|rule| RULES[rule].name),
    }
}

fn colour(colour: AnsiColor) -> Style {
    colour.on_default()
}

fn show_item(text: &mut String, item: &ItemReport) -> std::fmt::Result {
    let bold = Style::new().bold();
    let dim = Style::new().dimmed();
    write!(text, "{bold}{}{bold:#}", item.name)?;
    match demangled(&item.symbol) == item.symbol {
        true => writeln!(text)?,
        false => writeln!(text, "  {dim}{}{dim:#}", item.symbol)?,
    }
    for line in &item.lines {
        let differ = |part: fn(&DifferenceReport) -> &str| -> Vec<&str> {
            line.differences
                .iter()
                .map(part)
                .filter(|part| !part.is_empty())
                .collect()
        };
        if let Some(left) = &line.left {
            show_line(text, '-', left, &differ(|d| &d.left), AnsiColor::Red)?;
        }
        if let Some(right) = &line.right {
            show_line(text, '+', right, &differ(|d| &d.right), AnsiColor::Green)?;
        }
    }
    writeln!(text)
}

/// A line, and in it what differs.
fn show_line(text: &mut String, sign: char, line: &str, parts: &[&str], ink: AnsiColor) -> std::fmt::Result {
    let (plain, loud) = (colour(ink), colour(ink).bold().underline());
    write!(text, "  {plain}{sign} ")?;
    let mut rest = line;
    for part in parts {
        let Some((before, after)) = rest.split_once(part) else {
            continue;
        };
        write!(text, "{before}{plain:#}{loud}{part}{loud:#}{plain}")?;
        rest = after;
    }
    writeln!(text, "{rest}{plain:#}")
}

/// A long text is cut in the summary; it stands in full where it belongs.
fn cut(text: &str) -> String {
    match text.char_indices().nth(160) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Missing => "functions and globals on one side only",
        Kind::Instruction => "instructions on one side only",
        Kind::Opcode => "opcodes",
        Kind::Attribute => "attributes",
        Kind::Metadata => "metadata",
        Kind::Flag => "flags",
        Kind::Type => "types",
        Kind::Constant => "constants",
        Kind::Global => "functions and globals named",
        Kind::Local => "values and blocks named",
        Kind::Word => "other words",
        Kind::Punctuation => "punctuation",
    }
}

//! The function as text: the forms beside each other where there is room, each line with the number of the line of
//! Rust that it comes from.

use std::path::Path;

use anstyle::{AnsiColor, Color, Style};
use textwrap::core::display_width;

use super::explanation::Explanation;
use super::listing::{Change, Edge, Language, Listing, Role, Row, demangled};
use super::passes::Pass;
use super::tokens::{Class, tokens};

/// How wide a form must be at least to stand beside another.
const COLUMN: usize = 72;

/// A piece of a line.
type Piece = (Style, String);
type Line = Vec<Piece>;

const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

const fn colour(colour: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(colour)))
}

/// A form under its heading.
struct Pane<'a> {
    heading: String,
    listing: &'a Listing,
}

/// The whole, for a terminal of `width` columns, or the one there is.
pub fn text(explanation: &Explanation, width: Option<usize>) -> String {
    let width = width.or_else(|| terminal_size::terminal_size().map(|(width, _)| usize::from(width.0)));
    let width = width.map(|width| width.max(20));
    let mut lines: Vec<Line> = vec![vec![(BOLD, explanation.name.clone())]];
    let about = [&explanation.place, &explanation.symbol];
    let about: Vec<&str> = about
        .into_iter()
        .flatten()
        .map(String::as_str)
        .chain([explanation.flags.as_str()])
        .filter(|text| !text.is_empty())
        .collect();
    lines.push(vec![(DIM, about.join("  "))]);
    for note in &explanation.notes {
        lines.push(vec![(colour(AnsiColor::Yellow), format!("note: {note}"))]);
    }
    lines = lines.iter().flat_map(|line| wrapped(line, width)).collect();
    let numbers = Numbers::new(explanation);
    let panes = panes(explanation);
    let count = width.map_or(1, |width| (width / COLUMN).clamp(1, 3));
    for group in panes.chunks(count) {
        lines.push(vec![]);
        let room = width.map(|width| (width - (group.len() - 1) * 3) / group.len());
        let columns: Vec<Vec<Line>> = group.iter().map(|pane| render(pane, &numbers, room)).collect();
        lines.extend(beside(columns, room.unwrap_or(0)));
    }
    for side in &explanation.sides {
        let several = explanation.sides.len() > 1;
        for (number, pass) in side.passes.iter().flatten().enumerate() {
            let of = if several {
                format!("{}: ", side.name)
            } else {
                String::new()
            };
            let pane = Pane {
                heading: format!("{of}pass {}: {}", number + 1, summary(pass)),
                listing: &pass.listing,
            };
            lines.push(vec![]);
            lines.extend(render(&pane, &numbers, width));
        }
    }
    lines.push(vec![]);
    let legend = "The numbers are lines of Rust. ┃ is the user's assembly, ✗ what LLVM's verifier objects to, ← where control \
                  comes from.";
    lines.extend(wrapped(&vec![(DIM, legend.to_owned())], width));
    let mut text = String::new();
    for line in lines {
        for (style, piece) in line {
            match style == Style::new() {
                true => text.push_str(&piece),
                false => text.push_str(&format!("{style}{piece}{style:#}")),
            }
        }
        text.truncate(text.trim_end_matches(' ').len());
        text.push('\n');
    }
    text
}

/// `SROAPass, +2 −40`.
pub fn summary(pass: &Pass) -> String {
    format!("{}, +{} −{}", pass.name, pass.added, pass.removed)
}

fn panes(explanation: &Explanation) -> Vec<Pane<'_>> {
    let pane = |heading: String, listing| Pane { heading, listing };
    let mut panes = vec![
        pane("Rust".to_owned(), &explanation.source),
        pane("MIR".to_owned(), &explanation.mir),
    ];
    for side in &explanation.sides {
        let name = &side.name;
        panes.push(pane(format!("LLVM IR as built, by {name}"), &side.built));
        panes.push(pane(
            format!("LLVM IR after the passes, by {name}"),
            &side.optimised,
        ));
        panes.push(pane(format!("assembly, by {name}"), &side.assembly));
    }
    panes
}

/// The lines of the function's own source, by place.
struct Numbers {
    of_places: Vec<Option<usize>>,
    width: usize,
}

impl Numbers {
    fn new(explanation: &Explanation) -> Self {
        let first = explanation.source.rows.iter().find_map(|row| row.places.first());
        let file = first.map(|place| explanation.places.get(*place).0.to_owned());
        let own = |place: usize| {
            let (path, line) = explanation.places.get(place);
            (file.as_deref() == Some(path as &Path)).then_some(line)
        };
        let of_places: Vec<Option<usize>> = (0..explanation.places.len()).map(own).collect();
        let most = of_places.iter().flatten().max().copied().unwrap_or(0);
        Numbers {
            of_places,
            width: most.to_string().len().max(3),
        }
    }

    fn of(&self, row: &Row) -> Option<usize> {
        row.number
            .or_else(|| row.places.first().and_then(|place| self.of_places[*place]))
    }
}

/// Linked lines have the same colour.
fn hue(number: usize) -> Style {
    const HUES: [AnsiColor; 5] = [
        AnsiColor::Cyan,
        AnsiColor::Yellow,
        AnsiColor::Green,
        AnsiColor::Magenta,
        AnsiColor::Blue,
    ];
    colour(HUES[number % HUES.len()])
}

fn render(pane: &Pane<'_>, numbers: &Numbers, width: Option<usize>) -> Vec<Line> {
    let rule = width
        .unwrap_or(COLUMN)
        .saturating_sub(display_width(&pane.heading) + 4)
        .max(2);
    let heading = vec![
        (DIM, "── ".to_owned()),
        (BOLD, pane.heading.clone()),
        (DIM, format!(" {}", "─".repeat(rule))),
    ];
    let mut lines = wrapped(&heading, width);
    for note in &pane.listing.notes {
        let note = vec![(colour(AnsiColor::Yellow), format!("note: {note}"))];
        lines.extend(wrapped(&note, width));
    }
    // What stands before the first block of MIR is every local and scope: the page and JSON have it.
    let rows = &pane.listing.rows;
    let first = rows.iter().position(|row| row.block.is_some()).unwrap_or(0);
    let folded = pane.listing.language == Language::Mir && first > 12;
    for (number, row) in rows.iter().enumerate() {
        if folded && (1..first).contains(&number) {
            if number == 1 {
                let indent = " ".repeat(numbers.width + 1);
                let text = format!("{indent}│     … {} lines of locals and scopes", first - 1);
                lines.extend(wrapped(&vec![(DIM, text)], width));
            }
            continue;
        }
        lines.extend(wrapped(&row_line(row, pane.listing.language, numbers), width));
        let objection = row.finding.iter().map(|finding| {
            let indent = " ".repeat(numbers.width + 1);
            vec![(colour(AnsiColor::Red).bold(), format!("{indent}✗ {finding}"))]
        });
        lines.extend(objection.flat_map(|line| wrapped(&line, width)));
    }
    lines
}

fn row_line(row: &Row, language: Language, numbers: &Numbers) -> Line {
    let number = numbers.of(row);
    let column = match number {
        Some(number) => (hue(number), format!("{number:>width$} ", width = numbers.width)),
        None => (DIM, " ".repeat(numbers.width + 1)),
    };
    let sign = match (row.change, &row.finding, row.asm) {
        (Some(Change::Added), ..) => (colour(AnsiColor::Green), "+ ".to_owned()),
        (Some(Change::Removed), ..) => (colour(AnsiColor::Red), "- ".to_owned()),
        (_, Some(_), _) => (colour(AnsiColor::Red).bold(), "✗ ".to_owned()),
        (_, _, true) => (colour(AnsiColor::Magenta).bold(), "┃ ".to_owned()),
        _ => (DIM, "│ ".to_owned()),
    };
    let mut line = vec![column, sign];
    match (row.change, row.role) {
        (Some(Change::Added), _) => line.push((colour(AnsiColor::Green), row.text.clone())),
        (Some(Change::Removed), _) => line.push((colour(AnsiColor::Red), row.text.clone())),
        (None, Role::Aside) => line.push((DIM, row.text.clone())),
        (None, Role::Label) => line.push((BOLD, row.text.clone())),
        (None, Role::Code) => line.extend(
            tokens(&row.text, language)
                .into_iter()
                .map(|(class, text)| (style(class), text.to_owned())),
        ),
    }
    if !row.from.is_empty() {
        line.push((DIM, format!("  ← {}", edges(&row.from))));
    }
    // What the text does not say itself.
    let hidden: Vec<Edge> = row
        .to
        .iter()
        .filter(|edge| edge.when == "unwind" && language == Language::Assembly)
        .cloned()
        .collect();
    if !hidden.is_empty() {
        line.push((DIM, format!("  → {}", edges(&hidden))));
    }
    line
}

/// `bb1 (unwind), start (asm)`.
fn edges(edges: &[Edge]) -> String {
    let one = |edge: &Edge| {
        let asm = if edge.of_asm && edge.when != "asm" {
            "asm, "
        } else {
            ""
        };
        match edge.when.is_empty() {
            true => demangled(&edge.block),
            false => format!("{} ({asm}{})", demangled(&edge.block), edge.when),
        }
    };
    edges.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn style(class: Class) -> Style {
    match class {
        Class::Plain => Style::new(),
        Class::Keyword => colour(AnsiColor::Blue).bold(),
        Class::Type => colour(AnsiColor::Blue),
        Class::Local => colour(AnsiColor::Cyan),
        Class::Global => colour(AnsiColor::Yellow),
        Class::Number => colour(AnsiColor::Magenta),
        Class::Text => colour(AnsiColor::Green),
        Class::Comment => DIM,
    }
}

/// A line broken into lines of `width` columns, the later ones indented.
fn wrapped(line: &Line, width: Option<usize>) -> Vec<Line> {
    const INDENT: usize = 8;
    let Some(width) = width else {
        return vec![line.clone()];
    };
    let mut lines = vec![];
    let mut current: Line = vec![];
    let mut used = 0;
    for (style, text) in line {
        let mut piece = String::new();
        for c in text.chars() {
            let wide = display_width(c.encode_utf8(&mut [0; 4]));
            if used + wide > width {
                current.push((*style, std::mem::take(&mut piece)));
                lines.push(std::mem::take(&mut current));
                let indent = INDENT.min(width / 2);
                current.push((Style::new(), " ".repeat(indent)));
                used = indent;
            }
            piece.push(c);
            used += wide;
        }
        current.push((*style, piece));
    }
    lines.push(current);
    lines
}

/// Columns of `width`, beside each other.
fn beside(columns: Vec<Vec<Line>>, width: usize) -> Vec<Line> {
    let height = columns.iter().map(Vec::len).max().unwrap_or(0);
    let count = columns.len();
    let row = |at: usize| {
        let mut line = vec![];
        for (number, column) in columns.iter().enumerate() {
            let cell = column.get(at).cloned().unwrap_or_default();
            let used: usize = cell.iter().map(|(_, text)| display_width(text)).sum();
            line.extend(cell);
            if number + 1 < count {
                line.push((Style::new(), " ".repeat(width.saturating_sub(used))));
                line.push((DIM, " ┊ ".to_owned()));
            }
        }
        line
    };
    (0..height).map(row).collect()
}

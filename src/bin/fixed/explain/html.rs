//! The function as one page, with nothing to fetch: the forms beside each other, or, where there is no room, one at a time.
//!
//! It can be read without its script; that (`page.js`) links the lines, and moves and searches by keyboard.

use std::collections::HashMap;

use maud::{Markup, PreEscaped, html};

use super::explanation::Explanation;
use super::listing::{Change, Edge, Listing, Role, Row, demangled};
use super::passes::Pass;
use super::tokens::{Class, tokens};
use crate::html;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// From how many rows on a form is drawn only where it is seen.
const LARGE: usize = 1500;
/// From how many rows on words have no colours: each would be an element.
const HUGE: usize = 6000;

/// A form, with its names.
struct Pane<'a> {
    short: String,
    title: String,
    about: String,
    content: Content<'a>,
}

enum Content<'a> {
    Listing(&'a Listing),
    Passes(&'a [Pass]),
}

/// The page.
pub fn page(explanation: &Explanation) -> String {
    let panes = panes(explanation);
    let body = html! {
        header {
            (heading(explanation))
            (bar(&panes))
        }
        (messages(explanation))
        main #panes {
            @for (number, pane) in panes.iter().enumerate() { (section(number, pane)) }
        }
        footer #status role="status" aria-live="polite" { "Select a line to see what belongs to it." }
        (help())
        script { (PreEscaped(SCRIPT)) }
    };
    html::page(&format!("{} · fixed explain", explanation.name), STYLE, &body)
}

fn heading(explanation: &Explanation) -> Markup {
    html! {
        h1 { (explanation.name) }
        p.about {
            @if let Some(place) = &explanation.place { span { (place) } }
            @if !explanation.flags.is_empty() { code { (explanation.flags) } }
            @if let Some(symbol) = &explanation.symbol { code.symbol { (symbol) } }
        }
    }
}

fn bar(panes: &[Pane<'_>]) -> Markup {
    html! {
        div.bar {
            nav #tabs aria-label="forms of the function" {
                @for (number, pane) in panes.iter().enumerate() {
                    button type="button" data-pane=(number) aria-pressed="true" aria-controls={ "p" (number) } title=(pane.title) {
                        (pane.short) span.count {}
                    }
                }
            }
            div.search {
                label for="query" { "Search" }
                input #query type="search" autocomplete="off" spellcheck="false" placeholder="press /";
                output #hits for="query" {}
                button #keys type="button" aria-haspopup="dialog" title="keys" { "?" }
            }
        }
    }
}

fn messages(explanation: &Explanation) -> Markup {
    html! {
        @for note in &explanation.notes { p.note { (note) } }
        @for side in &explanation.sides {
            @if let Some(failure) = &side.failure {
                details.failure {
                    summary { code { (side.name) } ": " (failure.what) }
                    pre tabindex="0" { (failure.said) }
                }
            }
        }
    }
}

fn help() -> Markup {
    let keys = [
        ("j, k, ↓, ↑", "the next line, the one before"),
        ("h, l", "the form before, the next"),
        ("1 … 9", "show or hide a form"),
        ("Enter", "go where control goes next"),
        (
            "/",
            "search; Enter and Shift+Enter, or n and N: the next, the one before",
        ),
        ("g, G", "the first line, the last"),
        ("Esc", "select nothing"),
    ];
    html! {
        dialog #help aria-label="keys" {
            h2 { "Keys" }
            dl { @for (key, what) in keys { dt { kbd { (key) } } dd { (what) } } }
            p { "Linked lines come from the same line of Rust. A bar at the left marks the user's assembly." }
            form method="dialog" { button { "Close" } }
        }
    }
}

fn panes(explanation: &Explanation) -> Vec<Pane<'_>> {
    let several = explanation.sides.len() > 1;
    let mut panes = vec![
        Pane {
            short: "Rust".to_owned(),
            title: "Rust".to_owned(),
            about: explanation.place.clone().unwrap_or_default(),
            content: Content::Listing(&explanation.source),
        },
        Pane {
            short: "MIR".to_owned(),
            title: "MIR".to_owned(),
            about: String::new(),
            content: Content::Listing(&explanation.mir),
        },
    ];
    for side in &explanation.sides {
        // The file of a patch is enough of its path.
        let name = side.name.rsplit('/').next().unwrap_or(&side.name);
        let short = |form: &str| match several {
            true => format!("{form} {name}"),
            false => form.to_owned(),
        };
        let mut add = |form: &str, title: &str, content| {
            panes.push(Pane {
                short: short(form),
                title: title.to_owned(),
                about: format!("{} · {}", side.name, side.version),
                content,
            });
        };
        add("IR", "LLVM IR as built", Content::Listing(&side.built));
        add(
            "IR after",
            "LLVM IR after the passes",
            Content::Listing(&side.optimised),
        );
        add("asm", "assembly", Content::Listing(&side.assembly));
        if let Some(passes) = &side.passes {
            add("passes", "what each pass changed", Content::Passes(passes));
        }
    }
    panes
}

fn section(number: usize, pane: &Pane<'_>) -> Markup {
    html! {
        section.pane id={ "p" (number) } aria-label=(pane.title) {
            h2 { (pane.title) " " small { (pane.about) } }
            @match pane.content {
                Content::Listing(listing) => {
                    @for note in &listing.notes { p.note { (note) } }
                    @let large = listing.rows.len() > LARGE;
                    div.code.large[large] tabindex="0" role="group" aria-label=(pane.title) {
                        (rows(listing, &format!("p{number}")))
                    }
                }
                Content::Passes(passes) => {
                    div.code tabindex="0" role="group" aria-label=(pane.title) {
                        @if passes.is_empty() { p.note { "No pass changes it." } }
                        @for (at, pass) in passes.iter().enumerate() {
                            details.pass {
                                summary {
                                    span.name { (at + 1) ". " (pass.name) }
                                    " " span.plus { "+" (pass.added) } " " span.minus { "−" (pass.removed) }
                                    @if pass.of_machine { " " span.machine { "code generator" } }
                                }
                                @for note in &pass.listing.notes { p.note { (note) } }
                                (rows(&pass.listing, &format!("p{number}s{at}")))
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The rows, a group for each block; `name` begins their names.
fn rows(listing: &Listing, name: &str) -> Markup {
    let blocks: HashMap<&str, usize> = listing
        .rows
        .iter()
        .enumerate()
        .filter_map(|(number, row)| Some((row.block.as_deref()?, number)))
        .collect();
    let starts = listing
        .rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.block.is_some());
    let mut cuts: Vec<usize> = std::iter::once(0)
        .chain(starts.map(|(number, _)| number))
        .collect();
    cuts.push(listing.rows.len());
    cuts.dedup();
    let first_block = cuts.get(1).copied().unwrap_or(0);
    html! {
        @for pair in cuts.windows(2) {
            @let group = &listing.rows[pair[0]..pair[1]];
            // What stands before the first block of MIR: every local and scope.
            @let folded = pair[0] == 0 && first_block > 12 && listing.language == super::listing::Language::Mir
                && listing.rows[0].role == Role::Aside;
            @if folded {
                div.b { (row(&group[0], listing, name, 0, &blocks)) }
                details.fold {
                    summary { (group.len() - 1) " lines of locals and scopes" }
                    @for (at, one) in group.iter().enumerate().skip(1) { (row(one, listing, name, at, &blocks)) }
                }
            } @else {
                div.b style=[(listing.rows.len() > LARGE).then(|| format!("--rows:{}", group.len()))] {
                    @for (at, one) in group.iter().enumerate() { (row(one, listing, name, pair[0] + at, &blocks)) }
                }
            }
        }
    }
}

fn row(row: &Row, listing: &Listing, name: &str, number: usize, blocks: &HashMap<&str, usize>) -> Markup {
    let mut class = String::from("r");
    let mut add = |condition: bool, name: &str| {
        if condition {
            class.push(' ');
            class.push_str(name);
        }
    };
    add(row.asm, "asm");
    add(row.role == Role::Aside, "aside");
    add(row.role == Role::Label, "label");
    add(row.finding.is_some(), "bad");
    add(row.from.iter().any(|edge| edge.of_asm), "after-asm");
    add(row.change == Some(Change::Added), "plus");
    add(row.change == Some(Change::Removed), "minus");
    // Lines of one place have one colour at their edge.
    let hue = row.places.first().map(|place| format!("h{}", place % 8));
    if let Some(hue) = &hue {
        add(true, hue);
    }
    let places = (!row.places.is_empty()).then(|| {
        row.places
            .iter()
            .map(usize::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    });
    let plain = listing.rows.len() > HUGE || row.role == Role::Aside;
    html! {
        div class=(class) id={ (name) "r" (number) } data-p=[places] {
            span.n { @if let Some(line) = row.number { (line) } }
            span.x {
                @if let Some(change) = row.change {
                    span.sign { @match change { Change::Added => "+ ", Change::Removed => "- " } }
                }
                @if plain { (row.text) } @else {
                    @for (class, text) in tokens(&row.text, listing.language) {
                        @match class {
                            Class::Plain => (text),
                            _ => span class=(class.name()) { (text) },
                        }
                    }
                }
                @for edge in &row.from { (link(edge, true, name, blocks)) }
            }
            // Seen also where the line is longer than the form is wide.
            @if !row.to.is_empty() { span.to { @for edge in &row.to { (link(edge, false, name, blocks)) } } }
        }
        @if let Some(finding) = &row.finding { div.finding role="alert" { "✗ " (finding) } }
    }
}

/// An edge: from a block to another, or back.
fn link(edge: &Edge, back: bool, name: &str, blocks: &HashMap<&str, usize>) -> Markup {
    let class = match (edge.of_asm, edge.when.as_str()) {
        (true, _) => "e asm-edge",
        (false, "unwind") => "e unwind",
        _ => "e",
    };
    let arrow = if back { "←" } else { "→" };
    let asm = if edge.of_asm && edge.when != "asm" {
        "asm "
    } else {
        ""
    };
    let when = match edge.when.is_empty() {
        true => String::new(),
        false => format!("{asm}{} ", edge.when),
    };
    let target = blocks
        .get(edge.block.as_str())
        .map(|row| format!("#{name}r{row}"));
    html! { " " a class=(class) href=[target] tabindex="-1" { (when) (arrow) " " (demangled(&edge.block)) } }
}

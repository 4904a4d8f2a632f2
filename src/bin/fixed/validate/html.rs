//! The matrix as a page of its own: no scripts, nothing to fetch; what failed can be opened, level by level, and the
//! programs are in it.
//!
//! Where there is no room for columns, each program is a card with a line for each compiler.

use std::time::SystemTime;

use maud::{Markup, html};

use super::cell::{Cell, LEGEND};
use super::matrix::{Column, Matrix};
use crate::html;

const STYLE: &str = include_str!("matrix.css");

/// What else is to be known of a run: what was asked for.
pub struct Asked {
    /// The command line.
    pub command: String,
    /// The folder in which the programs that the command carries are; they have no other.
    pub unpacked: Option<std::path::PathBuf>,
}

/// The page.
pub fn page(matrix: &Matrix, asked: &Asked) -> String {
    let body = html! {
        header {
            h1 { "fixed validate" }
            p.about {
                (matrix.programs.len()) " programs, " (matrix.columns.len()) " compilers, levels "
                (matrix.levels.join(" ")) " · " time { (httpdate::fmt_http_date(SystemTime::now())) }
            }
            pre.command tabindex="0" { (asked.command) }
            (compilers(matrix))
        }
        main {
            (table(matrix, "program", "source-"))
            p.legend { (LEGEND) }
            @if let Some(tests) = &matrix.tests {
                h2 { "rustc's own tests of assembly" }
                p.legend {
                    "Each is tried with the flags that it names. What no compiler passes does not count: it is a test of \
                     another version."
                }
                (table(tests, "test", "test-"))
            }
            h2 { "Programs" }
            @for (row, program) in matrix.programs.iter().enumerate() {
                details.source {
                    summary { code { (program.name()) } " " small { (path(program, asked)) } }
                    // Browsers open what is folded around the target of a link.
                    div id={ "source-" (row) } { (source(&program.path)) }
                }
            }
            @if let Some(tests) = &matrix.tests {
                h2 { "Tests" }
                @for (row, test) in tests.programs.iter().enumerate() {
                    details.source {
                        summary { code { (test.name()) } }
                        div id={ "test-" (row) } { (source(&test.path)) }
                    }
                }
            }
        }
    };
    html::page("fixed validate", STYLE, &body)
}

/// Each compiler, with its totals.
fn compilers(matrix: &Matrix) -> Markup {
    html! {
        ul.compilers {
            @for column in &matrix.columns {
                li {
                    code { (column.name) }
                    @match &column.compiler {
                        Ok(compiler) => span.version { (compiler.version) },
                        Err(why) => span.version { "cannot be used: " (why) },
                    }
                    (totals(matrix, column))
                }
            }
        }
    }
}

fn totals(matrix: &Matrix, column: &Column) -> Markup {
    let total = matrix.programs.len() * matrix.levels.len();
    let (failed, not_tried) = (matrix.failures(&column.name), matrix.not_tried(&column.name));
    html! {
        span.totals {
            span.good { (total - failed - not_tried) " passed" }
            @if failed > 0 { span.bad { (failed) " failed" } }
            @if not_tried > 0 { span.none { (not_tried) " not tried" } }
        }
    }
}

fn table(matrix: &Matrix, of: &str, anchor: &str) -> Markup {
    // Roles, since some browsers take the table for none where it is shown as cards.
    html! {
        table role="table" {
            thead role="rowgroup" {
                tr role="row" {
                    th role="columnheader" scope="col" { (of) }
                    @for column in &matrix.columns { th role="columnheader" scope="col" { code { (column.name) } } }
                }
            }
            tbody role="rowgroup" {
                @for (row, program) in matrix.programs.iter().enumerate() {
                    tr role="row" {
                        th role="rowheader" scope="row" { a href={ "#" (anchor) (row) } { (program.name()) } }
                        @for column in 0..matrix.columns.len() { (cell(matrix, row, column)) }
                    }
                }
            }
            tfoot role="rowgroup" {
                tr role="row" {
                    th role="rowheader" scope="row" { "all" }
                    @for column in &matrix.columns { td role="cell" data-compiler=(column.name) { (totals(matrix, column)) } }
                }
            }
        }
    }
}

fn cell(matrix: &Matrix, row: usize, column: usize) -> Markup {
    let cells = matrix.cells(row, column);
    let about = &matrix.columns[column];
    let class = match (
        cells.iter().all(|cell| cell.outcome.is_good()),
        about.compiler.is_ok(),
    ) {
        (true, _) => "good",
        (false, true) => "bad",
        (false, false) => "none",
    };
    let details = details(cells, &matrix.levels);
    let text = matrix.text(row, column);
    html! {
        td role="cell" class=(class) data-compiler=(about.name) {
            @if details.is_empty() {
                span.outcome { (text) }
            } @else {
                details {
                    summary { (text) }
                    @for (label, levels, detail) in details {
                        h3 { (label) " at " (levels.join(" ")) }
                        pre tabindex="0" { (detail) }
                    }
                }
            }
        }
    }
}

/// What the compiler or the program said, where it failed: each text once, with its levels.
fn details<'a>(cells: &'a [Cell], levels: &'a [String]) -> Vec<(String, Vec<&'a str>, &'a str)> {
    let mut details: Vec<(String, Vec<&str>, &str)> = vec![];
    for (cell, level) in cells.iter().zip(levels) {
        let label = cell.outcome.label();
        match details
            .iter_mut()
            .find(|(of, _, text)| *of == label && *text == cell.detail)
        {
            _ if cell.detail.is_empty() => {}
            Some((_, levels, _)) => levels.push(level),
            None => details.push((label, vec![level], &cell.detail)),
        }
    }
    details
}

/// Where a program is; those that the command carries are named as in its sources.
fn path(program: &crate::program::Program, asked: &Asked) -> String {
    let unpacked = asked.unpacked.as_deref();
    match unpacked.and_then(|folder| program.path.strip_prefix(folder).ok()) {
        Some(name) => format!("tests/asm/{}", name.display()),
        None => program.path.display().to_string(),
    }
}

fn source(path: &std::path::Path) -> Markup {
    match std::fs::read(path) {
        Ok(text) => html! { pre tabindex="0" { (String::from_utf8_lossy(&text)) } },
        Err(error) => html! { p { "it cannot be read: " (error) } },
    }
}

//! The matrix as text: for a terminal, and as Markdown.

use std::fmt::Write;

use comfy_table::{Cell, Color, Table};

use super::cell::LEGEND;
use super::matrix::Matrix;
use crate::table;

/// A table, in colours unless standard output is no terminal or NO_COLOR is set, the compilers, and the legend.
pub fn terminal(matrix: &Matrix) -> String {
    let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let legend = textwrap::fill(LEGEND, width.unwrap_or(100).clamp(20, 100));
    let mut text = format!("{}\n", drawn(matrix, "program", width));
    if let Some(tests) = &matrix.tests {
        if !rows(tests).is_empty() {
            let _ = writeln!(text, "{}", drawn(tests, "test of rustc's", width));
        }
        let _ = writeln!(
            text,
            "{}",
            textwrap::fill(&about_tests(tests), width.unwrap_or(100).clamp(20, 100))
        );
    }
    format!("{text}{}\n{legend}\n", summary(matrix))
}

/// The rows that are shown: all programs, and of rustc's tests those that tell compilers apart.
fn rows(matrix: &Matrix) -> Vec<usize> {
    let all = 0..matrix.programs.len();
    all.filter(|&row| matrix.programs[row].test.is_none() || matrix.tells_apart(row))
        .collect()
}

fn about_tests(tests: &Matrix) -> String {
    format!(
        "rustc's own tests of assembly: {} were run; shown are those that some compilers pass and others do not.",
        tests.programs.len()
    )
}

fn drawn(matrix: &Matrix, of: &str, width: Option<usize>) -> Table {
    let mut table = table::new(width);
    let heads = matrix.columns.iter().map(|column| column.name.clone());
    table.set_header(std::iter::once(of.to_owned()).chain(heads));
    for row in rows(matrix) {
        let mut cells = vec![Cell::new(matrix.programs[row].name())];
        for column in 0..matrix.columns.len() {
            let good = matrix.passes(row, column);
            let tried = matrix.columns[column].compiler.is_ok();
            cells.push(Cell::new(matrix.text(row, column)).fg(match (good, tried) {
                (true, _) => Color::Green,
                (false, true) => Color::Red,
                (false, false) => Color::Yellow,
            }));
        }
        table.add_row(cells);
    }
    table
}

/// How each compiler did.
fn summary(matrix: &Matrix) -> String {
    let mut text = String::new();
    let total = matrix.programs.len() * matrix.levels.len();
    for (line, column) in matrix.about_compilers().iter().zip(&matrix.columns) {
        let (failed, not_tried) = (matrix.failures(&column.name), matrix.not_tried(&column.name));
        // A `String` takes everything.
        let _ = match column.compiler {
            Ok(_) if not_tried > 0 => writeln!(
                text,
                "{line}: {} passed, {failed} failed, {not_tried} could not be tried",
                total - failed - not_tried
            ),
            Ok(_) => writeln!(text, "{line}: {} passed, {failed} failed", total - failed),
            Err(_) => writeln!(text, "{line}"),
        };
        if let (Some(tests), Ok(_)) = (&matrix.tests, &column.compiler) {
            let passed = (0..tests.programs.len()).filter(|&row| tests.passes_by_name(row, &column.name));
            let failed = tests.failures(&column.name);
            let _ = writeln!(
                text,
                "  and of rustc's tests: {} passed, {failed} failed",
                passed.count()
            );
        }
    }
    text
}

/// The same as Markdown.
pub fn markdown(matrix: &Matrix) -> String {
    let mut text = in_markdown(matrix, "program");
    if let Some(tests) = &matrix.tests {
        let _ = write!(text, "\n{}\n", about_tests(tests));
        if !rows(tests).is_empty() {
            let _ = write!(text, "\n{}", in_markdown(tests, "test"));
        }
    }
    text
}

fn in_markdown(matrix: &Matrix, of: &str) -> String {
    let mut text = format!("| {of} |");
    for column in &matrix.columns {
        let _ = write!(text, " `{}` |", column.name);
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(matrix.columns.len()));
    for row in rows(matrix) {
        let _ = write!(text, "\n| {} |", matrix.programs[row].name());
        for column in 0..matrix.columns.len() {
            let _ = write!(text, " {} |", matrix.text(row, column));
        }
    }
    text.push('\n');
    text
}

//! The matrix as text: for a terminal, and as Markdown.

use std::fmt::Write;

use comfy_table::{Cell, Color, ContentArrangement, Table, presets};

use super::cell::LEGEND;
use super::matrix::Matrix;

/// A table in colours if standard output is a terminal, the compilers, and the legend.
pub fn terminal(matrix: &Matrix) -> String {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    let heads = matrix.columns.iter().map(|column| column.name.clone());
    table.set_header(std::iter::once("program".to_owned()).chain(heads));
    for (row, program) in matrix.programs.iter().enumerate() {
        let mut cells = vec![Cell::new(program.name())];
        for column in 0..matrix.columns.len() {
            let good = matrix
                .cells(row, column)
                .iter()
                .all(|cell| cell.outcome.is_good());
            let tried = matrix.columns[column].compiler.is_ok();
            cells.push(Cell::new(matrix.text(row, column)).fg(match (good, tried) {
                (true, _) => Color::Green,
                (false, true) => Color::Red,
                (false, false) => Color::Yellow,
            }));
        }
        table.add_row(cells);
    }
    format!("{table}\n{}\n{LEGEND}\n", summary(matrix))
}

/// How each compiler did.
fn summary(matrix: &Matrix) -> String {
    let mut text = String::new();
    let total = matrix.programs.len() * matrix.levels.len();
    for (line, column) in matrix.about_compilers().iter().zip(&matrix.columns) {
        let failed = matrix.failures(&column.name);
        // A `String` takes everything.
        let _ = match column.compiler {
            Ok(_) => writeln!(text, "{line}: {} passed, {failed} failed", total - failed),
            Err(_) => writeln!(text, "{line}"),
        };
    }
    text
}

/// The same as Markdown.
pub fn markdown(matrix: &Matrix) -> String {
    let mut text = String::from("| program |");
    for column in &matrix.columns {
        let _ = write!(text, " `{}` |", column.name);
    }
    text.push_str("\n|---|");
    text.push_str(&"---|".repeat(matrix.columns.len()));
    for (row, program) in matrix.programs.iter().enumerate() {
        let _ = write!(text, "\n| {} |", program.name());
        for column in 0..matrix.columns.len() {
            let _ = write!(text, " {} |", matrix.text(row, column));
        }
    }
    text.push('\n');
    text
}

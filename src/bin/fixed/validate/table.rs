//! The matrix as text: for a terminal, and as Markdown.

use std::fmt::Write;

use comfy_table::{Cell, Color, ContentArrangement, Table, presets};

use super::cell::LEGEND;
use super::matrix::Matrix;

/// A table, in colours unless standard output is no terminal or NO_COLOR is set, the compilers, and the legend.
pub fn terminal(matrix: &Matrix) -> String {
    let mut table = Table::new();
    // One rule for the table and for errors.
    match anstream::AutoStream::choice(&std::io::stdout()) {
        anstream::ColorChoice::Never => table.force_no_tty(),
        _ => table.enforce_styling(),
    };
    // On a narrow terminal, rows of many columns are easier to read than none.
    let width = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    if let Some(width) = width {
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
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
    let legend = textwrap::fill(LEGEND, width.unwrap_or(100).clamp(20, 100));
    format!("{table}\n{}\n{legend}\n", summary(matrix))
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

//! The matrix as a page of its own: no scripts, nothing to fetch; what failed can be opened.

use maud::{DOCTYPE, Markup, html};

use super::cell::LEGEND;
use super::matrix::Matrix;

const STYLE: &str = "body { font: 15px/1.4 system-ui, sans-serif; margin: 2rem; color: #222; background: #fff }
table { border-collapse: collapse } th, td { border: 1px solid #ccc; padding: .3rem .6rem; text-align: left; \
vertical-align: top } th { background: #f3f3f3 } td.good { background: #e4f5e4 } td.bad { background: #fbe3e3 } \
td.none { background: #fbf3d9 } summary { cursor: pointer } pre { max-width: 50rem; overflow-x: auto; \
white-space: pre-wrap } @media (prefers-color-scheme: dark) { body { color: #ddd; background: #181818 } \
th { background: #262626 } td.good { background: #1d3a1d } td.bad { background: #4a2020 } td.none { background: #44391a } }";

/// The page.
pub fn page(matrix: &Matrix) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "fixed validate" }
                style { (maud::PreEscaped(STYLE)) }
            }
            body {
                h1 { "fixed validate" }
                ul { @for line in matrix.about_compilers() { li { (line) } } }
                table {
                    thead {
                        tr {
                            th { "program" }
                            @for column in &matrix.columns { th { (column.name) } }
                        }
                    }
                    tbody {
                        @for (row, program) in matrix.programs.iter().enumerate() {
                            tr {
                                th { (program.name()) }
                                @for column in 0..matrix.columns.len() { (cell(matrix, row, column)) }
                            }
                        }
                    }
                }
                p { (LEGEND) }
            }
        }
    };
    page.into_string()
}

fn cell(matrix: &Matrix, row: usize, column: usize) -> Markup {
    let cells = matrix.cells(row, column);
    let class = match (
        cells.iter().all(|cell| cell.outcome.is_good()),
        matrix.columns[column].compiler.is_ok(),
    ) {
        (true, _) => "good",
        (false, true) => "bad",
        (false, false) => "none",
    };
    let detail = cells
        .iter()
        .map(|cell| cell.detail.as_str())
        .find(|detail| !detail.is_empty());
    let text = matrix.text(row, column);
    html! {
        td class=(class) {
            @match detail {
                Some(detail) => details { summary { (text) } pre { (detail) } },
                None => (text),
            }
        }
    }
}

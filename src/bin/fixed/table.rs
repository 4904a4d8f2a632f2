//! Tables for the terminal.

use comfy_table::{ContentArrangement, Table, presets};

/// A table without rows, as wide as the terminal, in colours unless standard output is none or NO_COLOR is set: one rule
/// for tables and for errors.
pub fn new(width: Option<usize>) -> Table {
    let mut table = Table::new();
    match anstream::AutoStream::choice(&std::io::stdout()) {
        anstream::ColorChoice::Never => table.force_no_tty(),
        _ => table.enforce_styling(),
    };
    // On a narrow terminal, rows of many columns are easier to read than none.
    if let Some(width) = width {
        table.set_width(u16::try_from(width).unwrap_or(u16::MAX));
    }
    table.load_preset(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table
}

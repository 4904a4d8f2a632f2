//! IR for people: the Rust names of functions above their definitions, declarations and calls.

use std::io::{Result, Write};

/// Writes the IR `text` to `out`, with a comment above each line that names a mangled Rust function.
pub(super) fn annotate(text: &str, out: &mut impl Write) -> Result<()> {
    let mut held = None;
    for line in text.split_inclusive('\n') {
        // LLVM's own comment belongs directly above the function: ours goes before it.
        if line.starts_with("; Function Attrs:") {
            held = Some(line);
            continue;
        }
        if let Some((what, symbol)) = named_function(line)
            && let Ok(name) = rustc_demangle::try_demangle(symbol)
        {
            writeln!(out, "; {what}{name:#}")?;
        }
        if let Some(comment) = held.take() {
            out.write_all(comment.as_bytes())?;
        }
        out.write_all(line.as_bytes())?;
    }
    Ok(())
}

/// What a line of IR does with a function, and which function.
fn named_function(line: &str) -> Option<(&'static str, &str)> {
    let (what, rest) = match line.strip_prefix("  ") {
        None if line.starts_with("define ") || line.starts_with("declare ") => ("", line),
        None => return None,
        Some(instruction) => {
            // `%x = tail call …`
            let operation = match instruction.split_once(" = ") {
                Some((result, operation)) if result.starts_with('%') => operation,
                _ => instruction,
            };
            let operation = ["tail ", "musttail ", "notail "]
                .iter()
                .find_map(|kind| operation.strip_prefix(kind))
                .unwrap_or(operation);
            match (operation.strip_prefix("call "), operation.strip_prefix("invoke ")) {
                (Some(rest), _) => ("call ", rest),
                (_, Some(rest)) => ("invoke ", rest),
                _ => return None,
            }
        }
    };
    // The callee comes before the arguments, and nothing before it has a parenthesis followed by `@`.
    let (_, from_symbol) = rest.split_once('@')?;
    let end = from_symbol.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$')))?;
    from_symbol[end..]
        .starts_with('(')
        .then_some((what, &from_symbol[..end]))
}

//! Reading assembly line by line, as far as it must be known what a line is.

/// Ends a statement for LLVM's assemblers, as a line feed does, but begins no new line: what stands before it is
/// neither counted where lines are (in errors and in `!srcloc`) nor where the length of an asm is estimated
/// (`TargetInstrInfo::getInlineAsmLength`), which must not depend on debug information.
pub(crate) const SAME_LINE: char = '\r';

/// Whether statements can be put before lines of `text`: not where a line may begin within a string or a comment,
/// or continue the one before.
pub(crate) fn takes_insertions(text: &str) -> bool {
    let is_whole = |line: &str| line.matches('"').count() % 2 == 0 && !line.trim_end().ends_with('\\');
    !text.contains(SAME_LINE) && !text.contains("/*") && text.split('\n').all(is_whole)
}

/// A line, parted behind the labels that it begins with.
pub(crate) fn after_labels(line: &str) -> (&str, &str) {
    let mut rest = line;
    loop {
        let start = rest.trim_start();
        let name = start
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$')))
            .unwrap_or(start.len());
        match start[name..].strip_prefix(':') {
            Some(behind) if name > 0 => rest = behind,
            _ => return line.split_at(line.len() - start.len()),
        }
    }
}

/// Whether a statement, without its labels, is nothing or a comment in any of the assemblers.
pub(crate) fn is_nothing(statement: &str) -> bool {
    let statement = statement.trim_start();
    statement.is_empty() || statement.starts_with(['#', ';', '@', '!', '*']) || statement.starts_with("//")
}

/// Whether a line has an instruction (or a macro, which may have some) before anything else.
pub(crate) fn begins_with_code(line: &str) -> bool {
    let (_, rest) = after_labels(line);
    !is_nothing(rest) && !rest.starts_with('.')
}

/// The text between two quotes of a directive.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for byte in text.bytes() {
        match byte {
            b'"' | b'\\' => quoted.extend(['\\', char::from(byte)]),
            b' '..=b'~' => quoted.push(char::from(byte)),
            _ => quoted.push_str(&format!("\\{byte:03o}")),
        }
    }
    quoted.push('"');
    quoted
}

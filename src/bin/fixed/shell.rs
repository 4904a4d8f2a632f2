//! Words as a shell takes them, for commands that people are shown.

/// Words, quoted where they must be.
pub fn shown(words: impl IntoIterator<Item = String>) -> String {
    let words = words.into_iter().map(|word| {
        let is_plain = |c: char| c.is_alphanumeric() || "-_=+./:,@%".contains(c);
        match !word.is_empty() && word.chars().all(is_plain) {
            true => word,
            false => format!("'{}'", word.replace('\'', r"'\''")),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The command line of this process.
pub fn command_line() -> String {
    let words = std::env::args_os().skip(1);
    let words = words.map(|word| word.to_string_lossy().into_owned());
    shown(std::iter::once("fixed".to_owned()).chain(words))
}

//! Scanning text: lines, words, UTF-8, case, numbers.

mod text {
    use std::fmt::Write;

    pub fn text(lines: u32) -> String {
        let mut text = String::new();
        for line in 0..lines {
            let _ = writeln!(
                text,
                "{line}: Größe = {} m², \"naïve\" words, and {} more; END",
                line * 17 % 1000,
                line % 97
            );
        }
        text
    }
}

mod scan {
    #[derive(Default)]
    pub struct Found {
        pub words: u64,
        pub numbers: u64,
        pub letters: u64,
    }

    pub fn scan(text: &str, found: &mut Found) {
        for line in text.lines() {
            for word in line.split_whitespace() {
                found.words += 1;
                let word = word.trim_matches(|c: char| c.is_ascii_punctuation());
                match word.parse::<u64>() {
                    Ok(number) => found.numbers = found.numbers.wrapping_add(number),
                    Err(_) => found.letters += word.chars().filter(|c| c.is_alphabetic()).count() as u64,
                }
                if word.to_lowercase() == "end" {
                    found.words += 1;
                }
            }
        }
    }
}

/// How often the work is done: the first argument, or once.
fn rounds() -> u64 {
    std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

fn main() {
    let text = text::text(5000);
    let mut found = scan::Found::default();
    for _ in 0..rounds() * 10 {
        scan::scan(&text, &mut found);
        found.letters += text.matches("more; END").count() as u64;
    }
    println!("{} {} {}", found.words, found.numbers, found.letters);
}

//! Regular expressions: compiled, searched for, captured, replaced.

use std::error::Error;
use std::fmt::Write;

use regex::Regex;

/// How often the work is done: the first argument, or once.
fn rounds() -> u64 {
    std::env::args()
        .nth(1)
        .and_then(|count| count.parse().ok())
        .unwrap_or(1)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut text = String::new();
    for line in 0..4000_u32 {
        writeln!(
            text,
            "2026-{:02}-{:02} host{} GET /path/{line}?q={} \"Größe\" user{line}@example.org {}ms",
            line % 12 + 1,
            line % 28 + 1,
            line % 7,
            line * 31 % 1000,
            line % 500
        )?;
    }
    let mut sum = 0;
    for _ in 0..rounds() {
        let date = Regex::new(r"(?m)^(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})\b")?;
        sum += date
            .captures_iter(&text)
            .filter(|found| &found["month"] == "07")
            .count();
        let mail = Regex::new(r"[\w.]+@(?:[a-z]+\.)+(?:org|com)")?;
        sum += mail.find_iter(&text).map(|found| found.len()).sum::<usize>();
        let slow = Regex::new(r"(?i)host[35] .*?größe.* (?:1|2)\d\dms")?;
        sum += slow.find_iter(&text).count();
        sum += Regex::new(r"q=(\d+)")?.replace_all(&text, "query=<$1>").len();
    }
    println!("{sum}");
    Ok(())
}

//! What came of a case.

/// The kinds of outcomes, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The line that was expected.
    Right,
    /// Another line.
    Wrong,
    /// The compiler reports an error.
    Error,
    /// The compiler dies.
    Crash,
    /// The program dies.
    Signal,
    /// One of them does not end.
    Timeout,
    /// The compiler has no registers for it, and rustc's own has none either.
    Refused,
}

impl Kind {
    /// All of them, with their names.
    pub const ALL: [(Kind, &str); 7] = [
        (Kind::Right, "ok"),
        (Kind::Wrong, "wrong"),
        (Kind::Error, "error"),
        (Kind::Crash, "crash"),
        (Kind::Signal, "signal"),
        (Kind::Timeout, "timeout"),
        (Kind::Refused, "refused"),
    ];
}

/// How often each kind was seen.
pub type Counts = [usize; Kind::ALL.len()];

/// What came of a case.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// In a word.
    pub kind: Kind,
    /// What was printed instead of what was expected.
    pub detail: String,
}

impl Outcome {
    pub fn new(kind: Kind, detail: impl Into<String>) -> Outcome {
        Outcome {
            kind,
            detail: detail.into(),
        }
    }

    /// Whether two failures may have one cause. A wrong value may well kill the program.
    pub fn is_like(&self, other: &Outcome) -> bool {
        let runs = |kind| matches!(kind, Kind::Wrong | Kind::Signal);
        let error = |outcome: &Outcome| {
            let mut lines = outcome.detail.lines();
            lines
                .find(|line| line.contains("error") || line.contains("ERROR"))
                .map(str::to_owned)
        };
        match (self.kind, other.kind) {
            // One backend may report what LLVM makes the other one die of.
            (Kind::Error | Kind::Crash, Kind::Error | Kind::Crash)
                if self.llvm_reason().is_some() && self.llvm_reason() == other.llvm_reason() =>
            {
                true
            }
            // An edit must not trade a message of the backend for one about Rust's rules.
            (Kind::Error, Kind::Error) => error(self) == error(other),
            (a, b) => a == b || runs(a) && runs(b),
        }
    }

    /// What LLVM gave up for.
    fn llvm_reason(&self) -> Option<&str> {
        self.detail
            .lines()
            .find_map(|line| match line.split_once("LLVM ERROR: ") {
                Some((_, reason)) => Some(reason),
                None => Some(
                    line.split_once("error: LLVM cannot compile ")?
                        .1
                        .split_once("`: ")?
                        .1,
                ),
            })
    }

    /// The detail's first lines, each behind a prefix.
    pub fn shortened(&self, prefix: &str) -> String {
        let lines = self.detail.lines().take(12);
        lines.map(|line| format!("{prefix}{line}\n")).collect()
    }
}

/// The counts as a table, a row for each name.
pub fn table<'a>(rows: impl IntoIterator<Item = (&'a str, Counts)>) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_preset(comfy_table::presets::ASCII_MARKDOWN);
    table.set_header(std::iter::once("backend").chain(Kind::ALL.map(|(_, name)| name)));
    for (name, counts) in rows {
        table.add_row(std::iter::once(name.to_owned()).chain(counts.map(|count| count.to_string())));
    }
    table
}

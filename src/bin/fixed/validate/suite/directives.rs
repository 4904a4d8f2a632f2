//! The directives at the head of rustc's tests (`//@ name: value`), as the rustc development guide describes them.

use std::path::Path;

/// The directives of one file.
pub struct Directives(Vec<Directive>);

struct Directive {
    /// The only revision that it is for, if it is not for all.
    revision: Option<String>,
    name: String,
    value: Option<String>,
}

/// What is true of the host that tests run on, of all that `only-` and `ignore-` ask for.
const TRUE_HERE: [&str; 13] = [
    "64bit",
    "elf",
    "gnu",
    "linux",
    "linux-gnu",
    "little-endian",
    "nightly",
    "pass",
    "stage2",
    "test",
    "unix",
    "x86_64",
    "x86_64-unknown-linux-gnu",
];

impl Directives {
    pub fn read(path: &Path) -> std::io::Result<Self> {
        let text = std::fs::read(path)?;
        let text = String::from_utf8_lossy(&text);
        Ok(Directives(text.lines().filter_map(Directive::parse).collect()))
    }

    /// The names of the revisions; one without a name if there are none.
    pub fn revisions(&self) -> Vec<Option<String>> {
        let named: Vec<_> = self
            .values("revisions", None)
            .flat_map(str::split_whitespace)
            .map(|name| Some(name.to_owned()))
            .collect();
        if named.is_empty() { vec![None] } else { named }
    }

    /// The values of a directive that hold for a revision.
    pub fn values<'a>(&'a self, name: &'a str, revision: Option<&'a str>) -> impl Iterator<Item = &'a str> {
        self.of(revision)
            .filter(move |directive| directive.name == name)
            .filter_map(|directive| directive.value.as_deref())
    }

    /// Whether a directive stands there for a revision.
    pub fn has(&self, name: &str, revision: Option<&str>) -> bool {
        self.of(revision).any(|directive| directive.name == name)
    }

    /// The first of the names that stands there.
    pub fn one_of<'a>(&self, names: &[&'a str], revision: Option<&str>) -> Option<&'a str> {
        self.of(revision)
            .find_map(|directive| names.iter().find(|name| **name == directive.name))
            .copied()
    }

    /// Whether the test is for this host.
    pub fn is_for_here(&self, revision: Option<&str>) -> bool {
        let is_true = |condition: &str| TRUE_HERE.contains(&condition);
        self.of(revision).all(|Directive { name, .. }| {
            if let Some(condition) = name.strip_prefix("only-") {
                is_true(condition)
            } else if let Some(condition) = name.strip_prefix("ignore-") {
                !is_true(condition)
            } else {
                // One is expected not to pass, the other brings a backend of its own.
                name != "should-fail" && name != "aux-codegen-backend"
            }
        })
    }

    /// The flags for the compiler, the edition first.
    pub fn flags(&self, revision: Option<&str>) -> Vec<String> {
        let mut flags = Vec::new();
        if let Some(edition) = self.values("edition", revision).last() {
            // Of a range, the first.
            let first = edition.split("..").next().unwrap_or(edition).trim();
            if !first.is_empty() {
                flags.push(format!("--edition={first}"));
            }
        }
        flags.extend(self.values("compile-flags", revision).flat_map(words));
        flags
    }

    fn of<'a>(&'a self, revision: Option<&'a str>) -> impl Iterator<Item = &'a Directive> {
        let all = self.0.iter();
        all.filter(move |directive| directive.revision.is_none() || directive.revision.as_deref() == revision)
    }
}

impl Directive {
    fn parse(line: &str) -> Option<Self> {
        let mut rest = line.trim().strip_prefix("//@")?.trim_start();
        let mut revision = None;
        if let Some(named) = rest.strip_prefix('[') {
            let (name, behind) = named.split_once(']')?;
            revision = Some(name.to_owned());
            rest = behind.trim_start();
        }
        let end = rest.find([':', ' ']).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        let value = behind.strip_prefix(':').map(|value| value.trim().to_owned());
        Some(Directive {
            revision,
            name: name.to_owned(),
            value,
        })
    }
}

/// The words of a line, in which single quotes keep words together.
pub fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        match index % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

//! The list of the tests that the in-tree backend passes and this one does not, `failures.txt`: one a line, with why.

use std::collections::BTreeMap;
use std::path::Path;

use libtest_mimic::Failed;

/// What is expected to fail, by name.
pub struct Failures(BTreeMap<String, String>);

impl Failures {
    pub fn read() -> Result<Self, Failed> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rustc_suite/failures.txt");
        Ok(Failures::parse(&std::fs::read_to_string(file)?)?)
    }

    /// Lines `name: reason`; what begins with `#` is a remark.
    fn parse(text: &str) -> Result<Self, String> {
        let mut all = BTreeMap::new();
        for line in text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let (name, reason) = line
                .split_once(": ")
                .filter(|(_, reason)| !reason.trim().is_empty())
                .ok_or_else(|| format!("failures.txt: no reason in the line `{line}`"))?;
            if all.insert(name.to_owned(), reason.to_owned()).is_some() {
                return Err(format!("failures.txt: `{name}` stands there twice"));
            }
        }
        Ok(Failures(all))
    }

    pub fn reason(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Fails unless what failed is what the list says of the tests that `ran`.
    pub fn compare(
        &self,
        failures: &BTreeMap<String, String>,
        ran: impl Fn(&str) -> bool,
    ) -> Result<(), Failed> {
        let unlisted = failures
            .iter()
            .filter(|(name, _)| !self.0.contains_key(*name))
            .map(|(name, why)| format!("not in the list: {name}: {why}"));
        let outdated = self
            .0
            .keys()
            .filter(|name| ran(name) && !failures.contains_key(*name))
            .map(|name| format!("in the list, but it passes, or there is no such test: {name}"));
        let all: Vec<String> = unlisted.chain(outdated).collect();
        match all.is_empty() {
            true => Ok(()),
            false => Err(all.join("\n").into()),
        }
    }
}

/// Whatever is wrong with a list is found.
pub fn check_itself() -> Result<(), Failed> {
    let failures = |names: &[&str]| -> BTreeMap<String, String> {
        names
            .iter()
            .map(|name| ((*name).to_owned(), "why".to_owned()))
            .collect()
    };
    let list = Failures::parse("# a remark\n\nui/a.rs#x: one\nui/b.rs: two\n")?;
    list.compare(&failures(&["ui/a.rs#x", "ui/b.rs"]), |_| true)?;
    list.compare(&failures(&[]), |_| false)?;
    for (wrong, word) in [
        (list.compare(&failures(&["ui/a.rs#x"]), |_| true), "ui/b.rs"),
        (
            list.compare(&failures(&["ui/a.rs#x", "ui/b.rs", "ui/c.rs"]), |_| true),
            "ui/c.rs",
        ),
        (
            Failures::parse("ui/a.rs: one\nui/a.rs: two\n")
                .map(|_| ())
                .map_err(Failed::from),
            "twice",
        ),
        (
            Failures::parse("ui/a.rs:\n").map(|_| ()).map_err(Failed::from),
            "no reason",
        ),
    ] {
        let said = wrong.err().and_then(|failed| failed.message().map(str::to_owned));
        if !said.as_deref().is_some_and(|said| said.contains(word)) {
            return Err(format!("`{word}` is not complained of: {said:?}").into());
        }
    }
    Ok(())
}

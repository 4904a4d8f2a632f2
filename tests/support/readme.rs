//! README, as far as tests check it.

use std::path::PathBuf;

use libtest_mimic::Failed;

/// A row of the table of features.
pub struct Row {
    pub what: String,
    pub state: String,
    pub tests: Vec<String>,
}

pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub fn rows() -> Result<Vec<Row>, Failed> {
    let table = section("features")?;
    let rows = table
        .lines()
        .filter(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            match cells[..] {
                [what, state, tests] => Ok(Row {
                    what: what.to_owned(),
                    state: state.to_owned(),
                    tests: tests.split(", ").map(str::to_owned).collect(),
                }),
                _ => Err(format!("a row of the table has other than three cells: {line}").into()),
            }
        });
    rows.collect()
}

/// The part of README between two markers.
pub fn section(name: &str) -> Result<String, Failed> {
    let readme = std::fs::read_to_string(root().join("README.md"))?;
    let from = readme.split_once(&format!("<!-- {name} -->\n"));
    let part = from.and_then(|(_, rest)| rest.split_once(&format!("<!-- /{name} -->")));
    Ok(part
        .ok_or_else(|| format!("README has no part `{name}`"))?
        .0
        .to_owned())
}

//! What README claims: each row of its table names tests that exist, no test is left out, and what is said to
//! be refused is refused.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let trials = vec![
        Trial::test("every test named exists", names_exist),
        Trial::test("every program is named", programs_are_named),
        Trial::test("what is refused is refused", refusals),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit()
}

/// A row of the table.
struct Row {
    state: String,
    tests: Vec<String>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn rows() -> Result<Vec<Row>, Failed> {
    let readme = std::fs::read_to_string(root().join("README.md"))?;
    let table = readme
        .split_once("<!-- features -->")
        .and_then(|(_, rest)| rest.split_once("<!-- /features -->"))
        .ok_or("README has no table of features")?
        .0;
    let rows = table
        .lines()
        .filter(|line| line.starts_with('|'))
        .skip(2)
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            match cells[..] {
                [_, state, tests] => Ok(Row {
                    state: state.to_owned(),
                    tests: tests.split(", ").map(str::to_owned).collect(),
                }),
                _ => Err(format!("a row of the table has other than three cells: {line}").into()),
            }
        });
    rows.collect()
}

fn names_exist() -> Result<(), Failed> {
    for test in rows()?.iter().flat_map(|row| &row.tests) {
        let path = root().join("tests").join(test).with_extension("rs");
        if !path.is_file() {
            return Err(format!("README names {test}, which is not there").into());
        }
    }
    Ok(())
}

fn programs_are_named() -> Result<(), Failed> {
    let named: BTreeSet<String> = rows()?.into_iter().flat_map(|row| row.tests).collect();
    for folder in ["programs", "asm"] {
        for entry in std::fs::read_dir(root().join("tests").join(folder))? {
            let path = entry?.path();
            let stem = path
                .file_stem()
                .and_then(|stem| stem.to_str())
                .unwrap_or_default();
            if path.extension().is_some_and(|ext| ext == "rs") && !named.contains(&format!("{folder}/{stem}"))
            {
                return Err(format!("README does not name {folder}/{stem}").into());
            }
        }
    }
    Ok(())
}

fn refusals() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let source = dir.path().join("a.rs");
    std::fs::write(&source, "fn main() {}\n")?;
    let backend = Path::new(env!("CARGO_BIN_EXE_fixed")).with_file_name("libfixed.so");
    let flags: Vec<String> = rows()?
        .iter()
        .filter_map(|row| Some(row.state.strip_prefix("refused: ")?.trim_matches('`').to_owned()))
        .collect();
    for flag in &flags {
        let output = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
            .arg(format!("-Zcodegen-backend={}", backend.display()))
            .args([flag, "-o"])
            .arg(dir.path().join("a"))
            .arg(&source)
            .output()?;
        let said = String::from_utf8_lossy(&output.stderr);
        if output.status.code() != Some(1) || !said.contains("not supported by the codegen backend `fixed`") {
            return Err(format!("`{flag}` is not refused: {}\n{said}", output.status).into());
        }
    }
    match flags.is_empty() {
        true => Err("the table says of nothing that it is refused".into()),
        false => Ok(()),
    }
}

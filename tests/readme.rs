//! What README claims: each row of its table names tests that exist, no test is left out, and what is said to
//! be refused is refused. That the tests named have run, `tests/what_ran.rs` says.

mod support;

use std::collections::BTreeSet;
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed};

use support::project::TempProject;
use support::readme::{root, rows, section};
use support::trials::{conclude, trial};

fn main() -> ExitCode {
    let trials = vec![
        trial("every test named exists", names_exist),
        trial("every program is named", programs_are_named),
        trial("what is refused is refused", refusals),
        trial("the matrix is what `fixed validate` prints", matrix),
    ];
    conclude(&Arguments::from_args(), trials)
}

fn names_exist() -> Result<(), Failed> {
    for test in rows()?.iter().flat_map(|row| &row.tests) {
        let path = root().join("tests").join(test);
        if !path.with_extension("rs").is_file() && !path.join("main.rs").is_file() {
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
    let project = TempProject::with(&[("a.rs", "fn main() {}\n")])?;
    let flags: Vec<String> = rows()?
        .iter()
        .filter_map(|row| Some(row.state.strip_prefix("refused: ")?.trim_matches('`').to_owned()))
        .collect();
    for flag in &flags {
        let arguments: Vec<&str> = flag.split_whitespace().chain(["a.rs"]).collect();
        let run = project.rustc(&arguments)?;
        if run.code != Some(1)
            || !run
                .stderr
                .contains("not supported by the codegen backend `fixed`")
        {
            return Err(format!("`{flag}` is not refused: {:?}\n{}", run.code, run.stderr).into());
        }
    }
    match flags.is_empty() {
        true => Err("the table says of nothing that it is refused".into()),
        false => Ok(()),
    }
}

/// The columns of a Markdown table that `wanted` names, row by row.
fn columns(table: &str, wanted: &[&str]) -> Vec<Vec<String>> {
    let cells = |line: &str| -> Vec<String> {
        line.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    let mut lines = table.lines().filter(|line| line.starts_with('|'));
    let head = lines.next().map(cells).unwrap_or_default();
    let places: Vec<usize> = (0..head.len())
        .filter(|&n| wanted.contains(&head[n].as_str()))
        .collect();
    lines
        .skip(1)
        .map(|line| {
            let row = cells(line);
            places.iter().filter_map(|&n| row.get(n).cloned()).collect()
        })
        .collect()
}

/// The columns of the compilers that every machine has; the others are of the nightlies of 2022.
fn matrix() -> Result<(), Failed> {
    let output = Command::new(env!("CARGO_BIN_EXE_fixed"))
        .args(["validate", "--markdown"])
        .output()?;
    let wanted = ["program", "`llvm`", "`fixed`"];
    let printed = columns(&String::from_utf8_lossy(&output.stdout), &wanted);
    let written = columns(&section("matrix")?, &wanted);
    match printed == written {
        true => Ok(()),
        false => Err(format!("README says {written:#?}, but it is {printed:#?}").into()),
    }
}

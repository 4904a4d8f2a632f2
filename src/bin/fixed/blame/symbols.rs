//! The names of what objects hold: crate, unit, functions.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};

use super::link::Unit;
use super::tools::Tools;
use crate::process;

/// The crate and the unit of an object.
pub(super) fn named((file, member): &Unit) -> (String, String) {
    let name = if member.is_empty() { file } else { member };
    let name = name.trim_end_matches(".rcgu.o");
    let (krate, unit) = name.split_once('.').unwrap_or((name, name));
    let krate = krate
        .rsplit_once('-')
        .map_or(krate, |(name, hash)| match hash.len() {
            16 => name,
            _ => krate,
        });
    (krate.to_owned(), unit.to_owned())
}

/// The global symbols that an object defines, and whether they are functions.
pub(super) fn globals(tools: &Tools, object: &Path) -> Result<Vec<(String, bool)>> {
    let nm = tools.path("llvm-nm").context("the toolchain has no `llvm-nm`")?;
    let mut command = Command::new(nm);
    command
        .args(["--defined-only", "--extern-only", "--format=posix"])
        .arg(object);
    let finished = process::run_trusted(command, tools.patience)?;
    let text = String::from_utf8_lossy(&finished.stdout).into_owned();
    let read = |line: &str| {
        let mut words = line.split(' ');
        Some((words.next()?.to_owned(), ["T", "W"].contains(&words.next()?)))
    };
    Ok(text.lines().filter_map(read).collect())
}

/// The functions that both objects define.
pub(super) fn common_functions(tools: &Tools, good: &Path, bad: &Path) -> Result<Vec<String>> {
    let functions = |path| -> Result<Vec<String>> {
        let all = globals(tools, path)?.into_iter();
        Ok(all
            .filter(|(_, is_function)| *is_function)
            .map(|(symbol, _)| symbol)
            .collect())
    };
    let bad = functions(bad)?;
    Ok(functions(good)?
        .into_iter()
        .filter(|symbol| bad.contains(symbol))
        .collect())
}

//! LLVM's FileCheck, which compares IR and assembly with what tests say.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Finds it: what `FILECHECK` names, or what is installed.
pub fn find() -> Option<PathBuf> {
    let given = std::env::var_os("FILECHECK").map(PathBuf::from);
    let names = ["FileCheck", "FileCheck-23", "FileCheck-22"].map(PathBuf::from);
    let works = |name: &PathBuf| Command::new(name).arg("--version").output().is_ok();
    given.into_iter().chain(names).find(works)
}

/// Drops the number that LLVM 23 gives each function for profiles: it stands between what older tests expect to be
/// neighbours.
pub fn without_numbers(ir: &Path) -> std::io::Result<()> {
    let text = fs::read(ir)?;
    let text = String::from_utf8_lossy(&text);
    let mut result = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        match (line.starts_with("define "), line.find(" !guid !")) {
            (true, Some(at)) => {
                let number = &line[at + " !guid !".len()..];
                let rest = number.trim_start_matches(|digit: char| digit.is_ascii_digit());
                result.push_str(&line[..at]);
                result.push_str(rest);
            }
            _ => result.push_str(line),
        }
    }
    fs::write(ir, result)
}

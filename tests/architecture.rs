//! The map in `docs/architecture.md`: the files that it names exist, and the arrows between the parts hold.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed};

mod support;

use support::trials::{conclude, trial};

fn main() -> ExitCode {
    let trials = vec![
        trial("every file named is there", files_exist),
        trial("codegen and what comes after it do not name each other", arrows),
        trial("llvm-sys is named in src/llvm only", llvm_sys),
        trial("unsafe code outside of src/llvm says why it is sound", safety),
    ];
    conclude(&Arguments::from_args(), trials)
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust sources below a folder, with their text.
fn sources(folder: &str) -> Result<Vec<(PathBuf, String)>, Failed> {
    let mut pending = vec![root().join(folder)];
    let mut all = Vec::new();
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path)?;
                all.push((path, text));
            }
        }
    }
    match all.is_empty() {
        true => Err(format!("there are no sources in {folder}").into()),
        false => Ok(all),
    }
}

/// Lines of code, without comments, and their numbers.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line.split("//").next().unwrap_or_default()))
}

fn none(found: Vec<String>) -> Result<(), Failed> {
    match found.is_empty() {
        true => Ok(()),
        false => Err(found.join("\n").into()),
    }
}

/// Every line of code below `folder` that holds one of `words`.
fn lines_with(folder: &str, words: &[&str]) -> Result<Vec<String>, Failed> {
    let mut found = Vec::new();
    for (path, text) in sources(folder)? {
        for (number, line) in code(&text) {
            if words.iter().any(|word| line.contains(word)) {
                found.push(format!("{}:{number}: {}", shown(&path), line.trim()));
            }
        }
    }
    Ok(found)
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn files_exist() -> Result<(), Failed> {
    let map = std::fs::read_to_string(root().join("docs/architecture.md"))?;
    let named = map.split('`').skip(1).step_by(2);
    let paths = named.filter(|name| {
        ["src/", "tests/", "docs/"]
            .iter()
            .any(|start| name.starts_with(start))
    });
    none(
        paths
            .filter(|path| !root().join(path).exists())
            .map(|path| format!("{path} is not there"))
            .collect(),
    )
}

fn arrows() -> Result<(), Failed> {
    let mut found = Vec::new();
    for folder in ["src/codegen", "src/asm", "src/llvm"] {
        found.extend(lines_with(folder, &["crate::back::", "crate::backend"])?);
    }
    for folder in ["src/back", "src/session", "src/llvm"] {
        found.extend(lines_with(folder, &["crate::codegen", "crate::asm"])?);
    }
    found.extend(lines_with("src/session", &["crate::back"])?);
    found.extend(lines_with("src/back", &["crate::backend"])?);
    found.extend(lines_with(
        "src/llvm",
        &["rustc_middle", "rustc_codegen_ssa", "crate::session"],
    )?);
    none(found)
}

fn llvm_sys() -> Result<(), Failed> {
    let found = lines_with("src", &["llvm_sys"])?;
    none(
        found
            .into_iter()
            .filter(|line| !line.starts_with("src/llvm/"))
            .collect(),
    )
}

fn safety() -> Result<(), Failed> {
    let mut found = Vec::new();
    for (path, text) in sources("src")? {
        if path.starts_with(root().join("src/llvm")) {
            continue;
        }
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in code(&text) {
            let is_unsafe = line.contains("unsafe {") || line.contains("unsafe impl");
            let before = &lines[number.saturating_sub(6)..number];
            if is_unsafe && !before.iter().any(|line| line.contains("SAFETY:")) {
                found.push(format!("{}:{number}: {}", shown(&path), line.trim()));
            }
        }
    }
    none(found)
}

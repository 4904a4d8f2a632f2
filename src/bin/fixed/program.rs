//! A program of the corpus: its source, and what its first lines say of it.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::compiler::release;
use crate::validate::suite::Test;

/// A program and its directives: lines `//@ name: value` at the head of the file.
#[derive(Clone, Debug)]
pub struct Program {
    pub path: PathBuf,
    /// Its name in tables, where that is not the file's.
    pub name: Option<String>,
    /// `//@ stdout: …`, one for each line that the program prints.
    pub stdout: Vec<String>,
    /// `//@ edition: …`; 2021 where nothing is said.
    pub edition: String,
    /// `//@ flags: …`: further flags of rustc.
    pub flags: Vec<String>,
    /// `//@ since: 1.87`: the first version of rustc that can compile it.
    pub since: Option<(u32, u32)>,
    /// What it is, if it is one of rustc's own tests.
    pub test: Option<Test>,
}

impl Program {
    /// Reads the program at `path`.
    pub fn read(path: &Path) -> Result<Self> {
        let text =
            std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut program = Program {
            path: path.to_owned(),
            name: None,
            stdout: vec![],
            edition: "2021".to_owned(),
            flags: vec![],
            since: None,
            test: None,
        };
        for line in text.lines().take_while(|line| line.starts_with("//")) {
            let Some((name, value)) = line.strip_prefix("//@ ").and_then(|line| line.split_once(':')) else {
                continue;
            };
            let value = value.trim();
            match name {
                "stdout" => program.stdout.push(value.to_owned()),
                "edition" => program.edition = value.to_owned(),
                "flags" => program.flags.extend(value.split_whitespace().map(str::to_owned)),
                "since" => {
                    let release = release(value);
                    program.since =
                        Some(release.with_context(|| format!("`{value}` is no version of rustc"))?);
                }
                other => anyhow::bail!("{}: unknown directive `{other}`", path.display()),
            }
        }
        Ok(program)
    }

    /// The name in tables.
    pub fn name(&self) -> String {
        if let Some(name) = &self.name {
            return name.clone();
        }
        self.path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }

    /// What the program must print.
    pub fn expected(&self) -> String {
        self.stdout.iter().map(|line| format!("{line}\n")).collect()
    }
}

/// All programs of a folder, by name.
pub fn read_folder(dir: &Path) -> Result<Vec<Program>> {
    let entries =
        std::fs::read_dir(dir).with_context(|| format!("cannot read the folder {}", dir.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "rs"))
        .collect();
    paths.sort();
    paths.iter().map(|path| Program::read(path)).collect()
}

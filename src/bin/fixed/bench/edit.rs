//! A copy of a crate's sources, in which one line is edited again and again.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::blame::line::Line;

/// A line of rustc of which the sources are a copy of ours.
pub struct Edited {
    /// The line, which compiles the copy.
    pub line: Line,
    root: PathBuf,
    original: String,
}

impl Edited {
    /// Copies the package that `line` compiles into `folder`.
    pub fn new(line: &Line, folder: &Path) -> Result<Self> {
        let mut line = line.clone();
        let at = line
            .args
            .iter()
            .position(|arg| Path::new(arg).extension().is_some_and(|ext| ext == "rs"));
        let at = at.context("the line of rustc names no source")?;
        let source = Path::new(&line.folder).join(&line.args[at]);
        let manifest = variable(&line, "CARGO_MANIFEST_DIR").context("the line of rustc is not of cargo")?;
        let Ok(inside) = source.strip_prefix(&manifest).map(Path::to_owned) else {
            bail!(
                "{} is not in its package, {}",
                source.display(),
                manifest.display()
            );
        };
        copy(&manifest, folder)?;
        let root = folder.join(inside);
        line.args[at] = root.clone().into();
        for (name, value) in &mut line.environment {
            // `include!(concat!(env!("CARGO_MANIFEST_DIR"), …))`.
            if name == "CARGO_MANIFEST_DIR" {
                *value = OsString::from(folder);
            }
        }
        let original =
            std::fs::read_to_string(&root).with_context(|| format!("cannot read {}", root.display()))?;
        Ok(Edited { line, root, original })
    }

    /// Edits the line: the body of a function, at the end of the crate's root. What it returns is the number of the edit, so
    /// one unit changes, and nothing that other crates see.
    pub fn edit(&self, number: usize) -> Result<()> {
        let text = format!(
            "{}\n#[doc(hidden)]\n#[unsafe(no_mangle)]\npub extern \"C\" fn fixed_bench_edited() -> usize {{\n    {number}\n}}\n",
            self.original
        );
        std::fs::write(&self.root, text).with_context(|| format!("cannot write {}", self.root.display()))
    }
}

/// A variable that cargo has set.
pub fn variable(line: &Line, name: &str) -> Option<PathBuf> {
    let found = line.environment.iter().find(|(key, _)| key == name);
    found.map(|(_, value)| PathBuf::from(value))
}

/// Copies a folder, without what is built in it and without git's files.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let copy = || -> std::io::Result<()> {
        std::fs::create_dir_all(to)?;
        for entry in std::fs::read_dir(from)? {
            let (name, path) = entry.map(|entry| (entry.file_name(), entry.path()))?;
            if path.is_dir() {
                if name != "target" && name != ".git" {
                    self::copy(&path, &to.join(name)).map_err(std::io::Error::other)?;
                }
            } else if path.is_file() {
                std::fs::copy(&path, to.join(name))?;
            }
        }
        Ok(())
    };
    copy().with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))
}

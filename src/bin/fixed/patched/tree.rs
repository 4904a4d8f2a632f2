//! The sources: copied from the toolchain, patched, and given an entry point.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::toolchain::Toolchain;
use super::{CRATE, Patch, run};
use crate::process::Folder;

/// The parts of rustc's sources that are compiled. Of the second, that is the C++ alone.
const PARTS: [&str; 2] = ["compiler/rustc_codegen_llvm", "compiler/rustc_llvm"];

/// What rustc looks up in a backend that is a library of its own. The built-in one is called by name.
const ENTRY: &str = "
extern crate rustc_driver;

/// The entry point that rustc looks up in the library given with `-Zcodegen-backend`.
#[UNSAFE_NO_MANGLE]
pub fn __rustc_codegen_backend() -> Box<dyn rustc_codegen_ssa::traits::CodegenBackend> {
    LlvmCodegenBackend::new()
}
";

/// Makes `tree` the toolchain's sources with the patches applied. Files that stay the same are not touched.
pub fn lay(toolchain: &Toolchain, tree: &Path, patches: &[Patch]) -> Result<()> {
    let fresh = Folder::new()?;
    let sources = toolchain.sources();
    for part in PARTS {
        copy(&sources.join(part), &fresh.path().join(part))?;
    }
    for patch in patches {
        apply(patch, fresh.path(), &toolchain.name)?;
    }
    add_entry(&fresh.path().join(PARTS[0]))?;
    let mut wanted = BTreeMap::new();
    walk(fresh.path(), fresh.path(), &mut wanted)?;
    let mut present = BTreeMap::new();
    if tree.is_dir() {
        walk(tree, tree, &mut present)?;
    }
    for (path, text) in &wanted {
        if present.get(path) != Some(text) {
            let path = tree.join(path);
            let dir = path.parent().unwrap_or(tree);
            fs::create_dir_all(dir).with_context(|| format!("cannot make the folder {}", dir.display()))?;
            fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
    }
    for path in present.keys().filter(|path| !wanted.contains_key(*path)) {
        let path = tree.join(path);
        fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    Ok(())
}

/// Applies what a patch changes of the compiler. The tests that it adds have no place here.
fn apply(patch: &Patch, tree: &Path, toolchain: &str) -> Result<()> {
    let name = patch.path.display();
    let touched = |line: &str| {
        let path = line
            .strip_prefix("+++ b/")
            .or_else(|| line.strip_prefix("--- a/"))?;
        Some(path.split('\t').next().unwrap_or(path).to_owned())
    };
    let compiler: Vec<String> = patch
        .text
        .lines()
        .filter_map(touched)
        .filter(|path| path.starts_with("compiler/"))
        .collect();
    if compiler.is_empty() {
        bail!(
            "{name} changes nothing of the compiler; it must apply with `git apply -p1` in the root of rust"
        );
    }
    let inside = |path: &String| PARTS.iter().any(|part| path.starts_with(&format!("{part}/")));
    if let Some(outside) = compiler.iter().find(|path| !inside(path)) {
        bail!(
            "{name} changes {outside}, which is no part of the LLVM backend: only a build of rustc can tell"
        );
    }
    let patch_file = tree.join("patch");
    fs::write(&patch_file, &patch.text).context("cannot write to the temporary folder")?;
    let mut git = Command::new("git");
    git.args(["apply", "--verbose", "-p1"]);
    git.args(PARTS.map(|part| format!("--include={part}/*")));
    // In a repository, git would take the paths for that repository's.
    git.arg(&patch_file)
        .current_dir(tree)
        .env("GIT_CEILING_DIRECTORIES", tree.parent().unwrap_or(tree))
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE");
    run(
        git,
        &format!("{name} does not apply to the sources of {toolchain}"),
    )?;
    fs::remove_file(&patch_file).context("cannot write to the temporary folder")
}

fn add_entry(dir: &Path) -> Result<()> {
    let manifest = fs::read_to_string(dir.join("Cargo.toml")).context("a backend without a manifest")?;
    let root = dir.join("src/lib.rs");
    let text = fs::read_to_string(&root).with_context(|| format!("cannot read {}", root.display()))?;
    if !text.contains("LlvmCodegenBackend") {
        bail!(
            "{CRATE} is not as it used to be: {} has no `LlvmCodegenBackend`",
            root.display()
        );
    }
    let no_mangle = match super::toolchain::edition(&manifest) {
        "2015" | "2018" | "2021" => "no_mangle",
        _ => "unsafe(no_mangle)",
    };
    let entry = ENTRY.replace("UNSAFE_NO_MANGLE", no_mangle);
    fs::write(&root, text + &entry).with_context(|| format!("cannot write {}", root.display()))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    let mut files = BTreeMap::new();
    walk(from, from, &mut files)?;
    for (path, bytes) in files {
        let to = to.join(path);
        let dir = to.parent().unwrap_or(&to);
        fs::create_dir_all(dir).with_context(|| format!("cannot make the folder {}", dir.display()))?;
        fs::write(&to, bytes).with_context(|| format!("cannot write {}", to.display()))?;
    }
    Ok(())
}

/// Reads all files below `dir`, by their paths relative to `root`.
fn walk(root: &Path, dir: &Path, files: &mut BTreeMap<PathBuf, Vec<u8>>) -> Result<()> {
    let context = || format!("cannot read {}", dir.display());
    for entry in fs::read_dir(dir).with_context(context)? {
        let path = entry.with_context(context)?.path();
        if path.is_dir() {
            walk(root, &path, files)?;
        } else {
            let bytes = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let relative = path.strip_prefix(root).unwrap_or(&path);
            files.insert(relative.to_owned(), bytes);
        }
    }
    Ok(())
}

//! The sources of real crates, those that `tests/crates/Cargo.toml` names.

use std::io::Write;
use std::path::{Path, PathBuf};

use libtest_mimic::Failed;

/// Where they are built.
pub fn work_folder() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("crates")
}

/// Copies the sources of a crate to where they can be built apart from everything else.
pub fn fetch(name: &str) -> Result<PathBuf, Failed> {
    fetch_into(name, ".")
}

/// The same, in a folder of that name: another test may be at work on the crate. What only others depend on will do, too.
pub fn fetch_into(name: &str, place: &str) -> Result<PathBuf, Failed> {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/crates/Cargo.toml");
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(manifest)
        .other_options(["--locked".to_owned()])
        .exec()?;
    let root = metadata.root_package().ok_or("tests/crates is a package")?;
    let wanted = root
        .dependencies
        .iter()
        .find(|dependency| dependency.name == name);
    let is_it = |version| wanted.is_none_or(|wanted| wanted.req.matches(version));
    let package = metadata
        .packages
        .iter()
        .find(|package| package.name == name && is_it(&package.version))
        .ok_or_else(|| format!("cargo has no sources of {name}"))?;
    let source = package
        .manifest_path
        .parent()
        .ok_or("a manifest is in a folder")?;
    let folder = work_folder().join(place).join(name);
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    copy(source.as_std_path(), &folder)?;
    // A workspace of its own, whatever is around it.
    let mut manifest = std::fs::OpenOptions::new()
        .append(true)
        .open(folder.join("Cargo.toml"))?;
    writeln!(manifest, "\n[workspace]")?;
    Ok(folder)
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &target)?,
            false => std::fs::copy(entry.path(), target).map(|_| ())?,
        }
    }
    Ok(())
}

//! Copies of the backend under names that say which build they are.
//!
//! cargo starts the compiler by names that `fixed cargo` gives it, and remembers what it was told under these
//! names. So each build of the backend gets a folder of its own, `~/.cache/fixed/IDENTITY`, with
//!
//! * `libfixed.so`, a copy: a backend that is built again while cargo runs does not change under it;
//! * `fixed-rustc` and `fixed-rustdoc`, links to this command, which then acts as [`crate::wrapper`] says.
//!
//! Folders that were not used for a month are removed.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result};

use crate::library;

const UNUSED: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// A build of the backend in its own folder.
pub struct Pinned {
    pub library: PathBuf,
    /// What cargo is given as `RUSTC_WRAPPER`.
    pub rustc: PathBuf,
    /// What cargo is given as `RUSTDOC`.
    pub rustdoc: PathBuf,
}

/// Finds the backend and puts it into its folder, unless it is there.
pub fn pin() -> Result<Pinned> {
    let found = library::find()?;
    let identity = library::identity(&found)?;
    let dir = folder(&identity)?;
    let library = dir.join(library::NAME);
    if !same_size(&found, &library) {
        whole(&library, |part| fs::copy(&found, part).map(|_| ()))?;
    }
    let executable = std::env::current_exe().context("cannot tell where this executable is")?;
    let pinned = Pinned {
        rustc: dir.join(crate::wrapper::RUSTC),
        rustdoc: dir.join(crate::wrapper::RUSTDOC),
        library,
    };
    for link in [&pinned.rustc, &pinned.rustdoc] {
        if fs::read_link(link).ok().as_ref() != Some(&executable) {
            whole(link, |part| std::os::unix::fs::symlink(&executable, part))?;
        }
    }
    Ok(pinned)
}

/// Writes a library that this command carries to its folder, unless it is there.
pub fn unpack(bytes: &[u8], identity: &str) -> Result<PathBuf> {
    let library = folder(identity)?.join(library::NAME);
    if !fs::metadata(&library).is_ok_and(|found| found.len() == bytes.len() as u64) {
        whole(&library, |part| fs::write(part, bytes))?;
    }
    Ok(library)
}

/// Where this command keeps what it can make again: `$XDG_CACHE_HOME/fixed` (XDG Base Directory Specification).
pub fn root() -> Result<PathBuf> {
    let named = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = named
        .filter(|path| path.is_absolute())
        .or_else(|| Some(std::env::home_dir()?.join(".cache")));
    let cache = cache.context("there is no home folder to keep files in; set XDG_CACHE_HOME to a folder")?;
    Ok(cache.join("fixed"))
}

/// The folder of the build `identity`, marked as used now.
fn folder(identity: &str) -> Result<PathBuf> {
    let root = root()?;
    let dir = root.join(identity);
    let is_new = !dir.is_dir();
    fs::create_dir_all(&dir).with_context(|| {
        format!(
            "cannot make the folder {}; set XDG_CACHE_HOME to another",
            dir.display()
        )
    })?;
    // No more than a hint for the removal of old ones.
    let _ = File::open(&dir).and_then(|dir| dir.set_modified(SystemTime::now()));
    if is_new {
        remove_unused(&root);
    }
    Ok(dir)
}

/// Removes the folders of builds that have long not been used. That one cannot be removed is no reason to stop.
fn remove_unused(root: &Path) {
    let is_build = |name: &OsStr| {
        name.to_str()
            .is_some_and(|name| name.len() == 16 && name.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    for entry in fs::read_dir(root).into_iter().flatten().flatten() {
        let unused = entry
            .metadata()
            .and_then(|found| found.modified())
            .is_ok_and(|used| used.elapsed().is_ok_and(|elapsed| elapsed > UNUSED));
        if unused && is_build(&entry.file_name()) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether `copy` is as long as `original`. Its folder is named after the contents, and it gets its name only
/// when it is whole.
fn same_size(original: &Path, copy: &Path) -> bool {
    match (fs::metadata(original), fs::metadata(copy)) {
        (Ok(original), Ok(copy)) => original.len() == copy.len(),
        _ => false,
    }
}

/// Has `path` made under another name beside it, then renamed: others see it whole or not at all.
pub fn whole(path: &Path, make: impl FnOnce(&Path) -> std::io::Result<()>) -> Result<()> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let part = path.with_file_name(format!(".{name}.{}", std::process::id()));
    let made = make(&part).and_then(|()| fs::rename(&part, path));
    made.inspect_err(|_| {
        let _ = fs::remove_file(&part);
    })
    .with_context(|| format!("cannot write {}", path.display()))
}

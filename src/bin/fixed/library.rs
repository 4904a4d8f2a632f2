//! The backend's library: where it is, and which build of it that is.

use std::hash::Hasher;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::store;

/// The file's name, as the package makes it.
pub const NAME: &str = "libfixed.so";

/// The library that this command was compiled with, and its identity. What `cargo install` leaves is the
/// command alone; a development build made by `cargo check` has none.
const EMBEDDED: Option<(&[u8], &str)> = fixed_embed::library!();

/// The library beside this executable, or else the one that it carries, unpacked.
pub fn find() -> Result<PathBuf> {
    if let Some(library) = beside()? {
        return Ok(library);
    }
    match EMBEDDED {
        Some((bytes, identity)) => store::unpack(bytes, identity),
        None => bail!(
            "there is no {NAME} beside this executable, and it carries none; build both with `cargo build --release`"
        ),
    }
}

/// The library beside this executable.
fn beside() -> Result<Option<PathBuf>> {
    let executable = std::env::current_exe().context("cannot tell where this executable is")?;
    let dir = executable.parent().context("this executable is in no folder")?;
    // Test executables are one folder deeper.
    let dirs = [dir, dir.parent().unwrap_or(dir)];
    Ok(dirs
        .iter()
        .map(|dir| dir.join(NAME))
        .find(|library| library.is_file()))
}

/// What tells this build of the library from all others: a hash of its contents, as sixteen digits. It need not
/// withstand anybody's malice.
pub fn identity(library: &Path) -> Result<String> {
    let bytes = std::fs::read(library).with_context(|| format!("cannot read {}", library.display()))?;
    let mut hasher = std::hash::DefaultHasher::new();
    hasher.write(&bytes);
    Ok(format!("{:016x}", hasher.finish()))
}

//! Compilers that can be run: this backend, the pinned toolchain's own, other toolchains, a stage1 build,
//! the in-tree backend with a patch.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::library;
use crate::patched::{self, Base};
use crate::process;
use crate::store;

/// The toolchain that the backend was built for and works with.
pub const TOOLCHAIN: &str = env!("FIXED_TOOLCHAIN");

/// The backend, under a name that rustc can be given: its arguments are UTF-8.
pub fn backend() -> Result<PathBuf> {
    let library = library::find()?;
    match library.to_str() {
        Some(_) => Ok(library),
        None => Ok(store::pin()?.library),
    }
}

/// A tool of the pinned toolchain.
pub fn tool(name: &str) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", TOOLCHAIN, name]);
    command
}

/// The flag that loads `library`.
pub fn backend_flag(library: &Path) -> Result<String> {
    let path = library.to_str().with_context(|| {
        format!("rustc takes only arguments that are UTF-8, and {} is not; set XDG_CACHE_HOME to a folder that is", library.display())
    })?;
    Ok(format!("-Zcodegen-backend={path}"))
}

/// A compiler that can be run.
#[derive(Clone, Debug)]
pub struct Compiler {
    /// What `rustc --version` prints.
    pub version: String,
    /// Its version as numbers, `1.62` as `(1, 62)`.
    pub release: (u32, u32),
    program: PathBuf,
    flags: Vec<OsString>,
}

impl Compiler {
    /// Finds, or builds, what `spec` names: `fixed`, `llvm`, `+TOOLCHAIN`, `patched:PATCH[,PATCH…]`, or the path
    /// of a rustc; then, after blanks, flags that it is always given. (A path that holds blanks can have no flags.)
    /// `base` is what patches are applied to; the compiler must tell its version within `timeout`;
    /// `log` is told of what takes time.
    pub fn find(spec: &OsStr, base: &Base, timeout: Duration, log: impl FnMut(&str)) -> Result<Self> {
        let bytes = spec.as_encoded_bytes();
        let words = match Path::new(spec).is_file() {
            true => vec![bytes],
            false => bytes
                .split(u8::is_ascii_whitespace)
                .filter(|word| !word.is_empty())
                .collect(),
        };
        let (&what, flags) = words.split_first().context("a compiler without a name")?;
        let what = OsStr::from_bytes(what);
        let mut flags: Vec<OsString> = flags
            .iter()
            .map(|flag| OsStr::from_bytes(flag).to_owned())
            .collect();
        let program = match what.to_str() {
            Some("fixed") => {
                flags.insert(0, backend_flag(&backend()?)?.into());
                rustc_of(TOOLCHAIN)?
            }
            Some("llvm") => rustc_of(TOOLCHAIN)?,
            Some(what) if what.starts_with('+') => rustc_of(&what[1..])?,
            Some(what) if what.starts_with("patched:") => {
                let patches: Vec<PathBuf> = what["patched:".len()..]
                    .split(',')
                    .filter(|path| !path.is_empty())
                    .map(PathBuf::from)
                    .collect();
                flags.insert(0, backend_flag(&patched::build(base, &patches, log)?)?.into());
                rustc_of(&base.toolchain)?
            }
            _ => {
                let path = Path::new(what);
                // A program is run in a folder of its own, where a relative path would mean another file.
                let found = path.canonicalize();
                found.with_context(|| format!("there is no compiler {}", path.display()))?
            }
        };
        let mut ask = Command::new(&program);
        ask.arg("--version");
        let output = process::run(ask, timeout)?;
        if output.status.is_none() {
            bail!(
                "{} --version has not ended after {} seconds",
                program.display(),
                timeout.as_secs()
            );
        }
        let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let release = version.strip_prefix("rustc ").and_then(release);
        Ok(Compiler {
            release: release
                .with_context(|| format!("{} is no rustc: it prints `{version}`", program.display()))?,
            version,
            program,
            flags,
        })
    }

    /// The rustc that it is, without its flags.
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The flags that it is always given.
    pub fn flags(&self) -> &[OsString] {
        &self.flags
    }

    /// This compiler, ready for more arguments.
    pub fn rustc(&self) -> Command {
        let mut rustc = Command::new(&self.program);
        rustc.args(&self.flags);
        // A stage1 build calls itself a beta or a nightly as it likes; the programs use unstable features.
        rustc.env("RUSTC_BOOTSTRAP", "1");
        // What a crash is about is read from what is printed; no file of it belongs into the user's folder.
        rustc.env("RUSTC_ICE", "0");
        rustc
    }
}

/// The rustc of a rustup toolchain itself, not the proxy: a proxy would add its time to each run.
pub fn rustc_of(toolchain: &str) -> Result<PathBuf> {
    let output = Command::new("rustup")
        .args(["which", "rustc", "--toolchain", toolchain])
        // To install one is the user's decision: it takes minutes and a gigabyte.
        .env("RUSTUP_AUTO_INSTALL", "0")
        .output()
        .context("cannot run `rustup`; is it installed?")?;
    if !output.status.success() {
        bail!(
            "the toolchain {toolchain} is not installed; `rustup toolchain install {toolchain} --profile minimal` \
             would install it"
        );
    }
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}

/// The first two numbers of a version.
pub fn release(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim().split(|c: char| !c.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

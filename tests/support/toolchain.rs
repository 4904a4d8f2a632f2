//! The pinned toolchain, and how its programs are run from inside a test.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use libtest_mimic::Failed;

use super::rustc;

/// The toolchain whose sources are compiled, and whose standard library the result uses.
pub struct Toolchain {
    pub sysroot: PathBuf,
    /// `1.101.0-nightly (92b5b8c87 2026-10-29)`
    pub version: String,
    /// `1.101.0-nightly`
    pub release: String,
    pub commit: String,
    pub date: String,
    pub host: String,
}

impl Toolchain {
    pub fn pinned() -> Result<Self, Failed> {
        let sysroot = text(rustc().args(["--print", "sysroot"]))?;
        let about = text(rustc().arg("-vV"))?;
        let field = |name: &str| {
            let line = about.lines().find_map(|line| line.strip_prefix(name));
            line.map(|value| value.trim().to_owned())
                .ok_or_else(|| format!("`rustc -vV` prints no `{name}`"))
        };
        Ok(Toolchain {
            sysroot: PathBuf::from(sysroot.trim()),
            version: field("rustc ")?,
            release: field("release:")?,
            commit: field("commit-hash:")?,
            date: field("commit-date:")?,
            host: field("host:")?,
        })
    }

    /// Where `component` of rustup keeps sources.
    pub fn sources(&self, component: &str) -> Result<PathBuf, Failed> {
        let folder = self.sysroot.join("lib/rustlib").join(component).join("rust");
        match folder.is_dir() {
            true => Ok(folder),
            false => Err(format!("{} is missing: see rust-toolchain.toml", folder.display()).into()),
        }
    }

    /// The folder of a sysroot where libraries for the host are.
    pub fn libraries(&self, sysroot: &Path) -> PathBuf {
        sysroot.join("lib/rustlib").join(&self.host).join("lib")
    }

    /// Gives a new sysroot the toolchain's linker and other tools.
    pub fn link_tools(&self, sysroot: &Path) -> std::io::Result<()> {
        let tools = Path::new("lib/rustlib").join(&self.host).join("bin");
        match sysroot.join(&tools).exists() {
            true => Ok(()),
            false => symlink(self.sysroot.join(&tools), sysroot.join(&tools)),
        }
    }

    pub fn rustc(&self) -> PathBuf {
        self.sysroot.join("bin/rustc")
    }

    pub fn cargo(&self) -> Command {
        program(&self.sysroot.join("bin/cargo"))
    }
}

/// A program in an environment without what cargo and rustup have put there for the test itself.
pub fn program(path: &Path) -> Command {
    let mut command = Command::new(path);
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let kept = ["CARGO_HOME", "CARGO_NET_OFFLINE", "CARGO_HTTP_PROXY"];
        let ours = name.starts_with("CARGO") && !kept.contains(&name.as_str());
        // The last points to the toolchain's own libraries, which must not be taken for those built here.
        if ours || ["RUSTC", "RUSTFLAGS", "RUSTC_WRAPPER", "LD_LIBRARY_PATH"].contains(&name.as_str()) {
            command.env_remove(name);
        }
    }
    command
}

/// Runs a command that must succeed.
pub fn run(command: &mut Command) -> Result<Output, Failed> {
    let output = command.output()?;
    match output.status.success() {
        true => Ok(output),
        false => Err(format!(
            "{command:?} ended with {}:\n{}{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
        .into()),
    }
}

/// What a command that must succeed prints.
pub fn text(command: &mut Command) -> Result<String, Failed> {
    Ok(String::from_utf8_lossy(&run(command)?.stdout).into_owned())
}

/// Puts a file into a folder under its own name, unless it is there.
pub fn place(file: &Path, folder: &Path) -> std::io::Result<()> {
    let copy = folder.join(file.file_name().unwrap_or_default());
    match copy.exists() {
        true => Ok(()),
        false => fs::hard_link(file, &copy).or_else(|_| fs::copy(file, &copy).map(|_| ())),
    }
}

//! LLVM's own tools: `opt` and `llc` of the very toolchain, which are of the LLVM that its rustc uses, and
//! `llvm-reduce` if the system has that of the same version.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};

use super::failure::Ending;
use crate::process;

/// How long one of LLVM's tools may take, if nobody says otherwise.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is known of a toolchain, and where its tools are.
#[derive(Clone, Debug)]
pub struct Tools {
    folder: PathBuf,
    /// What `rustc -vV` prints.
    pub about: String,
    /// Of its LLVM.
    pub llvm: String,
    pub patience: Duration,
    /// The flags that have LLVM work on one unit after the other, so that what it prints and counts is in order.
    pub one_by_one: Vec<OsString>,
}

/// A tool's run.
pub struct Ran {
    pub ending: Ending,
    pub stderr: String,
}

impl Tools {
    pub fn of(rustc: &Path, limit: Option<u64>) -> Result<Self> {
        let ask = |words: &[&str]| {
            let mut rustc = Command::new(rustc);
            rustc.args(words);
            let output = process::run(rustc, PATIENCE)?;
            Ok::<_, anyhow::Error>(String::from_utf8_lossy(&output.stdout).trim().to_owned())
        };
        let about = ask(&["-vV"])?;
        let field = |name: &str| {
            let line = about.lines().find_map(|line| line.strip_prefix(name));
            line.map(|value| value.trim().to_owned())
        };
        let unstable = {
            let mut rustc = Command::new(rustc);
            rustc.arg("-Zhelp").env("RUSTC_BOOTSTRAP", "1");
            String::from_utf8_lossy(&process::run(rustc, PATIENCE)?.stdout).into_owned()
        };
        // It was called differently until LLVM was not the only backend, and again until there was a number.
        let one_by_one: &[&str] = match () {
            () if unstable.contains("--jobs-backend=1") => &["-Zunstable-options", "--jobs-backend=1"],
            () if unstable.contains("no-parallel-backend") => &["-Zno-parallel-backend"],
            () => &["-Zno-parallel-llvm"],
        };
        let sysroot = ask(&["--print", "sysroot"])?;
        let host = field("host:").context("rustc does not say what it runs on")?;
        Ok(Tools {
            folder: Path::new(&sysroot).join("lib/rustlib").join(host).join("bin"),
            llvm: field("LLVM version:").unwrap_or_default(),
            about,
            one_by_one: one_by_one.iter().map(OsString::from).collect(),
            patience: limit.map_or(PATIENCE, |seconds| Duration::from_secs(3 * seconds + 5)),
        })
    }

    /// The path of a tool, if the toolchain has it.
    pub fn path(&self, name: &str) -> Option<PathBuf> {
        let path = self.folder.join(name);
        path.is_file().then_some(path)
    }

    /// Why there is no `opt`, and what brings it.
    pub fn missing(&self) -> Option<String> {
        ["opt", "llc"].iter().find(|name| self.path(name).is_none()).map(|name| {
            format!(
                "the toolchain has no `{name}`; `rustup component add llvm-tools` for it, and the passes can be told \
                 apart and the IR reduced"
            )
        })
    }

    /// Runs a tool, which gives up when its time is up.
    pub fn run(&self, name: &str, args: &[OsString]) -> Result<Ran> {
        let path = self.path(name);
        let path = path.with_context(|| self.missing().unwrap_or_else(|| format!("there is no `{name}`")))?;
        let mut command = Command::new(path);
        command.args(args).env("LLVM_DISABLE_SYMBOLIZATION", "1");
        let finished = process::run_trusted(command, self.patience)?;
        Ok(Ran {
            ending: Ending::of(&finished),
            stderr: String::from_utf8_lossy(&finished.stderr).into_owned(),
        })
    }

    /// `llvm-reduce` of the same major version as the toolchain's LLVM.
    pub fn reducer(&self) -> Option<PathBuf> {
        let major = self.llvm.split('.').next()?.to_owned();
        let named = [
            format!("llvm-reduce-{major}"),
            format!("/usr/lib/llvm-{major}/bin/llvm-reduce"),
        ];
        let named = named.into_iter().chain(["llvm-reduce".to_owned()]);
        let version = format!("LLVM version {major}.");
        named.map(PathBuf::from).find(|program| {
            let output = Command::new(program).arg("--version").output();
            output.is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains(&version))
        })
    }
}

/// Words as arguments.
pub fn words<const N: usize>(words: [&str; N]) -> Vec<OsString> {
    words.map(OsString::from).to_vec()
}

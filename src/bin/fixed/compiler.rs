//! Compilers that can be run: this backend, the pinned toolchain's own, other toolchains, a stage1 build,
//! the in-tree backend with a patch.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::patched;

/// The toolchain that the backend was built for and works with.
pub const TOOLCHAIN: &str = env!("FIXED_TOOLCHAIN");

/// The library beside this executable.
pub fn backend() -> Result<PathBuf> {
    let executable = std::env::current_exe().context("cannot tell where this executable is")?;
    let dir = executable.parent().context("this executable is in no folder")?;
    // Test executables are one folder deeper.
    for dir in [dir, dir.parent().unwrap_or(dir)] {
        let library = dir.join("libfixed.so");
        if library.is_file() {
            return Ok(library);
        }
    }
    bail!(
        "there is no libfixed.so beside {}; build it with `cargo build --release`",
        executable.display()
    )
}

/// A tool of the pinned toolchain.
pub fn tool(name: &str) -> Command {
    let mut command = Command::new("rustup");
    command.args(["run", TOOLCHAIN, name]);
    command
}

/// The pinned rustc, with the backend.
pub fn rustc_with_backend() -> Result<Command> {
    let mut rustc = tool("rustc");
    rustc.arg(backend_flag(&backend()?));
    Ok(rustc)
}

/// The flag that loads `library`.
pub fn backend_flag(library: &Path) -> String {
    format!("-Zcodegen-backend={}", library.display())
}

/// A compiler that can be run.
#[derive(Clone, Debug)]
pub struct Compiler {
    /// What `rustc --version` prints.
    pub version: String,
    /// Its version as numbers, `1.62` as `(1, 62)`.
    pub release: (u32, u32),
    program: PathBuf,
    flags: Vec<String>,
}

impl Compiler {
    /// Finds, or builds, what `spec` names: `fixed`, `llvm`, `+TOOLCHAIN`, `patched:PATCH[,PATCH…]`, or the path
    /// of a rustc; then, after blanks, flags that it is always given. `base` is the toolchain that patches are
    /// applied to; `log` is told of what takes time.
    pub fn find(spec: &str, base: &str, log: impl FnMut(&str)) -> Result<Self> {
        let mut words = spec.split_whitespace();
        let what = words.next().context("a compiler without a name")?;
        let mut flags: Vec<String> = words.map(str::to_owned).collect();
        let program = match what {
            "fixed" => {
                flags.insert(0, backend_flag(&backend()?));
                rustc_of(TOOLCHAIN)?
            }
            "llvm" => rustc_of(TOOLCHAIN)?,
            _ if what.starts_with('+') => rustc_of(&what[1..])?,
            _ if what.starts_with("patched:") => {
                let patches: Vec<PathBuf> = what["patched:".len()..]
                    .split(',')
                    .filter(|path| !path.is_empty())
                    .map(PathBuf::from)
                    .collect();
                flags.insert(0, backend_flag(&patched::build(base, &patches, log)?));
                rustc_of(base)?
            }
            path => {
                let path = Path::new(path);
                // A program is run in a folder of its own, where a relative path would mean another file.
                let found = path.canonicalize();
                found.with_context(|| format!("there is no compiler {}", path.display()))?
            }
        };
        let output = Command::new(&program)
            .arg("--version")
            .output()
            .with_context(|| format!("cannot run {}", program.display()))?;
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

    /// This compiler, ready for more arguments.
    pub fn rustc(&self) -> Command {
        let mut rustc = Command::new(&self.program);
        rustc.args(&self.flags);
        // A stage1 build calls itself a beta or a nightly as it likes; the programs use unstable features.
        rustc.env("RUSTC_BOOTSTRAP", "1");
        rustc
    }
}

/// The rustc of a rustup toolchain itself, not the proxy: a proxy would add its time to each run.
fn rustc_of(toolchain: &str) -> Result<PathBuf> {
    let output = Command::new("rustup")
        .args(["which", "rustc", "--toolchain", toolchain])
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

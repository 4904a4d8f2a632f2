//! LLVM IR as text: what the backend writes must be read back, and found valid, by the toolchain's own `opt`.
//!
//! That is another check than `-Zverify-llvm-ir`, which looks at what is in memory: text can say what cannot be
//! read, such as a constant that does not fit its type.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use libtest_mimic::Failed;

use super::rustc;

/// A tool of the component `llvm-tools` of the toolchain in use.
pub fn llvm_tool(name: &str) -> Result<PathBuf, Failed> {
    static FOLDER: OnceLock<Option<PathBuf>> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| {
        let output = rustc().args(["--print=target-libdir"]).output().ok()?;
        let libraries = PathBuf::from(String::from_utf8(output.stdout).ok()?.trim());
        Some(libraries.with_file_name("bin"))
    });
    let tool = folder
        .as_ref()
        .ok_or("rustc does not say where its libraries are")?
        .join(name);
    match tool.is_file() {
        true => Ok(tool),
        false => Err(format!(
            "`{}` is not there; `rustup component add llvm-tools` installs it",
            tool.display()
        )
        .into()),
    }
}

/// Reads back every module in `dir` (`*.ll`) and verifies it.
pub fn verify_all(dir: &Path) -> Result<(), Failed> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "ll") {
            verify(&path)?;
        }
    }
    Ok(())
}

/// Reads back one module and verifies it.
pub fn verify(module: &Path) -> Result<(), Failed> {
    let output = Command::new(llvm_tool("opt")?)
        .args(["-passes=verify", "-disable-output"])
        .arg(module)
        .output()?;
    match output.status.success() {
        true => Ok(()),
        false => {
            let said = String::from_utf8_lossy(&output.stderr);
            Err(format!("LLVM does not take back what was written: {said}").into())
        }
    }
}

//! The headers of LLVM, which toolchains do not bring.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::toolchain::Toolchain;

/// LLVM's headers, of the toolchain's major version. Within one, LLVM keeps its interface.
pub struct Headers {
    /// The folder that holds `llvm` and `llvm-c`.
    pub dir: PathBuf,
    /// Their version in full.
    pub version: String,
}

impl Headers {
    /// Finds them where `LLVM_CONFIG` says, where an `llvm-config` says, or where distributions put them.
    pub fn find(toolchain: &Toolchain) -> Result<Self> {
        let major = toolchain.llvm_major;
        let tools = [format!("llvm-config-{major}"), "llvm-config".to_owned()];
        let named = std::env::var("LLVM_CONFIG").ok();
        let places = [
            format!("/usr/lib/llvm-{major}/include"),
            format!("/usr/lib64/llvm{major}/include"),
            format!("/usr/local/llvm{major}/include"),
            "/usr/include".to_owned(),
        ];
        let asked = named.iter().chain(&tools).filter_map(|tool| include_dir(tool));
        for dir in asked.chain(places.iter().map(PathBuf::from)) {
            if let Some(version) = version(&dir)
                && version.split('.').next() == Some(&major.to_string())
            {
                return Ok(Headers { dir, version });
            }
        }
        bail!(
            "the headers of LLVM {major}, which {} uses, are missing: on Debian and Ubuntu, \
             `apt-get install llvm-{major}-dev`; elsewhere, set LLVM_CONFIG to the `llvm-config` of one",
            toolchain.name
        )
    }
}

fn include_dir(tool: &str) -> Option<PathBuf> {
    let output = Command::new(tool).arg("--includedir").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(text.trim()))
}

/// The version that the headers in `dir` give themselves. Tools may be installed without the headers, so
/// the headers are asked.
fn version(dir: &Path) -> Option<String> {
    if !dir.join("llvm/IR/Module.h").is_file() {
        return None;
    }
    let config = std::fs::read_to_string(dir.join("llvm/Config/llvm-config.h")).ok()?;
    let line = config
        .lines()
        .find(|line| line.starts_with("#define LLVM_VERSION_STRING"))?;
    Some(line.split('"').nth(1)?.to_owned())
}

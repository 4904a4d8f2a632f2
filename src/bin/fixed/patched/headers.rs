//! The headers of LLVM, which toolchains do not bring.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::toolchain::Toolchain;

/// The variable that names a folder with headers, where `--headers` does not.
pub const VARIABLE: &str = "FIXED_LLVM_HEADERS";

/// The version of an LLVM. Headers of one release serve all of its patch releases: within 23.1, LLVM changes neither
/// its interface nor the layout of its classes (LLVM's release policy, "Stable releases").
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
    patch: String,
}

impl Version {
    /// Of a text like `23.1.4`.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.trim().splitn(3, '.');
        Some(Version {
            major: parts.next()?.parse().ok()?,
            minor: parts.next()?.parse().ok()?,
            patch: parts.next()?.to_owned(),
        })
    }

    fn serves(&self, needed: &Version) -> bool {
        (self.major, self.minor) == (needed.major, needed.minor)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// LLVM's headers, of the release that the toolchain's LLVM is of.
pub struct Headers {
    /// The folders to include from, for `llvm` and `llvm-c`.
    pub dirs: Vec<PathBuf>,
    pub version: Version,
}

impl Headers {
    /// Takes those in the folder `given`; or those that `FIXED_LLVM_HEADERS` names; or finds them where `LLVM_CONFIG`
    /// says, where an `llvm-config` says, or where distributions put them. A folder that was named is not passed over.
    pub fn find(toolchain: &Toolchain, given: Option<&Path>) -> Result<Self> {
        let needed = &toolchain.llvm;
        let variable = std::env::var_os(VARIABLE).filter(|dir| !dir.is_empty());
        let named = given
            .map(|dir| (dir.to_owned(), "--headers"))
            .or_else(|| Some((PathBuf::from(variable?), VARIABLE)));
        if let Some((dir, by)) = named {
            return match in_folder(&dir, needed.major) {
                Some(headers) if headers.version.serves(needed) => Ok(headers),
                Some(headers) => bail!(
                    "{by}: the headers in {} are those of LLVM {}, and {} needs LLVM {}.{}'s (it has {needed}); {}",
                    headers.dirs[0].display(),
                    headers.version,
                    toolchain.name,
                    needed.major,
                    needed.minor,
                    advice(needed)
                ),
                None => bail!(
                    "{by}: there are no headers of LLVM in {}; {} needs those of LLVM {}.{} (it has {needed}); {}",
                    dir.display(),
                    toolchain.name,
                    needed.major,
                    needed.minor,
                    advice(needed)
                ),
            };
        }
        let major = needed.major;
        let tools = [format!("llvm-config-{major}"), "llvm-config".to_owned()];
        let config = std::env::var("LLVM_CONFIG").ok();
        let asked = config.iter().chain(&tools).filter_map(|tool| include_dir(tool));
        let places = ["/", "/usr/include"].map(PathBuf::from);
        let mut others = Vec::new();
        for dir in asked.chain(places) {
            match in_folder(&dir, major) {
                Some(headers) if headers.version.serves(needed) => return Ok(headers),
                Some(headers) => others.push(format!(
                    "LLVM {} in {}",
                    headers.version,
                    headers.dirs[0].display()
                )),
                None => {}
            }
        }
        others.sort();
        others.dedup();
        let found = match &others[..] {
            [] => "none were found".to_owned(),
            others => format!("found were only those of {}", others.join(", ")),
        };
        bail!(
            "the headers of LLVM {major}.{} are missing, which {} needs (it has {needed}), and {found}; {}",
            needed.minor,
            toolchain.name,
            advice(needed)
        )
    }
}

/// What to do for headers.
fn advice(needed: &Version) -> String {
    format!(
        "Debian's package `llvm-{}-dev` has them: install it, or unpack it (`dpkg -x`) and name the folder by --headers or \
         {VARIABLE}",
        needed.major
    )
}

/// The headers in `dir`: a folder that holds `llvm` and `llvm-c`, or the root of a package, or of a machine.
fn in_folder(dir: &Path, major: u32) -> Option<Headers> {
    let places = [
        String::new(),
        "include".to_owned(),
        format!("usr/lib/llvm-{major}/include"),
        format!("usr/lib64/llvm{major}/include"),
        format!("usr/local/llvm{major}/include"),
    ];
    let mut candidates: Vec<Vec<PathBuf>> = places.iter().map(|place| vec![dir.join(place)]).collect();
    // Debian's, where its links are not.
    candidates.push(vec![
        dir.join(format!("usr/include/llvm-{major}")),
        dir.join(format!("usr/include/llvm-c-{major}")),
    ]);
    candidates.into_iter().find_map(|dirs| {
        let has = |header: &str| dirs.iter().any(|dir| dir.join(header).is_file());
        if !has("llvm/IR/Module.h") || !has("llvm-c/Core.h") {
            return None;
        }
        let version = dirs.iter().find_map(|dir| version(dir))?;
        Some(Headers { dirs, version })
    })
}

fn include_dir(tool: &str) -> Option<PathBuf> {
    let output = Command::new(tool).arg("--includedir").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| PathBuf::from(text.trim()))
}

/// The version that the headers in `dir` give themselves. Tools may be installed without the headers, so
/// the headers are asked.
fn version(dir: &Path) -> Option<Version> {
    let config = std::fs::read_to_string(dir.join("llvm/Config/llvm-config.h")).ok()?;
    let line = config
        .lines()
        .find(|line| line.starts_with("#define LLVM_VERSION_STRING"))?;
    Version::parse(line.split('"').nth(1)?)
}

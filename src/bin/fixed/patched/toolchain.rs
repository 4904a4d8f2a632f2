//! What a rustup toolchain is made of, asked of itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::headers::Version;
use super::{CRATE, run};

/// An installed toolchain with the component `rustc-dev`.
pub struct Toolchain {
    /// The name that rustup knows it by.
    pub name: String,
    /// Where it is installed.
    pub sysroot: PathBuf,
    /// The machine that it runs on.
    pub host: String,
    /// What `rustc --version` prints, less the word `rustc`.
    pub version: String,
    /// The version of its LLVM.
    pub llvm: Version,
    /// The name of its LLVM for the linker.
    pub llvm_library: String,
}

impl Toolchain {
    /// Finds the toolchain that rustup knows as `name`, and says what to install if it or a part is missing.
    pub fn find(name: &str) -> Result<Self> {
        let mut toolchain = Self::installed(name)?;
        if !toolchain.has_compiler()? {
            bail!(
                "the toolchain {name} is without its component `rustc-dev`; add it with `rustup component add rustc-dev \
                 --toolchain {name}`"
            );
        }
        toolchain.llvm_library = toolchain.find_llvm()?;
        Ok(toolchain)
    }

    /// The toolchain as far as any can tell, whatever components it has: its LLVM's name is not known yet.
    pub fn installed(name: &str) -> Result<Self> {
        let install = format!("`rustup toolchain install {name} --profile minimal -c rustc-dev,rust-src`");
        let ask = |args: &[&str]| {
            let mut rustc = Command::new("rustup");
            rustc
                .args(["run", name, "rustc"])
                .args(args)
                .env_remove("RUST_BACKTRACE")
                .env_remove("RUST_LIB_BACKTRACE");
            run(
                rustc,
                &format!("the toolchain {name} cannot be used; is it installed? Try {install}"),
            )
        };
        let sysroot = PathBuf::from(ask(&["--print=sysroot"])?.trim_end());
        let about = ask(&["-vV"])?;
        let field = |name: &str| {
            let line = about.lines().find_map(|line| line.strip_prefix(name));
            line.map(str::trim)
                .with_context(|| format!("`rustc -vV` of {} prints no `{name}`", sysroot.display()))
        };
        let host = field("host:")?.to_owned();
        let version = field("rustc ")?.to_owned();
        let llvm = field("LLVM version:")?;
        let llvm = Version::parse(llvm).with_context(|| format!("`{llvm}` is no version of LLVM"))?;
        Ok(Toolchain {
            name: name.to_owned(),
            sysroot,
            host,
            version,
            llvm,
            llvm_library: String::new(),
        })
    }

    /// Whether it has the component `rustc-dev`: the compiler's crates, and their sources.
    pub fn has_compiler(&self) -> Result<bool> {
        let sources = self.sources().join("compiler").join(CRATE);
        Ok(sources.is_dir() && !self.metadata(CRATE)?.is_empty())
    }

    /// The root of rustc's sources.
    pub fn sources(&self) -> PathBuf {
        self.sysroot.join("lib/rustlib/rustc-src/rust")
    }

    /// rustc itself, with unstable flags allowed also for a beta or stable one.
    pub fn rustc(&self) -> Command {
        let mut rustc = Command::new(self.sysroot.join("bin/rustc"));
        rustc.env("RUSTC_BOOTSTRAP", "1");
        rustc
    }

    /// The arguments of `--extern` for the crates that `manifest` lists.
    ///
    /// A bare name lets rustc search the sysroot. Of some crates that holds several: those of the standard
    /// library, and those of different versions. There the one is named that `rustc_codegen_llvm` was
    /// compiled against, and compiling against another would not even load.
    pub fn dependencies(&self, manifest: &str) -> Result<Vec<String>> {
        let own = self.metadata(CRATE)?.pop().context("rustc-dev is incomplete")?;
        let linked = self
            .list(&own, "-Zls=root")
            .or_else(|_| self.list(&own, "-Zls"))?;
        let lock = self.sources().join("Cargo.lock");
        let lock = fs::read_to_string(&lock).with_context(|| format!("cannot read {}", lock.display()))?;
        let mut externs = Vec::new();
        for package in packages(manifest) {
            let name = package.replace('-', "_");
            let mut found = self.metadata(&name)?;
            if found.len() < 2 {
                externs.push(name);
                continue;
            }
            found.retain(|path| is_listed(path, &linked) && !path.with_extension("rlib").exists());
            if let (2.., Some(version)) = (found.len(), locked_version(&lock, &package)) {
                found.retain(|path| names_version(path, &package, &version));
            }
            match &found[..] {
                [one] => externs.push(format!("{name}={}", one.display())),
                _ => bail!(
                    "cannot tell which `{name}` {CRATE} of {} was compiled with: {found:?}",
                    self.name
                ),
            }
        }
        // For its side effect: all of rustc's crates are then taken from the one library that it is.
        externs.push("rustc_driver".to_owned());
        Ok(externs)
    }

    fn list(&self, metadata: &Path, flag: &str) -> Result<String> {
        let mut rustc = self.rustc();
        rustc.arg(flag).arg(metadata);
        run(
            rustc,
            &format!("rustc cannot list what {} is made of", metadata.display()),
        )
    }

    /// The metadata files of crates called `name`.
    fn metadata(&self, name: &str) -> Result<Vec<PathBuf>> {
        let dir = self.sysroot.join("lib/rustlib").join(&self.host).join("lib");
        let prefix = format!("lib{name}-");
        let mut found = files(&dir)?;
        found.retain(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let hash = name
                .strip_prefix(&prefix)
                .and_then(|rest| rest.strip_suffix(".rmeta"));
            // Another crate's name may begin with this one's.
            hash.is_some_and(|hash| !hash.contains('-'))
        });
        Ok(found)
    }

    fn find_llvm(&self) -> Result<String> {
        let dir = self.sysroot.join("lib");
        let prefix = format!("libLLVM-{}", self.llvm.major);
        let names = files(&dir)?.into_iter().filter_map(|path| {
            let name = path.file_name()?.to_str()?.to_owned();
            let stem = name.strip_prefix("lib")?.strip_suffix(".so")?;
            name.starts_with(&prefix).then(|| stem.to_owned())
        });
        names.min().with_context(|| {
            format!(
                "there is no {prefix}*.so in {}: LLVM is linked statically",
                dir.display()
            )
        })
    }
}

fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    let context = || format!("cannot read the folder {}", dir.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).with_context(context)? {
        files.push(entry.with_context(context)?.path());
    }
    files.sort();
    Ok(files)
}

/// Whether `-Zls` names this file.
fn is_listed(path: &Path, list: &str) -> bool {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let name = stem.strip_prefix("lib").unwrap_or(&stem);
    list.split_whitespace().any(|word| word == name)
}

/// Whether a crate's metadata names the folder of sources that it was compiled from.
fn names_version(path: &Path, package: &str, version: &str) -> bool {
    let needle = format!("{package}-{version}/");
    fs::read(path).is_ok_and(|bytes| bytes.windows(needle.len()).any(|w| w == needle.as_bytes()))
}

/// The version of `package` that `rustc_codegen_llvm` uses, where the lock file holds several.
fn locked_version(lock: &str, package: &str) -> Option<String> {
    let own = lock
        .split("[[package]]")
        .find(|text| text.lines().any(|line| line == format!("name = \"{CRATE}\"")))?;
    let prefix = format!("{package} ");
    own.split('"')
        .find_map(|word| Some(word.strip_prefix(&prefix)?.split(' ').next()?.to_owned()))
}

/// The names in the manifest's `[dependencies]`.
fn packages(manifest: &str) -> Vec<String> {
    let lines = manifest
        .lines()
        .skip_while(|line| line.trim() != "[dependencies]")
        .skip(1);
    lines
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.trim_start().starts_with('#'))
        .filter_map(|line| Some(line.split_once('=')?.0.trim().trim_matches('"').to_owned()))
        .collect()
}

/// The manifest's edition.
pub fn edition(manifest: &str) -> &str {
    let line = manifest.lines().find(|line| line.starts_with("edition"));
    line.and_then(|line| line.split('"').nth(1)).unwrap_or("2021")
}

//! `fixed install` and `fixed uninstall`: the backend in a toolchain, under its name.
//!
//! rustc looks for a backend `fixed` in the folder `codegen-backends` of its sysroot, as the file
//! `librustc_codegen_fixed-RELEASE.so`. Two files go there:
//!
//! * that one, a [shim](../shim.rs) that any rustc can load, which loads the other or says what is wrong;
//! * `libfixed-IDENTITY.so`, the backend. Its name changes with its contents: cargo and sccache, which learn
//!   it from rustc's list of the files it used, see that another build took its place.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::compiler::{TOOLCHAIN, rustc_of};
use crate::library;
use crate::store;

/// The version of rustc that the backend was built for, and the commit.
pub const RELEASE: &str = env!("FIXED_RUSTC_RELEASE");
pub const COMMIT: &str = env!("FIXED_RUSTC_COMMIT");

/// Where to install.
#[derive(Args)]
pub struct Options {
    /// The toolchain: a name that rustup knows, or the path of one. It must have the rustc that the backend
    /// was built for
    #[arg(long, default_value = TOOLCHAIN)]
    toolchain: PathBuf,
}

/// A rustc's folder of backends.
pub struct Place {
    pub sysroot: PathBuf,
    /// `rustc -vV`.
    about: String,
}

impl Place {
    /// Of a toolchain by its name, or at a path.
    pub fn find(toolchain: &Path) -> Result<Self> {
        let rustc = match toolchain.to_str() {
            Some(name) if !name.contains('/') => rustc_of(name)?,
            _ => toolchain.join("bin/rustc"),
        };
        let ask = |argument: &[&str]| {
            // With the variable set, it may load another toolchain's libraries, and take that for its sysroot.
            let output = Command::new(&rustc)
                .args(argument)
                .env_remove("LD_LIBRARY_PATH")
                .output();
            let output = output.with_context(|| format!("cannot run {}", rustc.display()))?;
            let text = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
            match output.status.success() {
                true => Ok(text),
                false => bail!(
                    "`{} {}` failed: {}",
                    rustc.display(),
                    argument.join(" "),
                    output.status
                ),
            }
        };
        Ok(Place {
            sysroot: ask(&["--print=sysroot"])?.into(),
            about: ask(&["-vV"])?,
        })
    }

    fn field(&self, name: &str) -> &str {
        let mut lines = self.about.lines();
        lines
            .find_map(|line| line.strip_prefix(name))
            .unwrap_or_default()
            .trim()
    }

    /// Whether its rustc is the one that this backend was built for.
    pub fn is_ours(&self) -> bool {
        self.field("commit-hash:") == COMMIT && self.sysroot.join("lib").join(env!("FIXED_DRIVER")).is_file()
    }

    fn folder(&self) -> PathBuf {
        self.sysroot
            .join("lib/rustlib")
            .join(self.field("host:"))
            .join("codegen-backends")
    }

    /// The file that rustc looks for.
    fn shim(&self) -> PathBuf {
        self.folder()
            .join(format!("librustc_codegen_fixed-{}.so", self.field("release:")))
    }

    /// All of our files that are installed, of this release and of others that the toolchain once had.
    pub fn installed(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.folder()).into_iter().flatten().flatten();
        let ours = entries.map(|entry| entry.path()).filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            (name.starts_with("librustc_codegen_fixed") || name.starts_with("libfixed-"))
                && name.ends_with(".so")
        });
        ours.collect()
    }

    /// Whether exactly the build `identity` is installed.
    pub fn has(&self, identity: &str) -> bool {
        let mut wanted = vec![self.shim(), self.folder().join(file_name(identity))];
        let mut installed = self.installed();
        wanted.sort();
        installed.sort();
        wanted == installed
    }
}

fn file_name(identity: &str) -> String {
    format!("libfixed-{identity}.so")
}

/// Installs the backend, in the place of any other build of it.
pub fn install(options: &Options) -> Result<ExitCode> {
    let place = Place::find(&options.toolchain)?;
    if !place.is_ours() {
        bail!(
            "the toolchain {} has rustc {} ({}), but this backend was built for rustc {RELEASE} ({COMMIT}); install \
             it into {TOOLCHAIN}, or build it with that toolchain",
            options.toolchain.display(),
            place.field("release:"),
            place.field("commit-hash:"),
        );
    }
    let found = library::find()?;
    let identity = library::identity(&found)?;
    let folder = place.folder();
    fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    let old = place.installed();
    let library = folder.join(file_name(&identity));
    store::whole(&library, |to| fs::copy(&found, to).map(|_| ()))?;
    let shim = place.shim();
    let size = fs::metadata(&library)
        .with_context(|| format!("cannot read {}", library.display()))?
        .len();
    compile_shim(&place, &identity, size, &shim)?;
    for path in old.iter().filter(|path| **path != library && **path != shim) {
        remove(path)?;
    }
    println!("installed {}", shim.display());
    println!("use it as `rustc -Zcodegen-backend=fixed`, or with `codegen-backend = \"fixed\"` in a profile");
    Ok(ExitCode::SUCCESS)
}

/// Removes what [`install`] has put there.
pub fn uninstall(options: &Options) -> Result<ExitCode> {
    let place = Place::find(&options.toolchain)?;
    let installed = place.installed();
    if installed.is_empty() {
        println!("{} has no backend `fixed`", options.toolchain.display());
        return Ok(ExitCode::SUCCESS);
    }
    for path in &installed {
        remove(path)?;
        println!("removed {}", path.display());
    }
    // Another backend may be there.
    let _ = fs::remove_dir(place.folder());
    Ok(ExitCode::SUCCESS)
}

fn remove(path: &Path) -> Result<()> {
    fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))
}

/// Compiles the shim, for a backend of `size` bytes, with the toolchain's own rustc and backend, whose calling
/// convention it must have.
fn compile_shim(place: &Place, identity: &str, size: u64, shim: &Path) -> Result<()> {
    let dir = tempfile::tempdir().context("cannot make a temporary folder")?;
    let source = dir.path().join("shim.rs");
    fs::write(&source, include_str!("shim.rs")).context("cannot write to the temporary folder")?;
    let made = dir.path().join("shim.so");
    let output = Command::new(place.sysroot.join("bin/rustc"))
        .current_dir(dir.path())
        .args([
            "--edition=2024",
            "--crate-type=cdylib",
            "--crate-name=rustc_codegen_fixed",
            "shim.rs",
            "-o",
            "shim.so",
        ])
        .args([
            "-Copt-level=s",
            "-Cpanic=abort",
            "-Cstrip=symbols",
            "-Aimproper_ctypes_definitions",
        ])
        .env("FIXED_SHIM_LIBRARY", file_name(identity))
        .env("FIXED_SHIM_LIBRARY_SIZE", size.to_string())
        .env("FIXED_SHIM_DRIVER", env!("FIXED_DRIVER"))
        .envs(words_of_shim())
        .output()
        .context("cannot run the toolchain's rustc")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("the part that rustc loads could not be compiled; is a C linker installed?\n{said}");
    }
    store::whole(shim, |to| fs::copy(&made, to).map(|_| ()))
}

/// What the shim says where the backend cannot be loaded.
fn words_of_shim() -> [(&'static str, String); 4] {
    let other_rustc = format!(
        "the codegen backend `fixed` that is installed here was built for rustc {RELEASE} ({COMMIT}), and this is \
         another"
    );
    let other_rustc_help = format!(
        "use `rustc +{TOOLCHAIN}`, or build the backend for this one and run `fixed install` again; `fixed uninstall` \
         removes it"
    );
    let unloadable = "the codegen backend `fixed` that is installed here cannot be loaded, though it was built for this rustc";
    let unloadable_help = "run `fixed install` again; `fixed uninstall` removes it";
    [
        ("FIXED_SHIM_OTHER_RUSTC", other_rustc),
        ("FIXED_SHIM_OTHER_RUSTC_HELP", other_rustc_help),
        ("FIXED_SHIM_UNLOADABLE", unloadable.to_owned()),
        ("FIXED_SHIM_UNLOADABLE_HELP", unloadable_help.to_owned()),
    ]
}

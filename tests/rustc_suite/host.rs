//! What all tests of a suite share: the compiler, its sysroot, helpers in C, and `minicore`.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use libtest_mimic::Failed;

use crate::filecheck;
use crate::support::toolchain::{Toolchain, run};

pub struct Host {
    pub toolchain: Toolchain,
    /// The toolchain's, without the compiler's own crates: they come with crates of the names that tests use, such as
    /// `libc`.
    pub sysroot: PathBuf,
    /// The folder `tests` of rustc's sources.
    pub tests: PathBuf,
    /// Where `librust_test_helpers.a` is.
    pub helpers: PathBuf,
    pub filecheck: Option<PathBuf>,
    /// `minicore` by the arguments that it was compiled with.
    minicores: Mutex<HashMap<Vec<String>, Minicore>>,
    pub scratch: PathBuf,
}

/// Locked while it is compiled, by the first test that asks for it.
type Minicore = Arc<Mutex<Option<Built>>>;

/// A library, or why there is none.
pub type Built = Result<PathBuf, String>;

impl Host {
    pub fn new(sources: &Path) -> Result<Self, Failed> {
        let toolchain = Toolchain::pinned()?;
        let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rustc-suite");
        fs::create_dir_all(&scratch)?;
        let sysroot = scratch.join("sysroot");
        view(&toolchain, &sysroot)?;
        let tests = sources.join("tests").canonicalize()?;
        let helpers = scratch.join("helpers");
        build_helpers(&tests.join("auxiliary/rust_test_helpers.c"), &helpers)?;
        Ok(Host {
            toolchain,
            sysroot,
            tests,
            helpers,
            filecheck: filecheck::find(),
            minicores: Mutex::default(),
            scratch,
        })
    }

    /// `minicore` compiled with `arguments`, by the first that wants it.
    pub fn minicore(&self, arguments: &[String], build: impl FnOnce(&Path) -> Built) -> Built {
        let (slot, number) = {
            let mut all = self
                .minicores
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner());
            let number = all.len();
            (all.entry(arguments.to_vec()).or_default().clone(), number)
        };
        let mut slot = slot.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        slot.get_or_insert_with(|| {
            let folder = self
                .scratch
                .join(format!("minicore-{}-{number}", std::process::id()));
            fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
            build(&folder)
        })
        .clone()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        let prefix = format!("minicore-{}-", std::process::id());
        for entry in fs::read_dir(&self.scratch).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with(&prefix) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

/// Makes a sysroot of links, in which the folder of libraries has those of the component `rust-std` only.
fn view(toolchain: &Toolchain, sysroot: &Path) -> Result<(), Failed> {
    let _ = fs::remove_dir_all(sysroot);
    let libraries = toolchain.libraries(sysroot);
    fs::create_dir_all(&libraries)?;
    let link_all = |folder: &str, but: &str| -> std::io::Result<()> {
        for entry in fs::read_dir(toolchain.sysroot.join(folder))? {
            let entry = entry?;
            if entry.file_name() != *but {
                symlink(entry.path(), sysroot.join(folder).join(entry.file_name()))?;
            }
        }
        Ok(())
    };
    link_all("", "lib")?;
    link_all("lib", "rustlib")?;
    link_all("lib/rustlib", &toolchain.host)?;
    link_all(&format!("lib/rustlib/{}", toolchain.host), "lib")?;
    let manifest = format!("lib/rustlib/manifest-rust-std-{}", toolchain.host);
    let manifest = fs::read_to_string(toolchain.sysroot.join(manifest))?;
    let prefix = format!("file:lib/rustlib/{}/lib/", toolchain.host);
    for name in manifest.lines().filter_map(|line| line.strip_prefix(&prefix)) {
        if !name.contains('/') {
            symlink(
                toolchain.libraries(&toolchain.sysroot).join(name),
                libraries.join(name),
            )?;
        }
    }
    Ok(())
}

/// Functions in C that some tests of calls link.
fn build_helpers(source: &Path, folder: &Path) -> Result<(), Failed> {
    fs::create_dir_all(folder)?;
    let (object, library) = (folder.join("helpers.o"), folder.join("librust_test_helpers.a"));
    let compile = ["-O1", "-fPIC", "-w", "-c", "-o"];
    run(Command::new("cc").args(compile).arg(&object).arg(source))?;
    run(Command::new("ar").arg("crs").arg(library).arg(object))?;
    Ok(())
}

//! rustc itself, compiled by this backend, and what that rustc makes of the backend.
//!
//! `cargo test --release --test bootstrap -- --ignored`; `docs/conformance.md` says what it does and takes.

mod compare;
mod compiler;
mod source;
#[path = "../support/mod.rs"]
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::OnceLock;

use libtest_mimic::{Arguments, Failed};

use compare::By;
use support::toolchain::Toolchain;
use support::trials::{conclude, trial};

type Check = fn(&Stage) -> Result<(), Failed>;

const CHECKS: [(&str, Check); 5] = [
    ("it has no other LLVM backend", compare::no_other_backend),
    ("the programs it compiles behave", compare::programs),
    ("core is the same from both", compare::core),
    (
        "a crate of the compiler is the same from both",
        compare::compiler_crate,
    ),
    ("the backend is the same from both", compare::backend),
];

fn main() -> ExitCode {
    // One at a time: they share what they build, and cargo uses all processors by itself.
    let arguments = Arguments {
        test_threads: Some(1),
        ..Arguments::from_args()
    };
    let trials = CHECKS
        .into_iter()
        .map(|(name, check)| trial(name, move || check(stage()?)).with_ignored_flag(true))
        .collect();
    conclude(&arguments, trials)
}

/// A rustc that the backend compiled, and the backend that it loads.
pub struct Stage {
    toolchain: Toolchain,
    folder: PathBuf,
    source: PathBuf,
    sysroot: PathBuf,
}

impl Stage {
    /// The backend for this rustc, as the pinned one has compiled it.
    fn backend(&self) -> PathBuf {
        self.folder.join("libfixed-by-pinned.so")
    }
}

/// The compiler that all tests are about, built by the first of them. Everything stays in the target folder.
fn stage() -> Result<&'static Stage, Failed> {
    static STAGE: OnceLock<Result<Stage, String>> = OnceLock::new();
    let built = STAGE.get_or_init(|| {
        build().map_err(|failed| failed.message().unwrap_or("cannot build rustc").to_owned())
    });
    built.as_ref().map_err(|error| Failed::from(error.clone()))
}

fn build() -> Result<Stage, Failed> {
    let toolchain = Toolchain::pinned()?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bootstrap");
    fs::create_dir_all(&folder)?;
    let source = source::prepare(&toolchain, &folder.join("source"))?;
    let (backend, target) = (folder.join("libfixed.so"), folder.join("rustc"));
    if fs::read(&backend).ok() != Some(fs::read(support::backend())?) {
        // cargo does not know that a compiler's library has changed.
        if target.exists() {
            fs::remove_dir_all(&target)?;
        }
        fs::copy(support::backend(), &backend)?;
    }
    let sysroot = folder.join("sysroot");
    compiler::build(&toolchain, &source, &backend, &target, &sysroot)?;
    let stage = Stage {
        toolchain,
        folder,
        source,
        sysroot,
    };
    compare::build_backend(&stage, By::Pinned, &stage.backend())?;
    compiler::install(&stage.toolchain, &stage.sysroot, &stage.backend())?;
    Ok(stage)
}

//! Whether the rustc that loads us, and its LLVM, are those that we were built for.
//!
//! rustc's crates have no stable interface: with any other rustc, the first call would be undefined
//! behaviour. Another version loads its own `librustc_driver` and, by the path that we give the dynamic loader,
//! that which we are linked to: two compilers in one process. Where that one is no longer there, the loader gives
//! up, and rustc says that it could not load the backend. Another build of the same version, such as a stage1
//! rustc that was changed and built again, has a library of the same name with other metadata.

mod driver;
mod loaded;

use std::ffi::c_void;
use std::path::PathBuf;

pub(crate) use loaded::{library_of, segment_of};

/// The metadata of the `librustc_driver` that we are linked to.
const BUILT_FOR: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rustc_driver.metadata"));

/// Ends the process with an error if this is not our rustc or not our LLVM. Nothing of rustc's is called:
/// if the versions differ, it could not be relied on.
pub(crate) fn check() {
    let (major, minor, patch) = inkwell::support::get_llvm_version();
    let llvm = format!("{major}.{minor}.{patch}");
    // The rustc that loads us has loaded its own first.
    let theirs = first_driver().or_else(driver_file);
    let metadata = theirs.and_then(|file| driver::metadata(&file));
    if metadata.as_deref() != Some(BUILT_FOR) || llvm != env!("FIXED_LLVM_VERSION") {
        eprintln!("error: {}", mismatch(metadata.as_deref(), &llvm));
        std::process::exit(1);
    }
    if crate::llvm::process::has_abi_breaking_checks() {
        eprintln!(
            "error: this codegen backend was built for an LLVM without ABI-breaking checks, but the LLVM {llvm} that \
             is loaded has them\n  |\n  = help: use it with the LLVM of `rustc +{}`",
            env!("FIXED_TOOLCHAIN")
        );
        std::process::exit(1);
    }
}

fn mismatch(metadata: Option<&[u8]>, llvm: &str) -> String {
    let compiler = metadata.and_then(compiler_of);
    let commit: String = env!("FIXED_RUSTC_COMMIT").chars().take(9).collect();
    format!(
        "this codegen backend was built for rustc {release} ({commit}) with LLVM {our_llvm}, \
         but the rustc that loads it is another (compiled by {compiler}, with LLVM {llvm})\n  |\n  \
         = help: use it with `rustc +{toolchain}`, after `rustup toolchain install {toolchain} \
         --component rustc-dev --component llvm-tools`\n  \
         = help: or build it again, with `RUSTC` in the environment naming the rustc to use it with",
        release = env!("FIXED_RUSTC_RELEASE"),
        our_llvm = env!("FIXED_LLVM_VERSION"),
        compiler = compiler.as_deref().unwrap_or("an unknown rustc"),
        toolchain = env!("FIXED_TOOLCHAIN"),
    )
}

/// The version that stands in metadata, such as `rustc 1.101.0-nightly (92b5b8c87 2026-10-29)`: that of the
/// compiler that compiled the library. A released rustc has compiled itself.
fn compiler_of(metadata: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(metadata);
    let (_, rest) = text.split_once("rustc ")?;
    let version: String = rest
        .chars()
        .take_while(|char| matches!(char, ' '..='~'))
        .collect();
    Some(format!("rustc {version}"))
}

/// The file of the `librustc_driver` that was loaded first.
fn first_driver() -> Option<PathBuf> {
    loaded::find(|library| {
        let file = library.file()?;
        let name = file.file_name()?.to_string_lossy();
        let is_driver = name.starts_with("librustc_driver-") && name.ends_with(".so");
        is_driver.then(|| file.to_owned())
    })
}

/// The file of the `librustc_driver` that we are linked to, or one in a program.
fn driver_file() -> Option<PathBuf> {
    // Any function will do that is not compiled into its callers.
    library_of(rustc_driver::version_at_macro_invocation as *const c_void)
}

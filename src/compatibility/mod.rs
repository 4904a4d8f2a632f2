//! Whether the rustc that loads us, and its LLVM, are those that we were built for.
//!
//! rustc's crates have no stable interface: with any other rustc, the first call would be undefined
//! behaviour. Another version loads its own `librustc_driver` and, by the path that we give the dynamic loader,
//! that which we are linked to: two compilers in one process. Where that one is no longer there, the loader gives
//! up, and rustc says that it could not load the backend. Another build of the same version, such as a stage1
//! rustc that was changed and built again, has a library of the same name with other metadata.

mod driver;

use std::ffi::{CStr, OsStr, c_void};
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;

/// The metadata of the `librustc_driver` that we are linked to.
const BUILT_FOR: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rustc_driver.metadata"));

/// Ends the process with an error if this is not our rustc or not our LLVM. Nothing of rustc's is called:
/// if the versions differ, it could not be relied on.
pub(crate) fn check() {
    let (major, minor, patch) = inkwell::support::get_llvm_version();
    let llvm = format!("{major}.{minor}.{patch}");
    // The rustc that loads us has loaded its own first.
    let loaded = drivers();
    let theirs = loaded.first().cloned().or_else(driver_file);
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

/// The files of all `librustc_driver`s that are loaded, in the order in which they were.
fn drivers() -> Vec<PathBuf> {
    unsafe extern "C" fn note(
        library: *mut libc::dl_phdr_info,
        _size: libc::size_t,
        found: *mut c_void,
    ) -> libc::c_int {
        // SAFETY: the loader passes on the list that it was given, and a library of its own, whose name is a text or
        // null.
        unsafe {
            let name = (*library).dlpi_name;
            if !name.is_null() {
                let file = PathBuf::from(OsStr::from_bytes(CStr::from_ptr(name).to_bytes()));
                let is_driver = file.file_name().is_some_and(|name| {
                    let name = name.to_string_lossy();
                    name.starts_with("librustc_driver-") && name.ends_with(".so")
                });
                if is_driver {
                    (*found.cast::<Vec<PathBuf>>()).push(file);
                }
            }
        }
        0
    }
    let mut found = Vec::new();
    // SAFETY: the function is called before this returns, and only then is the list looked at.
    unsafe { libc::dl_iterate_phdr(Some(note), (&raw mut found).cast()) };
    found
}

/// The file of the `librustc_driver` that we are linked to, or one in a program.
fn driver_file() -> Option<PathBuf> {
    // Any function will do that is not compiled into its callers.
    library_of(rustc_driver::version_at_macro_invocation as *const c_void)
}

/// The file of the library that `address` is in.
pub(crate) fn library_of(address: *const c_void) -> Option<PathBuf> {
    let mut info = MaybeUninit::<libc::Dl_info>::uninit();
    // SAFETY: `dladdr` compares the address with those of the loaded libraries, and fills `info` if it
    // returns non-zero. The name is the loader's, for as long as the library is loaded.
    unsafe {
        if libc::dladdr(address, info.as_mut_ptr()) == 0 {
            return None;
        }
        let file = info.assume_init().dli_fname;
        (!file.is_null()).then(|| PathBuf::from(OsStr::from_bytes(CStr::from_ptr(file).to_bytes())))
    }
}

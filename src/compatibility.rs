//! Whether the rustc that loads us, and its LLVM, are those that we were built for.
//!
//! rustc's crates have no stable interface: with any other rustc, the first call would be undefined
//! behaviour. Most other versions do not come this far: the dynamic loader misses the `librustc_driver`
//! that we are linked to, and rustc says that it could not load the backend.

use std::ffi::{CStr, OsStr, c_char, c_int, c_void};
use std::fs::File;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

/// Ends the process with an error if this is not our rustc or not our LLVM. Nothing of rustc's is called:
/// if the versions differ, it could not be relied on.
pub(crate) fn check() {
    let (major, minor, patch) = crate::llvm::process::version();
    let llvm = format!("{major}.{minor}.{patch}");
    let rustc = driver_file().and_then(|driver| compiler_in_comment(&File::open(driver).ok()?));
    let same_rustc = rustc.as_deref().and_then(commit_of).is_some_and(|commit| {
        // rustc shortens the hash.
        env!("FIXED_RUSTC_COMMIT").starts_with(commit)
    });
    if !same_rustc || llvm != env!("FIXED_LLVM_VERSION") {
        eprintln!(
            "error: {}",
            mismatch(rustc.as_deref().unwrap_or("of unknown version"), &llvm)
        );
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

fn mismatch(rustc: &str, llvm: &str) -> String {
    format!(
        "this codegen backend was built for rustc {release} ({commit}) with LLVM {our_llvm}, \
         but it is loaded by rustc {rustc} with LLVM {llvm}\n  |\n  \
         = help: use it with `rustc +{toolchain}`, after `rustup toolchain install {toolchain} \
         --component rustc-dev --component llvm-tools`",
        release = env!("FIXED_RUSTC_RELEASE"),
        commit = env!("FIXED_RUSTC_COMMIT"),
        our_llvm = env!("FIXED_LLVM_VERSION"),
        toolchain = env!("FIXED_TOOLCHAIN"),
    )
}

/// The commit in a version such as `1.101.0-nightly (92b5b8c87 2026-10-29)`.
fn commit_of(version: &str) -> Option<&str> {
    let commit = version.split_once('(')?.1.split([' ', ')']).next()?;
    (commit.len() >= 7).then_some(commit)
}

/// The file of the `librustc_driver` that is loaded.
fn driver_file() -> Option<PathBuf> {
    // Any function will do that is not compiled into its callers.
    library_of(rustc_driver::version_at_macro_invocation as *const c_void)
}

/// The file of the library that `address` is in.
pub(crate) fn library_of(address: *const c_void) -> Option<PathBuf> {
    /// `Dl_info` of the C library (`man 3 dladdr`).
    #[repr(C)]
    struct SymbolInfo {
        file: *const c_char,
        base: *const c_void,
        symbol: *const c_char,
        address: *const c_void,
    }
    unsafe extern "C" {
        fn dladdr(address: *const c_void, info: *mut SymbolInfo) -> c_int;
    }
    let mut info = SymbolInfo {
        file: std::ptr::null(),
        base: std::ptr::null(),
        symbol: std::ptr::null(),
        address: std::ptr::null(),
    };
    // SAFETY: `dladdr` compares the address with those of the loaded libraries, and fills `info` if it
    // returns non-zero. The name is the loader's, for as long as the library is loaded.
    unsafe {
        if dladdr(address, &mut info) == 0 || info.file.is_null() {
            return None;
        }
        Some(PathBuf::from(OsStr::from_bytes(
            CStr::from_ptr(info.file).to_bytes(),
        )))
    }
}

/// The rustc that compiled an ELF file, from the section `.comment` where compilers leave their names. A
/// released rustc compiles itself, so of `librustc_driver` this is its own version. (The version that
/// rustc prints is a constant of each crate that asks for it: asked from here, we would see our own.)
fn compiler_in_comment(file: &File) -> Option<String> {
    // ELF-64 header and section headers (System V ABI, "Object Files").
    const HEADER: usize = 64;
    let header: [u8; HEADER] = read(file, 0, HEADER)?.try_into().ok()?;
    if header[..5] != *b"\x7fELF\x02" {
        return None;
    }
    let [size, count, names] = [0x3a, 0x3c, 0x3e].map(|at| usize::from(number::<2>(&header, at) as u16));
    let table = read(file, number::<8>(&header, 0x28), size * count)?;
    let sections: Vec<&[u8]> = table.chunks_exact(size.max(HEADER)).collect();
    let contents = |section: &[u8]| {
        read(
            file,
            number::<8>(section, 0x18),
            number::<8>(section, 0x20) as usize,
        )
    };

    let names = contents(sections.get(names)?)?;
    let comment = sections.iter().find(|section| {
        let name = number::<4>(section, 0) as usize;
        names
            .get(name..)
            .is_some_and(|name| name.starts_with(b".comment\0"))
    })?;
    let comment = contents(comment)?;
    let lines = comment.split(|&byte| byte == 0);
    let version = lines
        .filter_map(|line| line.strip_prefix(b"rustc version "))
        .next()?;
    Some(String::from_utf8_lossy(version).into_owned())
}

fn read(file: &File, offset: u64, len: usize) -> Option<Vec<u8>> {
    // Nothing that is read here is large; a broken file must not make us ask for gigabytes.
    if len > 1 << 20 {
        return None;
    }
    let mut bytes = vec![0; len];
    file.read_exact_at(&mut bytes, offset).ok()?;
    Some(bytes)
}

/// The number of `N` bytes at `at`. The machines that we run on are little-endian.
fn number<const N: usize>(bytes: &[u8], at: usize) -> u64 {
    let mut number = [0; 8];
    number[..N].copy_from_slice(&bytes[at..at + N]);
    u64::from_le_bytes(number)
}

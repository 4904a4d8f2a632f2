//! Which rustc the backend can be loaded by: the one that it was built for, whoever compiled that.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::{FileExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Failed;
use object::{Object, ObjectSection};

use crate::Check;
use crate::support::project::{Outcome, TempProject, holds, is_error, outcome};
use crate::support::{backend, rustc};

pub const CHECKS: &[(&str, Check)] = &[
    (
        "a rustc that another compiler compiled is taken",
        another_compiler,
    ),
    ("another build of rustc is refused", another_build),
    (
        "another version of rustc is refused, though ours is found",
        another_version,
    ),
    ("what is compiled says by which rustc", ident),
    ("the library finds its LLVM by itself", finds_llvm),
];

/// A copy of the toolchain in which a section of `librustc_driver` can be written over.
struct Toolchain {
    shop: TempProject,
    driver: PathBuf,
}

impl Toolchain {
    fn copy() -> Result<Self, Failed> {
        let sysroot = outcome(rustc().args(["--print", "sysroot"]).output()?).stdout;
        let sysroot = Path::new(sysroot.trim());
        let shop = TempProject::with(&[("a.rs", "fn main() {}\n")])?;
        fs::create_dir_all(shop.path("lib"))?;
        fs::create_dir_all(shop.path("bin"))?;
        fs::copy(sysroot.join("bin/rustc"), shop.path("bin/rustc"))?;
        let mut driver = None;
        for entry in fs::read_dir(sysroot.join("lib"))? {
            let entry = entry?;
            let copy = shop.path("lib").join(entry.file_name());
            if entry
                .file_name()
                .to_string_lossy()
                .starts_with("librustc_driver-")
            {
                fs::copy(entry.path(), &copy)?;
                driver = Some(copy);
            } else {
                symlink(entry.path(), copy)?;
            }
        }
        let driver = driver.ok_or("the toolchain has no librustc_driver")?;
        Ok(Toolchain { shop, driver })
    }

    /// Replaces the one place in `section` where `old` stands by `new`, which is as long.
    fn replace(&self, section: &str, old: &[u8], new: &[u8]) -> Result<(), Failed> {
        assert_eq!(old.len(), new.len());
        let data = fs::read(&self.driver)?;
        let file = object::File::parse(&*data)?;
        let section = file.section_by_name(section).ok_or("no such section")?;
        let start = section.file_range().ok_or("the section is in the file")?.0;
        let at = section.data()?.windows(old.len()).position(|bytes| bytes == old);
        let at = at.ok_or_else(|| format!("no {} there", String::from_utf8_lossy(old)))?;
        let driver = OpenOptions::new().write(true).open(&self.driver)?;
        Ok(driver.write_all_at(new, start + at as u64)?)
    }

    fn compile(&self) -> Result<Outcome, Failed> {
        let output = Command::new(self.shop.path("bin/rustc"))
            .current_dir(self.shop.path("."))
            // rustup points it to the toolchain's own libraries.
            .env_remove("LD_LIBRARY_PATH")
            .arg(format!("-Zcodegen-backend={}", backend().display()))
            .args(["a.rs", "--emit=obj"])
            .output()?;
        Ok(outcome(output))
    }
}

/// `1.101.0-nightly (92b5b8c87 2026-10-29)`
fn version() -> Result<String, Failed> {
    let printed = outcome(rustc().arg("-V").output()?).stdout;
    let version = printed.trim().strip_prefix("rustc ");
    Ok(version.ok_or("`rustc -V` prints no version")?.to_owned())
}

/// As in a rustc that this backend compiled, some of whose objects came from elsewhere: the first compiler that
/// `.comment` names is not of this version.
fn another_compiler() -> Result<(), Failed> {
    let toolchain = Toolchain::copy()?;
    let ours = format!("rustc version {}", version()?);
    let mut theirs = b"rustc version 1.0.0\0".to_vec();
    theirs.resize(ours.len(), b'-');
    toolchain.replace(".comment", ours.as_bytes(), &theirs)?;
    let run = toolchain.compile()?;
    match run.code {
        Some(0) => Ok(()),
        code => Err(format!("ended with {code:?}: {}", run.stderr).into()),
    }
}

fn another_build() -> Result<(), Failed> {
    let toolchain = Toolchain::copy()?;
    let ours = format!("rustc {}", version()?);
    let theirs = ours.replace("rustc 1.", "rustc 9.");
    toolchain.replace(".rustc", ours.as_bytes(), theirs.as_bytes())?;
    let run = toolchain.compile()?;
    is_error(&run)?;
    for part in [
        "was built for rustc 1.",
        "compiled by rustc 9.",
        "rustup toolchain install",
    ] {
        holds(&run.stderr, part)?;
    }
    match toolchain.shop.path("a.o").exists() {
        true => Err("an object was written".into()),
        false => Ok(()),
    }
}

/// Loads what it is given, in this order, and asks the last for its backend, as rustc does.
const LOADER: &str = r#"
use std::ffi::{CString, c_char, c_int, c_void};
unsafe extern "C" {
    fn dlopen(file: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
}
fn main() {
    let mut library = std::ptr::null_mut();
    for file in std::env::args().skip(1) {
        let path = CString::new(file).unwrap();
        library = unsafe { dlopen(path.as_ptr(), 2) };
        assert!(!library.is_null(), "{path:?} does not load");
    }
    let entry = unsafe { dlsym(library, c"__rustc_codegen_backend".as_ptr()) };
    unsafe { std::mem::transmute::<*mut c_void, fn() -> *mut dyn Fn()>(entry)() };
    println!("taken");
}
"#;

/// Its driver is another library. The one that the backend is linked to comes with the backend, from the toolchain.
fn another_version() -> Result<(), Failed> {
    let project = TempProject::with(&[("driver.rs", ""), ("loader.rs", LOADER)])?;
    let make = |arguments: &[&str]| -> Result<(), Failed> {
        let run = outcome(project.in_tree().args(arguments).output()?);
        match run.code {
            Some(0) => Ok(()),
            _ => Err(run.stderr.into()),
        }
    };
    make(&["driver.rs", "--crate-type=cdylib", "-o", "librustc_driver-0.so"])?;
    make(&["loader.rs"])?;
    let load = |files: &[PathBuf]| -> Result<Outcome, Failed> {
        let mut loader = Command::new(project.path("loader"));
        // The compiler wants more thread-local memory than the loader keeps for libraries that come late.
        loader
            .env("GLIBC_TUNABLES", "glibc.rtld.optional_static_tls=65536")
            .env_remove("LD_LIBRARY_PATH");
        Ok(outcome(loader.args(files).output()?))
    };
    let alone = load(&[backend()])?;
    if alone.stdout != "taken\n" {
        return Err(format!("without another driver: {:?} {}", alone.code, alone.stderr).into());
    }
    let run = load(&[project.path("librustc_driver-0.so"), backend()])?;
    is_error(&run)?;
    holds(&run.stderr, "was built for rustc 1.")?;
    holds(&run.stderr, "compiled by an unknown rustc")
}

fn ident() -> Result<(), Failed> {
    let source = "#[unsafe(no_mangle)] pub fn f() {}\n";
    let shop = TempProject::with(&[("a.rs", source)])?;
    shop.compile(&["a.rs", "--crate-type=lib", "--emit=obj=a.o,llvm-ir=a.ll", "-g"])?;
    let version = version()?;
    let data = fs::read(shop.path("a.o"))?;
    let comment = object::File::parse(&*data)?
        .section_by_name(".comment")
        .ok_or("no .comment")?
        .data()?
        .to_vec();
    holds(
        &String::from_utf8_lossy(&comment),
        &format!("rustc version {version} with fixed "),
    )?;
    holds(
        &shop.read("a.ll")?,
        &format!("producer: \"clang LLVM (rustc version {version} with fixed "),
    )
}

/// A rustc that was built without the in-tree LLVM backend has loaded no LLVM.
fn finds_llvm() -> Result<(), Failed> {
    let libraries = outcome(
        Command::new("ldd")
            .arg(backend())
            .env_remove("LD_LIBRARY_PATH")
            .output()?,
    )
    .stdout;
    let llvm = libraries.lines().find(|line| line.contains("libLLVM"));
    match llvm {
        Some(line) if line.contains("=> /") => Ok(()),
        _ => Err(libraries.into()),
    }
}

//! rustc compiled by the backend, and the sysroot that it runs in.

use std::fs;
use std::io::BufReader;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use cargo_metadata::{Artifact, Message};
use libtest_mimic::Failed;

use crate::support::toolchain::{Toolchain, place, program};

/// The name under which rustc looks for the backend in its sysroot, and takes if no other is named.
const BACKEND: &str = "fixed";

/// Compiles rustc with the backend at `backend`, and puts the result and all that it needs into `sysroot`.
///
/// `backend` must always be the same file: rustc's metadata hold its path. If its contents are not those of the last
/// time, everything is compiled again.
pub fn build(
    toolchain: &Toolchain,
    source: &Path,
    backend: &Path,
    target: &Path,
    sysroot: &Path,
) -> Result<(), Failed> {
    let artifacts = compile(toolchain, source, backend, target)?;
    let driver = library(&artifacts, "rustc_driver")?;
    let rustc = artifacts
        .iter()
        .filter(|artifact| artifact.target.name == "rustc-main")
        .find_map(|artifact| artifact.executable.clone())
        .ok_or("cargo built no rustc-main")?;

    if sysroot.exists() {
        fs::remove_dir_all(sysroot)?;
    }
    let libraries = toolchain.libraries(sysroot);
    fs::create_dir_all(sysroot.join("bin"))?;
    fs::create_dir_all(&libraries)?;
    fs::copy(rustc, sysroot.join("bin/rustc"))?;
    for path in dependencies(&driver, backend)? {
        place(&path, &libraries)?;
    }
    for folder in [sysroot.join("lib"), libraries.clone()] {
        place(&driver, &folder)?;
    }
    standard_library(toolchain, sysroot, &libraries)?;
    llvm(toolchain, sysroot)?;
    Ok(toolchain.link_tools(sysroot)?)
}

/// Makes `backend` the one that the rustc in `sysroot` takes if no other is named.
pub fn install(toolchain: &Toolchain, sysroot: &Path, backend: &Path) -> Result<(), Failed> {
    let libraries = toolchain.libraries(sysroot);
    let folder = libraries.with_file_name("codegen-backends");
    fs::create_dir_all(&folder)?;
    let name = format!("librustc_codegen_{BACKEND}-{}.so", toolchain.release);
    fs::copy(backend, folder.join(name))?;
    Ok(())
}

/// What rustc's build system tells the compiler's crates about the toolchain that they become. The standard
/// library can be loaded only by the version of rustc that compiled it, so it is the pinned one, to the letter.
pub fn configure<'a>(toolchain: &Toolchain, command: &'a mut Command) -> &'a mut Command {
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC_INSTALL_BINDIR", "bin")
        .env("CFG_RELEASE", &toolchain.release)
        .env("CFG_RELEASE_CHANNEL", "nightly")
        .env("CFG_VERSION", &toolchain.version)
        .env("CFG_VER_HASH", &toolchain.commit)
        .env("CFG_VER_DATE", &toolchain.date)
        .env("CFG_COMPILER_HOST_TRIPLE", &toolchain.host)
        .env("CFG_COMPILER_BUILD_TRIPLE", &toolchain.host)
        .env("CFG_LIBDIR_RELATIVE", "lib")
        .env(
            "CFG_VIRTUAL_RUST_SOURCE_BASE_DIR",
            format!("/rustc/{}", toolchain.commit),
        )
        .env(
            "CFG_VIRTUAL_RUSTC_DEV_SOURCE_BASE_DIR",
            format!("/rustc-dev/{}", toolchain.commit),
        )
        .env("CFG_DEFAULT_LINKER_SELF_CONTAINED_LLD_CC", "1")
        .env("CFG_DEFAULT_CODEGEN_BACKEND", BACKEND)
}

fn compile(
    toolchain: &Toolchain,
    source: &Path,
    backend: &Path,
    target: &Path,
) -> Result<Vec<Artifact>, Failed> {
    // Blanks separate flags in `RUSTFLAGS`; in the encoded variable, this does.
    let flags = [
        &format!("-Zcodegen-backend={}", backend.display()),
        "-Zforce-unstable-if-unmarked",
        "-Zunstable-options",
        // Lists the libraries that a crate needs beside its sources.
        "-Zbinary-dep-depinfo",
        "-Clink-args=-Wl,-z,origin",
        "-Clink-args=-Wl,-rpath,$ORIGIN/../lib",
        "-Awarnings",
    ]
    .join("\x1f");
    let mut cargo = toolchain.cargo();
    configure(toolchain, &mut cargo)
        .current_dir(source)
        .env("RUSTC", toolchain.rustc())
        .env("CARGO_ENCODED_RUSTFLAGS", flags)
        .env("CARGO_TARGET_DIR", target)
        // With it, dynamic libraries of the workspace have a hash in their names.
        .env("__CARGO_DEFAULT_LIB_METADATA", "rustc-by-fixed")
        .args(["build", "--release", "--package=rustc-main"])
        .arg("--message-format=json-render-diagnostics")
        .stdout(Stdio::piped());
    let mut child = cargo.spawn()?;
    let stdout = child.stdout.take().ok_or("stdout is piped")?;
    let mut artifacts = Vec::new();
    for message in Message::parse_stream(BufReader::new(stdout)) {
        if let Message::CompilerArtifact(artifact) = message? {
            artifacts.push(artifact);
        }
    }
    match child.wait()? {
        status if status.success() => Ok(artifacts),
        status => Err(format!("building rustc ended with {status}").into()),
    }
}

/// The dynamic library of a crate, under the name with a hash by which what is linked to it looks for it. cargo reports
/// a second name without one, which is another link to the same file.
fn library(artifacts: &[Artifact], name: &str) -> Result<PathBuf, Failed> {
    let files = artifacts
        .iter()
        .filter(|artifact| artifact.target.name == name)
        .flat_map(|artifact| &artifact.filenames);
    let mut libraries = files.filter(|file| file.extension() == Some("so"));
    let library = libraries
        .next_back()
        .ok_or_else(|| format!("cargo built no library of {name}"))?
        .as_std_path();
    let reported = fs::metadata(library)?;
    let folder = library.parent().ok_or("a library is in a folder")?;
    // The layouts of cargo's build folder: one folder for all packages, and one for each.
    let mut places = vec![folder.join("deps")];
    for entry in fs::read_dir(folder.join("build").join(name))
        .into_iter()
        .flatten()
    {
        places.push(entry?.path().join("out"));
    }
    for entry in places
        .iter()
        .filter_map(|place| fs::read_dir(place).ok())
        .flatten()
    {
        let path = entry?.path();
        let about = fs::metadata(&path)?;
        if (about.dev(), about.ino()) == (reported.dev(), reported.ino()) {
            return Ok(path);
        }
    }
    Err(format!("{} has no name with a hash", library.display()).into())
}

/// The metadata and proc macros that using the crates in the driver takes. cargo builds some packages more than
/// once, with other features for build scripts and proc macros; only the driver's may be found.
fn dependencies(driver: &Path, backend: &Path) -> Result<Vec<PathBuf>, Failed> {
    let name = driver.file_stem().unwrap_or_default().to_string_lossy();
    let list = driver.with_file_name(format!("{}.d", name.trim_start_matches("lib")));
    let text = fs::read_to_string(&list).map_err(|error| format!("{}: {error}", list.display()))?;
    let (_, files) = text
        .lines()
        .next()
        .and_then(|line| line.split_once(": "))
        .ok_or("the list of dependencies has no rule")?;
    let mut wanted = Vec::new();
    for file in files.split(' ').map(Path::new) {
        match file.extension().and_then(|ext| ext.to_str()) {
            // The code itself is in the driver.
            Some("rlib") => wanted.push(file.with_extension("rmeta")),
            // The backend that compiled it is listed too.
            Some("rmeta" | "so") if file != backend => wanted.push(file.to_owned()),
            _ => {}
        }
    }
    Ok(wanted)
}

/// The standard library is the toolchain's.
fn standard_library(toolchain: &Toolchain, sysroot: &Path, libraries: &Path) -> Result<(), Failed> {
    let list = format!("lib/rustlib/manifest-rust-std-{}", toolchain.host);
    for line in fs::read_to_string(toolchain.sysroot.join(list))?.lines() {
        let Some(file) = line.strip_prefix("file:") else {
            continue;
        };
        let original = toolchain.sysroot.join(file);
        if original.parent() == Some(&toolchain.libraries(&toolchain.sysroot)) {
            place(&original, libraries)?;
            let name = original.file_name().unwrap_or_default().to_string_lossy();
            if name.starts_with("libstd-") && name.ends_with(".so") {
                place(&original, &sysroot.join("lib"))?;
            }
        }
    }
    Ok(())
}

/// The backend loads the toolchain's LLVM from the sysroot; rustc itself does not.
fn llvm(toolchain: &Toolchain, sysroot: &Path) -> Result<(), Failed> {
    for entry in fs::read_dir(toolchain.sysroot.join("lib"))? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("libLLVM") {
            symlink(entry.path(), sysroot.join("lib").join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// The rustc in a sysroot.
pub fn rustc(sysroot: &Path) -> Command {
    program(&sysroot.join("bin/rustc"))
}

//! Finds the LLVM that the pinned rustc itself has loaded, and says what is missing where it cannot be found.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, exit};

#[path = "src/compatibility/driver.rs"]
mod driver;

/// The major version that the `llvm23-1` feature of inkwell and `llvm-sys` 231 bind to.
const LLVM_MAJOR: &str = "23";

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/compatibility/driver.rs");
    println!("cargo:rerun-if-changed=rust-toolchain.toml");
    let rustc = env::var_os("RUSTC").map_or_else(|| PathBuf::from("rustc"), PathBuf::from);
    let sysroot = PathBuf::from(ask(&rustc, &["--print", "sysroot"]).trim().to_owned());
    let version = ask(&rustc, &["-vV"]);
    let field = |name: &str| {
        version
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .map(|value| value.trim().to_owned())
            .unwrap_or_else(|| fail(&format!("`{} -vV` prints no `{name}` line", rustc.display())))
    };
    let llvm = field("LLVM version:");
    if llvm.split('.').next() != Some(LLVM_MAJOR) {
        fail(&format!(
            "this rustc uses LLVM {llvm}, but the backend is written for LLVM {LLVM_MAJOR}; \
             build it with the toolchain named in rust-toolchain.toml"
        ));
    }
    let host = field("host:");
    let crates = sysroot.join("lib/rustlib").join(&host).join("lib");
    if !has_file(&crates, "librustc_codegen_ssa-") {
        fail(&format!(
            "the component `rustc-dev` is missing from {}; run `rustup toolchain install` here, \
             or `rustup component add rustc-dev`",
            sysroot.display()
        ));
    }
    // A part of the in-tree LLVM backend: a rustc that was built without that one does not have it.
    println!("cargo:rustc-check-cfg=cfg(has_rustc_sanitizers)");
    if has_file(&crates, "librustc_sanitizers-") {
        println!("cargo:rustc-cfg=has_rustc_sanitizers");
    }
    let prefix = format!("libLLVM-{LLVM_MAJOR}-rust-");
    let lib = sysroot.join("lib");
    let name = find_file(&lib, &prefix).unwrap_or_else(|| {
        fail(&format!(
            "no {prefix}*.so in {}: the toolchain has its LLVM linked statically, or its component \
             `rustc-dev` is incomplete",
            lib.display()
        ))
    });
    let stem = name.trim_start_matches("lib").trim_end_matches(".so");
    println!("cargo:rustc-link-search=native={}", lib.display());
    println!("cargo:rustc-link-lib=dylib={stem}");
    // A rustc with the in-tree LLVM backend has loaded that library by the time that it loads us; one that was
    // built without has not.
    println!("cargo:rustc-link-arg=-Wl,-rpath,{}", lib.display());
    // From where `fixed install` puts the backend, `lib/rustlib/HOST/codegen-backends`, on whichever machine.
    println!("cargo:rustc-link-arg=-Wl,-rpath,$ORIGIN/../../..");
    // A library's calls of its own functions that others could replace are looked up by name in all that is loaded,
    // each time that rustc starts. Nobody replaces them.
    println!("cargo:rustc-link-arg=-Wl,-Bsymbolic-functions");
    remember_driver(&lib);
    println!("cargo:rustc-env=FIXED_RUSTC_COMMIT={}", field("commit-hash:"));
    println!("cargo:rustc-env=FIXED_RUSTC_RELEASE={}", field("release:"));
    println!("cargo:rustc-env=FIXED_LLVM_VERSION={llvm}");
    println!("cargo:rustc-env=FIXED_TOOLCHAIN={}", pinned_toolchain());
}

/// Leaves in `OUT_DIR` what `src/compatibility` compares the rustc that loads the backend with.
fn remember_driver(lib: &Path) {
    let name = find_file(lib, "librustc_driver")
        .unwrap_or_else(|| fail(&format!("no librustc_driver*.so in {}", lib.display())));
    println!("cargo:rustc-env=FIXED_DRIVER={name}");
    let path = lib.join(name);
    println!("cargo:rerun-if-changed={}", path.display());
    let metadata = driver::metadata(&path)
        .unwrap_or_else(|| fail(&format!("{} holds no crate metadata", path.display())));
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("rustc_driver.metadata");
    if let Err(error) = std::fs::write(&out, metadata) {
        fail(&format!("cannot write {}: {error}", out.display()));
    }
}

fn ask(rustc: &Path, args: &[&str]) -> String {
    match Command::new(rustc).args(args).output() {
        Ok(output) if output.status.success() => String::from_utf8_lossy(&output.stdout).into_owned(),
        Ok(output) => fail(&format!(
            "`{} {}` failed: {}",
            rustc.display(),
            args.join(" "),
            String::from_utf8_lossy(&output.stderr)
        )),
        Err(error) => fail(&format!("cannot run `{}`: {error}", rustc.display())),
    }
}

fn pinned_toolchain() -> String {
    let manifest = env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    let path = manifest.join("rust-toolchain.toml");
    std::fs::read_to_string(&path)
        .ok()
        .and_then(|text| {
            let line = text
                .lines()
                .find(|line| line.trim_start().starts_with("channel"))?;
            Some(line.split('"').nth(1)?.to_owned())
        })
        .unwrap_or_else(|| fail(&format!("{} names no channel", path.display())))
}

fn find_file(dir: &Path, prefix: &str) -> Option<String> {
    let names = std::fs::read_dir(dir).ok()?;
    names
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .find(|name| name.starts_with(prefix) && name.ends_with(".so"))
}

fn has_file(dir: &Path, prefix: &str) -> bool {
    std::fs::read_dir(dir).is_ok_and(|mut names| {
        names.any(|entry| entry.is_ok_and(|e| e.file_name().to_string_lossy().starts_with(prefix)))
    })
}

fn fail(message: &str) -> ! {
    eprintln!("error: {message}");
    exit(1)
}

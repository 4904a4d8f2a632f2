//! The patches: each applies to the pinned toolchain, alone and in the series, what comes of it is correct Rust, and,
//! where the headers of LLVM are, it does what it says.

mod cures;
mod own;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

use libtest_mimic::{Arguments, Failed};

use support::trials::{conclude, trial, trial_unless};
use support::{directives, programs};

/// Every patch, after those that it needs. Those that cure an old bug need the one that puts it back.
const ALONE: [&[&str]; 12] = [
    &["may-unwind-functions"],
    &["asm-goto-outputs"],
    &["i128-named-register"],
    &["naked-debuginfo"],
    &["asm-error-spans"],
    &["constraint-reason"],
    &["lto-unreadable-rlib"],
    &["constraint-reason", "provoke-rejection"],
    &["revert-invoke-outputs"],
    &["revert-invoke-outputs", "invoke-outputs"],
    &["revert-verify-unpopulated"],
    &["revert-verify-unpopulated", "verify-unpopulated"],
];

/// Those for upstream, in the order of `patches/README.md`.
const SERIES: [&str; 7] = [
    "may-unwind-functions",
    "asm-goto-outputs",
    "i128-named-register",
    "naked-debuginfo",
    "asm-error-spans",
    "constraint-reason",
    "lto-unreadable-rlib",
];

/// The toolchain that they are for.
const TOOLCHAIN: &str = env!("FIXED_TOOLCHAIN");

type Check = fn() -> Result<(), Failed>;

fn main() -> ExitCode {
    let mut trials = vec![trial("every patch is tested", complete)];
    let missing = not_installed();
    for patches in ALONE.into_iter().chain([&SERIES[..]]) {
        let name = format!("{} applies", patches.join(", "));
        trials.push(trial_unless(missing.clone(), name, move || applies(patches)));
    }
    let refusals: [(&str, Check); 2] = [
        ("what is wrong with a patch is said", refused),
        (
            "headers that do not fit are told from those that are missing",
            unfit_headers,
        ),
    ];
    trials.extend(refusals.map(|(name, test)| trial_unless(missing.clone(), name, test)));
    let missing = missing.or_else(without_headers);
    let built: [(&str, Check); 9] = [
        ("without a patch, it is the built-in backend", same_bytes),
        ("the matrix in patches/README.md is what the tool prints", matrix),
        ("the old bugs come back, and go", cures::old_bugs),
        ("an asm that may unwind is called right", cures::unwinding),
        (
            "each patch's own tests fail without it and pass with it",
            own::own_tests,
        ),
        ("naked functions have a line and a subprogram", cures::naked),
        ("errors in assembly have their place", cures::places),
        ("LLVM's reason is shown", cures::reason),
        ("an rlib that was cut off is an error", cures::cut_off),
    ];
    trials.extend(built.map(|(name, test)| trial_unless(missing.clone(), name, test)));
    conclude(&Arguments::from_args(), trials)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("patches")
}

fn paths(series: &[&str]) -> Vec<PathBuf> {
    series
        .iter()
        .map(|name| folder().join(format!("{name}.patch")))
        .collect()
}

fn fixed(arguments: &[&str], patches: &[PathBuf]) -> Result<Output, Failed> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fixed"));
    Ok(command.args(arguments).args(patches).output()?)
}

/// All files are among those that are tried.
fn complete() -> Result<(), Failed> {
    let tested: BTreeSet<&str> = ALONE.into_iter().flatten().copied().collect();
    for entry in std::fs::read_dir(folder())? {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        if path.extension() == Some(OsStr::new("patch")) && !tested.contains(&*name) {
            return Err(format!("{} is not tried", path.display()).into());
        }
    }
    Ok(())
}

/// Why nothing can be done with the toolchain, if so: it is without the sources of its backend.
fn not_installed() -> Option<String> {
    let mut rustup = Command::new("rustup");
    rustup.args(["component", "list", "--installed", "--toolchain", TOOLCHAIN]);
    // To ask is not to install.
    let output = rustup.env("RUSTUP_AUTO_INSTALL", "0").output().ok();
    let components = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let has = |name: &str| {
        components
            .as_deref()
            .is_some_and(|list| list.lines().any(|line| line.starts_with(name)))
    };
    (!has("rustc-dev")).then(|| format!("`rustup toolchain install {TOOLCHAIN} -c rustc-dev` was not done"))
}

/// Why nothing can be built, if so. The headers are looked for before the patches, of which there is none here.
fn without_headers() -> Option<String> {
    let output = fixed(&["patched"], &[PathBuf::from("no-such.patch")]).ok()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    said.contains("headers of LLVM")
        .then(|| "no headers of LLVM; FIXED_LLVM_HEADERS can name a folder that has them".to_owned())
}

fn applies(patches: &[&str]) -> Result<(), Failed> {
    let output = fixed(&["patched", "--check"], &paths(patches))?;
    let said = String::from_utf8_lossy(&output.stderr);
    match output.status.success() && !said.contains("warning:") {
        true => Ok(()),
        false => Err(said.into_owned().into()),
    }
}

fn refused() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let patch = |file: &str, line: &str| {
        format!("--- a/{file}\n+++ b/{file}\n@@ -1,1 +1,1 @@\n-{line}\n+something else\n")
    };
    for (name, text, wanted) in [
        (
            "stale",
            patch("compiler/rustc_codegen_llvm/src/asm.rs", "never was"),
            "does not apply",
        ),
        (
            "elsewhere",
            patch("compiler/rustc_middle/src/lib.rs", "any"),
            "no part of the LLVM backend",
        ),
        (
            "tests",
            patch("tests/ui/any.rs", "any"),
            "changes nothing of the compiler",
        ),
    ] {
        let path = dir.path().join(name);
        std::fs::write(&path, text)?;
        expect_said(&fixed(&["patched", "--check"], &[path])?, wanted)?;
    }
    let none = ["patched", "--toolchain", "no-such-toolchain"];
    expect_said(&fixed(&none, &[])?, "rustup toolchain install no-such-toolchain")
}

fn expect_said(output: &Output, wanted: &str) -> Result<(), Failed> {
    let said = String::from_utf8_lossy(&output.stderr);
    match !output.status.success() && said.contains(wanted) {
        true => Ok(()),
        false => Err(format!("`{wanted}` is not in: {said}").into()),
    }
}

/// A folder with what is looked at of headers, of a version of LLVM.
fn headers_of(version: &str) -> Result<tempfile::TempDir, Failed> {
    let dir = tempfile::tempdir()?;
    for (header, text) in [
        ("llvm/IR/Module.h", String::new()),
        ("llvm-c/Core.h", String::new()),
        (
            "llvm/Config/llvm-config.h",
            format!("#define LLVM_VERSION_STRING \"{version}\"\n"),
        ),
    ] {
        let path = dir.path().join("include").join(header);
        std::fs::create_dir_all(path.parent().ok_or("a header without a folder")?)?;
        std::fs::write(path, text)?;
    }
    Ok(dir)
}

/// A column without its headers says so, by the versions, and leaves the rest of the matrix as it is.
fn unfit_headers() -> Result<(), Failed> {
    let (none, other) = (tempfile::tempdir()?, headers_of("22.1.4")?);
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/asm/story_drop.rs");
    for (dir, wanted) in [
        (&none, "there are no headers of LLVM in"),
        (&other, "are those of LLVM 22.1.4"),
    ] {
        let mut validate = Command::new(env!("CARGO_BIN_EXE_fixed"));
        validate.args([
            "validate", "--levels", "0", "--json", "-", "-c", "patched:", "-c", "llvm",
        ]);
        validate.arg("--headers").arg(dir.path()).arg(program);
        let output = validate.output()?;
        let matrix: serde_json::Value = serde_json::from_slice(&output.stdout)?;
        let error = matrix["compilers"][0]["error"].as_str().unwrap_or_default();
        if !error.contains(wanted) || !error.contains("needs") || !error.contains("llvm-23-dev") {
            return Err(format!("`{wanted}` and what is needed are not in: {error}").into());
        }
        let cells = &matrix["programs"][0]["cells"];
        let outcome = |compiler: &str| cells[compiler]["0"]["outcome"].as_str().unwrap_or("absent");
        if (outcome("patched:"), outcome("llvm"), output.status.code()) != ("not-tried", "ok", Some(2)) {
            return Err(format!("the matrix is {matrix:#}, the status {}", output.status).into());
        }
        // By the variable it is the same, where nothing names a folder for the one run.
        let mut patched = Command::new(env!("CARGO_BIN_EXE_fixed"));
        let output = patched
            .arg("patched")
            .env("FIXED_LLVM_HEADERS", dir.path())
            .output()?;
        expect_said(&output, wanted)?;
    }
    Ok(())
}

/// Builds the series, and says where the library is.
fn built(series: &[&str]) -> Result<String, Failed> {
    let output = fixed(&["patched"], &paths(series))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
    }
}

/// Runs the toolchain's rustc with the backend.
fn compile(series: &[&str], program: &Path, flags: &[&str]) -> Result<Output, Failed> {
    let library = built(series)?;
    let dir = tempfile::tempdir()?;
    let flags = [flags, &["--edition=2024"]].concat();
    rustc(Some(&library), program, &flags, dir.path())
}

/// Runs the toolchain's rustc, with a backend in place of its own if there is one.
fn rustc(library: Option<&str>, program: &Path, flags: &[&str], dir: &Path) -> Result<Output, Failed> {
    let mut rustc = Command::new("rustup");
    rustc.args(["run", TOOLCHAIN, "rustc"]);
    if let Some(library) = library {
        rustc.arg(format!("-Zcodegen-backend={library}"));
    }
    rustc.arg(program).args(flags).arg("--out-dir").arg(dir);
    Ok(rustc.output()?)
}

/// Without a patch, the corpus becomes the same IR, assembly and objects, and fails in the same words.
fn same_bytes() -> Result<(), Failed> {
    let library = built(&[])?;
    for (name, program) in programs("asm") {
        let source = std::fs::read_to_string(&program)?;
        let edition = directives(&source, "edition").pop().unwrap_or("2021");
        for level in ["0", "3"] {
            let flags = [
                "--emit=llvm-ir,asm,obj".to_owned(),
                format!("--edition={edition}"),
                format!("-Copt-level={level}"),
                "-Awarnings".to_owned(),
                "-Ccodegen-units=1".to_owned(),
            ];
            let mut flags: Vec<&str> = flags.iter().map(String::as_str).collect();
            let own = directives(&source, "flags");
            flags.extend(own.iter().flat_map(|flags| flags.split_whitespace()));
            let dirs = [tempfile::tempdir()?, tempfile::tempdir()?];
            let built_in = rustc(None, &program, &flags, dirs[0].path())?;
            let patched = rustc(Some(&library), &program, &flags, dirs[1].path())?;
            if built_in.status.code() != patched.status.code() {
                let said = String::from_utf8_lossy(&patched.stderr);
                return Err(format!("{name} at {level} ends otherwise: {} {said}", patched.status).into());
            }
            let mut made = 0;
            for entry in std::fs::read_dir(dirs[0].path())? {
                let path = entry?.path();
                let other = dirs[1].path().join(path.file_name().unwrap_or_default());
                if std::fs::read(&path)? != std::fs::read(&other)? {
                    return Err(format!("{name} at {level}: {} differs", other.display()).into());
                }
                made += 1;
            }
            if built_in.status.success() && made < 3 {
                return Err(format!("{name} at {level}: only {made} files").into());
            }
        }
    }
    Ok(())
}

/// The command is the one that is written above the table.
fn matrix() -> Result<(), Failed> {
    let readme = std::fs::read_to_string(folder().join("README.md"))?;
    let section = |name: &str| -> Result<&str, Failed> {
        let part = readme.split_once(&format!("<!-- {name} -->\n"));
        let part = part.and_then(|(_, rest)| rest.split_once(&format!("<!-- /{name} -->")));
        Ok(part
            .ok_or_else(|| format!("patches/README.md has no part `{name}`"))?
            .0)
    };
    let command = section("command")?.replace("\\\n", " ");
    // As a shell would split it.
    let mut words: Vec<String> = Vec::new();
    for (index, part) in command.split('"').enumerate() {
        match index % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    let arguments = words.iter().skip_while(|word| *word != "validate");
    let mut validate = Command::new(env!("CARGO_BIN_EXE_fixed"));
    validate.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    let output = validate.output()?;
    let (printed, written) = (String::from_utf8_lossy(&output.stdout), section("matrix")?);
    for (printed, written) in printed.lines().zip(written.lines()) {
        if printed != written {
            return Err(format!("the tool prints\n{printed}\nwhere it says\n{written}").into());
        }
    }
    match printed.lines().count() == written.lines().count() {
        true => Ok(()),
        false => Err(format!("the tool prints other lines than are written: {printed}").into()),
    }
}

//! The patches: each applies to the toolchains it is for, what comes of it is correct Rust, and, where the
//! headers of LLVM are, it does what it says.

mod support;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

use libtest_mimic::{Arguments, Failed};

use support::trials::{conclude, trial, trial_unless};

/// Every patch, after those that it needs. Those that cure an old bug need the one that puts it back.
const SERIES: [&[&str]; 8] = [
    &["revert-invoke-outputs"],
    &["revert-invoke-outputs", "invoke-outputs"],
    &["revert-verify-unpopulated"],
    &["revert-verify-unpopulated", "verify-unpopulated"],
    &["may-unwind-functions"],
    &["asm-error-spans"],
    &["constraint-reason"],
    &["constraint-reason", "provoke-rejection"],
];

/// The toolchain that patches are built for, by default: Debian has headers of its LLVM.
const BUILT: &str = "nightly-2026-05-20";

type Check = fn() -> Result<(), Failed>;

fn main() -> ExitCode {
    let mut trials = vec![trial("every patch is tested", complete)];
    for toolchain in [env!("FIXED_TOOLCHAIN"), BUILT] {
        for series in SERIES {
            let name = format!("{} applies to {toolchain}", series.join(", "));
            let missing = not_installed(toolchain);
            trials.push(trial_unless(missing, name, move || applies(series, toolchain)));
        }
    }
    trials.push(trial("what is wrong with a patch is said", refused));
    let missing = not_installed(BUILT).or_else(without_headers);
    let built: [(&str, Check); 4] = [
        ("the old bugs come back, and go", old_bugs),
        ("an asm that may unwind is called right", unwinding),
        ("errors in assembly have their place", places),
        ("LLVM's reason is shown", reason),
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

/// All files are in `SERIES`, and a variant is one of something.
fn complete() -> Result<(), Failed> {
    let tested: BTreeSet<&str> = SERIES.into_iter().flatten().copied().collect();
    let mut dirs = vec![folder()];
    while let Some(dir) = dirs.pop() {
        for entry in std::fs::read_dir(dir)? {
            let path = entry?.path();
            if path.is_dir() {
                dirs.push(path);
            } else if path.extension() == Some(OsStr::new("patch")) {
                let name = path.file_stem().unwrap_or_default().to_string_lossy();
                if !tested.contains(&*name) {
                    return Err(format!("{} is in no series", path.display()).into());
                }
            }
        }
    }
    Ok(())
}

/// Why nothing can be done with a toolchain, if so: it is not there, or without the sources of its backend.
fn not_installed(toolchain: &str) -> Option<String> {
    let mut rustup = Command::new("rustup");
    rustup.args(["component", "list", "--installed", "--toolchain", toolchain]);
    // To ask is not to install.
    let output = rustup.env("RUSTUP_AUTO_INSTALL", "0").output().ok();
    let components = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let has = |name: &str| {
        components
            .as_deref()
            .is_some_and(|list| list.lines().any(|line| line.starts_with(name)))
    };
    (!has("rustc-dev") || !has("rust-src")).then(|| {
        format!("`rustup toolchain install {toolchain} -c rustc-dev -c rust-src -c llvm-tools` was not done")
    })
}

/// Why nothing can be built, if so. The headers are looked for before the patches, of which there is none here.
fn without_headers() -> Option<String> {
    let output = fixed(
        &["patched", "--toolchain", BUILT],
        &[PathBuf::from("no-such.patch")],
    )
    .ok()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    said.contains("the headers of LLVM")
        .then(|| "the headers of LLVM are not installed".to_owned())
}

fn applies(series: &[&str], toolchain: &str) -> Result<(), Failed> {
    let output = fixed(&["patched", "--check", "--toolchain", toolchain], &paths(series))?;
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
        let pinned = fixed(
            &["patched", "--check", "--toolchain", env!("FIXED_TOOLCHAIN")],
            &[path],
        )?;
        expect_said(&pinned, wanted)?;
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

/// Builds the series, and says where the library is.
fn built(series: &[&str]) -> Result<String, Failed> {
    let output = fixed(&["patched", "--toolchain", BUILT], &paths(series))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
    }
}

/// What becomes of programs of the corpus with the series and `flags`, each outcome once.
fn outcomes(series: &[&str], flags: &str, levels: &str, programs: &[&str]) -> Result<Vec<String>, Failed> {
    built(series)?;
    let list: Vec<String> = paths(series)
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let compiler = format!("patched:{} {flags}", list.join(","));
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/asm");
    let programs: Vec<PathBuf> = programs
        .iter()
        .map(|name| corpus.join(name).with_extension("rs"))
        .collect();
    let arguments = [
        "validate",
        "--json",
        "-",
        "--base",
        BUILT,
        "--levels",
        levels,
        "-c",
        compiler.trim(),
    ];
    let output = fixed(&arguments, &programs)?;
    let matrix: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    let mut found = BTreeSet::new();
    for program in matrix["programs"].as_array().into_iter().flatten() {
        for cells in program["cells"].as_object().into_iter().flatten() {
            for (_, cell) in cells.1.as_object().into_iter().flatten() {
                found.insert(cell["outcome"].as_str().unwrap_or("absent").to_owned());
            }
        }
    }
    Ok(found.into_iter().collect())
}

fn expect(found: Vec<String>, wanted: &str) -> Result<(), Failed> {
    match found == [wanted] {
        true => Ok(()),
        false => Err(format!("found {found:?}, not `{wanted}` alone").into()),
    }
}

const ALL: &str = "0,1,2,3,s,z";

fn old_bugs() -> Result<(), Failed> {
    let back = ["revert-invoke-outputs"];
    let story = ["story_drop"];
    expect(outcomes(&back, "", ALL, &story)?, "compiler-crash")?;
    let verify = "-Zverify-llvm-ir";
    expect(outcomes(&back, verify, ALL, &story)?, "invalid-ir")?;
    expect(
        outcomes(&["revert-invoke-outputs", "invoke-outputs"], verify, ALL, &story)?,
        "ok",
    )?;
    // The second bug needs the first one's module.
    let ignored = ["revert-invoke-outputs", "revert-verify-unpopulated"];
    let heeded = [
        "revert-invoke-outputs",
        "revert-verify-unpopulated",
        "verify-unpopulated",
    ];
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/asm/story_drop.rs");
    let flags = [
        "-Awarnings",
        "--emit=llvm-ir",
        "-Zverify-llvm-ir",
        "-Cno-prepopulate-passes",
    ];
    for (series, wanted) in [(&ignored[..], None), (&heeded, Some("does not have terminator"))] {
        let output = compile(series, Path::new(program), &flags)?;
        match wanted {
            Some(wanted) => expect_said(&output, wanted)?,
            None if output.status.success() => {}
            None => return Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
        }
    }
    Ok(())
}

/// Runs the toolchain's rustc with the backend.
fn compile(series: &[&str], program: &Path, flags: &[&str]) -> Result<Output, Failed> {
    let library = built(series)?;
    let dir = tempfile::tempdir()?;
    let mut rustc = Command::new("rustup");
    rustc
        .args(["run", BUILT, "rustc"])
        .arg(format!("-Zcodegen-backend={library}"))
        .arg(program)
        .args(flags)
        .args(["--edition=2024", "--out-dir"])
        .arg(dir.path());
    Ok(rustc.output()?)
}

fn unwinding() -> Result<(), Failed> {
    let programs = [
        "story_drop",
        "unwind_drops",
        "unwind_live_values",
        "unwind_missing_call_site",
        "unwind_stack_alignment",
        "unwind_stack_alignment_abort",
    ];
    let verify = "-Zverify-llvm-ir";
    expect(outcomes(&["may-unwind-functions"], verify, ALL, &programs)?, "ok")
}

const OUTSIDE: &str = r#"use std::arch::{global_asm, naked_asm};
global_asm!(
    "nop",
    "mistake_at_4",
);
global_asm!("
    mistake_at_7
");
#[unsafe(naked)]
extern "C" fn naked() {
    naked_asm!(
        "nop",
        "mistake_at_13",
    )
}
fn main() {
    naked();
}
"#;

const INSIDE: &str = r#"fn main() {
    unsafe {
        std::arch::asm!(
            "nop",
            "mistake_at_5",
        );
    }
}
"#;

fn places() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let program = dir.path().join("mistakes.rs");
    // Under LTO, LLVM reads assembly outside of functions before anybody listens to its errors.
    for (source, lto, mistakes) in [
        (OUTSIDE, "off", 3),
        (INSIDE, "off", 1),
        (INSIDE, "thin", 1),
        (INSIDE, "fat", 1),
    ] {
        std::fs::write(&program, source)?;
        let flag = format!("-Clto={lto}");
        let output = compile(&["asm-error-spans"], &program, &[&flag, "-Ccodegen-units=1"])?;
        let said = String::from_utf8_lossy(&output.stderr);
        let mut found = 0;
        for (line, next) in said.lines().zip(said.lines().skip(1)) {
            if let Some((_, number)) = line.split_once("instruction mnemonic 'mistake_at_") {
                found += 1;
                let place = format!("mistakes.rs:{}:", number.trim_end_matches('\''));
                if !next.contains(&place) {
                    return Err(format!("-Clto={lto}: no `{place}` in: {said}").into());
                }
            }
        }
        if found != mistakes {
            return Err(format!("-Clto={lto}: {found} errors, not {mistakes}, in: {said}").into());
        }
    }
    Ok(())
}

fn reason() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let program = dir.path().join("rejected.rs");
    let asm = "std::arch::asm!(\"/* provoke-rejection */ mov {}, 1\", out(reg) x)";
    std::fs::write(
        &program,
        format!("fn main() {{ let x: u64; unsafe {{ {asm} }}; println!(\"{{x}}\") }}\n"),
    )?;
    let output = compile(&["constraint-reason", "provoke-rejection"], &program, &[])?;
    expect_said(&output, "number of output constraints does not match")
}

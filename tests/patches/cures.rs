//! What each patch cures, or puts back.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use libtest_mimic::Failed;

use crate::{SERIES, built, compile, expect_said, fixed, paths, rustc};

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

pub fn old_bugs() -> Result<(), Failed> {
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

pub fn unwinding() -> Result<(), Failed> {
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

pub fn places() -> Result<(), Failed> {
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

pub fn reason() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let program = dir.path().join("rejected.rs");
    let asm = "std::arch::asm!(\"/* provoke-rejection */ mov {}, 1\", out(reg) x)";
    std::fs::write(
        &program,
        format!("fn main() {{ let x: u64; unsafe {{ {asm} }}; println!(\"{{x}}\") }}\n"),
    )?;
    let provoked = ["constraint-reason", "provoke-rejection"];
    let reason = "number of output constraints does not match";
    let output = compile(&provoked, &program, &[])?;
    expect_said(&output, reason)?;
    let said = String::from_utf8_lossy(&output.stderr);
    match said.contains("rejected.rs:1:") {
        true => Ok(()),
        false => Err(format!("no place in: {said}").into()),
    }
}

const NAKED: &str = r#"#![crate_type = "lib"]
#[unsafe(naked)]
#[unsafe(no_mangle)]
pub extern "C" fn naked() {
    std::arch::naked_asm!("nop", "ret")
}
"#;

/// Of the assembly, since that is what debuggers are told.
pub fn naked() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let program = dir.path().join("naked.rs");
    std::fs::write(&program, NAKED)?;
    for (patches, wanted) in [(&[][..], false), (&["naked-debuginfo"], true), (&SERIES, true)] {
        let library = built(patches)?;
        let flags = ["-g", "--emit=asm", "--edition=2024"];
        let output = rustc(Some(&library), &program, &flags, dir.path())?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
        }
        let assembly = std::fs::read_to_string(dir.path().join("naked.s"))?;
        let body = assembly
            .split_once("\nnaked:\n")
            .and_then(|(_, rest)| rest.split_once("ret"));
        let (body, _) = body.ok_or("there is no naked function")?;
        // What its name is a string for is its subprogram.
        let described = (
            body.contains("\t.loc\t"),
            assembly.contains("\t.asciz\t\"naked\""),
        );
        if described != (wanted, wanted) {
            return Err(format!("line and subprogram with {patches:?}: {described:?}").into());
        }
    }
    Ok(())
}

pub fn cut_off() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let [library, main] = ["upstream", "main"].map(|name| dir.path().join(name).with_extension("rs"));
    std::fs::write(&library, "pub fn upstream() { println!(\"upstream\") }\n")?;
    std::fs::write(&main, "fn main() { upstream::upstream() }\n")?;
    for (patches, wanted) in [
        (&[][..], "panicked"),
        (&["lto-unreadable-rlib"], "error: failed to read"),
        (&SERIES, "error: failed to read"),
    ] {
        let backend = built(patches)?;
        let flags = ["--crate-type=rlib", "--edition=2024"];
        let compiled = rustc(Some(&backend), &library, &flags, dir.path())?;
        if !compiled.status.success() {
            return Err(String::from_utf8_lossy(&compiled.stderr).into_owned().into());
        }
        let rlib = dir.path().join("libupstream.rlib");
        let whole = std::fs::read(&rlib)?;
        std::fs::write(&rlib, &whole[..whole.len() - 10])?;
        let path = format!("--extern=upstream={}", rlib.display());
        let output = rustc(
            Some(&backend),
            &main,
            &["-Clto", "--edition=2024", &path],
            dir.path(),
        )?;
        expect_said(&output, wanted)?;
        let said = String::from_utf8_lossy(&output.stderr);
        if !patches.is_empty() && (said.contains("panicked") || !said.contains("libupstream.rlib")) {
            return Err(said.into_owned().into());
        }
    }
    Ok(())
}

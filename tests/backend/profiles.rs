//! Profiles: what programs count, and what the compiler makes of counts, is as in-tree's, and each serves the other.

use std::process::Command;

use libtest_mimic::Failed;

use crate::Check;
use crate::support::ir::{llvm_tool, verify};
use crate::support::project::{Outcome, TempProject, holds, is_error, outcome};

pub const CHECKS: &[(&str, Check)] = &[
    ("counts are as in-tree's", counts),
    ("counts of either serve both", uses),
    ("counts under LTO, and of a library in it", link_time),
    ("where the counters are can be moved", bias),
    ("counters are not where code is not optimised by plan", bare),
    ("profiles that cannot be used", unusable),
    ("profiles that are not there", missing_files),
    ("profiles made from samples", samples),
    ("debug information for sampling profilers", discriminators),
    ("a virtual call becomes a direct one", promotion),
];

/// Branches, loops, and calls of each way, with counts that do not depend on the machine.
const PROGRAM: &str = r#"
pub trait Shape { fn area(&self) -> u64; }
struct Square(u64);
struct Line;
impl Shape for Square { #[inline(never)] fn area(&self) -> u64 { self.0 * self.0 } }
impl Shape for Line { #[inline(never)] fn area(&self) -> u64 { 0 } }
#[unsafe(no_mangle)] #[inline(never)] pub fn classify(x: u64) -> u64 {
    if x % 97 == 0 { x.wrapping_mul(31).rotate_left(7) } else if x % 3 == 0 { x ^ 0x55 } else { x + 1 }
}
#[unsafe(no_mangle)] #[inline(never)] pub fn sort_out(x: u32) -> &'static str {
    match x % 7 { 0 | 1 => "low", 2 => "two", 3..=5 => "middle", _ => "high" }
}
#[unsafe(no_mangle)] #[inline(never)] pub fn never(x: u64) -> u64 { if x > 5 { classify(x) } else { x } }
#[unsafe(no_mangle)] #[inline(never)] pub fn total(shapes: &[Box<dyn Shape>]) -> u64 {
    shapes.iter().map(|shape| shape.area()).sum()
}
fn main() {
    let mut sum = 0u64;
    for i in 0..3000 { sum = sum.wrapping_add(classify(i)); sum += sort_out(i as u32).len() as u64; }
    if sum == 1 { sum = never(sum); }
    let shapes: Vec<Box<dyn Shape>> = (0..40)
        .map(|n| if n == 7 { Box::new(Line) as Box<dyn Shape> } else { Box::new(Square(n)) })
        .collect();
    println!("{sum} {}", total(&shapes));
}
"#;

const ONE_UNIT: &str = "-Ccodegen-units=1";

fn compiles(project: &TempProject, ours: bool, arguments: &[&str]) -> Result<Outcome, Failed> {
    let run = project.rustc_by(ours, arguments)?;
    match run.code {
        Some(0) => Ok(run),
        _ => Err(format!("{arguments:?}: {}", run.stderr).into()),
    }
}

fn profdata(project: &TempProject, arguments: &[&str]) -> Result<String, Failed> {
    let run = outcome(
        Command::new(llvm_tool("llvm-profdata")?)
            .current_dir(project.path(""))
            .args(arguments)
            .output()?,
    );
    match run.code {
        Some(0) => Ok(run.stdout),
        _ => Err(run.stderr.into()),
    }
}

/// Compiles the program such that it counts, runs it, and leaves its profile as `name`.
fn count(project: &TempProject, ours: bool, flags: &[&str], name: &str) -> Result<(), Failed> {
    let arguments = ["a.rs", "-o", "counting", "-Cprofile-generate=counts"];
    compiles(project, ours, &[&arguments[..], flags].concat())?;
    let _ = std::fs::remove_dir_all(project.path("counts"));
    project.run("counting")?;
    let written = std::fs::read_dir(project.path("counts"))?.next();
    let written = written.ok_or("the program has written no counts")??;
    let file_name = written.file_name().to_string_lossy().into_owned();
    if !file_name.starts_with("default_") || !file_name.ends_with(".profraw") {
        return Err(format!("the counts are in {file_name}").into());
    }
    profdata(project, &["merge", "counts", "-o", name])?;
    Ok(())
}

/// All counters of all functions, as text.
fn shown(project: &TempProject, name: &str) -> Result<String, Failed> {
    profdata(
        project,
        &["show", "--all-functions", "--counts", "--ic-targets", name],
    )
}

fn counts() -> Result<(), Failed> {
    for level in ["-Copt-level=0", "-Copt-level=1", "-Copt-level=3"] {
        let project = TempProject::with(&[("a.rs", PROGRAM)])?;
        for (ours, name) in [(true, "ours"), (false, "theirs")] {
            count(&project, ours, &[level, ONE_UNIT], name)?;
        }
        let (ours, theirs) = (shown(&project, "ours")?, shown(&project, "theirs")?);
        holds(&ours, "classify:")?;
        if ours != theirs {
            return Err(format!("{level}: ours counts\n{ours}\ntheirs\n{theirs}").into());
        }
    }
    Ok(())
}

/// For each function of the IR, how often it runs, and the weights of its branches. That a weight was expected, before
/// there was a profile, in-tree says also where ours says it to LLVM without the detour by `llvm.expect`.
fn weights(ir: &str) -> Vec<String> {
    let node = |name: &str| {
        let start = format!("{name} = ");
        let found = ir.lines().find_map(|line| line.strip_prefix(&start));
        found.unwrap_or_default().to_owned()
    };
    let counted = ["function_entry_count", "branch_weights", "\"VP\""];
    let mut found = Vec::new();
    let mut function = "";
    for line in ir.lines() {
        if let Some(definition) = line.strip_prefix("define ") {
            let name = definition.split_once('@').map_or("", |(_, name)| name);
            function = name.split('(').next().unwrap_or_default();
        }
        let Some((_, profile)) = line.split_once("!prof ") else {
            continue;
        };
        let end = profile.find([' ', ',']).unwrap_or(profile.len());
        let profile = node(&profile[..end]).replace("!\"expected\", ", "");
        if counted.iter().any(|kind| profile.contains(kind)) {
            found.push(format!("{function}: {profile}"));
        }
    }
    found.sort();
    found
}

fn uses() -> Result<(), Failed> {
    for level in ["-Copt-level=0", "-Copt-level=2"] {
        let project = TempProject::with(&[("a.rs", PROGRAM)])?;
        for (ours, name) in [(true, "ours"), (false, "theirs")] {
            count(&project, ours, &[level, ONE_UNIT], name)?;
        }
        for profile in ["ours", "theirs"] {
            let flag = format!("-Cprofile-use={profile}");
            let mut found = Vec::new();
            for (ours, file) in [(true, "ours.ll"), (false, "theirs.ll")] {
                let run = compiles(
                    &project,
                    ours,
                    &["a.rs", "--emit=llvm-ir", "-o", file, &flag, level, ONE_UNIT],
                )?;
                if !run.stderr.is_empty() {
                    return Err(format!("{level}: {}", run.stderr).into());
                }
                verify(&project.path(file))?;
                found.push(weights(&project.read(file)?));
            }
            let text = found[0].join("\n");
            holds(&text, "classify: !{!\"function_entry_count\", i64 3000}")?;
            holds(&text, "never: !{!\"function_entry_count\", i64 0}")?;
            holds(&text, "classify: !{!\"branch_weights\", i32 31, i32 2969}")?;
            if found[0] != found[1] {
                return Err(format!("{level}: ours\n{:#?}\ntheirs\n{:#?}", found[0], found[1]).into());
            }
        }
    }
    Ok(())
}

fn link_time() -> Result<(), Failed> {
    let library = "pub fn step(x: u64) -> u64 { if x % 2 == 0 { x / 2 } else { 3 * x + 1 } }\n";
    let program = "fn main() { let (mut x, mut n) = (27u64, 0); while x != 1 { x = library::step(x); n += 1; } \
                   println!(\"{n}\"); }\n";
    for lto in ["-Clto=fat", "-Clto=thin", "-Clto=off"] {
        let project = TempProject::with(&[("library.rs", library), ("a.rs", program)])?;
        let library_of =
            |flag: &str| compiles(&project, true, &["library.rs", "--crate-type=rlib", "-O", flag]);
        library_of("-Cprofile-generate=counts")?;
        let extern_ = "--extern=library=liblibrary.rlib";
        count(&project, true, &["-O", lto, extern_], "profile")?;
        holds(&shown(&project, "profile")?, "111")?;
        library_of("-Cprofile-use=profile")?;
        let flags = ["a.rs", "-O", lto, extern_, "-Cprofile-use=profile"];
        let run = compiles(&project, true, &flags)?;
        if !run.stderr.is_empty() {
            return Err(format!("{lto}: {}", run.stderr).into());
        }
        if project.run("a")? != "111\n" {
            return Err(format!("{lto}: the program counts wrongly").into());
        }
    }
    Ok(())
}

/// The runtime looks for this symbol, which LTO must leave.
fn bias() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let flags = [
        "a.rs",
        "-O",
        "-Clto=fat",
        "-Cprofile-generate",
        "-Cllvm-args=-runtime-counter-relocation",
        "--emit=llvm-ir=a.ll",
    ];
    project.compile(&flags)?;
    holds(
        &project.read("a.ll")?,
        "@__llvm_profile_counter_bias = linkonce_odr hidden",
    )
}

/// Without the passes that rustc chooses, there is nobody to put counters in; nor does in-tree.
fn bare() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let flags = [
        "a.rs",
        "-O",
        "-Cprofile-generate",
        "-Cno-prepopulate-passes",
        "--emit=llvm-ir=a.ll",
    ];
    project.compile(&flags)?;
    match project.read("a.ll")?.contains("@__profc_") {
        true => Err("there are counters".into()),
        false => Ok(()),
    }
}

/// LLVM goes on without, so rustc warns.
fn unusable() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM), ("text", "hello\n")])?;
    count(&project, true, &["-O", ONE_UNIT], "good")?;
    let good = std::fs::read(project.path("good"))?;
    std::fs::write(project.path("cut"), &good[..good.len() / 3])?;
    let mut other_version = good;
    // The version comes after the magic number.
    other_version[8] = 99;
    std::fs::write(project.path("other"), other_version)?;
    for (file, words) in [
        ("text", "bad magic"),
        ("cut", "instrumentation profile data"),
        ("other", "unsupported instrumentation profile format version"),
    ] {
        let flag = format!("-Cprofile-use={file}");
        let arguments = ["a.rs", "-O", ONE_UNIT, &flag, "-Wwarnings"];
        let ours = project.rustc_by(true, &arguments)?;
        let theirs = project.rustc_by(false, &arguments)?;
        holds(&ours.stderr, words)?;
        if (ours.code, &ours.stderr) != (theirs.code, &theirs.stderr) {
            return Err(format!("{file}: ours\n{}\ntheirs\n{}", ours.stderr, theirs.stderr).into());
        }
    }
    Ok(())
}

fn missing_files() -> Result<(), Failed> {
    for flag in ["-Cprofile-use=nothing", "-Cprofile-sample-use=nothing"] {
        let project = TempProject::with(&[("a.rs", PROGRAM)])?;
        let run = project.rustc_by(true, &["a.rs", "-O", flag])?;
        is_error(&run)?;
        holds(&run.stderr, "`nothing`")?;
        if project.path("a").exists() {
            return Err("a program was written".into());
        }
    }
    Ok(())
}

fn samples() -> Result<(), Failed> {
    // `llvm-profdata`'s text format: a function, its samples and those at its entry; below it lines, counted from its
    // own, with theirs.
    let profile = "classify:9000:300\n 1: 3000\n 1.1: 31\n 1.2: 1000\nsort_out:700:100\n 1: 700\n";
    let project = TempProject::with(&[("a.rs", PROGRAM), ("profile", profile), ("text", "hello\n")])?;
    let mut found = Vec::new();
    for (ours, file) in [(true, "ours.ll"), (false, "theirs.ll")] {
        let flags = [
            "-Cprofile-sample-use=profile",
            "-Zdebuginfo-for-profiling",
            "-g",
            "-O",
        ];
        let arguments = ["a.rs", "--emit=llvm-ir", "-o", file, ONE_UNIT];
        compiles(&project, ours, &[&arguments[..], &flags].concat())?;
        verify(&project.path(file))?;
        let mut weights = weights(&project.read(file)?);
        // What C calls, and calls Rust's `main`: it has no samples, and ours says so.
        weights.retain(|weight| !weight.starts_with("main: "));
        found.push(weights);
    }
    holds(
        &found[0].join("\n"),
        "classify: !{!\"function_entry_count\", i64 301}",
    )?;
    if found[0] != found[1] {
        return Err(format!("ours\n{:#?}\ntheirs\n{:#?}", found[0], found[1]).into());
    }
    let run = project.rustc_by(true, &["a.rs", "-O", "-Cprofile-sample-use=text"])?;
    is_error(&run)?;
    holds(
        &run.stderr,
        "Could not open profile: Unrecognized sample profile encoding format",
    )?;
    match project.path("a").exists() {
        true => Err("a program was written".into()),
        false => Ok(()),
    }
}

fn discriminators() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    for level in ["-Copt-level=0", "-Copt-level=3"] {
        let mut numbers = Vec::new();
        for (ours, file) in [(true, "ours.ll"), (false, "theirs.ll")] {
            let flags = ["-Zdebuginfo-for-profiling", "-g", level, ONE_UNIT];
            let arguments = ["a.rs", "--emit=llvm-ir", "-o", file];
            compiles(&project, ours, &[&arguments[..], &flags].concat())?;
            numbers.push(project.read(file)?.matches("discriminator: ").count());
        }
        if numbers[0] == 0 || numbers[0] != numbers[1] {
            return Err(format!("{level}: {numbers:?} discriminators, ours and theirs").into());
        }
    }
    Ok(())
}

fn promotion() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    count(&project, true, &["-O", ONE_UNIT], "profile")?;
    let flags = [
        "a.rs",
        "-O",
        ONE_UNIT,
        "-Cprofile-use=profile",
        "--emit=llvm-ir=a.ll",
    ];
    project.compile(&flags)?;
    let ir = project.read("a.ll")?;
    let is_total = |function: &&str| {
        function
            .lines()
            .next()
            .is_some_and(|line| line.contains("@total("))
    };
    let body = ir.split("\ndefine ").find(is_total);
    let body = body.ok_or("`total` is not there")?;
    let body = &body[..body.find("\n}").unwrap_or(body.len())];
    holds(body, "icmp eq ptr")
}

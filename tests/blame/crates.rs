//! Faults in crates of some size, and the build that the project began with.

use std::time::{Duration, Instant};

use libtest_mimic::{Failed, Trial};

use crate::support::crates::fetch_into;
use crate::support::faulty::PROGRAM;
use crate::support::project::{TempProject, outcome};
use crate::support::trials::trial;
use crate::{blame, findings, has, is};

/// A fault, what blame is told, and what is to be found.
struct Fault {
    name: &'static str,
    arguments: &'static [&'static str],
    culprit: &'static str,
    manner: &'static str,
    pass: Option<&'static str>,
}

const FAULTS: &[Fault] = &[
    Fault {
        name: "missing-terminator",
        arguments: &["--reduce", "5"],
        culprit: "rustc",
        manner: "invalid-ir",
        pass: None,
    },
    Fault {
        name: "pass-crashes",
        arguments: &[],
        culprit: "pass",
        manner: "crashes",
        pass: Some("instcombine"),
    },
    Fault {
        name: "pass-hangs",
        arguments: &["--time-limit", "2"],
        culprit: "pass",
        manner: "hangs",
        pass: Some("instcombine"),
    },
    Fault {
        name: "pass-breaks",
        arguments: &[],
        culprit: "pass",
        manner: "breaks",
        pass: Some("AnnotationRemarks"),
    },
    Fault {
        name: "pass-miscompiles",
        arguments: &["--run", "./program"],
        culprit: "pass",
        manner: "miscompiles",
        pass: Some("sroa"),
    },
];

/// How long a fault may take to be found, what it is put into being compiled from nothing.
const PATIENCE: Duration = Duration::from_secs(60);

pub fn trials() -> Vec<Trial> {
    let in_regex = FAULTS.iter().map(|fault| {
        let name = format!("in regex, within a minute: {}", fault.name);
        trial(name, move || in_regex(fault)).with_ignored_flag(true)
    });
    let story = trial("the story: the probes of dropshot", story).with_ignored_flag(true);
    in_regex.chain([story]).collect()
}

/// `regex` with functions that faults are put into, and a program that calls them.
fn in_regex(fault: &Fault) -> Result<(), Failed> {
    let folder = fetch_into("regex", &format!("blame-{}", fault.name))?;
    let (functions, _) = PROGRAM.split_once("fn main").ok_or("the program has no main")?;
    let source = folder.join("src/lib.rs");
    let library = std::fs::read_to_string(&source)?;
    let more = "#[inline(never)] pub fn number(value: u32) -> u64 { faulty(value, value > 0) }";
    std::fs::write(
        source,
        format!("{library}\n#[allow(missing_docs)] pub mod put_in {{ {functions} {more} }}\n"),
    )?;
    let main = "fn main() {
        let found = regex::Regex::new(\"(a|b)+c\").unwrap().find(\"xxabac\").unwrap();
        println!(\"{:?} {}\", found.range(), regex::put_in::number(found.len() as u32));
    }";
    let manifest = format!(
        "[package]\nname = \"program\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nregex = {{ path = {folder:?} }}\n[workspace]\n"
    );
    let project = TempProject::with(&[("Cargo.toml", &manifest), ("src/main.rs", main)])?;
    let mut command = blame(&project, fault.name, fault.arguments)?;
    command.args(["--out", "found", "--", "cargo", "build", "--release"]);
    let start = Instant::now();
    let run = outcome(command.output()?);
    let needed = start.elapsed();
    let findings = findings(&project, &run, "found")?;
    is(&findings["culprit"], fault.culprit)?;
    is(&findings["manner"], fault.manner)?;
    is(&findings["crate"], "regex")?;
    is(&findings["function"]["name"], "regex::put_in::faulty::<u32>")?;
    if let Some(pass) = fault.pass {
        has(&findings["pass"], pass)?;
    }
    println!("{}: found in {:.1} s", fault.name, needed.as_secs_f64());
    match needed < PATIENCE {
        true => Ok(()),
        false => Err(format!("it took {needed:?}:\n{}", run.stderr).into()),
    }
}

/// The build that the project began with, with the placement of 2022. Its probes are those of illumos, which have outputs; the
/// ones that `usdt` has for Linux today have none, and so it is told to take the others.
fn story() -> Result<(), Failed> {
    let folder = fetch_into("dropshot", "blame")?;
    let probes = fetch_into("usdt-impl", "blame")?;
    for (file, from, to) in [
        (
            "build.rs",
            "Some(\"linux\") => Backend::Stap3",
            "Some(\"linux\") => Backend::Standard",
        ),
        // The number of a request to a device that Linux does not have.
        (
            "src/no-linker.rs",
            "#[cfg(target_os = \"freebsd\")]\n    let cmd",
            "#[cfg(not(target_os = \"illumos\"))]\n    let cmd",
        ),
    ] {
        let text = std::fs::read_to_string(probes.join(file))?;
        if !text.contains(from) {
            return Err(format!("{file} of usdt-impl is another than it was").into());
        }
        std::fs::write(probes.join(file), text.replace(from, to))?;
    }
    let manifest = std::fs::read_to_string(folder.join("Cargo.toml"))?;
    let patch = format!("[patch.crates-io]\nusdt-impl = {{ path = {probes:?} }}\n");
    std::fs::write(folder.join("Cargo.toml"), manifest + &patch)?;
    let project = TempProject::new()?;
    let mut command = blame(&project, "", &["--reduce", "5", "--out"])?;
    command
        .current_dir(&folder)
        .arg(project.path("found"))
        .args([
            "--",
            "cargo",
            "build",
            "--example",
            "basic",
            "--features",
            "usdt-probes",
        ])
        .env("FIXED_ASM_LOWERING", "store-after-invoke");
    let run = outcome(command.output()?);
    let findings = findings(&project, &run, "found")?;
    println!("{}\n{}", findings["answer"], findings["place"]);
    is(&findings["culprit"], "rustc")?;
    is(&findings["manner"], "invalid-ir")?;
    // It is generic: its code comes with who uses it.
    is(&findings["crate"], "basic")?;
    has(&findings["rule"], "does not have terminator")?;
    has(
        &findings["function"]["name"],
        "dropshot::server::http_request_handle_wrap",
    )?;
    has(&findings["mir"], "asm!(")?;
    // `#[usdt::provider]`, which makes the probes.
    has(&findings["place"], "src/dtrace.rs:")
}

//! How much work the backend has with two small crates, compared with what is written down: instructions under valgrind,
//! IR, falls from FastISel to SelectionDAG, machine code.
//!
//! Nothing here is a time, so no other load of the machine can fail it. Instructions are compared as ratios to rustc's own
//! backend, counted in the same run: what the machine's C library and processor have to do with them is in both. Whoever
//! makes a number worse by intent, or better, writes the new ones down:
//!
//! `FIXED_REFRESH=1 cargo test --release --test speed -- --test-threads=1`

mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;

use libtest_mimic::{Arguments, Failed};

use support::bench::json;
use support::crates::fetch_into;
use support::project::TempProject;
use support::trials::{conclude, trial, trial_unless, without_tool};

/// The crates: of few functions, with panics and trait objects; and of many, generic and with vectors. They depend on nothing.
const CRATES: [&str; 2] = ["base64", "memchr"];

/// How much more of something there may be than is written down. Instructions vary with the order in which threads take
/// their turns; all else is the same each time, and yet a word in a name is no regression.
const TOLERANCES: [(&str, f64); 2] = [("instructions", 0.03), ("", 0.002)];

type Numbers = BTreeMap<String, f64>;

fn main() -> ExitCode {
    let mut trials = vec![
        trial("worse numbers are found", worse),
        trial("nothing is written down that is not measured", complete),
    ];
    for name in CRATES {
        trials.push(trial(format!("{name}: IR, falls, machine code"), move || {
            check(name, sizes(name)?)
        }));
        let missing = without_tool("valgrind").or_else(|| not_written(name));
        trials.push(trial_unless(
            missing,
            format!("{name}: instructions"),
            move || check(name, instructions(name)?),
        ));
    }
    conclude(&Arguments::from_args(), trials)
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/speed/numbers.json")
}

fn written() -> Result<BTreeMap<String, Numbers>, Failed> {
    Ok(serde_json::from_slice(&std::fs::read(path())?)?)
}

/// Why instructions cannot be compared, if so: they were never counted where the numbers were written.
fn not_written(name: &str) -> Option<String> {
    let all = written().unwrap_or_default();
    let has_some = all
        .get(name)
        .is_some_and(|numbers| numbers.keys().any(|what| what.contains("instructions")));
    let refreshes = std::env::var_os("FIXED_REFRESH").is_some();
    (!has_some && !refreshes).then(|| format!("none are written down of {name}; FIXED_REFRESH=1 does that"))
}

/// What is worse than written down, or was not written down.
fn findings(written: &Numbers, measured: &Numbers) -> Vec<String> {
    let mut findings = vec![];
    for (what, &now) in measured {
        let tolerance = TOLERANCES
            .iter()
            .find(|(part, _)| what.contains(part))
            .map_or(0.0, |(_, tolerance)| *tolerance);
        match written.get(what) {
            None => findings.push(format!("{what}: {now}, which is not written down")),
            Some(&before) if now > before * (1.0 + tolerance) => {
                findings.push(format!(
                    "{what}: {now}, more than {before} by {:.2} %",
                    (now / before - 1.0) * 100.0
                ));
            }
            Some(&before) if now < before * (1.0 - tolerance) => {
                eprintln!("note: {what}: {now}, less than {before}; FIXED_REFRESH=1 writes it down");
            }
            Some(_) => {}
        }
    }
    findings
}

/// Compares, or writes down what was measured.
fn check(name: &str, measured: Numbers) -> Result<(), Failed> {
    static FILE: Mutex<()> = Mutex::new(());
    let _file = FILE.lock();
    let mut all = written()?;
    if std::env::var_os("FIXED_REFRESH").is_some() {
        all.entry(name.to_owned()).or_default().extend(measured);
        return Ok(std::fs::write(
            path(),
            serde_json::to_string_pretty(&all)? + "\n",
        )?);
    }
    let findings = findings(
        all.get(name).ok_or("nothing is written down of this crate")?,
        &measured,
    );
    match findings.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "{}\nif this is meant, `FIXED_REFRESH=1 cargo test --release --test speed -- --test-threads=1` writes it down",
            findings.join("\n")
        )
        .into()),
    }
}

fn worse() -> Result<(), Failed> {
    let numbers = |of: &[(&str, f64)]| -> Numbers {
        of.iter()
            .map(|&(what, number)| (what.to_owned(), number))
            .collect()
    };
    let before = numbers(&[("dev: instructions", 0.9), ("dev: falls", 100.0)]);
    for (now, expected) in [
        (numbers(&[("dev: instructions", 0.905), ("dev: falls", 100.0)]), 0),
        (numbers(&[("dev: instructions", 0.93), ("dev: falls", 100.0)]), 1),
        (numbers(&[("dev: instructions", 0.5), ("dev: falls", 101.0)]), 1),
        (numbers(&[("dev: text", 1.0)]), 1),
    ] {
        let found = findings(&before, &now);
        if found.len() != expected {
            return Err(format!("{now:?} after {before:?}: {found:?}").into());
        }
    }
    Ok(())
}

fn complete() -> Result<(), Failed> {
    let names: Vec<String> = written()?.into_keys().collect();
    match names == CRATES {
        true => Ok(()),
        false => Err(format!("numbers are written down of {names:?}, and measured of {CRATES:?}").into()),
    }
}

/// Without debug information nothing of this depends on where the sources are.
fn sizes(name: &str) -> Result<Numbers, Failed> {
    let source = fetch_into(name, "speed-sizes")?.join("src/lib.rs");
    let mut numbers = Numbers::new();
    for (mode, level) in [("dev", "0"), ("release", "3")] {
        let project = TempProject::new()?;
        let rustc = |flags: &[&str]| {
            let mut rustc = project.command_of("2021");
            rustc.arg(&source).args([
                "--crate-type=lib",
                "--crate-name",
                name,
                "--cap-lints=allow",
                "-Ccodegen-units=1",
            ]);
            rustc.args([
                "--cfg",
                "feature=\"std\"",
                "--cfg",
                "feature=\"alloc\"",
                "-Cembed-bitcode=no",
            ]);
            rustc.arg(format!("-Copt-level={level}")).args(flags);
            rustc
        };
        // As code generation makes it: before any pass.
        project.compile_by(&mut rustc(&["--emit=llvm-ir", "-Cno-prepopulate-passes"]))?;
        let ir = project.read(&format!("{name}.ll"))?;
        let is_instruction =
            |line: &&str| line.starts_with("  ") && !line.trim_start().starts_with([';', ']']);
        numbers.insert(
            format!("{mode}: lines of IR"),
            ir.lines().filter(is_instruction).count() as f64,
        );
        let made = project.compile_by(&mut rustc(&["--emit=obj", "-Cremark=sdagisel"]))?;
        let object = std::fs::read(project.path(&format!("{name}.o")))?;
        numbers.insert(format!("{mode}: bytes of text"), text(&object)? as f64);
        if mode == "dev" {
            let falls = made.stderr.matches("sdagisel (missed): FastISel").count();
            numbers.insert("dev: falls from FastISel".to_owned(), falls as f64);
        }
    }
    Ok(numbers)
}

fn text(object: &[u8]) -> Result<u64, Failed> {
    use object::{Object, ObjectSection, SectionKind};
    let object = object::File::parse(object)?;
    let texts = object
        .sections()
        .filter(|section| section.kind() == SectionKind::Text);
    Ok(texts.map(|section| section.size()).sum())
}

/// As `fixed bench` counts them.
fn instructions(name: &str) -> Result<Numbers, Failed> {
    let folder = fetch_into(name, "speed-instructions")?;
    let report = json(
        &folder,
        &[
            ".",
            "--measure",
            "compile",
            "--profiles",
            "dev",
            "--rounds",
            "1",
            "--callgrind",
        ],
    )?;
    let mut numbers = Numbers::new();
    for summary in report["summaries"].as_array().into_iter().flatten() {
        let (setting, metric) = (summary["setting"].as_str(), summary["metric"].as_str());
        if let (Some(setting), Some(metric @ ("backend" | "building")), Some(ratio)) =
            (setting, metric, summary["ratio"].as_f64())
        {
            // No more digits than can be relied on.
            let ratio = (ratio * 1e4).round() / 1e4;
            numbers.insert(format!("{setting}: instructions of {metric} by in-tree's"), ratio);
        }
    }
    match numbers.len() {
        2 => Ok(numbers),
        _ => Err(format!("not everything was counted: {numbers:?}, {}", report["failures"]).into()),
    }
}

//! The command `fixed bench`: its tables, JSON and page, what cannot be measured, and signals.

mod support;

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed};
use serde_json::Value;

use support::bench::{bench, json};
use support::project::{TempProject, holds};
use support::trials::{conclude, trial, trial_unless, without_tool};

fn main() -> ExitCode {
    let trials = vec![
        trial("packages, in every profile without LTO", packages),
        trial("packages with LTO", lto),
        trial("programs", programs),
        trial("where the time goes, by unit", phases),
        trial_unless(
            without_tool("valgrind"),
            "instructions are the same each time",
            instructions,
        ),
        trial("a crate that does not build leaves the others", broken),
        trial("valgrind that is missing leaves the rest", without_valgrind),
        trial("what is asked for wrongly", refusals),
        trial("a signal prints what is done, and leaves nothing", signal),
        trial("a signal ends it although nobody listens", unheard),
    ];
    conclude(&Arguments::from_args(), trials)
}

/// One round of the cheapest profile.
const QUICK: &[&str] = &["--measure", "compile", "--profiles", "dev", "--rounds", "1"];

const MANIFEST: &str = "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
const LIBRARY: &str = "#![forbid(unsafe_code)]\n\
    pub mod one { pub fn sum(of: &[u64]) -> u64 { of.iter().sum() } }\n\
    pub mod two { pub fn text(of: u64) -> String { format!(\"{of}\") } }\n";
const MAIN: &str = "fn main() { println!(\"{}\", small::two::text(small::one::sum(&[1, 2]))) }\n";

/// A package with a library and a program, in the folder `small`.
fn package() -> Result<TempProject, Failed> {
    let files = [
        ("small/Cargo.toml", MANIFEST),
        ("small/src/lib.rs", LIBRARY),
        ("small/src/main.rs", MAIN),
    ];
    TempProject::with(&files)
}

/// What was measured of a subject in a setting with a compiler, in a round.
fn measured<'a>(report: &'a Value, setting: &str, subject: &str, compiler: &str, round: &str) -> &'a Value {
    let all = report["series"].as_array().map(Vec::as_slice).unwrap_or_default();
    let found = all
        .iter()
        .find(|one| one["setting"] == setting && one["subject"] == subject && one["compiler"] == compiler);
    found.map_or(&Value::Null, |one| &one["rounds"][round])
}

fn is_positive(value: &Value, what: &str) -> Result<(), Failed> {
    match value[what].as_f64() {
        Some(number) if number > 0.0 => Ok(()),
        _ => Err(format!("`{what}` was not measured: {value}").into()),
    }
}

fn summary<'a>(report: &'a Value, setting: &str, metric: &str) -> &'a Value {
    let all = report["summaries"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let found = all
        .iter()
        .find(|one| one["setting"] == setting && one["metric"] == metric);
    found.unwrap_or(&Value::Null)
}

fn packages() -> Result<(), Failed> {
    compiled(&["dev", "incremental", "release", "one-unit"], 3)
}

/// Once: all of std is optimised each time.
fn lto() -> Result<(), Failed> {
    compiled(&["fat-lto", "thin-lto"], 1)
}

fn compiled(profiles: &[&str], rounds: usize) -> Result<(), Failed> {
    let project = package()?;
    let (count, profile_list) = (rounds.to_string(), profiles.join(","));
    let arguments = [
        "small",
        "--measure",
        "compile",
        "--profiles",
        &profile_list,
        "--rounds",
        &count,
    ];
    let report = json(&project.path("."), &arguments)?;
    if report["failures"] != serde_json::json!([]) || report["complete"] != true {
        return Err(format!("not all was measured: {report:#}").into());
    }
    for setting in profiles {
        for compiler in ["llvm", "fixed"] {
            for round in 0..rounds {
                let values = measured(&report, setting, "small", compiler, &round.to_string());
                for metric in ["wall", "processor", "memory", "text", "file"] {
                    is_positive(values, metric)?;
                }
            }
        }
        let number = |value: &Value| value.as_f64().unwrap_or_default();
        // Both compilers make code of about the same size.
        let text = summary(&report, setting, "text");
        if !(0.5..2.0).contains(&number(&text["ratio"])) || !text["interval"].is_null() {
            return Err(format!("{setting}: {text:#}").into());
        }
        let time = summary(&report, setting, "processor");
        let (ratio, interval) = (number(&time["ratio"]), &time["interval"]);
        let is_within = number(&interval[0]) <= ratio && ratio <= number(&interval[1]);
        if ratio <= 0.0 || interval.is_null() != (rounds < 3) || !(is_within || rounds < 3) {
            return Err(format!("{setting}: the ratio is not within its interval: {time:#}").into());
        }
    }
    Ok(())
}

fn programs() -> Result<(), Failed> {
    let project = TempProject::new()?;
    let arguments = [
        "--measure",
        "run",
        "--programs",
        "n_body,interpreter",
        "--rounds",
        "1",
        "--repeat",
        "1",
    ];
    let report = json(&project.path("."), &arguments)?;
    for setting in ["release", "one-unit", "incremental-release"] {
        for (program, compiler) in [("n_body", "llvm"), ("n_body", "fixed"), ("interpreter", "fixed")] {
            let values = measured(&report, setting, program, compiler, "0");
            for metric in ["wall", "processor", "text"] {
                is_positive(values, metric)?;
            }
        }
    }
    let output = bench(&project.path("."), &arguments)?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for part in [
        "Run time of what was made",
        "incremental-release",
        "n_body",
        "geometric mean",
    ] {
        holds(&text, part)?;
    }
    match output.status.code() {
        Some(0) => Ok(()),
        code => Err(format!("ended with {code:?}: {}", String::from_utf8_lossy(&output.stderr)).into()),
    }
}

fn phases() -> Result<(), Failed> {
    let project = package()?;
    let page = project.path("page.html");
    let arguments = [
        "small",
        "--measure",
        "phases",
        "--profiles",
        "release",
        "--rounds",
        "1",
        "--html",
    ];
    let report = json(
        &project.path("."),
        &[&arguments[..], &[&page.to_string_lossy()]].concat(),
    )?;
    let phases = report["phases"].as_array().ok_or("there are no phases")?;
    for compiler in ["llvm", "fixed"] {
        let of = phases
            .iter()
            .find(|of| of["compiler"] == compiler)
            .ok_or("a compiler is missing")?;
        for phase in ["building", "passes", "emission"] {
            is_positive(of, phase)?;
        }
        let units = of["units"].as_array().ok_or("there are no units")?;
        let of_program = units
            .iter()
            .any(|unit| unit[0].as_str().is_some_and(|name| name.contains("small")));
        if !of_program {
            return Err(format!("no unit has the name of the crate: {units:#?}").into());
        }
    }
    holds(&std::fs::read_to_string(page)?, "units of small by fixed")
}

fn instructions() -> Result<(), Failed> {
    let project = package()?;
    let arguments = [&["small", "--callgrind"], QUICK].concat();
    let counts = |report: &Value| {
        ["llvm", "fixed"].map(|compiler| {
            let values = measured(report, "dev", "small", compiler, "0");
            ["instructions", "backend", "building"].map(|metric| values[metric].as_f64().unwrap_or_default())
        })
    };
    let (one, other) = (
        json(&project.path("."), &arguments)?,
        json(&project.path("."), &arguments)?,
    );
    let (one, other) = (counts(&one), counts(&other));
    for (one, other) in one.into_iter().zip(other) {
        let [all, backend, building] = one;
        if !(all > backend && backend > building && building > 0.0) {
            return Err(
                format!("instructions {all}, of the backend {backend}, of building IR {building}").into(),
            );
        }
        for (one, other) in one.into_iter().zip(other) {
            if (one / other - 1.0).abs() > 0.01 {
                return Err(format!("{one} instructions, and then {other}").into());
            }
        }
    }
    Ok(())
}

fn broken() -> Result<(), Failed> {
    let project = package()?;
    project.write("broken/Cargo.toml", &MANIFEST.replace("small", "broken"))?;
    project.write("broken/src/lib.rs", "pub fn f() -> u8 { nonsense }\n")?;
    let arguments = [&["small", "broken"], QUICK].concat();
    let output = bench(&project.path("."), &arguments)?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    holds(
        &text,
        "not measured: broken, dev, by fixed: `cargo build` ends with status 101",
    )?;
    holds(&text, "cannot find value `nonsense`")?;
    holds(&text, "Compilation")?;
    match output.status.code() {
        Some(2) => Ok(()),
        code => Err(format!("ended with {code:?}").into()),
    }
}

fn without_valgrind() -> Result<(), Failed> {
    let project = package()?;
    // Everything but valgrind.
    let folder = project.path("bin");
    std::fs::create_dir(&folder)?;
    for tool in ["rustup", "cc", "ld", "as", "sh"] {
        let found = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
            .map(|dir| dir.join(tool))
            .find(|path| path.is_file());
        found
            .map(|path| std::os::unix::fs::symlink(path, folder.join(tool)))
            .transpose()?;
    }
    let output = Command::new(env!("CARGO_BIN_EXE_fixed"))
        .args(["bench", "small", "--callgrind"])
        .args(QUICK)
        .current_dir(project.path("."))
        .env("PATH", &folder)
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    holds(
        &String::from_utf8_lossy(&output.stderr),
        "install it (Debian: `apt-get install valgrind`)",
    )?;
    holds(&text, "Compilation")?;
    holds(&text, "not measured: instructions, all, by all")?;
    match output.status.code() {
        Some(2) => Ok(()),
        code => Err(format!("ended with {code:?}: {text}").into()),
    }
}

fn refusals() -> Result<(), Failed> {
    let project = package()?;
    for (arguments, words) in [
        (
            &["small", "--profiles", "fast"][..],
            "there is no profile `fast`; they are dev, incremental,",
        ),
        (
            &["nowhere"],
            "there is no package nowhere: no file Cargo.toml is in that folder",
        ),
        (
            &["--programs", "nothing"],
            "there is no program `nothing`; they are allocation,",
        ),
        (&["small", "-c", "fixed"], "one compiler cannot be compared"),
        (
            &["small", "-c", "fixed", "-c", "+no-such-toolchain"],
            "rustup toolchain install no-such-toolchain",
        ),
        (
            &["small", "--html", "no/such/folder/page.html"],
            "there is no such folder",
        ),
        (&["small", "--rounds", "0"], "nothing is measured in no rounds"),
    ] {
        let output = bench(&project.path("."), arguments)?;
        holds(&String::from_utf8_lossy(&output.stderr), words)?;
        if output.status.code() != Some(1) {
            return Err(format!("{arguments:?} ended with {:?}", output.status).into());
        }
    }
    Ok(())
}

/// What it prints then is refused: whoever read it has gone.
fn unheard() -> Result<(), Failed> {
    let project = package()?;
    let mut running = Command::new(env!("CARGO_BIN_EXE_fixed"))
        .args([
            "bench",
            "small",
            "--measure",
            "compile",
            "--profiles",
            "dev",
            "--rounds",
            "100000",
        ])
        .current_dir(project.path("."))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    drop((running.stdout.take(), running.stderr.take()));
    // It has made its folder for what cargo builds, and so handles signals.
    std::thread::sleep(Duration::from_secs(5));
    Command::new("sh")
        .args(["-c", &format!("kill -INT {}", running.id())])
        .status()?;
    let end = Instant::now() + Duration::from_secs(30);
    while running.try_wait()?.is_none() {
        if Instant::now() > end {
            running.kill()?;
            running.wait()?;
            return Err("it has not ended within 30 seconds".into());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Ok(())
}

/// After the first round, a signal: what was measured is printed and written, and no process, folder or half-written file is left.
fn signal() -> Result<(), Failed> {
    let project = package()?;
    let temporary = project.path("tmp");
    std::fs::create_dir(&temporary)?;
    let page = project.path("page.html");
    let running = Command::new(env!("CARGO_BIN_EXE_fixed"))
        .args([
            "bench",
            "small",
            "--measure",
            "compile",
            "--profiles",
            "dev",
            "--rounds",
            "100000",
            "--html",
        ])
        .arg(&page)
        .current_dir(project.path("."))
        .env("TMPDIR", &temporary)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    // Its folder for what compilers make is another one for each compilation: four are two rounds.
    let mut seen = BTreeSet::new();
    let start = Instant::now();
    while seen.len() < 5 && start.elapsed() < Duration::from_secs(300) {
        let folders = std::fs::read_dir(&temporary)?.flatten();
        for about in folders.filter_map(|folder| folder.path().join("scratch").metadata().ok()) {
            seen.insert((about.ino(), about.created().ok()));
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Command::new("sh")
        .args(["-c", &format!("kill -INT {}", running.id())])
        .status()?;
    let output = running.wait_with_output()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    holds(
        &String::from_utf8_lossy(&output.stderr),
        "stopped; this was measured until then:",
    )?;
    holds(&text, "Compilation")?;
    holds(&text, "Not all that was asked for was measured.")?;
    if text.contains("not measured:") {
        return Err(format!("what was killed is taken for a failure: {text}").into());
    }
    holds(
        &std::fs::read_to_string(&page)?,
        "Not all that was asked for was measured",
    )?;
    let left = std::fs::read_dir(&temporary)?.count();
    let beside = std::fs::read_dir(project.path("."))?.count();
    // The package, the folder for temporary files, and the page.
    if left != 0 || beside != 3 || output.status.success() {
        return Err(format!("{left} folders and {beside} files are left, {}", output.status).into());
    }
    Ok(())
}

//! Doctests, and the rest of cargo's subcommands.

use libtest_mimic::Failed;

use crate::Check;
use crate::project::{cargo, compiled_by, find, package, prints, succeed};
use crate::support::project::{TempProject, holds};

pub const CHECKS: &[(&str, Check)] = &[
    ("doctests are compiled by the backend", doctests),
    ("flags for rustdoc stay in force", rustdoc_flags),
    (
        "check, clippy, doc, rustdoc, bench, fmt, tree, metadata",
        subcommands,
    ),
    ("messages for editors", messages),
];

/// What few machines have the tools for.
pub const OTHERS: &[(&str, Check)] = &[
    ("nextest", nextest),
    ("a toolchain that is another", other_toolchain),
];

/// A library with a unit test and a doctest, which both look who compiled them.
fn library() -> Result<TempProject, Failed> {
    const LOOK: &str = "let exe = std::fs::read(\"/proc/self/exe\").unwrap();\n\
        let name = [\"with\", \"fixed\", \"0\"].join(\" \");\n\
        assert!(exe.windows(name.len()).any(|part| part == name.as_bytes()));";
    let doctest: String = LOOK.lines().map(|line| format!("/// {line}\n")).collect();
    TempProject::with(&[
        (
            "Cargo.toml",
            "[package]\nname = \"library\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n",
        ),
        (
            "src/lib.rs",
            &format!(
                "//! Text.\n/// Text.\n/// ```\n{doctest}/// if cfg!(one) {{ panic!(\"flags are kept\") }}\n/// ```\npub fn f() {{}}\n\
                 #[test]\nfn unit() {{\n{LOOK}\n}}\n"
            ),
        ),
    ])
}

fn doctests() -> Result<(), Failed> {
    let project = library()?;
    let run = succeed(&mut cargo(&project, &["test"]))?;
    match run.stdout.matches("test result: ok. 1 passed").count() {
        2 => Ok(()),
        _ => Err(format!("not one unit test and one doctest: {}", run.stdout).into()),
    }
}

fn rustdoc_flags() -> Result<(), Failed> {
    let project = library()?;
    let fails = |command: &mut std::process::Command| -> Result<(), Failed> {
        let output = command.output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        match output.status.success() {
            true => Err("the flag was dropped".into()),
            false => holds(&said, "flags are kept"),
        }
    };
    fails(cargo(&project, &["test", "--doc"]).env("RUSTDOCFLAGS", "--cfg one"))?;
    project.write(
        ".cargo/config.toml",
        "[build]\nrustdocflags = [\"--cfg\", \"one\"]\n",
    )?;
    fails(&mut cargo(&project, &["test", "--doc"]))
}

fn subcommands() -> Result<(), Failed> {
    let project = library()?;
    project.write("benches/b.rs", "fn main() { println!(\"measured\") }\n")?;
    let manifest = project.read("Cargo.toml")? + "[[bench]]\nname = \"b\"\nharness = false\n";
    project.write("Cargo.toml", &manifest)?;
    for arguments in [
        &["check"][..],
        &["clippy"],
        &["doc"],
        &["rustdoc"],
        &["tree"],
        &["fmt", "--check"],
    ] {
        let run = cargo(&project, arguments).output()?;
        // The sources are not formatted.
        if !run.status.success() && arguments[0] != "fmt" {
            return Err(format!("{arguments:?}: {}", String::from_utf8_lossy(&run.stderr)).into());
        }
    }
    let bench = succeed(&mut cargo(&project, &["bench", "--bench=b"]))?;
    holds(&bench.stdout, "measured")?;
    let metadata = succeed(&mut cargo(&project, &["metadata", "--format-version=1"]))?;
    holds(&metadata.stdout, "/target/fixed\"")?;
    let other: Vec<_> = std::fs::read_dir(project.path("target"))?
        .flatten()
        .map(|entry| entry.file_name())
        .collect();
    match other
        .iter()
        .all(|name| name == "fixed" || name == "CACHEDIR.TAG" || name == "tmp")
    {
        true => Ok(()),
        false => Err(format!("output went to {other:?}").into()),
    }
}

/// What rust-analyzer runs, with `fixed` before it.
fn messages() -> Result<(), Failed> {
    let project = package(&[])?;
    project.write("src/main.rs", "fn main() { let unused = 1; }\n")?;
    let run = succeed(&mut cargo(
        &project,
        &["check", "--workspace", "--message-format=json", "--all-targets"],
    ))?;
    let reasons: Vec<String> = run
        .stdout
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).map(|message| message["reason"].to_string())
        })
        .collect::<Result<_, _>>()?;
    match reasons.iter().any(|reason| reason == "\"compiler-message\"") {
        true => Ok(()),
        false => Err(format!("no message of the compiler's: {reasons:?}").into()),
    }
}

fn nextest() -> Result<(), Failed> {
    let project = library()?;
    let run = succeed(&mut cargo(&project, &["nextest", "run"]))?;
    holds(&run.stderr, "1 passed")?;
    let tests = find(&project.path("target/fixed/debug"), &|name| {
        name.starts_with("library-") && !name.contains('.')
    });
    compiled_by(true, tests.first().ok_or("no test was made in target/fixed")?)
}

/// A toolchain of rustup's that is not the pinned one.
fn other_toolchain_name() -> Option<String> {
    let output = std::process::Command::new("rustup")
        .args(["toolchain", "list", "-q"])
        .output()
        .ok()?;
    let list = String::from_utf8(output.stdout).ok()?;
    let pinned = include_str!("../../rust-toolchain.toml");
    let names = list.lines().filter_map(|line| line.split_whitespace().next());
    let mut others = names.filter(|name| !pinned.contains(name.split("-x86_64").next().unwrap_or_default()));
    others.next().map(str::to_owned)
}

pub fn without_other_toolchain() -> Option<String> {
    other_toolchain_name()
        .is_none()
        .then(|| "no other toolchain is installed".to_owned())
}

/// A cargo of another toolchain, run by a program that `fixed cargo` runs.
fn other_toolchain() -> Result<(), Failed> {
    let project = package(&[])?;
    let other = other_toolchain_name().ok_or("no other toolchain is installed")?;
    project.write(
        "src/main.rs",
        "fn main() {\n    let status = std::process::Command::new(\"rustup\").args([\"run\", &std::env::args().nth(1).unwrap(), \
         \"cargo\", \"build\", \"--target-dir=other\"]).status().unwrap();\n    assert!(!status.success());\n}\n",
    )?;
    let run = succeed(&mut cargo(&project, &["run", "--", &other]))?;
    holds(&run.stderr, "works with the rustc of the toolchain nightly-")?;
    prints(cargo(&project, &["+stable", "run"]).arg("x"), "")
        .err()
        .ok_or("a toolchain was accepted")?;
    Ok(())
}

//! What the command says of itself and of what it needs.

use libtest_mimic::Failed;

use crate::Check;
use crate::project::{cache, clean, compiled_by, package, succeed};
use crate::support::project::{TempProject, holds, is_error, outcome};

pub const CHECKS: &[(&str, Check)] = &[
    ("--version", version),
    ("help", help),
    ("completions", completions),
    ("the manual", manual),
    ("the doctor", doctor),
    (
        "the doctor names the component that is missing",
        doctor_components,
    ),
    ("the command alone, as `cargo install` leaves it", alone),
    ("errors have colours where they may", colours),
    ("paths that are not UTF-8", not_utf8),
];

fn fixed(project: &TempProject, arguments: &[&str]) -> std::process::Command {
    let mut command = clean(env!("CARGO_BIN_EXE_fixed"), project);
    command.args(arguments);
    command
}

fn version() -> Result<(), Failed> {
    let project = TempProject::new()?;
    let said = succeed(&mut fixed(&project, &["--version"]))?.stdout;
    for part in ["fixed 0.", "rustc: 1.", "of nightly-", "LLVM: ", "/libfixed.so ("] {
        holds(&said, part)?;
    }
    Ok(())
}

fn help() -> Result<(), Failed> {
    let project = TempProject::new()?;
    let said = succeed(&mut fixed(&project, &["--help"]))?.stdout;
    for part in ["Examples:", "patched", "install", "doctor", "completions"] {
        holds(&said, part)?;
    }
    for command in [
        "rustc",
        "cargo",
        "validate",
        "patched",
        "install",
        "completions",
        "man",
    ] {
        let said = succeed(&mut fixed(&project, &["help", command]))?.stdout;
        holds(&said, "Examples:")?;
        if let Some(line) = said.lines().find(|line| line.chars().count() > 100) {
            return Err(format!("help of `{command}` is wide: {line}").into());
        }
    }
    Ok(())
}

fn completions() -> Result<(), Failed> {
    let project = TempProject::new()?;
    for (shell, part) in [
        ("bash", "_fixed()"),
        ("zsh", "#compdef fixed"),
        ("fish", "complete -c fixed"),
    ] {
        let script = succeed(&mut fixed(&project, &["completions", shell]))?.stdout;
        holds(&script, part)?;
        holds(&script, "validate")?;
        if shell == "bash" {
            project.write("completions", &script)?;
            succeed(clean("bash", &project).args(["-n", "completions"]))?;
        }
    }
    Ok(())
}

fn manual() -> Result<(), Failed> {
    let project = TempProject::new()?;
    holds(&succeed(&mut fixed(&project, &["man"]))?.stdout, ".TH fixed 1")?;
    succeed(&mut fixed(&project, &["man", "pages/man1"]))?;
    holds(
        &project.read("pages/man1/fixed-validate.1")?,
        "optimisation levels",
    )
}

fn doctor() -> Result<(), Failed> {
    let project = TempProject::new()?;
    // Other installs on this machine may be stale, which is the doctor's business, not ours.
    let output = fixed(&project, &["doctor", "--json"]).output()?;
    let findings: Vec<serde_json::Value> = serde_json::from_slice(&output.stdout)?;
    let state = |name: &str| {
        findings
            .iter()
            .find(|finding| finding["name"] == name)
            .map(|finding| &finding["state"])
    };
    for name in ["rustup", "toolchain", "libLLVM", "backend", "linker"] {
        match state(name) {
            Some(state) if state == "good" => {}
            state => return Err(format!("{name} is {state:?}").into()),
        }
    }
    // Without a toolchain, it says what to do.
    let mut without = fixed(&project, &["doctor"]);
    without
        .env("RUSTUP_HOME", project.path("rustup"))
        .env_remove("RUSTUP_TOOLCHAIN");
    let run = outcome(without.output()?);
    if run.code != Some(1) {
        return Err(format!("ended with {:?} without a toolchain: {}", run.code, run.stdout).into());
    }
    holds(&run.stdout, "mend it with: rustup toolchain install nightly-")
}

/// A rustup that knows the toolchain of patched builds, which has nothing but its rustc.
const RUSTUP: &str = r#"#!/bin/sh
case $* in
    run*--print=sysroot) echo "$BARE_SYSROOT" ;;
    run*-vV) printf 'rustc 1.2.3\nhost: h\nLLVM version: 22.1.0\n' ;;
    *) exec "$REAL_RUSTUP" "$@" ;;
esac
"#;

fn doctor_components() -> Result<(), Failed> {
    let project = TempProject::with(&[("bin/rustup", RUSTUP)])?;
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(project.path("bin/rustup"), executable)?;
    let path = std::env::var_os("PATH").unwrap_or_default();
    let real = std::env::split_paths(&path).map(|dir| dir.join("rustup"));
    let real = real
        .into_iter()
        .find(|rustup| rustup.is_file())
        .ok_or("no rustup")?;
    let mut dirs = vec![project.path("bin")];
    dirs.extend(std::env::split_paths(&path));
    let mut doctor = fixed(&project, &["doctor", "--json"]);
    doctor
        .env("PATH", std::env::join_paths(dirs)?)
        .env("REAL_RUSTUP", real)
        .env("BARE_SYSROOT", project.path("bare"));
    let findings: Vec<serde_json::Value> = serde_json::from_slice(&doctor.output()?.stdout)?;
    let named = |name: &str| findings.iter().find(|finding| finding["name"] == name);
    let toolchain = named("toolchain for patches").ok_or("nothing is said of the toolchain")?;
    let mend = toolchain["mend"].as_str().unwrap_or_default();
    if toolchain["state"] != "absent" || named("LLVM headers").is_some() {
        return Err(format!("the missing component is taken for something else: {findings:?}").into());
    }
    holds(mend, "rustup component add rustc-dev --toolchain nightly-")
}

fn alone() -> Result<(), Failed> {
    let project = package(&[])?;
    std::fs::create_dir(project.path("bin"))?;
    let alone = project.path("bin/fixed");
    std::fs::copy(env!("CARGO_BIN_EXE_fixed"), &alone)?;
    succeed(clean(&alone, &project).args(["rustc", "src/main.rs"]))?;
    compiled_by(true, &project.path("main"))?;
    succeed(clean(&alone, &project).args(["cargo", "build"]))?;
    compiled_by(true, &project.path("target/fixed/debug/user"))?;
    let said = succeed(clean(&alone, &project).arg("--version"))?.stdout;
    holds(&said, &cache().display().to_string())
}

fn colours() -> Result<(), Failed> {
    let project = TempProject::new()?;
    let error = |arguments: &[&str], variables: &[(&str, &str)]| -> Result<String, Failed> {
        let mut command = fixed(&project, arguments);
        command.envs(variables.iter().copied()).env_remove("NO_COLOR");
        if variables.contains(&("NO_COLOR", "1")) {
            command.env("NO_COLOR", "1");
        }
        Ok(outcome(command.output()?).stderr)
    };
    for arguments in [
        &["validate", "no/such/folder"][..],
        &["validate", "--no-such-option"],
    ] {
        let forced = error(arguments, &[("CLICOLOR_FORCE", "1")])?;
        let plain = error(arguments, &[("NO_COLOR", "1")])?;
        if !forced.contains("\u{1b}[") || plain.contains("\u{1b}[") {
            return Err(format!("`{forced}` with colours, `{plain}` without").into());
        }
    }
    Ok(())
}

fn not_utf8() -> Result<(), Failed> {
    use std::os::unix::ffi::OsStrExt;
    let project = TempProject::new()?;
    let folder = project
        .path(".")
        .join(std::ffi::OsStr::from_bytes(b"programs-\xff"));
    std::fs::create_dir(&folder)?;
    std::fs::write(
        folder.join("a.rs"),
        "//@ stdout: one\nfn main() { println!(\"one\") }\n",
    )?;
    succeed(fixed(&project, &["validate", "--levels=0", "-cfixed"]).arg(&folder))?;
    let mut compiler = std::ffi::OsString::from("-c");
    compiler.push(folder.join("no-rustc"));
    let run = outcome(
        fixed(&project, &["validate", "--levels=0"])
            .arg(compiler)
            .arg(&folder)
            .output()?,
    );
    if run.code != Some(2) {
        return Err(format!("ended with {:?}: {}", run.code, run.stderr).into());
    }
    // A package may be there too, and the command.
    let home = folder.join("bin");
    std::fs::create_dir(&home)?;
    let copy = home.join("fixed");
    std::fs::copy(env!("CARGO_BIN_EXE_fixed"), &copy)?;
    std::fs::copy(crate::support::backend(), home.join("libfixed.so"))?;
    project.write("b.rs", "fn main() {}\n")?;
    succeed(clean(&copy, &project).args(["rustc", "b.rs"]))?;
    compiled_by(true, &project.path("b"))?;
    // What cannot be, is said.
    let mut nowhere = clean(&copy, &project);
    let run = outcome(
        nowhere
            .args(["rustc", "b.rs"])
            .env("XDG_CACHE_HOME", &folder)
            .output()?,
    );
    is_error(&run)?;
    holds(&run.stderr, "set XDG_CACHE_HOME")
}

//! Packages in temporary folders, and `fixed` run in them, apart from the settings of whoever runs the tests.

use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Failed;

use crate::support::project::{Outcome, TempProject, outcome};

/// A package `user` with a program that prints which of `names` are set as `--cfg`.
pub fn package(names: &[&str]) -> Result<TempProject, Failed> {
    let prints: String = names
        .iter()
        .map(|name| format!("    if cfg!({name}) {{ println!(\"{name}\"); }}\n"))
        .collect();
    TempProject::with(&[
        (
            "Cargo.toml",
            "[package]\nname = \"user\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n",
        ),
        (
            "src/main.rs",
            &format!("#![allow(unexpected_cfgs)]\nfn main() {{\n{prints}}}\n"),
        ),
    ])
}

/// The command `program`, without what the environment of the tests says to cargo. What it keeps goes to a folder of
/// its own in the project.
pub fn clean(program: impl AsRef<std::ffi::OsStr>, project: &TempProject) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        let is_home = ["CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN"].contains(&text.as_ref());
        if !is_home
            && ["CARGO", "RUST", "FIXED"]
                .iter()
                .any(|prefix| text.starts_with(prefix))
        {
            command.env_remove(name);
        }
    }
    // cargo sets it for tests. A copy of the toolchain would load the original's libraries, and take the original for
    // its sysroot.
    command.env_remove("LD_LIBRARY_PATH");
    command
        .current_dir(project.path("."))
        .env("XDG_CACHE_HOME", cache());
    command
}

/// A folder for what the command keeps, shared by the tests.
pub fn cache() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache")
}

/// `fixed cargo ARGUMENTS`, in the project.
pub fn cargo(project: &TempProject, arguments: &[&str]) -> Command {
    let mut command = clean(env!("CARGO_BIN_EXE_fixed"), project);
    command.arg("cargo").args(arguments);
    command
}

/// Runs a command, which must succeed.
pub fn succeed(command: &mut Command) -> Result<Outcome, Failed> {
    let run = outcome(command.output()?);
    match run.code {
        Some(0) => Ok(run),
        code => Err(format!("{command:?} ended with {code:?}: {}{}", run.stdout, run.stderr).into()),
    }
}

/// Runs a command, which must succeed and print `expected`.
pub fn prints(command: &mut Command, expected: &str) -> Result<(), Failed> {
    let run = succeed(command)?;
    match run.stdout == expected {
        true => Ok(()),
        false => Err(format!(
            "{command:?} prints `{}`, not `{expected}`: {}",
            run.stdout, run.stderr
        )
        .into()),
    }
}

/// Fails unless the program was compiled by the backend, which leaves its name in it, or by rustc's own if `ours`
/// is false.
pub fn compiled_by(ours: bool, program: &Path) -> Result<(), Failed> {
    let bytes = std::fs::read(program).map_err(|error| format!("{}: {error}", program.display()))?;
    let name = b"with fixed 0";
    match bytes.windows(name.len()).any(|part| part == name) == ours {
        true => Ok(()),
        false if ours => Err(format!("{} was not compiled by the backend", program.display()).into()),
        false => Err(format!("{} was compiled by the backend", program.display()).into()),
    }
}

/// The program or the library below `folder` whose file's name `wanted` accepts.
pub fn binary(folder: &Path, wanted: &dyn Fn(&str) -> bool) -> Result<PathBuf, Failed> {
    let is_binary = |path: &PathBuf| {
        std::fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"\x7fELF") || bytes.starts_with(b"!<arch>"))
    };
    let found = find(folder, wanted).into_iter().find(is_binary);
    found.ok_or_else(|| format!("cargo has made no such file in {}", folder.display()).into())
}

/// The files below `folder` of which `wanted` says yes.
pub fn find(folder: &Path, wanted: &dyn Fn(&str) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => found.extend(find(&path, wanted)),
            false if wanted(&entry.file_name().to_string_lossy()) => found.push(path),
            false => {}
        }
    }
    found
}

//! `fixed cargo`: the pinned cargo, which compiles with the backend and otherwise does as it always does.
//!
//! How the backend gets into the compilations without touching the user's flags is told in [`crate::wrapper`].
//! Here, the user's own wrapper and rustdoc are found, so that ours can pass on to them, and the folder that output
//! goes to: `target/fixed` of the workspace, so that builds with other backends stay as they are.

mod arguments;
mod configuration;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::compiler::tool;
use crate::store;
use crate::wrapper;
use arguments::Arguments;
use configuration::Configuration;

/// Becomes cargo with `args`.
pub fn run(args: &[OsString]) -> Result<ExitCode> {
    let arguments = Arguments::parse(args)?;
    let pinned = store::pin()?;
    let configuration = Configuration::new(&arguments);
    let mut cargo = tool("cargo");
    chain(
        &mut cargo,
        &configuration,
        "RUSTC_WRAPPER",
        "rustc-wrapper",
        wrapper::NEXT_RUSTC_WRAPPER,
    );
    chain(
        &mut cargo,
        &configuration,
        "RUSTDOC",
        "rustdoc",
        wrapper::NEXT_RUSTDOC,
    );
    cargo
        .env("RUSTC_WRAPPER", &pinned.rustc)
        .env("RUSTDOC", &pinned.rustdoc);
    match folder(&arguments, &configuration) {
        None => cargo.args(args),
        Some(folder) => give_folder(&mut cargo, &arguments, &configuration, &folder),
    };
    wrapper::become_(cargo)
}

/// Passes what the user has set as `variable` or as `build.key` on to the wrapper, as `next`.
fn chain(cargo: &mut Command, configuration: &Configuration, variable: &str, key: &str, next: &str) {
    let set = std::env::var_os(variable);
    if set.as_deref().is_some_and(wrapper::is_ours) {
        // Run by a cargo that we have run: what the user had set is in `next`.
        return;
    }
    // cargo reads the variable first, and takes an empty one for no program.
    match set.or_else(|| configuration.program(key)) {
        Some(program) => cargo.env(next, program),
        None => cargo.env_remove(next),
    };
}

/// `target/fixed` of the workspace, unless the user names a folder for the output, or there is no workspace.
fn folder(arguments: &Arguments, configuration: &Configuration) -> Option<PathBuf> {
    let named = ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET_DIR"]
        .iter()
        .any(|name| std::env::var_os(name).is_some());
    if named || arguments.target_dir || configuration.has("target-dir") {
        return None;
    }
    let manifest = match arguments.subcommand.as_deref()?.to_str() {
        // Installs from elsewhere are built in a temporary folder.
        Some("install") => Some(arguments.path.as_ref()?.join("Cargo.toml")),
        // A script has a folder of its own, far from the current one.
        Some(name) if name.ends_with(".rs") || name.contains('/') => return None,
        _ => arguments.manifest_path.clone(),
    };
    let workspace = configuration.workspace(manifest.as_deref())?;
    Some(workspace.join("target/fixed"))
}

/// Adds the arguments to `cargo`, and tells it `folder`.
fn give_folder<'a>(
    cargo: &'a mut Command,
    arguments: &Arguments,
    configuration: &Configuration,
    folder: &Path,
) -> &'a mut Command {
    let name = arguments.subcommand.as_deref().unwrap_or_default();
    // As a setting, the folder stays with this cargo. As a variable, it would also reach the ones that build
    // scripts and tests run, which then wait for this one, or write where they do not look.
    let (Some(text), false) = (folder.to_str(), is_external(name)) else {
        // cargo does not pass settings on to programs such as `cargo-nextest`; and a setting is text.
        return cargo.args(arguments.all).env("CARGO_TARGET_DIR", folder);
    };
    let mut settings = vec![setting("build.target-dir", text)];
    if let Some(dir) = configuration
        .path("build-dir")
        .and_then(|dir| Some(dir.to_str()?.to_owned()))
    {
        settings.push(setting("build.build-dir", &format!("{dir}/fixed")));
    }
    let settings = settings
        .iter()
        .flat_map(|setting| [OsStr::new("--config"), OsStr::new(setting)]);
    // Of settings before and after the subcommand, cargo takes only the latter. So ours stand with the user's; and
    // `cargo clippy`, a program of its own, is only given what is after.
    let is_before = |word: &OsString| word.to_str().is_some_and(|word| word.starts_with("--config"));
    let at = match arguments.before().iter().any(is_before) && name != "clippy" {
        true => 0,
        false => 1.min(arguments.after().len()),
    };
    let (first, rest) = arguments.after().split_at(at);
    cargo
        .args(arguments.before())
        .args(first)
        .args(settings)
        .args(rest)
}

/// A setting for cargo's `--config`. TOML's strings have the escapes of JSON's.
fn setting(key: &str, value: &str) -> String {
    format!("{key}={}", serde_json::Value::from(value))
}

/// Whether a subcommand is a program of its own, found where cargo finds it. `cargo clippy` is one, but passes settings on.
fn is_external(name: &OsStr) -> bool {
    const BUILT_IN: [&str; 22] = [
        "b", "bench", "build", "c", "check", "clean", "clippy", "d", "doc", "fetch", "fix", "install",
        "metadata", "package", "publish", "r", "run", "rustc", "rustdoc", "t", "test", "tree",
    ];
    if name.to_str().is_some_and(|name| BUILT_IN.contains(&name)) {
        return false;
    }
    let mut program = OsString::from("cargo-");
    program.push(name);
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(std::env::home_dir()?.join(".cargo")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(home.map(|home| home.join("bin")));
    folders
        .map(|folder| folder.join(&program))
        .any(|program| program.is_file())
}

//! cargo's configuration, as cargo itself reads it: its files, its environment and its command line.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::arguments::Arguments;
use crate::compiler::tool;

/// The table `build`, and how to ask for more. What cannot be read is taken for not set: cargo reads the same
/// afterwards and reports what is wrong with it.
pub struct Configuration<'a> {
    arguments: &'a Arguments<'a>,
    table: Value,
}

impl<'a> Configuration<'a> {
    /// Reads the table. It holds what files and the command line set; variables are asked for by key.
    pub fn new(arguments: &'a Arguments<'a>) -> Self {
        let mut configuration = Configuration {
            arguments,
            table: Value::Null,
        };
        if arguments.subcommand.is_some() {
            let table = configuration.get(&["--format=json-value", "build"]);
            configuration.table = table
                .and_then(|text| serde_json::from_str(&text).ok())
                .unwrap_or_default();
        }
        configuration
    }

    /// Whether files or the command line set `build.key`.
    pub fn has(&self, key: &str) -> bool {
        self.table.get(key).is_some()
    }

    /// The program that `build.key` is set to.
    pub fn program(&self, key: &str) -> Option<OsString> {
        self.located(key, |value| value.contains('/'))
    }

    /// The folder that `build.key` is set to.
    pub fn path(&self, key: &str) -> Option<OsString> {
        // `{workspace-root}` and the like are absolute.
        self.located(key, |value| !value.starts_with('{'))
    }

    /// The root of the workspace that `manifest`, or else the current folder, belongs to.
    pub fn workspace(&self, manifest: Option<&Path>) -> Option<PathBuf> {
        let mut cargo = self.cargo();
        cargo.args(["locate-project", "--workspace", "--message-format=plain"]);
        if let Some(manifest) = manifest {
            cargo.arg("--manifest-path").arg(manifest);
        }
        Some(Path::new(&answer(cargo)?).parent()?.to_owned())
    }

    /// The value of `build.key`, as a path from the place where it was set if `is_relative` says so.
    fn located(&self, key: &str, is_relative: fn(&str) -> bool) -> Option<OsString> {
        let variable = format!("CARGO_BUILD_{}", key.replace('-', "_").to_uppercase());
        if !self.has(key) && std::env::var_os(variable).is_none() {
            return None;
        }
        let key = format!("build.{key}");
        let value: String = serde_json::from_str(&self.get(&["--format=json-value", &key])?).ok()?;
        if !is_relative(&value) {
            return Some(value.into());
        }
        // A path in `DIR/.cargo/config.toml` is meant from `DIR`, one of elsewhere from the current folder.
        let origin = self.get(&["--show-origin", &key])?;
        let file = origin
            .rsplit_once(" # ")
            .map(|(_, file)| Path::new(file))
            .filter(|file| file.is_absolute());
        let base = file.and_then(|file| file.parent()?.parent());
        let current = std::env::current_dir().unwrap_or_default();
        Some(base.unwrap_or(&current).join(value).into())
    }

    fn get(&self, words: &[&str]) -> Option<String> {
        let mut cargo = self.cargo();
        cargo.args(["-Zunstable-options", "config", "get"]).args(words);
        answer(cargo)
    }

    /// cargo with those of the user's options that configure it.
    fn cargo(&self) -> Command {
        let mut cargo = tool("cargo");
        cargo.args(self.arguments.before());
        for setting in &self.arguments.settings {
            cargo.arg("--config").arg(setting);
        }
        cargo
    }
}

/// What a command prints, if it succeeds.
fn answer(mut command: Command) -> Option<String> {
    let output = command.output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim_end().to_owned())
}

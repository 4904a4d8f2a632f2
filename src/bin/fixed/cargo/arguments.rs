//! What of cargo's command line decides where it looks for its configuration and where its output goes.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::compiler::TOOLCHAIN;

/// A command line of cargo's, in parts.
pub struct Arguments<'a> {
    pub all: &'a [OsString],
    /// Where in `all` the subcommand is, or where it would be.
    at: usize,
    pub subcommand: Option<OsString>,
    /// The values of `--config` after the subcommand.
    pub settings: Vec<OsString>,
    pub manifest_path: Option<PathBuf>,
    /// `--path`, of `cargo install`.
    pub path: Option<PathBuf>,
    /// Whether `--target-dir` is given.
    pub target_dir: bool,
}

impl<'a> Arguments<'a> {
    /// Reads `all`. What is not understood is left for cargo to report.
    pub fn parse(all: &'a [OsString]) -> Result<Self> {
        if let Some(toolchain) = all
            .first()
            .filter(|word| word.as_encoded_bytes().starts_with(b"+"))
        {
            bail!(
                "`fixed cargo` always uses the toolchain {TOOLCHAIN}, which the backend was built for; leave `{}` out",
                toolchain.display()
            );
        }
        let mut arguments = Arguments {
            all,
            at: all.len(),
            subcommand: None,
            settings: Vec::new(),
            manifest_path: None,
            path: None,
            target_dir: false,
        };
        let mut at = 0;
        while let Some(word) = all.get(at) {
            match word.to_str() {
                // Options of cargo itself that take the next word.
                Some("--config" | "-C" | "-Z" | "--color" | "--explain") => at += 2,
                Some(option) if option.starts_with('-') => at += 1,
                _ => {
                    arguments.at = at;
                    arguments.subcommand = Some(word.clone());
                    arguments.read_options(&all[at + 1..]);
                    break;
                }
            }
        }
        Ok(arguments)
    }

    /// The options of cargo itself, which come before the subcommand.
    pub fn before(&self) -> &'a [OsString] {
        &self.all[..self.at]
    }

    /// The subcommand and its arguments.
    pub fn after(&self) -> &'a [OsString] {
        &self.all[self.at..]
    }

    fn read_options(&mut self, words: &[OsString]) {
        let mut words = words.iter().take_while(|word| *word != "--");
        while let Some(word) = words.next() {
            let (name, value) = match word.to_str().and_then(|word| word.split_once('=')) {
                Some((name, value)) => (OsStr::new(name), Some(OsString::from(value))),
                None => (word.as_os_str(), None),
            };
            let mut value = || value.clone().or_else(|| words.next().cloned());
            match name.to_str() {
                Some("--config") => self.settings.extend(value()),
                Some("--manifest-path") => self.manifest_path = value().map(PathBuf::from),
                Some("--path") => self.path = value().map(PathBuf::from),
                Some("--target-dir") => self.target_dir = true,
                _ => {}
            }
        }
    }
}

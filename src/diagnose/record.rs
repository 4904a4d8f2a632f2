//! What went wrong, for tools: a file of JSON beside what was saved.
//!
//! So they need not read error messages. The file is named as the saved one, with `.json` behind.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;

/// The number that goes up when a field changes its meaning.
const VERSION: u32 = 1;

#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Kind {
    /// The verifier rejects what was built.
    InvalidIr,
    /// LLVM gave up, crashed, ran out of memory, or out of the time that it was given.
    Failure,
}

/// One failure. Paths are as in the error message; a name is absent where it is not known.
#[derive(Debug, Serialize)]
pub(super) struct Record<'a> {
    pub(super) version: u32,
    pub(super) kind: Kind,
    #[serde(rename = "crate")]
    pub(super) crate_name: &'a str,
    /// The codegen unit.
    pub(super) unit: &'a str,
    /// What was being done with it.
    pub(super) stage: &'a str,
    /// The rustc, the LLVM and the backend.
    pub(super) rustc: &'static str,
    pub(super) llvm: &'static str,
    pub(super) backend: &'static str,
    /// LLVM's words.
    pub(super) message: Option<&'a str>,
    pub(super) pass: Option<&'a str>,
    pub(super) function: Option<Function<'a>>,
    pub(super) block: Option<&'a str>,
    /// The verifier's sentence.
    pub(super) rule: Option<&'a str>,
    /// Where in Rust, as `file:line:column`.
    pub(super) place: Option<String>,
    pub(super) mir: Option<&'a str>,
    /// The file that was saved: of an invalid function, a text to read; of a failure, the input that reproduces it.
    pub(super) input: Option<&'a Path>,
    /// The whole module that the invalid function is in, as LLVM's text, whether or not LLVM can read it back.
    pub(super) module: Option<&'a Path>,
    /// The command that reproduces the failure, word by word.
    pub(super) command: Option<Vec<Cow<'a, str>>>,
}

#[derive(Debug, Serialize)]
pub(super) struct Function<'a> {
    pub(super) symbol: &'a str,
    pub(super) name: &'a str,
}

impl<'a> Record<'a> {
    pub(super) fn new(kind: Kind, crate_name: &'a str, unit: &'a str, stage: &'a str) -> Self {
        Record {
            version: VERSION,
            kind,
            crate_name,
            unit,
            stage,
            rustc: env!("FIXED_RUSTC_RELEASE"),
            llvm: env!("FIXED_LLVM_VERSION"),
            backend: env!("CARGO_PKG_VERSION"),
            message: None,
            pass: None,
            function: None,
            block: None,
            rule: None,
            place: None,
            mir: None,
            input: None,
            module: None,
            command: None,
        }
    }

    /// Writes the record beside the file at `path`. Where it cannot be written, the message says all the same.
    pub(super) fn write(&self, path: &Path) {
        let mut name = path.as_os_str().to_owned();
        name.push(".json");
        let written = serde_json::to_vec_pretty(self)
            .map_err(std::io::Error::from)
            .and_then(|text| fs::write(PathBuf::from(&name), text));
        if let Err(why) = written {
            tracing::warn!(?name, %why, "the record cannot be written");
        }
    }
}

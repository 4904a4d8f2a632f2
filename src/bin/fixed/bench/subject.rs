//! What is compiled: packages of cargo's, and the default set.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::edit::variable;
use super::profile::Profile;
use crate::blame::capture::{self, Plan, Typed};
use crate::blame::failure::Ending;
use crate::blame::line::Line;
use crate::compiler::Compiler;

/// The files of the default set's package.
const SET: &[(&str, &str)] = fixed_embed::folder!("src/bin/fixed/bench/set");

/// A subject of the default set.
struct InSet {
    name: &'static str,
    /// The packages that are timed; the others are only built.
    packages: &'static [&'static str],
    /// The one of which a line is edited.
    edited: &'static str,
    /// The program that uses it.
    program: &'static str,
}

const IN_SET: &[InSet] = &[
    InSet {
        name: "regex",
        packages: &[
            "regex",
            "regex-automata",
            "regex-syntax",
            "aho-corasick",
            "memchr",
        ],
        edited: "regex-automata",
        program: "regex-match",
    },
    InSet {
        name: "serde_json",
        packages: &["serde_json", "serde_core"],
        edited: "serde_json",
        program: "json-round",
    },
    InSet {
        name: "syn",
        packages: &["syn", "proc-macro2"],
        edited: "syn",
        program: "syn-parse",
    },
    InSet {
        name: "clap",
        packages: &["clap", "clap_builder", "clap_derive", "clap_lex"],
        edited: "clap_builder",
        program: "clap-parse",
    },
    InSet {
        name: "image",
        packages: &["image", "png"],
        edited: "image",
        program: "image-png",
    },
    InSet {
        name: "tokio",
        packages: &["tokio"],
        edited: "tokio",
        program: "http-round",
    },
    InSet {
        name: "ripgrep",
        packages: &[
            "ripgrep",
            "globset",
            "grep",
            "grep-cli",
            "grep-matcher",
            "grep-printer",
            "grep-regex",
            "grep-searcher",
            "ignore",
        ],
        edited: "grep-printer",
        program: "rg",
    },
];

/// The programs of the default set that are run: regular expressions, JSON, HTTP over loopback.
pub const REAL: &[&str] = &["regex-match", "json-round", "http-round"];

/// A build of cargo's, and the subjects in it.
pub struct Build {
    pub name: String,
    /// cargo's arguments behind `build`.
    words: Vec<OsString>,
    pub subjects: Vec<Subject>,
}

pub struct Subject {
    pub name: String,
    which: Which,
}

enum Which {
    /// What is in this folder.
    Folder(PathBuf),
    InSet(&'static InSet),
}

impl Build {
    /// The default set, unpacked into `folder`.
    pub fn of_set(folder: &Path) -> Result<Self> {
        let write = || {
            std::fs::create_dir_all(folder)?;
            SET.iter()
                .try_for_each(|(name, text)| std::fs::write(folder.join(name), text))
        };
        write().with_context(|| format!("cannot write to the temporary folder {}", folder.display()))?;
        let mut words: Vec<OsString> = ["-Zbindeps", "--locked", "--manifest-path"]
            .map(OsString::from)
            .into();
        words.push(folder.join("Cargo.toml").into());
        let subject = |of: &'static InSet| Subject {
            name: of.name.to_owned(),
            which: Which::InSet(of),
        };
        Ok(Build {
            name: "the default set".to_owned(),
            words,
            subjects: IN_SET.iter().map(subject).collect(),
        })
    }

    /// The package that `spec` names: the path of its folder, and then, after blanks, arguments for cargo. (A path that
    /// holds blanks can have none.)
    pub fn of_package(spec: &OsStr) -> Result<Self> {
        let bytes = spec.as_bytes();
        let words: Vec<&[u8]> = match Path::new(spec).is_dir() {
            true => vec![bytes],
            false => bytes
                .split(u8::is_ascii_whitespace)
                .filter(|word| !word.is_empty())
                .collect(),
        };
        let (&path, arguments) = words.split_first().context("a package without a path")?;
        let path = Path::new(OsStr::from_bytes(path));
        let path = match path.ends_with("Cargo.toml") {
            true => path.parent().unwrap_or(path),
            false => path,
        };
        let folder = path
            .canonicalize()
            .ok()
            .filter(|folder| folder.join("Cargo.toml").is_file());
        let Some(folder) = folder else {
            bail!(
                "there is no package {}: no file Cargo.toml is in that folder",
                path.display()
            );
        };
        let mut words: Vec<OsString> = vec!["--manifest-path".into(), folder.join("Cargo.toml").into()];
        words.extend(arguments.iter().map(|word| OsStr::from_bytes(word).to_owned()));
        let name = folder
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Ok(Build {
            name: name.clone(),
            words,
            subjects: vec![Subject {
                name,
                which: Which::Folder(folder),
            }],
        })
    }

    /// Builds everything with `compiler`, into `target`, and gives the lines of rustc that it took.
    pub fn run(
        &self,
        profile: Profile,
        compiler: &Compiler,
        target: &Path,
        limit: Duration,
    ) -> Result<Vec<Line>> {
        let mut words: Vec<OsString> = vec!["build".into()];
        words.extend(self.words.iter().cloned());
        if profile.is_release() {
            words.push("--release".into());
        }
        let typed = Typed {
            words,
            is_cargo: true,
            toolchain: None,
        };
        let built = capture::build(
            &typed,
            compiler,
            Plan::default(),
            &profile.variables(),
            target,
            limit,
        )?;
        match built.ending {
            Ending::Success => Ok(built.lines.into_iter().map(|line| line.line).collect()),
            ending => bail!(
                "`cargo build` {}:\n{}",
                ending.said(),
                super::last_lines(&built.stderr)
            ),
        }
    }
}

impl Subject {
    /// The lines that are timed, of those that building took: of packages of the subject, not of their build scripts.
    pub fn lines(&self, all: &[Line], profile: Profile) -> Vec<Line> {
        let lines = all
            .iter()
            .filter(|line| self.owns(line, profile) && !line.crate_name().starts_with("build_script_"));
        lines.cloned().collect()
    }

    fn owns(&self, line: &Line, profile: Profile) -> bool {
        let is =
            |name: &str, value: &str| variable(line, name).is_some_and(|found| found.as_os_str() == value);
        let of_interest = !profile.is_lto() || is_linked(line);
        of_interest
            && match &self.which {
                Which::Folder(folder) => {
                    variable(line, "CARGO_MANIFEST_DIR").is_some_and(|dir| dir.starts_with(folder))
                }
                Which::InSet(of) => {
                    // What procedural macros use is compiled for the host, not optimised.
                    let is_of_profile = !profile.is_release() || line.level() != "0";
                    is_of_profile
                        && (is("CARGO_BIN_NAME", of.program)
                            || of.packages.iter().any(|package| is("CARGO_PKG_NAME", package)))
                }
            }
    }

    /// The line of the crate that is edited: a library, if there is one.
    pub fn edited(&self, all: &[Line]) -> Result<Line> {
        let lines = self.lines(all, Profile::Dev);
        let found = match &self.which {
            Which::InSet(of) => lines.iter().find(|line| {
                variable(line, "CARGO_PKG_NAME").is_some_and(|name| name.as_os_str() == of.edited)
            }),
            Which::Folder(folder) => {
                let own = |line: &&Line| variable(line, "CARGO_MANIFEST_DIR").as_ref() == Some(folder);
                let is_library = |line: &&Line| !is_linked(line);
                lines
                    .iter()
                    .filter(own)
                    .find(is_library)
                    .or_else(|| lines.iter().find(own))
                    .or_else(|| lines.iter().find(is_library))
                    .or(lines.first())
            }
        };
        found.cloned().context("nothing of the package was compiled")
    }
}

/// Whether a line makes something that is linked, and no procedural macro.
fn is_linked(line: &Line) -> bool {
    let mut kinds = vec![];
    let mut args = line.args.iter().map(|arg| arg.to_string_lossy());
    while let Some(arg) = args.next() {
        match arg.strip_prefix("--crate-type=") {
            Some(kind) => kinds.push(kind.to_owned()),
            None if arg == "--crate-type" => kinds.extend(args.next().map(|kind| kind.into_owned())),
            None => {}
        }
    }
    kinds.is_empty()
        || kinds
            .iter()
            .any(|kind| ["bin", "cdylib", "dylib", "staticlib"].contains(&&**kind))
}

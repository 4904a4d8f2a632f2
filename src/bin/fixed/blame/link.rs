//! The last link of a build, kept so that it can be done again with other objects.
//!
//! rustc is given this very executable as its linker. It copies what is linked, writes down how, and goes on as the
//! linker that rustc would have called.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, SystemTime};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use super::failure::Ending;
use super::line::files;
use super::tools::{Tools, words};
use crate::{process, stand_in};

/// The name under which this command is rustc's linker; by its ending, rustc takes it for one like `cc`.
const NAME: &str = "fixed-blame-cc";
/// Where links are written down.
pub const LINKS: &str = "FIXED_BLAME_LINKS";
/// The linker that does the work.
pub const LINKER: &str = "FIXED_BLAME_LINKER";

/// A link, with its inputs copied.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Link {
    linker: OsString,
    /// Where an argument is an input that was built, it is the number of the input.
    args: Vec<Argument>,
    folder: OsString,
    output: OsString,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
enum Argument {
    Word(OsString),
    Output,
    /// The copy, and the name of what was copied.
    Input(OsString, String),
}

/// Makes the link by which this executable is the linker, in `folder`.
pub fn wrapper(folder: &Path) -> Result<PathBuf> {
    let path = folder.join(NAME);
    stand_in::link(&path)?;
    Ok(path)
}

/// If rustc runs this executable as its linker: links, and writes down how.
pub fn wrapped() -> Option<ExitCode> {
    stand_in::run_as(NAME, linker)
}

fn linker(args: Vec<OsString>) -> Result<ExitCode> {
    let links = PathBuf::from(std::env::var_os(LINKS).with_context(|| format!("{LINKS} is not set"))?);
    let linker = std::env::var_os(LINKER).unwrap_or_else(|| "cc".into());
    let since = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_nanos();
    let folder = links.join(format!("{since:030}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut link = Link {
        linker: linker.clone(),
        args: vec![],
        folder: std::env::current_dir().unwrap_or_default().into(),
        output: OsString::new(),
    };
    let mut words = args.iter();
    while let Some(word) = words.next() {
        if word == "-o" {
            link.args.push(Argument::Word(word.clone()));
            link.args.push(Argument::Output);
            link.output = words.next().cloned().unwrap_or_default();
            continue;
        }
        let path = Path::new(word);
        let is_input = path.extension().is_some_and(|ext| ext == "o" || ext == "rlib")
            && path.is_file()
            && !path.components().any(|part| part.as_os_str() == "rustlib");
        if !is_input {
            link.args.push(Argument::Word(word.clone()));
            continue;
        }
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let copy = folder.join(&name);
        std::fs::copy(path, &copy).with_context(|| format!("cannot copy {}", path.display()))?;
        link.args.push(Argument::Input(copy.into(), name));
    }
    let status = Command::new(&linker)
        .args(&args)
        .status()
        .with_context(|| format!("cannot run the linker {}", linker.display()))?;
    if status.success() {
        let text = serde_json::to_vec(&link).context("a link is no JSON")?;
        std::fs::write(folder.join("link.json"), text).context("cannot write down a link")?;
    }
    Ok(stand_in::exit_code(status, 1))
}

/// A unit of code generation, as an object: the file that the linker got it in, and the member of that file if it is
/// an archive.
pub type Unit = (String, String);

/// Which side's objects are linked.
#[derive(Clone, Default)]
pub struct Selection<'a> {
    /// Units of the bad side; all others are of the good one.
    pub bad: Vec<Unit>,
    /// A unit of which objects are given, in place of either side's.
    pub replaced: Option<(Unit, Vec<&'a Path>)>,
}

impl Link {
    /// The last link of a program in `folder` that is not a build script's.
    pub fn last(folder: &Path) -> Result<Option<Self>> {
        let mut last = None;
        let mut folders: Vec<PathBuf> = std::fs::read_dir(folder)
            .into_iter()
            .flatten()
            .filter_map(|entry| Some(entry.ok()?.path()))
            .collect();
        folders.sort();
        for folder in folders {
            let Ok(text) = std::fs::read(folder.join("link.json")) else {
                continue;
            };
            let link: Link = serde_json::from_slice(&text).context("a link cannot be read")?;
            let is_shared = link
                .args
                .iter()
                .any(|arg| matches!(arg, Argument::Word(word) if word == "-shared"));
            if !is_shared && !link.output.to_string_lossy().contains("build_script_") {
                last = Some(link);
            }
        }
        Ok(last)
    }

    /// What the program is called.
    pub fn program(&self) -> String {
        let name = Path::new(&self.output)
            .file_name()
            .unwrap_or_default()
            .to_string_lossy();
        // cargo gives it a hash, and links it to its name afterwards.
        match name.rsplit_once('-') {
            Some((name, hash)) if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                name.to_owned()
            }
            _ => name.into_owned(),
        }
    }

    fn inputs(&self) -> impl Iterator<Item = (&Path, &str)> {
        self.args.iter().filter_map(|arg| match arg {
            Argument::Input(copy, name) => Some((Path::new(copy), &**name)),
            _ => None,
        })
    }

    /// The units, in the order of the link, each with its object.
    pub fn units(&self, tools: &Tools, scratch: &Path) -> Result<BTreeMap<Unit, PathBuf>> {
        let mut units = BTreeMap::new();
        for (path, name) in self.inputs() {
            if !name.ends_with(".rlib") {
                if name.contains(".rcgu.") {
                    units.insert((name.to_owned(), String::new()), path.to_owned());
                }
                continue;
            }
            let folder = scratch.join(name);
            std::fs::create_dir_all(&folder).context("cannot make a temporary folder")?;
            let mut args = words(["x", "--output"]);
            args.extend([folder.clone().into(), path.into()]);
            if tools.run("llvm-ar", &args)?.ending != Ending::Success {
                bail!("the archive {} cannot be read", path.display());
            }
            for object in files(&folder, ".rcgu.o") {
                let member = object
                    .file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned();
                units.insert((name.to_owned(), member), object);
            }
        }
        Ok(units)
    }

    /// Links a program of units of both sides.
    pub fn again(
        &self,
        tools: &Tools,
        (good, bad): (&BTreeMap<Unit, PathBuf>, &BTreeMap<Unit, PathBuf>),
        selection: &Selection<'_>,
        output: &Path,
        scratch: &Path,
    ) -> Result<()> {
        let _ = std::fs::remove_dir_all(scratch);
        std::fs::create_dir_all(scratch).context("cannot make a temporary folder")?;
        let object = |unit: &Unit| {
            let side = if selection.bad.contains(unit) { bad } else { good };
            side.get(unit)
                .or_else(|| good.get(unit))
                .or_else(|| bad.get(unit))
        };
        let replaced = |unit: &Unit| selection.replaced.as_ref().filter(|(other, _)| other == unit);
        let mut command = Command::new(&self.linker);
        command.current_dir(&self.folder);
        let mut before: Vec<&Path> = vec![];
        let mut args: Vec<OsString> = vec![];
        for arg in &self.args {
            match arg {
                Argument::Word(word) => args.push(word.clone()),
                Argument::Output => args.push(output.into()),
                Argument::Input(_, name) if name.ends_with(".rlib") => {
                    let archive = scratch.join(name);
                    let mut words = words(["rcs"]);
                    words.push(archive.clone().into());
                    for unit in good.keys().filter(|unit| unit.0 == *name) {
                        match replaced(unit) {
                            // Of two that define the same, an archive gives one.
                            Some((_, objects)) => before.extend(objects),
                            None => words.extend(object(unit).map(|path| path.clone().into())),
                        }
                    }
                    if tools.run("llvm-ar", &words)?.ending != Ending::Success {
                        bail!("the archive {} cannot be written", archive.display());
                    }
                    args.push(archive.into());
                }
                Argument::Input(copy, name) => {
                    let unit = (name.clone(), String::new());
                    match (replaced(&unit), object(&unit)) {
                        (Some((_, objects)), _) => args.extend(objects.iter().map(OsString::from)),
                        (None, Some(path)) => args.push(path.into()),
                        (None, None) => args.push(copy.clone()),
                    }
                }
            }
        }
        command.args(before).args(args);
        let finished = process::run_trusted(command, Duration::from_secs(600))?;
        match Ending::of(&finished) {
            Ending::Success => Ok(()),
            ending => {
                let text = String::from_utf8_lossy(&finished.stderr);
                let text: Vec<&str> = text
                    .lines()
                    .filter(|line| line.contains("undefined") || line.contains("error"))
                    .take(4)
                    .collect();
                bail!(
                    "objects of both sides cannot be linked with each other (the linker {}): {}",
                    ending.said(),
                    text.join("\n")
                )
            }
        }
    }
}

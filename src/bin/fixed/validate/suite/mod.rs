//! rustc's own tests of assembly, from a folder of its sources.
//!
//! They are `ui/asm`, `codegen-llvm/asm*` and `assembly-llvm/asm`, as far as code is generated for them: a patch must
//! break none. Each names its flags, so it is tried once with each compiler, in each of its revisions. Expectations
//! belong to the version that the sources are of. So what fails with every compiler says nothing of any.

mod directives;
mod filecheck;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use super::cell::{Cell, Outcome};
use crate::compiler::Compiler;
use crate::process::{self, Finished};
use crate::program::Program;
use directives::{Directives, words};

/// What is said of tests in place of a level.
pub const LEVEL: &str = "its own level";

/// A test in one of its revisions.
#[derive(Clone, Debug)]
pub struct Test {
    kind: Kind,
    revision: Option<String>,
    /// The folder of all suites.
    root: PathBuf,
}

/// What is looked at.
#[derive(Copy, Clone, Debug, PartialEq)]
enum Kind {
    /// Whether it compiles.
    Builds,
    /// Whether the program ends well.
    Runs,
    /// The IR.
    Ir,
    /// The assembly.
    Assembly,
}

/// The tests in `sources`: the root of rustc's, or its folder `tests`.
pub fn read(sources: &Path) -> Result<Vec<Program>> {
    let root = match sources.join("tests").is_dir() {
        true => sources.join("tests"),
        false => sources.to_owned(),
    };
    let root = root
        .canonicalize()
        .with_context(|| format!("there is no folder {}", root.display()))?;
    let mut tests = Vec::new();
    for (suite, prefix) in [("ui", "asm"), ("codegen-llvm", "asm"), ("assembly-llvm", "asm")] {
        let dir = root.join(suite);
        let Ok(entries) = std::fs::read_dir(&dir) else {
            continue;
        };
        for entry in entries {
            let path = entry
                .with_context(|| format!("cannot read {}", dir.display()))?
                .path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_asm = match path.is_dir() {
                true => name == prefix,
                false => suite == "codegen-llvm" && name.starts_with(prefix),
            };
            if is_asm {
                collect(&root, suite, &path, &mut tests)?;
            }
        }
    }
    if tests.is_empty() {
        bail!(
            "there are no tests of assembly in {}: it must be the root of rustc's sources, or its folder `tests`",
            sources.display()
        );
    }
    tests.sort_by_key(Program::name);
    Ok(tests)
}

fn collect(root: &Path, suite: &str, path: &Path, tests: &mut Vec<Program>) -> Result<()> {
    let context = || format!("cannot read {}", path.display());
    if path.is_dir() {
        for entry in std::fs::read_dir(path).with_context(context)? {
            let path = entry.with_context(context)?.path();
            if path.file_name() != Some(OsStr::new("auxiliary")) {
                collect(root, suite, &path, tests)?;
            }
        }
        return Ok(());
    }
    if path.extension() != Some(OsStr::new("rs")) {
        return Ok(());
    }
    let directives = Directives::read(path).with_context(context)?;
    for revision in directives.revisions() {
        let named = revision.as_deref();
        let Some(kind) = kind(suite, &directives, named).filter(|_| directives.is_for_here(named)) else {
            continue;
        };
        let mut name = path.strip_prefix(root).unwrap_or(path).display().to_string();
        if let Some(revision) = named {
            name = format!("{name}#{revision}");
        }
        tests.push(Program {
            path: path.to_owned(),
            name: Some(name),
            stdout: vec![],
            edition: String::new(),
            flags: vec![],
            since: None,
            test: Some(Test {
                kind,
                revision: revision.clone(),
                root: root.to_owned(),
            }),
        });
    }
    Ok(())
}

/// What a test is about. Nothing of what is tried here, for those about errors and those that need linkers of their own.
fn kind(suite: &str, directives: &Directives, revision: Option<&str>) -> Option<Kind> {
    match suite {
        "ui" => match directives.one_of(&["run-pass", "build-pass"], revision)? {
            "run-pass" => Some(Kind::Runs),
            _ => Some(Kind::Builds),
        },
        "codegen-llvm" => Some(match directives.has("build-pass", revision) {
            true => Kind::Builds,
            false => Kind::Ir,
        }),
        _ => {
            let mut outputs = directives.values("assembly-output", revision);
            outputs.any(|kind| kind == "emit-asm").then_some(Kind::Assembly)
        }
    }
}

impl Test {
    /// Tries it in `dir`, an empty folder.
    pub fn try_in(&self, path: &Path, compiler: &Compiler, timeout: Duration, dir: &Path) -> Result<Cell> {
        let directives = Directives::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let revision = self.revision.as_deref();
        let flags = directives.flags(revision);
        let (output, emit) = match self.kind {
            Kind::Builds => ("test.o", Some("--emit=obj")),
            Kind::Runs => ("test", None),
            Kind::Ir => ("test.ll", Some("--emit=llvm-ir")),
            Kind::Assembly => ("test.s", Some("--emit=asm")),
        };
        let mut rustc = compiler.rustc();
        self.default_flags(&mut rustc, &directives, compiler);
        rustc
            .current_dir(dir)
            .arg(path)
            .args(["-o", output, "-Awarnings"])
            .args(emit);
        if let Some(revision) = revision {
            let cfg = revision.to_lowercase().replace('-', "_");
            rustc.arg(format!("--cfg={cfg}"));
        }
        if directives.has("add-minicore", revision) {
            let built = self.minicore(&directives, &flags, compiler, dir);
            if let Some(failure) = Cell::of_compilation(&process::run(built, timeout)?) {
                return Ok(failure);
            }
            rustc.args(["--extern", "minicore=libminicore.rlib"]);
        }
        rustc.args(&flags);
        if let Some(failure) = Cell::of_compilation(&process::run(rustc, timeout)?) {
            return Ok(failure);
        }
        let mut command = match self.kind {
            Kind::Builds => return Ok(Cell::plain(Outcome::Ok)),
            Kind::Runs => {
                let mut program = Command::new(dir.join(output));
                let lines = directives.values("run-flags", revision);
                program.args(lines.flat_map(words));
                program
            }
            Kind::Ir | Kind::Assembly => {
                let Some(filecheck) = filecheck::find() else {
                    return Ok(Cell {
                        outcome: Outcome::NotTried,
                        detail: "LLVM's `FileCheck` is not installed (on Debian, it is in `llvm-22-tools`); FILECHECK \
                                 can name one"
                            .to_owned(),
                    });
                };
                filecheck::without_numbers(&dir.join(output))
                    .context("cannot write to the temporary folder")?;
                let mut check = Command::new(filecheck);
                check.arg("--input-file").arg(output).arg(path);
                check.args([
                    "--check-prefix=CHECK",
                    "--allow-unused-prefixes",
                    "--dump-input=never",
                ]);
                if let Some(revision) = revision {
                    check.args(["--check-prefix", revision]);
                }
                check.args(directives.values("filecheck-flags", revision).flat_map(words));
                check
            }
        };
        command.current_dir(dir);
        let ended: Finished = process::run(command, timeout)?;
        Ok(Cell::of_run(&ended, None))
    }

    /// What rustc's own runner passes besides the flags that a test names: what is expected hangs on it.
    fn default_flags(&self, rustc: &mut Command, directives: &Directives, compiler: &Compiler) {
        match self.kind {
            Kind::Builds | Kind::Runs => rustc.arg("-Ccodegen-units=1"),
            Kind::Ir | Kind::Assembly => rustc.args(["-O", "-Cdebug-assertions=no", "-Cdebuginfo=0"]),
        };
        // Functions are looked for in the order of the source.
        if matches!(self.kind, Kind::Ir | Kind::Assembly) && compiler.release >= (1, 92) {
            rustc.arg("-Zcodegen-source-order=yes");
        }
        if directives.has("add-minicore", self.revision.as_deref()) {
            rustc.args(["-Cpanic=abort", "-Cforce-unwind-tables=yes"]);
        }
    }

    /// The stand-in for `core` that tests for other targets use, compiled for them.
    fn minicore(
        &self,
        directives: &Directives,
        flags: &[String],
        compiler: &Compiler,
        dir: &Path,
    ) -> Command {
        let mut rustc = compiler.rustc();
        self.default_flags(&mut rustc, directives, compiler);
        rustc
            .current_dir(dir)
            .arg(self.root.join("auxiliary/minicore.rs"));
        rustc.args([
            "-o",
            "libminicore.rlib",
            "--crate-type=rlib",
            "-Cpanic=abort",
            "-Awarnings",
        ]);
        let own = directives.values("minicore-compile-flags", self.revision.as_deref());
        rustc.args(own.flat_map(words)).args(flags);
        rustc
    }
}

//! Running rustc with the backend in a temporary folder.

use std::path::PathBuf;
use std::process::{Command, Output};

use libtest_mimic::Failed;

use super::{backend, rustc};

/// A temporary folder, and rustc in it.
pub struct TempProject {
    dir: tempfile::TempDir,
}

/// What a run of rustc came to.
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl TempProject {
    /// An empty one.
    pub fn new() -> Result<Self, Failed> {
        Ok(TempProject {
            dir: tempfile::tempdir()?,
        })
    }

    /// One with the files given.
    pub fn with(files: &[(&str, &str)]) -> Result<Self, Failed> {
        let project = TempProject::new()?;
        for (name, text) in files {
            project.write(name, text)?;
        }
        Ok(project)
    }

    /// Writes a file, and makes the folders that it is in.
    pub fn write(&self, name: &str, text: &str) -> Result<(), Failed> {
        let path = self.path(name);
        path.parent().map(std::fs::create_dir_all).transpose()?;
        Ok(std::fs::write(path, text)?)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// `rustc` with the backend, in the folder; nothing but edition and names is set.
    pub fn command(&self) -> Command {
        self.command_of("2024")
    }

    /// The same for another edition.
    pub fn command_of(&self, edition: &str) -> Command {
        let mut rustc = self.in_tree_of(edition);
        rustc.arg(format!("-Zcodegen-backend={}", backend().display()));
        rustc
    }

    /// The same with rustc's own backend.
    pub fn in_tree(&self) -> Command {
        self.in_tree_of("2024")
    }

    fn in_tree_of(&self, edition: &str) -> Command {
        let mut rustc = rustc();
        rustc
            .current_dir(self.dir.path())
            .args(["--edition", edition, "-Awarnings", "-L."]);
        rustc
    }

    /// Runs rustc with `arguments`.
    pub fn rustc(&self, arguments: &[&str]) -> Result<Outcome, Failed> {
        Ok(outcome(self.command().args(arguments).output()?))
    }

    /// Runs rustc with `arguments`: with this backend if `ours`, else with rustc's own.
    pub fn rustc_by(&self, ours: bool, arguments: &[&str]) -> Result<Outcome, Failed> {
        let mut rustc = if ours { self.command() } else { self.in_tree() };
        Ok(outcome(rustc.args(arguments).output()?))
    }

    /// Runs rustc with `arguments`, which must succeed. IR that it writes as text must be such that LLVM takes it
    /// back.
    pub fn compile(&self, arguments: &[&str]) -> Result<Outcome, Failed> {
        self.compile_by(self.command().args(arguments))
    }

    /// The same by a command of this folder.
    pub fn compile_by(&self, rustc: &mut Command) -> Result<Outcome, Failed> {
        let outcome = outcome(rustc.output()?);
        if outcome.code != Some(0) {
            return Err(format!("{rustc:?} failed: {}", outcome.stderr).into());
        }
        let mut arguments = rustc.get_args();
        if arguments.any(|argument| argument.to_string_lossy().contains("llvm-ir")) {
            super::ir::verify_all(self.dir.path())?;
        }
        Ok(outcome)
    }

    /// Runs a program of the folder, which must succeed; gives what it prints.
    pub fn run(&self, program: &str) -> Result<String, Failed> {
        let run = outcome(
            Command::new(self.path(program))
                .current_dir(self.dir.path())
                .output()?,
        );
        match run.code {
            Some(0) => Ok(run.stdout),
            code => Err(format!("{program} ended with {code:?}: {}", run.stderr).into()),
        }
    }

    /// The text of a file of the folder.
    pub fn read(&self, name: &str) -> Result<String, Failed> {
        Ok(String::from_utf8_lossy(&std::fs::read(self.path(name))?).into_owned())
    }
}

pub fn outcome(output: Output) -> Outcome {
    Outcome {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Fails unless `text` holds `part`.
pub fn holds(text: &str, part: &str) -> Result<(), Failed> {
    match text.contains(part) {
        true => Ok(()),
        false => Err(format!("`{part}` is not in:\n{text}").into()),
    }
}

/// Fails unless the run was an error as rustc reports errors: status 1, and no word of a crash.
pub fn is_error(outcome: &Outcome) -> Result<(), Failed> {
    let crashed = ["panicked", "internal compiler error", "LLVM ERROR"];
    match outcome.code {
        Some(1) if !crashed.iter().any(|word| outcome.stderr.contains(word)) => Ok(()),
        code => Err(format!("ended with {code:?}, not with an error:\n{}", outcome.stderr).into()),
    }
}

//! The crate, compiled by both: the user's line of rustc with what makes the two comparable.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::compiler::Compiler;

/// What is compared.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// LLVM IR as code generation made it, before any pass.
    Ir,
    /// Assembly, after all passes.
    Assembly,
}

/// A line of rustc: its arguments, and where and with what it is run.
#[derive(Clone)]
pub struct Line {
    pub args: Vec<OsString>,
    pub folder: Option<PathBuf>,
    pub environment: Vec<(OsString, OsString)>,
}

impl Line {
    /// A line as a user writes it, with or without `rustc` in front.
    pub fn new(words: &[OsString]) -> Self {
        let words = match words.split_first() {
            Some((first, rest)) if Path::new(first).file_stem().is_some_and(|stem| stem == "rustc") => rest,
            _ => words,
        };
        Line {
            args: words.to_vec(),
            folder: None,
            environment: vec![],
        }
    }

    /// The name of the crate, for messages, and by which the line of another toolchain is found.
    pub fn title(&self) -> String {
        let text = |at: usize| self.args.get(at).map(|arg| arg.to_string_lossy().into_owned());
        let after = |name: &str| {
            self.args
                .iter()
                .position(|arg| arg == name)
                .and_then(|at| text(at + 1))
        };
        let source = self
            .args
            .iter()
            .position(|arg| Path::new(arg).extension().is_some_and(|ext| ext == "rs"));
        let mut title = after("--crate-name")
            .or(source.and_then(text))
            .unwrap_or_default();
        for (flag, word) in [("--test", "test"), ("bin", "bin"), ("--crate-type=bin", "bin")] {
            if self.args.iter().any(|arg| arg == flag) {
                title.push_str(&format!(" ({word})"));
            }
        }
        title
    }

    /// The text that `compiler` makes of the crate, in `form`; with debug information, if the line asks for it, only
    /// if `debuginfo`.
    pub fn compile(&self, compiler: &Compiler, form: Form, debuginfo: bool) -> Result<String> {
        let dir = tempfile::tempdir().context("cannot make a temporary folder")?;
        let output = dir.path().join("text");
        let mut rustc = compiler.rustc();
        self.prepare(&mut rustc, form, debuginfo, dir.path());
        let kind = match form {
            Form::Ir => "llvm-ir",
            Form::Assembly => "asm",
        };
        rustc.arg(format!("--emit={kind}={}", output.display()));
        let run = rustc
            .output()
            .with_context(|| format!("cannot run {}", rustc.get_program().display()))?;
        if !run.status.success() {
            bail!(
                "it does not compile ({}):\n{}",
                run.status,
                String::from_utf8_lossy(&run.stderr).trim_end()
            );
        }
        let text =
            std::fs::read(&output).context("rustc has written no such file; is there code in the crate?")?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }

    /// The user's arguments without what names outputs or cuts the crate up, and what is needed instead.
    fn prepare(&self, rustc: &mut Command, form: Form, debuginfo: bool, dir: &Path) {
        self.apply(rustc, debuginfo);
        rustc.arg("--out-dir").arg(dir);
        if !debuginfo {
            rustc.arg("-Cdebuginfo=0");
        }
        rustc.arg("-Ccodegen-units=1");
        if form == Form::Ir {
            rustc.arg("-Cno-prepopulate-passes");
        }
    }

    /// Gives `rustc` the user's arguments without what names outputs or cuts the crate up, and without `-g` unless
    /// `debuginfo`; the folder, and the environment.
    pub fn apply(&self, rustc: &mut Command, debuginfo: bool) {
        let mut args = self.args.iter();
        while let Some(arg) = args.next() {
            let text = arg.to_string_lossy();
            match setting(&text) {
                // `-g` and `-Cdebuginfo` exclude each other.
                _ if text == "-g" && !debuginfo => {}
                Setting::Kept => _ = rustc.arg(arg),
                Setting::Dropped => {}
                Setting::DroppedWithValue => _ = args.next(),
                Setting::Codegen => {
                    let Some(value) = args.next() else { continue };
                    if !is_dropped(&value.to_string_lossy()) {
                        rustc.arg(arg).arg(value);
                    }
                }
            }
        }
        if let Some(folder) = &self.folder {
            rustc.current_dir(folder);
        }
        // This backend leaves out the unwind edges that cannot be taken; what is compared is the rest.
        rustc.env("FIXED_UNWIND_EDGES", "all");
        rustc.envs(self.environment.iter().map(|(name, value)| (name, value)));
    }
}

enum Setting {
    Kept,
    Dropped,
    DroppedWithValue,
    /// `-C` and its value apart.
    Codegen,
}

fn setting(arg: &str) -> Setting {
    match arg {
        "-o" | "--out-dir" | "--emit" => Setting::DroppedWithValue,
        "-C" | "--codegen" => Setting::Codegen,
        _ if arg.starts_with("--emit=") || arg.starts_with("--out-dir=") => Setting::Dropped,
        _ => {
            let value = arg.strip_prefix("-C").or_else(|| arg.strip_prefix("--codegen="));
            match value.is_some_and(is_dropped) {
                true => Setting::Dropped,
                false => Setting::Kept,
            }
        }
    }
}

/// Whether a setting of code generation stands in the way: what is compared is one module, by itself.
fn is_dropped(value: &str) -> bool {
    let name = value.split('=').next().unwrap_or(value).replace('_', "-");
    [
        "codegen-units",
        "incremental",
        "lto",
        "linker-plugin-lto",
        "save-temps",
    ]
    .contains(&name.as_str())
}

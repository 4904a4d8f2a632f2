//! Compiles programs, runs them, and says what they trace.

use std::io;
use std::path::{Path, PathBuf};

use crate::code::{Code, code};
use crate::generate::Case;
use crate::random::outcome::Outcome;
use crate::random::process::{compile, execute};
use crate::setting::{CrateSetting, Setting};
use crate::support::rustc;

/// The source of the crate that all programs use.
const RUNTIME: &str = include_str!("runtime.rs");

/// What both crates of a program begin with.
const HEAD: &str = "\
#![feature(abi_vectorcall, coroutine_trait, coroutines, explicit_tail_calls, f16, f128, gen_blocks)]
#![feature(const_unsigned_bigint_helpers, core_intrinsics, float_minimum_maximum)]
#![feature(never_type, optimize_attribute, portable_simd, repr128, rust_cold_cc, rust_preserve_none_cc, stmt_expr_attributes)]
#![allow(warnings, arithmetic_overflow, unconditional_panic, incomplete_features)]
extern crate runtime;
";

/// A case that failed in a setting.
pub enum Traced {
    /// What it traced.
    Words(String),
    /// What it came to instead.
    Failed(Outcome),
}

/// What programs are compiled with and linked to.
pub struct Tools {
    /// The folder of the runtime.
    dir: tempfile::TempDir,
    pub backend: PathBuf,
}

impl Tools {
    /// Compiles the runtime.
    pub fn new(backend: PathBuf) -> io::Result<Tools> {
        let dir = tempfile::tempdir()?;
        let source = dir.path().join("runtime.rs");
        std::fs::write(&source, RUNTIME)?;
        let mut rustc = rustc();
        rustc
            .args(runtime_arguments())
            .arg("-o")
            .arg(dir.path().join("libruntime.rlib"));
        match compile(&mut rustc, dir.path())? {
            Ok(()) => Ok(Tools { dir, backend }),
            Err(outcome) => Err(io::Error::other(outcome.detail)),
        }
    }

    /// Compiles cases together. What is given is the program.
    fn compile(
        &self,
        setting: &Setting,
        cases: &[&Case],
        dir: &Path,
    ) -> io::Result<Result<PathBuf, Outcome>> {
        let runtime = format!("runtime={}", self.dir.path().join("libruntime.rlib").display());
        let [library, binary] = sources(cases);
        std::fs::write(dir.join("library.rs"), library.text())?;
        std::fs::write(dir.join("program.rs"), binary.text())?;
        for (one, files) in crates(setting) {
            let mut rustc = rustc();
            rustc.args(files).arg("--extern").arg(&runtime);
            rustc.args(setting.arguments(one, &self.backend));
            if let Err(outcome) = compile(&mut rustc, dir)? {
                return Ok(Err(outcome));
            }
        }
        Ok(Ok(dir.join("program")))
    }

    /// Compiles cases together and runs them.
    pub fn run(&self, setting: &Setting, cases: &[&Case]) -> io::Result<Result<Vec<Traced>, Outcome>> {
        let dir = tempfile::tempdir()?;
        let program = match self.compile(setting, cases, dir.path())? {
            Ok(program) => program,
            Err(outcome) => return Ok(Err(outcome)),
        };
        let ids: Vec<usize> = cases.iter().map(|case| case.id).collect();
        let results = execute(&program, &ids, dir.path())?;
        let traced = results.into_iter().map(|result| match result {
            Ok(words) => Traced::Words(words),
            Err(outcome) => Traced::Failed(outcome),
        });
        Ok(Ok(traced.collect()))
    }
}

fn runtime_arguments() -> [&'static str; 5] {
    [
        "--edition=2024",
        "--crate-type=rlib",
        "--crate-name=runtime",
        "-Copt-level=1",
        "runtime.rs",
    ]
}

/// The two crates of a program with the arguments that say what they are.
fn crates(setting: &Setting) -> [(&CrateSetting, &'static [&'static str]); 2] {
    const LIBRARY: &[&str] = &["--edition=2024", "-Awarnings", "--crate-type=rlib", "library.rs"];
    const BINARY: &[&str] = &["--edition=2024", "-Awarnings", "program.rs", "-L."];
    [(&setting.library, LIBRARY), (&setting.binary, BINARY)]
}

/// The sources of the two crates.
fn sources(cases: &[&Case]) -> [Code; 2] {
    let (mut library, mut binary) = (Code::from(HEAD), code![HEAD, "extern crate library;\n"]);
    let mut entries = String::new();
    for case in cases {
        let id = case.id;
        library.push(code![
            format!("pub mod c{id} {{\nuse runtime::*;\n"),
            &case.library,
            "}\n"
        ]);
        binary.push(code![
            format!("mod c{id} {{\nuse runtime::*; use library::c{id}::*;\n"),
            &case.binary,
            "pub fn run() {\n",
            &case.main,
            "}\n}\n"
        ]);
        entries.push_str(&format!("({id}, c{id}::run as fn()), "));
    }
    binary.push(format!("fn main() {{ runtime::run(&[{entries}]); }}\n"));
    [library, binary]
}

/// Writes a case's sources and a script that runs it in both settings.
pub fn write(
    folder: &Path,
    case: &Case,
    tools: &Tools,
    settings: &[(&str, &Setting)],
    notes: &str,
) -> io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let [library, binary] = sources(&[case]);
    std::fs::write(folder.join("runtime.rs"), RUNTIME)?;
    std::fs::write(folder.join("library.rs"), library.text())?;
    std::fs::write(folder.join("program.rs"), binary.text())?;
    let mut script = String::from("#!/bin/sh\n");
    for line in notes.lines() {
        script.push_str(&format!("# {line}\n"));
    }
    script.push_str("set -e\ncd \"$(dirname \"$0\")\"\n");
    script.push_str(&format!("rustc {}\n", runtime_arguments().join(" ")));
    for (name, setting) in settings {
        for (one, files) in crates(setting) {
            let arguments = setting.arguments(one, &tools.backend).join(" ");
            script.push_str(&format!(
                "rustc {} --extern runtime=libruntime.rlib {arguments}\n",
                files.join(" ")
            ));
        }
        script.push_str(&format!("echo '{name}:'; ./program || echo \"ended with $?\"\n"));
    }
    let path = folder.join("run.sh");
    std::fs::write(&path, script)?;
    let mut permissions = std::fs::metadata(&path)?.permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
    std::fs::set_permissions(&path, permissions)
}

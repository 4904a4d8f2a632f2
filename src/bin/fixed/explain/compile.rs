//! The crate by one compiler, in all forms: MIR, IR as it was built, IR after the passes, assembly.
//!
//! One run of rustc makes them all, at the level that was asked for. The IR as built is the bitcode that `-Csave-temps` keeps from
//! before the first pass. (`-Cno-prepopulate-passes` would be another compilation: without passes, rustc gives
//! functions other attributes.) Places come from line tables, which change nothing of the code: `tests/explain.rs` compares.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::compiler::{self, Compiler, TOOLCHAIN};
use crate::diff::compile::Line;
use crate::process::{self, Finished, Folder};

/// What a compiler made of the crate. What it did not get to is not there.
pub struct Products {
    pub mir: Option<String>,
    pub built: Option<String>,
    pub optimised: Option<String>,
    pub assembly: Option<String>,
    pub failure: Option<Failure>,
}

/// That, and how, a compiler failed.
pub struct Failure {
    /// `it ended with signal: 11 (SIGSEGV)`, `it reports errors`.
    pub what: String,
    /// All that it said.
    pub said: String,
    pub rejected: Vec<Rejected>,
}

/// A function that is invalid.
pub struct Rejected {
    pub symbol: String,
    /// The verifier's sentence.
    pub rule: String,
    pub shown: Shown,
}

/// How the instruction is shown that the verifier objects to.
pub enum Shown {
    /// In a text of the function that the backend wrote (`docs/failures.md`).
    Text(String),
    /// It is this line of the IR as built.
    Line(String),
}

/// The first version of rustc that has the settings used here by these names.
const SINCE: (u32, u32) = (1, 80);

/// Compiles, with further flags of rustc.
pub fn compile(line: &Line, compiler: &Compiler, extra: &[String]) -> Result<Products> {
    let folder = Folder::new()?;
    let dir = folder.path();
    let mut rustc = settings(line, compiler);
    let file = |name: &str| dir.join(name);
    rustc.arg(format!(
        "--emit=mir={},llvm-ir={},asm={}",
        file("mir").display(),
        file("ll").display(),
        file("s").display()
    ));
    rustc.arg("--out-dir").arg(dir).arg("-Csave-temps").args(extra);
    let run = process::run_all(rustc)?;
    let failure = failure(&run, dir)?;
    if let Some(failure) = &failure
        && !file("mir").is_file()
        && no_opt(dir).is_none()
    {
        // Errors of the program's, or of the settings: there is nothing to explain.
        bail!("{}:\n{}", failure.what, failure.said.trim_end());
    }
    let read = |name: &str| {
        std::fs::read(file(name))
            .ok()
            .map(|text| String::from_utf8_lossy(&text).into_owned())
    };
    let mut products = Products {
        mir: read("mir"),
        built: no_opt(dir)
            .map(|bitcode| disassemble(&bitcode, compiler))
            .transpose()?,
        optimised: read("ll").filter(|_| failure.is_none()),
        assembly: read("s").filter(|_| failure.is_none()),
        failure,
    };
    if let (Some(failure), Some(bitcode)) = (&mut products.failure, no_opt(dir))
        && failure.rejected.is_empty()
    {
        // A backend that does not look itself may have failed on what it had built wrong.
        let module = products.built.as_deref().unwrap_or_default();
        failure.rejected = super::findings::verify(&bitcode, compiler, module)?;
        // Not all that is wrong survives being written down: a block that ends twice is read back as two.
        if failure.rejected.is_empty() {
            let said = narrate(line, compiler, &["-Zverify-llvm-ir=yes".to_owned()])?;
            failure.rejected = super::findings::read(&said, module);
        }
    }
    Ok(products)
}

/// What a compiler says on standard error of the passes over one function, with `flags` asking for it.
pub fn narrate(line: &Line, compiler: &Compiler, flags: &[String]) -> Result<String> {
    let folder = Folder::new()?;
    let mut rustc = settings(line, compiler);
    // Into a file: to standard output would be mixed with what cargo's lines ask for.
    rustc.arg(format!("--emit=asm={}", folder.path().join("s").display()));
    rustc
        .arg("--out-dir")
        .arg(folder.path())
        .arg("-Zfewer-names=no")
        .args(flags);
    let run = process::run_all(rustc)?;
    Ok(String::from_utf8_lossy(&run.stderr).into_owned())
}

/// The user's line, with one unit and line tables.
fn settings(line: &Line, compiler: &Compiler) -> Command {
    let mut rustc = compiler.rustc();
    line.apply(&mut rustc, false);
    rustc.arg("-Ccodegen-units=1");
    match compiler.release >= SINCE {
        true => rustc.args([
            "-Cdebuginfo=line-tables-only",
            "-Zmir-include-spans=on",
            "-Zverbose-asm=yes",
        ]),
        false => rustc.arg("-Cdebuginfo=1"),
    };
    rustc
}

fn failure(run: &Finished, dir: &Path) -> Result<Option<Failure>> {
    let status = run
        .status
        .context("the compiler was stopped: its time was up, after a day")?;
    if status.success() {
        return Ok(None);
    }
    let rejected = super::findings::rejected(dir)?;
    let what = match status.code() {
        Some(1) if !rejected.is_empty() => "LLVM's verifier rejects what it built".to_owned(),
        Some(1) => "it does not compile".to_owned(),
        Some(101) => "the compiler has panicked".to_owned(),
        _ => format!("the compiler crashed ({status})"),
    };
    Ok(Some(Failure {
        what,
        said: String::from_utf8_lossy(&run.stderr).into_owned(),
        rejected,
    }))
}

/// The bitcode from before the first pass.
fn no_opt(dir: &Path) -> Option<PathBuf> {
    let mut entries = std::fs::read_dir(dir)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()));
    entries.find(|path| path.to_string_lossy().ends_with(".no-opt.bc"))
}

/// Bitcode as text.
fn disassemble(bitcode: &Path, compiler: &Compiler) -> Result<String> {
    let mut tool = Command::new(llvm_tool("llvm-dis", compiler)?);
    let text = bitcode.with_extension("text");
    tool.arg(bitcode).arg("-o").arg(&text);
    let run = process::run_all(tool)?;
    if !run.status.is_some_and(|status| status.success()) {
        bail!(
            "`llvm-dis` cannot read what the compiler kept from before the passes: {}",
            String::from_utf8_lossy(&run.stderr).trim_end()
        );
    }
    let text = std::fs::read(&text).context("`llvm-dis` has written nothing")?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// A tool of the compiler's own toolchain, or of the pinned one, which may be newer and reads what is older.
pub fn llvm_tool(name: &str, compiler: &Compiler) -> Result<PathBuf> {
    let pinned = compiler::rustc_of(TOOLCHAIN);
    let compilers = [Some(compiler.program().to_owned()), pinned.ok()];
    for rustc in compilers.iter().flatten() {
        let Some(sysroot) = rustc.parent().and_then(Path::parent) else {
            continue;
        };
        let targets = std::fs::read_dir(sysroot.join("lib/rustlib"))
            .into_iter()
            .flatten();
        let tools = targets.filter_map(|target| Some(target.ok()?.path().join("bin").join(name)));
        if let Some(tool) = tools.into_iter().find(|tool| tool.is_file()) {
            return Ok(tool);
        }
    }
    bail!(
        "the toolchain has no `{name}`; `rustup component add llvm-tools --toolchain {TOOLCHAIN}` installs it"
    )
}

//! The compilers that are compared.

use std::ffi::{OsStr, OsString};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::compiler::{Compiler, TOOLCHAIN, rustc_of};
use crate::patched::Base;

/// How long a compiler may take to say its version.
const ANSWER: Duration = Duration::from_secs(60);

/// A compiler, by the name that it was asked for.
pub struct Side {
    pub name: String,
    pub compiler: Compiler,
}

/// Finds the compilers `specs`; the first is what the others are compared with.
pub fn find(specs: &[OsString], base: &Base) -> Result<Vec<Side>> {
    let specs = match specs.is_empty() {
        true => default_specs(),
        false => specs.to_vec(),
    };
    let mut sides: Vec<Side> = vec![];
    for spec in specs {
        let name = spec.to_string_lossy().into_owned();
        if sides.iter().any(|side| side.name == name) {
            bail!("the compiler `{name}` is named twice");
        }
        let compiler = Compiler::find(&meant(&spec), base, ANSWER, |line| eprintln!("{line}"));
        let compiler = compiler.with_context(|| format!("the compiler `{name}` cannot be used"))?;
        sides.push(Side { name, compiler });
    }
    match sides.len() {
        1 => bail!("one compiler cannot be compared; name a second one with `--compiler`"),
        _ => Ok(sides),
    }
}

fn default_specs() -> Vec<OsString> {
    let mut specs: Vec<OsString> = vec!["llvm".into(), "fixed".into()];
    if has_cranelift() {
        specs.push("cranelift".into());
    }
    specs
}

/// `cranelift` is the backend of the component `rustc-codegen-cranelift-preview`; all else is as for other commands.
fn meant(spec: &OsStr) -> OsString {
    match spec.to_str() {
        Some("cranelift") => "llvm -Zcodegen-backend=cranelift".into(),
        _ => spec.to_owned(),
    }
}

/// Whether the toolchain has Cranelift's backend.
fn has_cranelift() -> bool {
    let Ok(rustc) = rustc_of(TOOLCHAIN) else {
        return false;
    };
    let Some(root) = rustc.parent().and_then(|bin| bin.parent()) else {
        return false;
    };
    let targets = std::fs::read_dir(root.join("lib/rustlib"))
        .into_iter()
        .flatten()
        .flatten();
    targets
        .filter_map(|target| std::fs::read_dir(target.path().join("codegen-backends")).ok())
        .flat_map(Iterator::flatten)
        .any(|file| file.file_name().to_string_lossy().contains("cranelift"))
}

//! What the verifier found: the backend's own records of functions that it rejected, or, for a backend that does not
//! look, what the toolchain's `opt` says of the IR that it built.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::compile::{Rejected, llvm_tool};
use super::ir::Module;
use crate::compiler::Compiler;
use crate::process;

/// What of a record is needed here.
#[derive(Deserialize)]
struct Record {
    kind: String,
    function: Option<Function>,
    rule: Option<String>,
    input: std::path::PathBuf,
}

#[derive(Deserialize)]
struct Function {
    symbol: String,
}

/// The functions that the backend rejected, by the records in `dir`.
pub fn rejected(dir: &Path) -> Result<Vec<Rejected>> {
    let mut found = vec![];
    let entries = std::fs::read_dir(dir).context("the folder of a compilation is gone")?;
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let text = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        // Of a later version, or of another kind: its words are in what the compiler says.
        let Ok(record) = serde_json::from_slice::<Record>(&text) else {
            continue;
        };
        if let (Some(function), Some(rule), "invalid-ir") =
            (record.function, record.rule, record.kind.as_str())
        {
            let text = std::fs::read(dir.join(record.input.file_name().unwrap_or_default()))
                .with_context(|| format!("cannot read {}", record.input.display()))?;
            found.push(Rejected {
                symbol: function.symbol,
                rule,
                text: String::from_utf8_lossy(&text).into_owned(),
            });
        }
    }
    Ok(found)
}

/// What `opt` objects to in `bitcode`, of which `module` is the text. A finding is a sentence, and below it, indented, the
/// values that it is about.
pub fn verify(bitcode: &Path, compiler: &Compiler, module: &str) -> Result<Vec<Rejected>> {
    let mut opt = Command::new(llvm_tool("opt", compiler)?);
    opt.args(["-passes=verify", "-disable-output"]).arg(bitcode);
    let run = process::run_all(opt)?;
    if run.status.is_some_and(|status| status.success()) {
        return Ok(vec![]);
    }
    let said = String::from_utf8_lossy(&run.stderr);
    let module = Module::read(module);
    let mut found = vec![];
    let mut rule = "";
    for line in said.lines() {
        if !line.starts_with(' ') {
            rule = line;
            continue;
        }
        // The values are printed with numbers of their own; a line of the text is found by what is left of it.
        let Some(symbol) = module
            .symbols
            .iter()
            .find(|symbol| module.body(symbol).iter().any(|own| own.trim() == line.trim()))
        else {
            continue;
        };
        let marked = module
            .body(symbol)
            .iter()
            .map(|own| match own.trim() == line.trim() {
                true => format!(">{}\n", own.strip_prefix(' ').unwrap_or(own)),
                false => format!("{own}\n"),
            });
        found.push(Rejected {
            symbol: (*symbol).to_owned(),
            rule: rule.to_owned(),
            text: marked.collect(),
        });
    }
    Ok(found)
}

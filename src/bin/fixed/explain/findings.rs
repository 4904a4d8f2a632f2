//! What the verifier found: the backend's own records of functions that it rejected, or, for a backend that does not
//! look, what the toolchain's `opt` says of the IR that it built.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use super::compile::{Rejected, Shown, llvm_tool};
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
                shown: Shown::Text(String::from_utf8_lossy(&text).into_owned()),
            });
        }
    }
    Ok(found)
}

/// What `opt` objects to in `bitcode`, of which `module` is the text.
pub fn verify(bitcode: &Path, compiler: &Compiler, module: &str) -> Result<Vec<Rejected>> {
    let mut opt = Command::new(llvm_tool("opt", compiler)?);
    opt.args(["-passes=verify", "-disable-output"]).arg(bitcode);
    let run = process::run_all(opt)?;
    match run.status.is_some_and(|status| status.success()) {
        true => Ok(vec![]),
        false => Ok(read(&String::from_utf8_lossy(&run.stderr), module)),
    }
}

/// What the verifier says: a sentence, and below it the values that it is about. Each instruction stands in a line of its
/// own, as in `module`; a block is called `label %start`, and its function is named in the sentence.
pub fn read(said: &str, module: &str) -> Vec<Rejected> {
    let module = Module::read(module);
    let mut found: Vec<Rejected> = vec![];
    let mut rule = "";
    for line in said.lines() {
        let place = match line.strip_prefix("label %") {
            Some(block) => rule
                .split('\'')
                .nth(1)
                .and_then(|symbol| Some((symbol, last_of_block(&module, symbol, block.trim_matches('"'))?))),
            None if line.starts_with("  ") => module.symbols.iter().find_map(|symbol| {
                let body = module.body(symbol);
                let own = body.iter().find(|own| own.trim() == line.trim())?;
                Some((*symbol, (*own).to_owned()))
            }),
            None => {
                rule = line;
                None
            }
        };
        if let Some((symbol, line)) = place
            && !found.iter().any(|known| known.symbol == symbol)
        {
            found.push(Rejected {
                symbol: symbol.to_owned(),
                rule: rule.to_owned(),
                shown: Shown::Line(line),
            });
        }
    }
    found
}

/// The last line of a block.
fn last_of_block(module: &Module<'_>, symbol: &str, block: &str) -> Option<String> {
    let mut lines = module.body(symbol).iter().skip_while(|line| {
        let label = line.split(':').next().unwrap_or_default();
        line.starts_with(' ') || label.trim_matches('"') != block
    });
    lines.next()?;
    let line = lines.take_while(|line| line.starts_with(' ')).last()?;
    Some((*line).to_owned())
}

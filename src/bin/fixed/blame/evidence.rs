//! What shows that a function is miscompiled: how its IR and its assembly differ.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result};
use similar::TextDiff;

use super::ir;
use super::line::{Extra, files};
use super::link::Unit;
use super::report::Folder;
use super::run::Comparison;
use super::side::Side;
use super::tools::{Tools, words};
use crate::process;

impl Comparison<'_> {
    /// Adds the function's IR as it was built by both sides.
    pub(super) fn add_built(&self, folder: &mut Folder, unit: &Unit, symbol: &str) -> Result<()> {
        let built = |side: &Side, name: &str| -> Result<Option<String>> {
            let Some(line) = self.line(unit, side) else {
                return Ok(None);
            };
            let flags = words(["-Cno-prepopulate-passes", "--emit=llvm-ir"]);
            let extra = Extra {
                flags: &flags,
                variables: &[],
                emits: true,
            };
            let dir = self.dir(name);
            line.line.run(&dir, extra, self.case.limit)?;
            let read = |path| Some(String::from_utf8_lossy(&std::fs::read(path).ok()?).into_owned());
            let mut texts = files(&dir, ".ll").into_iter().filter_map(read);
            Ok(texts.find_map(|text| Some(ir::without_numbers(ir::function(&text, symbol)?))))
        };
        if let (Some(good), Some(bad)) = (built(&self.good, "built-good")?, built(&self.bad, "built-bad")?) {
            let diff = TextDiff::from_lines(&good, &bad);
            let diff = diff.unified_diff().header("good", "bad").to_string();
            folder.add("good.ll", "the function's IR as the good side built it", &good)?;
            folder.add("bad.ll", "the function's IR as the bad side built it", &bad)?;
            match diff.is_empty() {
                true => folder
                    .findings
                    .notes
                    .push("as text, the IR that was built is the same on both sides".to_owned()),
                false => _ = folder.add("built.diff", "how the IR as built differs", &diff)?,
            }
        }
        folder.save()
    }

    /// Adds how the function's assembly differs.
    pub(super) fn add_assembly(
        &self,
        folder: &mut Folder,
        tools: &Tools,
        unit: &Unit,
        symbol: &str,
    ) -> Result<()> {
        let text = |object: &Path| -> Result<String> {
            let mut objdump = Command::new(
                tools
                    .path("llvm-objdump")
                    .context("the toolchain has no `llvm-objdump`")?,
            );
            objdump
                .args(["-dr", "--no-show-raw-insn", "--no-leading-addr"])
                .arg(format!("--disassemble-symbols={symbol}"))
                .arg(object);
            let finished = process::run_trusted(objdump, tools.patience)?;
            let text = String::from_utf8_lossy(&finished.stdout).into_owned();
            Ok(text.lines().skip(4).map(|line| format!("{line}\n")).collect())
        };
        let (good, bad) = (text(&self.good.units[unit])?, text(&self.bad.units[unit])?);
        let diff = TextDiff::from_lines(&good, &bad);
        let diff = diff.unified_diff().header("good", "bad").to_string();
        folder.add("assembly.diff", "how the function's assembly differs", &diff)?;
        folder.save()
    }
}

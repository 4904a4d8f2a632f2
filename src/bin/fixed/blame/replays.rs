//! The failure once more, where the passes can be looked at: by LLVM's own tools, or within rustc.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::Result;

use super::failure::{Ending, Failure, Record};
use super::line::files;
use super::passes::{self, Found, Replay};
use super::step;
use super::suspect::Search;
use super::tools::words;

impl Search<'_> {
    /// The failure as one of LLVM's own tools shows it, if one does.
    pub fn by_tool(&self, failure: &Failure, record: Option<&Record>) -> Result<Option<(Replay<'_>, Found)>> {
        let tools = &self.case.tools;
        if let Some(missing) = tools.missing() {
            step(missing);
            return Ok(None);
        }
        if let Some(command) = record.and_then(|record| record.command.clone()) {
            let [tool, args @ .., input] = &command[..] else {
                return Ok(None);
            };
            let name = if tool.ends_with("llc") { "llc" } else { "opt" };
            let args = args.iter().map(OsString::from).collect();
            // The input has been moved with the folder; the name is the same.
            let input = record
                .and_then(|record| record.input.clone())
                .unwrap_or_else(|| input.clone());
            return self.try_tool(name, args, input.into(), failure, record);
        }
        let flags = words(["-Csave-temps"]);
        self.run("units", &flags, &self.case.variables())?;
        let dir = self.dir("units");
        let units = files(&dir, ".no-opt.bc");
        let is_done = |unit: &PathBuf| {
            let name = unit.to_string_lossy();
            Path::new(&format!("{}.o", name.trim_end_matches(".no-opt.bc"))).exists()
        };
        let units = match failure.unit().map(|unit| format!(".{unit}.rcgu.no-opt.bc")) {
            Some(ending) => files(&dir, &ending),
            None => units,
        };
        // The units that came to no object first.
        let (done, failed): (Vec<_>, Vec<_>) = units.into_iter().partition(is_done);
        let level = self.line.level();
        for unit in failed.into_iter().chain(done) {
            for pipeline in ["default", "thinlto-pre-link"] {
                let passes = format!("-passes={pipeline}<O{level}>");
                let text = unit.with_extension("ll");
                let disassemble = [
                    words(["-S", "-passes=verify", "-o"]),
                    vec![text.clone().into(), unit.clone().into()],
                ];
                if tools.run("opt", &disassemble.concat())?.ending != Ending::Success {
                    continue;
                }
                let args = vec![OsString::from(&passes), "-disable-output".into()];
                if let Some(found) = self.try_tool("opt", args, text.clone(), failure, record)? {
                    return Ok(Some(found));
                }
                let optimised = unit.with_extension("optimised.ll");
                let optimise = [
                    words(["-S", "-o"]),
                    vec![optimised.clone().into(), passes.into(), text.into()],
                ];
                if tools.run("opt", &optimise.concat())?.ending != Ending::Success {
                    continue;
                }
                let level = if ["s", "z"].contains(&&*level) {
                    "2"
                } else {
                    &level
                };
                let args = words(["-filetype=null", "-relocation-model=pic"]);
                let args = [args, vec![format!("-O{level}").into()]].concat();
                if let Some(found) = self.try_tool("llc", args, optimised, failure, record)? {
                    return Ok(Some(found));
                }
                if level == "0" {
                    break;
                }
            }
        }
        Ok(None)
    }

    fn try_tool(
        &self,
        name: &'static str,
        args: Vec<OsString>,
        input: PathBuf,
        failure: &Failure,
        record: Option<&Record>,
    ) -> Result<Option<(Replay<'_>, Found)>> {
        let replay = Replay::Tool {
            tools: &self.case.tools,
            name,
            args,
            input,
        };
        let run = replay.run(&[], false)?;
        // `opt` verifies what it ends with. To look at what each pass leaves takes many times as long, and is of use only
        // where that is how it came out.
        let message = record.and_then(|record| record.message.as_deref());
        let is_passing = [Some(&*failure.stderr), message]
            .into_iter()
            .flatten()
            .any(|text| text.contains("found after pass"));
        let verified = match run.failed() {
            true => run,
            false if name == "opt" && is_passing => replay.run(&[], true)?,
            false => return Ok(None),
        };
        // Within rustc, LLVM's errors are rustc's; what is a signal there is one here.
        let alike = match (failure.ending, verified.ending) {
            (_, Ending::Success) => false,
            (Ending::Signal(one), Ending::Signal(other)) => one == other,
            _ => true,
        };
        if !alike {
            return Ok(None);
        }
        let found = passes::find(&replay, record)?;
        Ok(found.map(|found| (replay, found)))
    }

    /// The failure as it shows within rustc.
    pub fn by_rustc(
        &self,
        failure: &Failure,
        record: Option<&Record>,
    ) -> Result<Option<(Replay<'_>, Found)>> {
        let mut line_flags = self.case.tools.one_by_one.clone();
        if !self.case.is_ours() {
            line_flags.push("-Zverify-llvm-ir=yes".into());
        }
        // What a pass has left invalid cannot be written as bitcode, and LTO stumbles over it.
        line_flags.push("-Cembed-bitcode=no".into());
        let unit = failure
            .unit()
            .filter(|_| self.case.is_ours() && !self.line.has_lto());
        line_flags.extend(unit.as_ref().map(|_| passes::NO_LINK.into()));
        let replay = Replay::Rustc {
            line: self.line,
            dir: self.dir("passes"),
            flags: line_flags,
            limit: self.case.limit,
            once: record.is_some(),
            unit,
        };
        let found = passes::find(&replay, record)?;
        Ok(found.map(|found| (replay, found)))
    }
}

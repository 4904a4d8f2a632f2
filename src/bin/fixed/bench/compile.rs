//! One compilation, measured.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use super::artifact;
use super::callgrind::{self, Counts};
use super::metric::Metric;
use super::succeed;
use crate::blame::line::{Extra, Line};
use crate::process::Finished;

/// Runs the lines, one after the other, and measures them; what they make goes to `scratch`, and from there.
pub fn measure(
    lines: &[Line],
    flags: &[OsString],
    scratch: &Path,
    timeout: Duration,
) -> Result<BTreeMap<Metric, f64>> {
    let mut sums: BTreeMap<Metric, f64> = BTreeMap::new();
    for (at, line) in lines.iter().enumerate() {
        let folder = scratch.join(format!("out{at}"));
        std::fs::create_dir_all(&folder)?;
        let run = run_line(compiling(line, flags, &folder), line, timeout)?;
        let size = artifact::size_of_all(&folder)?;
        std::fs::remove_dir_all(&folder)?;
        for (metric, value) in [
            (Metric::Wall, run.usage.wall.as_secs_f64()),
            (Metric::Processor, run.usage.processor.as_secs_f64()),
            (Metric::Text, size.text as f64),
            (Metric::File, size.file as f64),
        ] {
            *sums.entry(metric).or_default() += value;
        }
        let most = sums.entry(Metric::Memory).or_default();
        *most = most.max(run.usage.memory as f64);
    }
    Ok(sums)
}

/// Runs the lines under callgrind.
pub fn count(
    lines: &[Line],
    flags: &[OsString],
    scratch: &Path,
    timeout: Duration,
) -> Result<BTreeMap<Metric, f64>> {
    let mut counts = Counts::default();
    for line in lines {
        let folder = scratch.join("counted");
        std::fs::create_dir_all(&folder)?;
        let out = scratch.join("callgrind");
        let rustc = callgrind::command(&compiling(line, flags, &folder), &out);
        run_line(rustc, line, timeout * callgrind::SLOWER)?;
        counts += callgrind::read(&out)?;
        std::fs::remove_dir_all(&folder)?;
    }
    let mut values = BTreeMap::from([(Metric::Instructions, counts.all as f64)]);
    if let Some(backend) = counts.backend() {
        values.insert(Metric::Backend, backend as f64);
        values.insert(Metric::Building, counts.building as f64);
    }
    Ok(values)
}

fn compiling(line: &Line, flags: &[OsString], folder: &Path) -> Command {
    let extra = Extra {
        flags,
        ..Extra::default()
    };
    line.command(folder, extra)
}

/// Runs a line's command, which has to succeed.
fn run_line(command: Command, line: &Line, timeout: Duration) -> Result<Finished> {
    succeed(command, timeout, || {
        format!("rustc of the crate `{}`", line.crate_name())
    })
}

/// What is run with `flags` for its own sake.
pub fn run(line: &Line, flags: &[OsString], scratch: &Path, timeout: Duration) -> Result<()> {
    let folder = scratch.join("only-run");
    std::fs::create_dir_all(&folder)?;
    run_line(compiling(line, flags, &folder), line, timeout)?;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}

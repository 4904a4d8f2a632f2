//! Where a function is in Rust, and its MIR, asked of the very line of rustc that failed.

use std::ffi::OsString;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;

use super::ir;
use super::line::{Extra, Line, files};

/// What rustc says of a function.
#[derive(Default)]
pub struct Source {
    /// `file:line`
    pub place: Option<String>,
    pub mir: Option<String>,
}

/// Asks `line` for the function `symbol`, called `name`. What cannot be had is left out: this is beside the answer.
pub fn of(line: &Line, symbol: &str, name: &str, dir: &Path, limit: Duration) -> Result<Source> {
    let flags: Vec<OsString> = [
        "--emit=mir,llvm-ir",
        "-Cdebuginfo=1",
        "-Cno-prepopulate-passes",
        "--cap-lints=allow",
    ]
    .map(OsString::from)
    .to_vec();
    let extra = Extra {
        flags: &flags,
        variables: &[],
        emits: true,
    };
    // Invalid IR may end this run; MIR is written before.
    line.run(dir, extra, limit)?;
    let text = |ending: &str| {
        let read = |path| std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        files(dir, ending)
            .into_iter()
            .filter_map(move |path| read(path).ok())
    };
    let place = text(".ll").find_map(|text| ir::place(&text, symbol, Path::new(&line.folder)));
    let mir = text(".mir").find_map(|text| mir_of(&text, name));
    Ok(Source { place, mir })
}

/// The MIR of the function `name` in the text of a crate's: its path there is without the crate and without generic
/// arguments.
fn mir_of(text: &str, name: &str) -> Option<String> {
    let path = without_arguments(name);
    let path = path.split_once("::").map_or(&*path, |(_, path)| path);
    let last = path.rsplit("::").next()?;
    let heads = || {
        text.lines()
            .filter(|line| line.starts_with("fn ") && line.ends_with('{'))
    };
    let called = |head: &str| head[3..].split('(').next().unwrap_or_default().to_owned();
    let exact = heads().find(|head| called(head) == path || head[3..].starts_with(&format!("{path}(")));
    let close = || {
        let mut heads = heads().filter(|head| {
            let before = head.split("(_1").next().unwrap_or(head);
            before.trim_end_matches("()").ends_with(&format!("::{last}")) || before == format!("fn {last}")
        });
        heads.next().filter(|_| heads.next().is_none())
    };
    let head = exact.or_else(close)?;
    let at = text.find(head)?;
    let rest = &text[at..];
    rest.find("\n}").map(|end| rest[..end + 2].to_owned())
}

/// A path without what stands in angle brackets behind `::`, and without hashes.
fn without_arguments(name: &str) -> String {
    let mut path = String::new();
    let mut depth = 0;
    for c in name.chars() {
        match c {
            '<' => depth += 1,
            '>' if depth > 0 => depth -= 1,
            _ if depth == 0 => path.push(c),
            _ => {}
        }
    }
    path.replace("::::", "::").trim_end_matches("::").to_owned()
}

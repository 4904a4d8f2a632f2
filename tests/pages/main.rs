//! The pages of `fixed explain`, `fixed validate` and `fixed bench` in a real browser: links between the forms, keys, search, both themes
//! with enough contrast, and nothing that matters outside of the window, wide or narrow.

#[path = "../support/mod.rs"]
mod support;

mod bench;
mod browser;
mod explain;
mod matrix;

use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed};
use serde_json::Value;

use browser::Browser;
use support::trials::{conclude, trial_unless, without_tool};

const CHECKS: &str = include_str!("checks.js");

/// A desktop's window, and a phone's.
const SIZES: [(u32, u32); 2] = [(1280, 800), (390, 844)];

/// A test: its name, and what it does.
type Check = (&'static str, fn() -> Result<(), Failed>);

fn main() -> ExitCode {
    let missing = || without_tool("chromium").or_else(|| without_tool("chromedriver"));
    let checks = [
        ("explain", explain::CHECKS),
        ("matrix", matrix::CHECKS),
        ("bench", bench::CHECKS),
    ];
    let trials = checks.iter().flat_map(|(page, checks)| {
        let of_page = move |(name, run): &Check| trial_unless(missing(), format!("{page}: {name}"), *run);
        checks.iter().map(of_page)
    });
    conclude(&Arguments::from_args(), trials.collect())
}

fn is(browser: &Browser, script: &str) -> Result<(), Failed> {
    match browser.run(script)? {
        Value::Bool(true) => Ok(()),
        other => Err(format!("{other}, where it should be true: {script}").into()),
    }
}

/// Nothing is outside of the window, and no text is faint, in both themes and sizes; `prepare` is run first in each size.
fn looks(browser: &Browser, page: &Path, prepare: &str) -> Result<(), Failed> {
    for theme in ["light", "dark"] {
        browser.theme(theme)?;
        for (width, height) in SIZES {
            browser.size(width, height)?;
            browser.open(page)?;
            browser.run(prepare)?;
            let found = browser.run(&format!("{CHECKS}; return [outside(), faint()];"))?;
            if found != serde_json::json!([[], []]) {
                return Err(format!("{theme}, {width} wide: {found:#}").into());
            }
            let dark = theme == "dark";
            is(
                browser,
                &format!(
                    "{CHECKS}; return (luminance(parts(getComputedStyle(document.body).backgroundColor)) < 0.1) === {dark}"
                ),
            )?;
        }
    }
    Ok(())
}

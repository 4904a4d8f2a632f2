//! The page of measurements.

use std::path::PathBuf;
use std::process::Command;

use libtest_mimic::Failed;

use crate::browser::Browser;
use crate::support::project::TempProject;
use crate::{Check, is, looks};

pub const CHECKS: &[Check] = &[("plots and numbers, both themes, wide and narrow", page)];

/// A page with everything that a page can have: profiles, programs, phases, a failure.
fn measured(project: &TempProject) -> Result<PathBuf, Failed> {
    let manifest = "[package]\nname = \"small\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    project.write("small/Cargo.toml", manifest)?;
    project.write(
        "small/src/lib.rs",
        "pub fn sum(of: &[u64]) -> u64 { of.iter().sum() }\n",
    )?;
    project.write("broken/Cargo.toml", &manifest.replace("small", "broken"))?;
    project.write("broken/src/lib.rs", "pub fn f() -> u8 { \"<b id=injected>\" }\n")?;
    let page = project.path("page.html");
    let output = Command::new(env!("CARGO_BIN_EXE_fixed"))
        .args([
            "bench",
            "small",
            "broken",
            "--profiles",
            "dev,release",
            "--rounds",
            "3",
            "--repeat",
            "1",
        ])
        .args(["--programs", "n_body,interpreter", "--html"])
        .arg(&page)
        .current_dir(project.path("."))
        .output()?;
    match page.is_file() {
        true => Ok(page),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
    }
}

fn page() -> Result<(), Failed> {
    let project = TempProject::new()?;
    let page = measured(&project)?;
    let browser = Browser::start()?;
    looks(
        &browser,
        &page,
        "document.querySelectorAll('details').forEach((details) => details.open = true)",
    )?;
    for (width, height) in [(1280, 800), (390, 844)] {
        browser.size(width, height)?;
        browser.open(&page)?;
        // Marks are within their plots, plots are wide enough to tell something, and each says what it shows.
        is(
            &browser,
            "const plots = [...document.querySelectorAll('.strip, .stack')];
             return plots.length > 10 && plots.every((plot) => {
                 const box = plot.getBoundingClientRect();
                 const marks = [...plot.querySelectorAll('circle, .interval, .mark path, rect')];
                 return box.width > 150 && box.right <= innerWidth && plot.getAttribute('aria-label') && marks.length > 0
                     && marks.every((mark) => {
                         const at = mark.getBoundingClientRect();
                         return at.left >= box.left - 8 && at.right <= box.right + 8 && at.top >= box.top - 2 && at.bottom <= box.bottom + 2 })
             })",
        )?;
    }
    // A ratio below 1 is left of the line for 1, one above it is right of it.
    is(
        &browser,
        "return [...document.querySelectorAll('.row:has(.strip)')].every((row) => {
             const ratio = Number(row.querySelector('.value b').textContent);
             const centre = (element) => { const at = element.getBoundingClientRect(); return at.left + at.width / 2 };
             const apart = centre(row.querySelector('.mark path')) - centre(row.querySelector('.tick.one'));
             return ratio > 0 && (Math.abs(ratio - 1) < 0.01 || (ratio < 1) === (apart < 0)) })",
    )?;
    is(
        &browser,
        "return ['dev', 'release', 'one-unit', 'incremental-release'].every((name) => document.querySelector(`[data-setting=\"${name}\"]`))
             && [...document.querySelectorAll('.phases')].length === 2",
    )?;
    // What failed is told as text, and what a link leads to is there.
    is(
        &browser,
        "return !document.getElementById('injected') && document.querySelector('.failure pre').textContent.includes('<b id=injected>')
             && document.querySelector('a[href=\"#failures\"]').textContent.startsWith('4 could')",
    )?;
    is(
        &browser,
        "return performance.getEntriesByType('resource').length === 0 && !document.querySelector('script')",
    )
}

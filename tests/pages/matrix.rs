//! The page of a matrix.

use std::path::PathBuf;
use std::process::Command;

use libtest_mimic::Failed;

use crate::browser::Browser;
use crate::support::project::TempProject;
use crate::{Check, is, looks};

pub const CHECKS: &[Check] = &[
    ("both themes, wide and narrow", both_looks),
    ("every level that failed, and the programs", details),
];

/// The page of a matrix with failures.
fn matrix(project: &TempProject) -> Result<PathBuf, Failed> {
    let page = project.path("matrix.html");
    let corpus = |name: &str| format!("{}/tests/asm/{name}.rs", env!("CARGO_MANIFEST_DIR"));
    Command::new(env!("CARGO_BIN_EXE_fixed"))
        .args([
            "validate",
            &corpus("unwind_missing_call_site"),
            &corpus("goto_output_int_in_xmm"),
        ])
        .args([
            "--levels",
            "0,2",
            "-c",
            "llvm",
            "-c",
            "+no-such-toolchain",
            "-c",
            "fixed",
            "--html",
        ])
        .arg(&page)
        .output()?;
    Ok(page)
}

fn both_looks() -> Result<(), Failed> {
    let project = TempProject::new()?;
    let browser = Browser::start()?;
    let page = matrix(&project)?;
    looks(
        &browser,
        &page,
        "document.querySelectorAll('details').forEach((details) => details.open = true)",
    )?;
    // On a phone, too, the last compiler is in the window.
    browser.size(390, 844)?;
    browser.open(&page)?;
    is(
        &browser,
        "const cells = [...document.querySelectorAll('tbody td[data-compiler=fixed]')];
         return cells.length === 2 && cells.every((cell) => getComputedStyle(cell).display === 'block' && cell.getBoundingClientRect().right <= innerWidth && cell.innerText.includes('ok'))",
    )
}

fn details() -> Result<(), Failed> {
    let project = TempProject::new()?;
    let browser = Browser::start()?;
    browser.open(&matrix(&project)?)?;
    is(
        &browser,
        "return /\\d\\d:\\d\\d:\\d\\d GMT/.test(document.querySelector('time').textContent)",
    )?;
    is(
        &browser,
        "return document.querySelector('.command').textContent.startsWith('fixed validate ')",
    )?;
    is(
        &browser,
        "return document.querySelector('tfoot td[data-compiler=fixed]').textContent === '4 passed'",
    )?;
    is(
        &browser,
        "return [...document.querySelectorAll('tbody td.bad h3')].some((head) => /abort at 0 2|abort at 2/.test(head.textContent))",
    )?;
    is(
        &browser,
        "return [...document.querySelectorAll('tbody th a')].every((link) => document.querySelector(link.hash)?.textContent.includes('asm!'))",
    )?;
    browser.click("tbody th a")?;
    is(
        &browser,
        "return document.querySelector('.source').open && !document.querySelectorAll('.source')[1].open",
    )
}

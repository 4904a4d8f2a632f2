//! The pages of `fixed explain` and `fixed validate` in a real browser: links between the forms, keys, search, both themes
//! with enough contrast, and nothing that matters outside of the window, wide or narrow.

#[path = "../support/mod.rs"]
mod support;

mod browser;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed};
use serde_json::Value;

use browser::Browser;
use support::project::TempProject;
use support::trials::{conclude, trial_unless, without_tool};

const CHECKS: &str = include_str!("checks.js");

/// A desktop's window, and a phone's.
const SIZES: [(u32, u32); 2] = [(1280, 800), (390, 844)];

fn main() -> ExitCode {
    let missing = || without_tool("chromium").or_else(|| without_tool("chromedriver"));
    let trials = vec![
        trial_unless(missing(), "explain: lines are linked, by mouse and by keys", links),
        trial_unless(missing(), "explain: search", search),
        trial_unless(missing(), "explain: both themes, wide and narrow", explain_looks),
        trial_unless(missing(), "explain: a phone shows every form", phone),
        trial_unless(missing(), "explain: ten thousand lines", large),
        trial_unless(missing(), "explain: text is text", escaped),
        trial_unless(missing(), "validate: both themes, wide and narrow", matrix_looks),
        trial_unless(missing(), "validate: every level that failed, and the programs", matrix_details),
    ];
    conclude(&Arguments::from_args(), trials)
}

const PROGRAM: &str = r#"#![feature(asm_unwind)]
use std::arch::asm;
pub struct Guard(u32);
impl Drop for Guard {
    fn drop(&mut self) { println!("{}", self.0) }
}
extern "C-unwind" fn callee() {}
pub fn calls(x: u64) -> u64 {
    let _guard = Guard(1);
    let mut y = x;
    unsafe {
        asm!("call {}", sym callee, clobber_abi("C"), options(may_unwind));
    }
    while y > 7 {
        y /= 2;
    }
    y
}
"#;

/// The page of the function `calls`.
fn explained(project: &TempProject, arguments: &[&str]) -> Result<PathBuf, Failed> {
    let page = project.path("page.html");
    let output = Command::new(env!("CARGO_BIN_EXE_fixed"))
        .args(["explain", "a.rs", "--function", "calls", "--html"])
        .arg(&page)
        .args(arguments)
        .current_dir(project.path("."))
        .output()?;
    match page.is_file() {
        true => Ok(page),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
    }
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
                &format!("{CHECKS}; return (luminance(parts(getComputedStyle(document.body).backgroundColor)) < 0.1) === {dark}"),
            )?;
        }
    }
    Ok(())
}

fn links() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let browser = Browser::start()?;
    browser.size(1280, 800)?;
    browser.open(&explained(&project, &[])?)?;
    // The fifth line is that of the asm: all forms have a line for it, and show it.
    browser.run("window.lineOf = (text) => [...document.querySelectorAll('#p0 .r')].find((row) => row.textContent.includes(text));
        lineOf('asm!(').classList.add('wanted')")?;
    browser.click("#p0 .wanted")?;
    is(&browser, "return document.querySelector('.selected') === lineOf('asm!(')")?;
    for pane in 1..5 {
        is(
            &browser,
            &format!(
                "const pane = document.querySelector('#p{pane} .code'), box = pane.getBoundingClientRect();
                 const rows = [...pane.querySelectorAll('.linked')];
                 return rows.some((row) => row.classList.contains('asm'))
                     && rows.some((row) => {{ const at = row.getBoundingClientRect(); return at.top >= box.top && at.bottom <= box.bottom }})"
            ),
        )?;
    }
    is(&browser, "return document.querySelectorAll('#tabs .count:not(:empty)').length === 4")?;
    // Keys: two lines on, to the next form, along an edge, to nothing.
    browser.press("jj")?;
    is(&browser, "return document.querySelector('.selected') === lineOf('while y')")?;
    browser.press("l")?;
    is(&browser, "return document.querySelector('.selected').closest('.pane').id === 'p1'")?;
    browser.run("document.querySelector('#p2 .asm .e[href]') || document.querySelector('#p2 .r:has(.e.asm-edge[href])').click()")?;
    browser.run("document.querySelector('#p2 .r.asm:has(.e[href])').scrollIntoView()")?;
    browser.run("document.querySelector('#p2 .r.asm:has(.e[href])').click()")?;
    browser.press("\u{e007}")?;
    is(&browser, "return document.querySelector('.selected').matches('#p2 .label')")?;
    browser.press("\u{e00c}")?;
    is(&browser, "return !document.querySelector('.selected, .linked')")?;
    // Resting on a line shows what belongs to it, too.
    browser.run("lineOf('y /= 2').dispatchEvent(new MouseEvent('mouseover', { bubbles: true }))")?;
    is(&browser, "return document.querySelectorAll('#p2 .hover').length > 0")?;
    // By tabulator, every form is reached.
    is(&browser, "return [...document.querySelectorAll('.code')].every((code) => code.tabIndex === 0)")
}

fn search() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let browser = Browser::start()?;
    browser.size(1280, 800)?;
    browser.open(&explained(&project, &["--passes"])?)?;
    browser.press("/")?;
    is(&browser, "return document.activeElement.id === 'query'")?;
    browser.press("landingpad\u{e007}")?;
    is(&browser, "return document.querySelector('.selected').textContent.includes('landingpad')")?;
    is(&browser, "return /^1 of \\d+$/.test(document.getElementById('hits').textContent)")?;
    browser.press("\u{e007}")?;
    is(&browser, "return document.getElementById('hits').textContent.startsWith('2 of')")?;
    // What is folded away is opened.
    is(&browser, "return document.querySelector('.selected').closest('details')?.open ?? true")?;
    browser.press("\u{e00c}")?;
    is(&browser, "return !document.querySelector('.hit') && document.activeElement.matches('.code')")?;
    browser.press("/nowhere at all\u{e007}")?;
    is(&browser, "return document.getElementById('hits').textContent === 'none'")
}

fn explain_looks() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let browser = Browser::start()?;
    let page = explained(&project, &["--passes", "--backend", "fixed", "--backend", "llvm"])?;
    // Everything open, something selected, something found.
    let prepare = "document.querySelectorAll('details').forEach((details) => details.open = true);
        [...document.querySelectorAll('#p0 .r')].find((row) => row.textContent.includes('asm!(')).click();
        document.querySelectorAll('.r.asm').forEach((row) => row.classList.add('hit'));";
    looks(&browser, &page, prepare)
}

fn phone() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let browser = Browser::start()?;
    let page = explained(&project, &[])?;
    browser.size(390, 844)?;
    browser.open(&page)?;
    for pane in 0..5 {
        browser.click(&format!("#tabs button:nth-child({})", pane + 1))?;
        is(
            &browser,
            &format!(
                "const shown = [...document.querySelectorAll('.pane')].filter((pane) => pane.checkVisibility());
                 const box = shown[0].getBoundingClientRect();
                 return shown.length === 1 && shown[0].id === 'p{pane}' && box.right <= innerWidth && box.height > 200
                     && box.bottom <= innerHeight + 1"
            ),
        )?;
    }
    // A long line is reached within its form.
    is(&browser, "const code = document.querySelector('.pane.active .code'); return code.scrollWidth > code.clientWidth && getComputedStyle(code).overflowX === 'auto'")
}

fn large() -> Result<(), Failed> {
    let mut source = String::from("pub fn calls(x: &mut [u64; 4]) {\n");
    for line in 0..2600 {
        source.push_str(&format!("    x[{}] = x[{}].wrapping_mul({line}) ^ {line};\n", line % 4, (line + 1) % 4));
    }
    source.push_str("}\n");
    let project = TempProject::with(&[("a.rs", &source)])?;
    let browser = Browser::start()?;
    browser.size(1280, 800)?;
    browser.open(&explained(&project, &["--dev"])?)?;
    is(&browser, "return document.querySelectorAll('#p2 .r').length > 10000")?;
    let time = browser.run(
        "const row = document.querySelectorAll('#p0 .r')[2000], start = performance.now();
         row.click(); document.body.offsetHeight; return performance.now() - start",
    )?;
    if time.as_f64().is_none_or(|time| time > 1500.0) {
        return Err(format!("to select a line takes {time} ms").into());
    }
    is(
        &browser,
        "const code = document.querySelector('#p4 .code'), box = code.getBoundingClientRect();
         return [...code.querySelectorAll('.linked')].some((row) => {
             const at = row.getBoundingClientRect(); return at.bottom > box.top && at.top < box.bottom })",
    )
}

fn escaped() -> Result<(), Failed> {
    let source = "pub fn calls() -> &'static str { \"<b id=injected>&amp;</b><script>document.title = 'changed'</script>\" }\n";
    let project = TempProject::with(&[("a.rs", source)])?;
    let browser = Browser::start()?;
    browser.open(&explained(&project, &[])?)?;
    is(
        &browser,
        "return !document.getElementById('injected') && document.title !== 'changed'
             && document.querySelector('#p0').textContent.includes('<b id=injected>&amp;</b>')",
    )?;
    // Nothing is fetched.
    is(&browser, "return performance.getEntriesByType('resource').length === 0")
}

/// The page of a matrix with failures.
fn matrix(project: &TempProject) -> Result<PathBuf, Failed> {
    let page = project.path("matrix.html");
    let corpus = |name: &str| format!("{}/tests/asm/{name}.rs", env!("CARGO_MANIFEST_DIR"));
    Command::new(env!("CARGO_BIN_EXE_fixed"))
        .args(["validate", &corpus("unwind_missing_call_site"), &corpus("goto_output_int_in_xmm")])
        .args(["--levels", "0,2", "-c", "llvm", "-c", "+no-such-toolchain", "-c", "fixed", "--html"])
        .arg(&page)
        .output()?;
    Ok(page)
}

fn matrix_looks() -> Result<(), Failed> {
    let project = TempProject::new()?;
    let browser = Browser::start()?;
    let page = matrix(&project)?;
    looks(&browser, &page, "document.querySelectorAll('details').forEach((details) => details.open = true)")?;
    // On a phone, too, the last compiler is in the window.
    browser.size(390, 844)?;
    browser.open(&page)?;
    is(
        &browser,
        "const cells = [...document.querySelectorAll('tbody td[data-compiler=fixed]')];
         return cells.length === 2 && cells.every((cell) => cell.getBoundingClientRect().right <= innerWidth && cell.innerText.includes('ok'))",
    )
}

fn matrix_details() -> Result<(), Failed> {
    let project = TempProject::new()?;
    let browser = Browser::start()?;
    browser.open(&matrix(&project)?)?;
    is(&browser, "return /\\d\\d:\\d\\d:\\d\\d GMT/.test(document.querySelector('time').textContent)")?;
    is(&browser, "return document.querySelector('.command').textContent.startsWith('fixed validate ')")?;
    is(&browser, "return document.querySelector('tfoot td[data-compiler=fixed]').textContent === '4 passed'")?;
    is(&browser, "return [...document.querySelectorAll('tbody td.bad h3')].some((head) => /abort at 0 2|abort at 2/.test(head.textContent))")?;
    is(
        &browser,
        "return [...document.querySelectorAll('tbody th a')].every((link) => document.querySelector(link.hash)?.textContent.includes('asm!'))",
    )
}

//! The page of one function.

use std::path::PathBuf;
use std::process::Command;

use libtest_mimic::Failed;

use crate::browser::Browser;
use crate::support::project::TempProject;
use crate::{Check, is, looks};

pub const CHECKS: &[Check] = &[
    ("lines are linked, by mouse and by keys", links),
    ("search", search),
    ("both themes, wide and narrow", both_looks),
    ("a phone shows every form", phone),
    ("ten thousand lines", large),
    ("text is text", escaped),
];

const PROGRAM: &str = include_str!("../support/explained.rs");

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

fn links() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let browser = Browser::start()?;
    browser.size(1280, 800)?;
    browser.open(&explained(&project, &[])?)?;
    // The fifth line is that of the asm: all forms have a line for it, and show it.
    browser.run("window.lineOf = (text) => [...document.querySelectorAll('#p0 .r')].find((row) => row.textContent.includes(text));
        lineOf('asm!(').classList.add('wanted')")?;
    browser.click("#p0 .wanted")?;
    is(
        &browser,
        "return document.querySelector('.selected') === lineOf('asm!(')",
    )?;
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
    is(
        &browser,
        "return document.querySelectorAll('#tabs .count:not(:empty)').length === 4",
    )?;
    // Keys: two lines on, to the next form, along an edge, to nothing.
    browser.press("jj")?;
    is(
        &browser,
        "return document.querySelector('.selected') === lineOf('while y')",
    )?;
    browser.press("l")?;
    is(
        &browser,
        "return document.querySelector('.selected').closest('.pane').id === 'p1'",
    )?;
    browser.run("document.querySelector('#p2 .asm .e[href]') || document.querySelector('#p2 .r:has(.e.asm-edge[href])').click()")?;
    browser.run("document.querySelector('#p2 .r.asm:has(.e[href])').scrollIntoView()")?;
    browser.run("document.querySelector('#p2 .r.asm:has(.e[href])').click()")?;
    browser.press("\u{e007}")?;
    is(
        &browser,
        "return document.querySelector('.selected').matches('#p2 .label')",
    )?;
    browser.press("\u{e00c}")?;
    is(&browser, "return !document.querySelector('.selected, .linked')")?;
    // Resting on a line shows what belongs to it, too.
    browser.run("lineOf('y /= 2').dispatchEvent(new MouseEvent('mouseover', { bubbles: true }))")?;
    is(
        &browser,
        "return document.querySelectorAll('#p2 .hover').length > 0",
    )?;
    // By tabulator, every form is reached.
    is(
        &browser,
        "return [...document.querySelectorAll('.code')].every((code) => code.tabIndex === 0)",
    )
}

fn search() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let browser = Browser::start()?;
    browser.size(1280, 800)?;
    browser.open(&explained(&project, &["--passes"])?)?;
    browser.press("/")?;
    is(&browser, "return document.activeElement.id === 'query'")?;
    browser.press("landingpad\u{e007}")?;
    is(
        &browser,
        "return document.querySelector('.selected').textContent.includes('landingpad')",
    )?;
    is(
        &browser,
        "return /^1 of \\d+$/.test(document.getElementById('hits').textContent)",
    )?;
    browser.press("\u{e007}")?;
    is(
        &browser,
        "return document.getElementById('hits').textContent.startsWith('2 of')",
    )?;
    // What is folded away is opened.
    is(
        &browser,
        "return document.querySelector('.selected').closest('details')?.open ?? true",
    )?;
    browser.press("\u{e00c}")?;
    is(
        &browser,
        "return !document.querySelector('.hit') && document.activeElement.matches('.code')",
    )?;
    browser.press("/nowhere at all\u{e007}")?;
    is(
        &browser,
        "return document.getElementById('hits').textContent === 'none'",
    )
}

fn both_looks() -> Result<(), Failed> {
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
    is(
        &browser,
        "const code = document.querySelector('.pane.active .code'); return code.scrollWidth > code.clientWidth && getComputedStyle(code).overflowX === 'auto'",
    )
}

fn large() -> Result<(), Failed> {
    let mut source = String::from("pub fn calls(x: &mut [u64; 4]) {\n");
    for line in 0..2600 {
        source.push_str(&format!(
            "    x[{}] = x[{}].wrapping_mul({line}) ^ {line};\n",
            line % 4,
            (line + 1) % 4
        ));
    }
    source.push_str("}\n");
    let project = TempProject::with(&[("a.rs", &source)])?;
    let browser = Browser::start()?;
    browser.size(1280, 800)?;
    browser.open(&explained(&project, &["--dev"])?)?;
    is(
        &browser,
        "return document.querySelectorAll('#p2 .r').length > 10000",
    )?;
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
    is(
        &browser,
        "return performance.getEntriesByType('resource').length === 0",
    )
}

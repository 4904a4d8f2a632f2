//! The command `fixed validate`: its matrix in every form, its exit status, and columns that cannot be filled.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

use libtest_mimic::{Arguments, Failed};

use support::trials::{conclude, trial, trial_unless, without_tool};

fn main() -> ExitCode {
    let trials = vec![
        trial("in-tree's bugs show, ours pass", matrix),
        trial("a compiler that is not there leaves the others", missing),
        trial(
            "a program that hangs, one that crashes, one that does not compile",
            outcomes,
        ),
        trial("what is required decides the status", required),
        trial("the page", page),
        trial_unless(without_tool("chromium"), "the page, in a browser", browser),
    ];
    conclude(&Arguments::from_args(), trials)
}

fn validate(arguments: &[&str]) -> Result<Output, Failed> {
    Ok(Command::new(env!("CARGO_BIN_EXE_fixed"))
        .arg("validate")
        .args(arguments)
        .output()?)
}

fn json(arguments: &[&str]) -> Result<serde_json::Value, Failed> {
    let output = validate(&[arguments, &["--json", "-"]].concat())?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn corpus(name: &str) -> String {
    format!("{}/tests/asm/{name}.rs", env!("CARGO_MANIFEST_DIR"))
}

fn outcome<'a>(matrix: &'a serde_json::Value, program: &str, compiler: &str, level: &str) -> &'a str {
    let programs = matrix["programs"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let row = programs.iter().find(|row| row["name"] == program);
    row.and_then(|row| row["cells"][compiler][level]["outcome"].as_str())
        .unwrap_or("absent")
}

fn expect(found: &str, wanted: &str) -> Result<(), Failed> {
    match found == wanted {
        true => Ok(()),
        false => Err(format!("found `{found}`, not `{wanted}`").into()),
    }
}

fn matrix() -> Result<(), Failed> {
    let matrix = json(&[
        &corpus("unwind_missing_call_site"),
        &corpus("story_drop"),
        "--levels",
        "0,2",
    ])?;
    expect(outcome(&matrix, "unwind_missing_call_site", "llvm", "2"), "abort")?;
    expect(outcome(&matrix, "unwind_missing_call_site", "fixed", "2"), "ok")?;
    expect(outcome(&matrix, "story_drop", "llvm", "0"), "ok")
}

fn missing() -> Result<(), Failed> {
    let arguments = [
        &corpus("story_drop"),
        "-c",
        "+no-such-toolchain",
        "-c",
        "no/such/rustc",
        "-c",
        "fixed",
    ];
    let matrix = json(&[&arguments[..], &["--levels", "0"]].concat())?;
    expect(
        outcome(&matrix, "story_drop", "+no-such-toolchain", "0"),
        "not-tried",
    )?;
    expect(outcome(&matrix, "story_drop", "no/such/rustc", "0"), "not-tried")?;
    expect(outcome(&matrix, "story_drop", "fixed", "0"), "ok")?;
    let why = matrix["compilers"][0]["error"].as_str().unwrap_or_default();
    match why.contains("rustup toolchain install no-such-toolchain") {
        true => Ok(()),
        false => Err(format!("no advice in `{why}`").into()),
    }
}

fn outcomes() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    for (name, source) in [
        ("hangs", "fn main() -> ExitCode { loop {} }\n"),
        (
            "crashes",
            "fn main() -> ExitCode { unsafe { std::ptr::null_mut::<u32>().write_volatile(1) } }\n",
        ),
        ("aborts", "fn main() -> ExitCode { std::process::abort() }\n"),
        (
            "differs",
            "//@ stdout: one\nfn main() -> ExitCode { println!(\"two\") }\n",
        ),
        ("fails", "fn main() -> ExitCode { nonsense }\n"),
        ("young", "//@ since: 9.99\nfn main() -> ExitCode {}\n"),
        (
            "fine",
            "//@ stdout: three\nfn main() -> ExitCode { println!(\"three\") }\n",
        ),
    ] {
        std::fs::write(dir.path().join(name).with_extension("rs"), source)?;
    }
    let folder = dir.path().to_string_lossy();
    let matrix = json(&[&folder, "-c", "fixed", "--levels", "1", "--timeout", "5"])?;
    for (name, wanted) in [
        ("hangs", "timeout"),
        ("crashes", "signal"),
        ("aborts", "abort"),
        ("differs", "wrong-output"),
        ("fails", "diagnostic"),
        ("young", "skipped"),
        ("fine", "ok"),
    ] {
        expect(outcome(&matrix, name, "fixed", "1"), wanted).map_err(|why| format!("{name}: {why:?}"))?;
    }
    Ok(())
}

fn required() -> Result<(), Failed> {
    let program = corpus("unwind_missing_call_site");
    let common = [program.as_str(), "--levels", "1", "-c", "llvm", "-c", "fixed"];
    let by_default = validate(&common)?;
    let by_llvm = validate(&[&common[..], &["--require", "llvm"]].concat())?;
    let unknown = validate(&[&common[..], &["--require", "nobody"]].concat())?;
    match (
        by_default.status.code(),
        by_llvm.status.code(),
        unknown.status.code(),
    ) {
        (Some(0), Some(1), Some(1)) => Ok(()),
        codes => Err(format!("ended with {codes:?}").into()),
    }
}

/// Writes a page into `dir`.
fn write_page(dir: &Path) -> Result<PathBuf, Failed> {
    let path = dir.join("matrix.html");
    let program = corpus("unwind_missing_call_site");
    validate(&[&program, "--levels", "0,2", "--html", &path.to_string_lossy()])?;
    Ok(path)
}

fn page() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let written = std::fs::read_to_string(write_page(dir.path())?)?;
    if written.contains("<script") || written.contains("http://") || written.contains("https://") {
        return Err("the page fetches or runs something".into());
    }
    shows(&written)
}

fn browser() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let page = write_page(dir.path())?;
    let mut browser = Command::new("chromium");
    browser.args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]);
    let shown = browser.arg(format!("file://{}", page.display())).output()?;
    shows(&String::from_utf8_lossy(&shown.stdout))
}

fn shows(dom: &str) -> Result<(), Failed> {
    for part in [
        "<td class=\"good\">ok</td>",
        "<summary>abort</summary>",
        "unwind_missing_call_site",
    ] {
        if !dom.contains(part) {
            return Err(format!("`{part}` is not in what is shown: {dom}").into());
        }
    }
    Ok(())
}

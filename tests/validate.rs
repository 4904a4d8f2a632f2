//! The command `fixed validate`: its matrix in every form, its exit status, and columns that cannot be filled.

use std::path::PathBuf;
use std::process::{Command, Output};

use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let trials = vec![
        Trial::test("in-tree's bugs show, ours pass", matrix),
        Trial::test("a compiler that is not there leaves the others", missing),
        Trial::test(
            "a program that hangs, one that crashes, one that does not compile",
            outcomes,
        ),
        Trial::test("what is required decides the status", required),
        Trial::test("the page, in a browser", page),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit()
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
        ("hangs", "fn main() { loop {} }\n"),
        (
            "crashes",
            "fn main() { unsafe { std::ptr::null_mut::<u32>().write_volatile(1) } }\n",
        ),
        ("aborts", "fn main() { std::process::abort() }\n"),
        ("differs", "//@ stdout: one\nfn main() { println!(\"two\") }\n"),
        ("fails", "fn main() { nonsense }\n"),
        ("young", "//@ since: 9.99\nfn main() {}\n"),
        ("fine", "//@ stdout: three\nfn main() { println!(\"three\") }\n"),
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

fn page() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let path: PathBuf = dir.path().join("matrix.html");
    let path_text = path.to_string_lossy();
    validate(&[
        &corpus("unwind_missing_call_site"),
        "--levels",
        "0,2",
        "--html",
        &path_text,
    ])?;
    let written = std::fs::read_to_string(&path)?;
    if written.contains("<script") || written.contains("http://") || written.contains("https://") {
        return Err("the page fetches or runs something".into());
    }
    let mut browser = Command::new("chromium");
    browser.args(["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]);
    let Ok(shown) = browser.arg(format!("file://{path_text}")).output() else {
        eprintln!("note: `chromium` is not installed; the page was written, but not shown");
        return Ok(());
    };
    let dom = String::from_utf8_lossy(&shown.stdout);
    for part in [
        "<td class=\"good\">ok</td>",
        "<summary>abort</summary>",
        "unwind_missing_call_site",
    ] {
        if !dom.contains(part) {
            return Err(format!("`{part}` is not in what the browser shows: {dom}").into());
        }
    }
    Ok(())
}

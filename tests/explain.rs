//! The command `fixed explain`: a function in all forms, linked line by line, by both backends; names; errors; and that line
//! tables, which the links come from, change nothing of the code.

mod support;

use std::path::Path;
use std::process::{Command, ExitCode, Output};
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed};
use serde_json::Value;

use support::project::{TempProject, holds};
use support::trials::{conclude, trial};

fn main() -> ExitCode {
    let trials = vec![
        trial("all forms are linked by the lines of Rust", linked),
        trial("edges, and the blocks that an asm goes to", edges),
        trial("names, in part or whole", names),
        trial("generic, async, closures, traits, macros", kinds),
        trial("what is inlined everywhere, and what has no code", without_code),
        trial("what the verifier objects to stands at its instruction", finding),
        trial("what each pass changed", passes),
        trial("an edition of the user's", edition),
        trial("a terminal's width", width),
        trial("errors, and nothing half-written", errors),
        trial("a signal leaves nothing", signal),
        trial("line tables change nothing of the code", same_code),
        trial("the crate memchr, by both backends", real_crate),
    ];
    conclude(&Arguments::from_args(), trials)
}

const PROGRAM: &str = include_str!("support/explained.rs");

/// A file has an edition by itself, and rustc takes only one.
fn edition() -> Result<(), Failed> {
    let source = "#[unsafe(no_mangle)] pub fn f(x: u32) -> u32 { let gen = x; gen }";
    let project = TempProject::with(&[("a.rs", source)])?;
    let run = |flags: &[&str]| {
        let arguments = [&["a.rs", "--function", "f", "--"], flags].concat();
        Ok::<_, Failed>(explain(&arguments, &project.path("."))?.status.success())
    };
    // `gen` is a keyword since 2024.
    match (run(&["--edition", "2018"])?, run(&["--edition=2024"])?) {
        (true, false) => Ok(()),
        other => Err(format!("2018 and 2024: {other:?}").into()),
    }
}

fn explain(arguments: &[&str], folder: &Path) -> Result<Output, Failed> {
    Ok(Command::new(env!("CARGO_BIN_EXE_fixed"))
        .arg("explain")
        .args(arguments)
        .current_dir(folder)
        .output()?)
}

fn json(arguments: &[&str], folder: &Path) -> Result<Value, Failed> {
    let output = explain(&[arguments, &["--json"]].concat(), folder)?;
    match output.stdout.is_empty() {
        true => Err(stderr(&output).into()),
        false => Ok(serde_json::from_slice(&output.stdout)?),
    }
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn rows(listing: &Value) -> &[Value] {
    listing["rows"].as_array().map(Vec::as_slice).unwrap_or_default()
}

/// The forms of the first side.
fn forms(explanation: &Value, side: usize) -> [(&'static str, &Value); 4] {
    let side = &explanation["sides"][side];
    [
        ("MIR", &explanation["mir"]),
        ("IR as built", &side["built"]),
        ("IR after the passes", &side["optimised"]),
        ("assembly", &side["assembly"]),
    ]
}

/// The place of the line of Rust that holds `text`.
fn place_of<'a>(explanation: &'a Value, text: &str) -> Result<&'a Value, Failed> {
    let row = rows(&explanation["source"])
        .iter()
        .find(|row| row["text"].as_str().is_some_and(|row| row.contains(text)));
    Ok(&row.ok_or_else(|| format!("no line of Rust holds `{text}`"))?["places"][0])
}

fn linked() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let arguments = [
        "a.rs",
        "--function",
        "calls",
        "--backend",
        "fixed",
        "--backend",
        "llvm",
    ];
    let explanation = json(&arguments, &project.path("."))?;
    for side in 0..2 {
        for (text, word) in [
            ("asm!(", ["asm!", "asm", "asm", "callee"]),
            ("y /= 2", ["_", "lshr", "lshr", "shr"]),
        ] {
            let place = place_of(&explanation, text)?;
            for ((form, listing), word) in forms(&explanation, side).iter().zip(word) {
                // What a machine makes of a division may have another line.
                let of_place = |row: &&Value| row["places"][0] == *place;
                let mut linked = rows(listing).iter().filter(of_place);
                let word = if text == "y /= 2" && *form != "MIR" {
                    ""
                } else {
                    word
                };
                if !linked.any(|row| row["text"].as_str().is_some_and(|text| text.contains(word))) {
                    return Err(format!(
                        "no row of the {form} of side {side} with `{word}` is linked to `{text}`"
                    )
                    .into());
                }
            }
        }
    }
    Ok(())
}

fn edges() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let explanation = json(&["a.rs", "--function", "calls"], &project.path("."))?;
    for (form, listing) in forms(&explanation, 0) {
        let edges: Vec<&Value> = rows(listing)
            .iter()
            .flat_map(|row| row["to"].as_array().into_iter().flatten())
            .collect();
        let unwinds = |edge: &&Value| edge["when"] == "unwind" && edge["of_asm"] == true;
        let Some(edge) = edges.into_iter().find(unwinds) else {
            return Err(format!("the asm unwinds nowhere in the {form}").into());
        };
        let block = rows(listing).iter().find(|row| row["block"] == edge["block"]);
        let from = block.and_then(|row| row["from"].as_array());
        if !from.is_some_and(|from| from.iter().any(|edge| edge["of_asm"] == true)) {
            return Err(format!("the block that the asm unwinds to is not marked in the {form}").into());
        }
        if !rows(listing).iter().any(|row| row["asm"] == true) {
            return Err(format!("the asm is not marked in the {form}").into());
        }
    }
    Ok(())
}

const NAMES: &str =
    "pub mod inner { #[inline(never)] pub fn parse() {} #[inline(never)] pub fn parse_all() { parse() } }
pub struct P<T>(T);
impl<T: Copy> P<T> { #[inline(never)] pub fn get(&self) -> T { self.0 } }
#[inline(never)] pub fn parse() { inner::parse_all(); P(1_u8).get(); P(1_u64).get(); }
";

fn names() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", NAMES)])?;
    let folder = project.path(".");
    let name = |arguments: &[&str]| -> Result<String, Failed> {
        Ok(
            json(&[&["a.rs", "--function"], arguments].concat(), &folder)?["name"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        )
    };
    for (wanted, found) in [
        ("parse", "a::parse"),
        ("a::inner::parse", "a::inner::parse"),
        ("inner::parse", "a::inner::parse"),
        ("parse_a", "a::inner::parse_all"),
        ("P<u8>::get", "<a::P<u8>>::get"),
    ] {
        let name = name(&[wanted])?;
        if name != found {
            return Err(format!("`{wanted}` is `{name}`, not `{found}`").into());
        }
    }
    let several = explain(&["a.rs", "--function", "get"], &folder)?;
    holds(&stderr(&several), "0  <a::P<u64>>::get\n    1  <a::P<u8>>::get")?;
    if several.status.code() != Some(1) || name(&["get", "--index", "1"])? != "<a::P<u8>>::get" {
        return Err("one of several cannot be chosen".into());
    }
    let none = explain(&["a.rs", "--function", "prase"], &folder)?;
    holds(&stderr(&none), "a::parse")?;
    let all = explain(&["a.rs"], &folder)?;
    holds(&String::from_utf8_lossy(&all.stdout), "a::inner::parse_all\n")?;
    match (none.status.code(), all.status.code()) {
        (Some(1), Some(0)) => Ok(()),
        other => Err(format!("the statuses are {other:?}").into()),
    }
}

const KINDS: &str = "pub trait Go { fn go(&self) -> u32; }
macro_rules! go { ($($t:ty),*) => { $(impl Go for $t { #[inline(never)] fn go(&self) -> u32 { *self as u32 + 1 } })* } }
go!(u8, i64);
#[inline(never)] fn add<T: std::ops::Add<Output = T>>(a: T, b: T) -> T { a + b }
async fn one(x: u32) -> u32 { x.go() }
impl Go for u32 { #[inline(never)] fn go(&self) -> u32 { std::hint::black_box(*self) } }
fn main() {
    let mut one = std::pin::pin!(one(1));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    println!(\"{:?}\", std::future::Future::poll(one.as_mut(), &mut context));
    let mut list = vec![1_u8, 3, 2];
    list.sort_by(|a, b| b.cmp(a));
    println!(\"{list:?} {} {} {}\", 1_u8.go(), 2_i64.go(), add(1.5, 2.5));
}
";

fn kinds() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", KINDS)])?;
    for (name, mir) in [
        ("<u8 as Go>::go", "_1: &u8"),
        ("i64::go", "_1: &i64"),
        ("a::add", "fn add(_1: T"),
        ("one::{closure#0}", "Pin<&mut {async fn body of one()}>"),
        ("a::main::{closure#0}", "fn main::{closure#0}("),
    ] {
        let name = name.replace("as Go", "as a::Go");
        let explanation = json(&["a.rs", "--function", &name, "--dev"], &project.path("."))?;
        let head = rows(&explanation["mir"])
            .first()
            .and_then(|row| row["text"].as_str());
        holds(head.unwrap_or_default(), mir).map_err(|why| format!("{name}: {why:?}"))?;
        for (form, listing) in forms(&explanation, 0) {
            let places = rows(listing).iter().filter(|row| row["places"].get(0).is_some());
            if places.count() == 0 {
                return Err(format!("nothing in the {form} of {name} is linked").into());
            }
        }
    }
    Ok(())
}

fn without_code() -> Result<(), Failed> {
    let source = "#[inline] pub fn small(x: u32) -> u32 { x + 1 }
fn away(x: u32) -> u32 { let mut sum = 0; for i in 0..x { sum += std::hint::black_box(i) } sum }
pub fn uses(x: u32) -> u32 { away(x) }
pub fn generic<T: Clone>(x: &T) -> T { x.clone() }
";
    let project = TempProject::with(&[("a.rs", source)])?;
    let folder = project.path(".");
    // Left to the passes to inline.
    let late = ["--", "-Zinline-mir=no", "-Zcross-crate-inline-threshold=never"];
    let away = explain(
        &[&["a.rs", "--function", "away", "--json"], &late[..]].concat(),
        &folder,
    )?;
    let away: Value = serde_json::from_slice(&away.stdout)?;
    holds(
        &away["sides"][0]["assembly"]["notes"].to_string(),
        "inlined everywhere, into a::uses",
    )?;
    let small = json(&["a.rs", "--function", "small"], &folder)?;
    holds(&small["notes"].to_string(), "rustc makes no code for it")?;
    if rows(&small["sides"][0]["assembly"]).is_empty() {
        return Err("`small` is not compiled by itself".into());
    }
    let generic = json(&["a.rs", "--function", "generic"], &folder)?;
    holds(
        &generic["sides"][0]["built"]["notes"].to_string(),
        "it is generic",
    )?;
    match rows(&generic["mir"]).is_empty() {
        true => Err("a generic function has MIR".into()),
        false => Ok(()),
    }
}

fn finding() -> Result<(), Failed> {
    let program = format!("{}/tests/asm/story_drop.rs", env!("CARGO_MANIFEST_DIR"));
    let project = TempProject::new()?;
    let output = Command::new(env!("CARGO_BIN_EXE_fixed"))
        .args(["explain", &program, "--function", "main", "--json"])
        .args(["--backend", "fixed", "--backend", "llvm"])
        .env("FIXED_ASM_LOWERING", "store-after-invoke")
        .current_dir(project.path("."))
        .output()?;
    if output.status.code() != Some(1) {
        return Err(format!("it ended with {}", output.status).into());
    }
    holds(&stderr(&output), "LLVM rejects the code of `story_drop::main`")?;
    let explanation: Value = serde_json::from_slice(&output.stdout)?;
    let built = rows(&explanation["sides"][0]["built"]);
    let row = built.iter().find(|row| row["finding"].is_string());
    let row = row.ok_or("no row has a finding")?;
    holds(
        row["finding"].as_str().unwrap_or_default(),
        "does not have terminator",
    )?;
    holds(row["text"].as_str().unwrap_or_default(), "extractvalue")?;
    if row["places"][0] != *place_of(&explanation, "asm!(")? {
        return Err("the finding is not linked to the asm".into());
    }
    match rows(&explanation["sides"][1]["assembly"]).is_empty() {
        true => Err("the other backend's code is not there".into()),
        false => Ok(()),
    }
}

fn passes() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    for backend in ["fixed", "llvm"] {
        let arguments = ["a.rs", "--function", "calls", "--passes", "--backend", backend];
        let explanation = json(&arguments, &project.path("."))?;
        let passes = explanation["sides"][0]["passes"]
            .as_array()
            .ok_or("there are no passes")?;
        for (name, of_machine) in [("SROAPass", false), ("(greedy)", true)] {
            let fits = |pass: &&Value| {
                pass["name"].as_str().is_some_and(|text| text.contains(name))
                    && pass["of_machine"] == of_machine
            };
            let pass = passes.iter().find(fits);
            let pass =
                pass.ok_or_else(|| format!("{backend}: the pass {name} changed nothing: {passes:?}"))?;
            let changed = rows(&pass["listing"])
                .iter()
                .filter(|row| row["change"].is_string());
            if changed.count() as u64
                != pass["added"].as_u64().unwrap_or(0) + pass["removed"].as_u64().unwrap_or(0)
            {
                return Err(format!("{backend}: {name}: the rows are not those that were counted").into());
            }
        }
    }
    Ok(())
}

fn width() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let text = |arguments: &[&str]| -> Result<String, Failed> {
        let arguments = [&["a.rs", "--function", "calls"], arguments].concat();
        Ok(String::from_utf8(
            explain(&arguments, &project.path("."))?.stdout,
        )?)
    };
    for columns in [30, 90, 160, 240] {
        let text = text(&["--width", &columns.to_string()])?;
        if let Some(line) = text.lines().find(|line| line.chars().count() > columns) {
            return Err(format!("wider than {columns}: {line}").into());
        }
    }
    // Beside each other, where there is room.
    holds(
        text(&["--width", "240"])?
            .lines()
            .find(|line| line.contains("── Rust"))
            .unwrap_or_default(),
        "── MIR",
    )?;
    let piped = text(&[])?;
    match piped.contains('\u{1b}') {
        true => Err("there are colours in a file".into()),
        false => holds(&piped, " 12 ┃   "),
    }
}

fn errors() -> Result<(), Failed> {
    let project = TempProject::with(&[
        ("a.rs", "fn main() { let x: u8 = \"text\"; }\n"),
        ("empty/nothing", ""),
    ])?;
    let folder = project.path(".");
    for (arguments, words) in [
        (&["no.rs"][..], "cannot read no.rs"),
        (&["empty"], "has no Cargo.toml"),
        (&["a.rs", "--function", "main"], "mismatched types"),
        (&["a.rs", "--backend", "no/such/rustc"], "there is no compiler"),
        (
            &["a.rs", "--backend", "fixed", "--backend", "fixed"],
            "named twice",
        ),
    ] {
        let output = explain(&[arguments, &["--html", "page.html"]].concat(), &folder)?;
        holds(&stderr(&output), words)?;
        if output.status.code() != Some(1) || project.path("page.html").exists() {
            return Err(format!("{arguments:?} ended with {}, or wrote a page", output.status).into());
        }
    }
    let wide = TempProject::with(&[("a.rs", "pub fn f() {}\n")])?;
    let nowhere = explain(
        &["a.rs", "-f", "f", "--html", "no/such/page.html"],
        &wide.path("."),
    )?;
    holds(&stderr(&nowhere), "cannot write no/such/page.html")
}

fn signal() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM), ("tmp/x", "")])?;
    let temporary = project.path("tmp");
    std::fs::remove_file(temporary.join("x"))?;
    let mut child = Command::new(env!("CARGO_BIN_EXE_fixed"))
        .args(["explain", "a.rs", "--function", "calls"])
        .env("TMPDIR", &temporary)
        .current_dir(project.path("."))
        .stdout(std::process::Stdio::null())
        .spawn()?;
    let count = || std::fs::read_dir(&temporary).map(Iterator::count);
    let end = Instant::now() + Duration::from_secs(30);
    while count()? == 0 && child.try_wait()?.is_none() && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(2));
    }
    Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()?;
    let status = child.wait()?;
    match count()? {
        0 if status.code().is_none() => Ok(()),
        left => Err(format!("it ended with {status}, and {left} folders are left").into()),
    }
}

/// A line without the names of constants, which it has where names are kept.
fn without_labels(line: &str) -> String {
    let mut parts = line.split(".L");
    let first = parts.next().unwrap_or_default().to_owned();
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    parts.fold(first, |line, part| line + ".L" + part.trim_start_matches(is_name))
}

/// The instructions of a crate, without directives, labels and comments.
fn instructions(rustc: &mut Command, project: &TempProject) -> Result<Vec<String>, Failed> {
    let output = rustc.output()?;
    if !output.status.success() {
        return Err(stderr(&output).into());
    }
    let text = project.read("out.s")?;
    let code = text.lines().filter_map(|line| {
        let line = line.strip_prefix('\t')?.split('#').next()?.trim_end();
        let is_code = !line.is_empty() && !line.starts_with('.');
        is_code.then(|| without_labels(line))
    });
    Ok(code.collect())
}

fn same_code() -> Result<(), Failed> {
    let folder = support::crates::fetch_into("memchr", "explain-same")?;
    let project = TempProject::new()?;
    for level in ["0", "3"] {
        let code = |extra: &[&str]| {
            let mut rustc = project.command_of("2021");
            rustc
                .arg(folder.join("src/lib.rs"))
                .args([
                    "--crate-name=memchr",
                    "--crate-type=lib",
                    "--cfg=feature=\"std\"",
                    "--cfg=feature=\"alloc\"",
                ])
                .args([
                    "--emit=asm=out.s",
                    "-Ccodegen-units=1",
                    &format!("-Copt-level={level}"),
                ])
                .args(extra);
            instructions(&mut rustc, &project)
        };
        let plain = code(&[])?;
        let told = code(&[
            "-Cdebuginfo=line-tables-only",
            "-Zverbose-asm=yes",
            "-Csave-temps",
        ])?;
        let differs = plain.iter().zip(&told).find(|(one, other)| one != other);
        if plain.len() != told.len() || differs.is_some() || plain.len() < 1000 {
            return Err(format!(
                "at {level}, {} and {} instructions: {differs:?}",
                plain.len(),
                told.len()
            )
            .into());
        }
    }
    Ok(())
}

fn real_crate() -> Result<(), Failed> {
    let folder = support::crates::fetch_into("memchr", "explain")?;
    let arguments = [
        ".",
        "--function",
        "searcher_kind_avx2",
        "--backend",
        "fixed",
        "--backend",
        "llvm",
    ];
    let explanation = json(&arguments, &folder)?;
    for side in 0..2 {
        for (form, listing) in forms(&explanation, side) {
            let rows = rows(listing);
            let is_code = |row: &&Value| row["role"] == "code";
            let linked = rows
                .iter()
                .filter(is_code)
                .filter(|row| row["places"].get(0).is_some());
            let (linked, all) = (linked.count(), rows.iter().filter(is_code).count());
            if linked * 2 < all || all == 0 {
                return Err(
                    format!("of {all} rows of the {form}, side {side}, only {linked} are linked").into(),
                );
            }
        }
    }
    Ok(())
}

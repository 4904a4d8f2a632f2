//! Sanitizers: each finds its planted bug where in-tree's does and nothing in a clean program, and each
//! instruments as in-tree's.

use std::collections::BTreeMap;
use std::process::Command;

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::{TempProject, holds, is_error, outcome};

pub const CHECKS: &[(&str, Check)] = &[
    ("a use after free is found, at its line", use_after_free),
    ("a leak is found", leak),
    ("a data race is found", race),
    ("an overflow past a static, unless it is exempt", exempt_static),
    ("a clean program is clean", clean),
    ("a call of another type is stopped", wrong_callee),
    ("the IR of every sanitizer is as in-tree's", instrumentation),
    ("an ignore list is obeyed, and a bad one is an error", ignore_list),
    ("what cannot be combined is refused", refused),
];

/// The programs are compiled with a std that was not: rustc wants to be told.
const MIXED: &str = "-Cunsafe-allow-abi-mismatch=sanitizer";

const USE_AFTER_FREE: &str = "fn main() {
    let bytes = vec![1u8, 2, 3];
    let pointer = bytes.as_ptr();
    drop(bytes);
    std::process::exit(unsafe { std::hint::black_box(pointer).read() }.into());
}
";

const LEAK: &str = "fn main() {
    std::hint::black_box(Box::into_raw(Box::new([7u8; 100])));
    std::hint::black_box(0usize);
}
";

const RACE: &str = "static mut COUNT: u32 = 0;
fn main() {
    let other = std::thread::spawn(|| unsafe { COUNT += 1 });
    unsafe { COUNT += 1 };
    other.join().unwrap();
}
";

const STATIC: &str = "#![feature(sanitize)]
#[cfg_attr(exempt, sanitize(address = \"off\"))]
static mut SHORT: [u8; 4] = [1; 4];
fn main() {
    let pointer = std::hint::black_box(&raw mut SHORT).cast::<u8>();
    println!(\"{}\", unsafe { pointer.add(5).read() } < 255);
}
";

/// Calls a function through a pointer to one with another parameter.
const WRONG_CALLEE: &str = "#[inline(never)]
fn add_one(x: i32) -> i32 { x + 1 }
#[inline(never)]
fn apply(f: fn(u64) -> i32) -> i32 { f(1) }
fn main() {
    let right: fn(i32) -> i32 = std::hint::black_box(add_one);
    println!(\"{}\", right(1));
    let wrong: fn(u64) -> i32 = unsafe { std::mem::transmute(right) };
    println!(\"{}\", apply(std::hint::black_box(wrong)));
}
";

const LIBRARY: &str = "#![no_std]
pub trait Shape { fn area(&self) -> u64; }
pub struct Square(pub u64);
impl Shape for Square { fn area(&self) -> u64 { self.0 * self.0 } }
pub static TABLE: [u8; 7] = [1, 2, 3, 4, 5, 6, 7];
pub static mut COUNT: u32 = 0;
pub fn look_up(i: usize) -> u8 { TABLE[i] }
pub fn sum(xs: &[u32]) -> u32 { let mut s = 0; for x in xs { s += x; } s }
pub unsafe fn count() { unsafe { COUNT += 1 } }
pub fn local(f: fn(&mut [u8; 32])) -> u8 { let mut b = [0; 32]; f(&mut b); b[3] }
pub fn area(shape: &dyn Shape) -> u64 { shape.area() }
pub fn square() -> &'static dyn Shape { &Square(3) }
pub extern \"C\" fn twice(f: extern \"C\" fn(i32) -> i32, x: i32) -> i32 { f(f(x)) }
";

/// A project's program, compiled by both backends, in-tree's first.
fn both(project: &TempProject, source: &str, flags: &[&str]) -> Result<[String; 2], Failed> {
    let [tree, ours] = ["tree", "ours"].map(|name| project.path(name).display().to_string());
    let mut in_tree = project.in_tree();
    in_tree.args([source, "-o", &tree]).args(flags);
    let output = outcome(in_tree.output()?);
    if output.code != Some(0) {
        return Err(format!(
            "in-tree's backend does not compile {source} {flags:?}: {}",
            output.stderr
        )
        .into());
    }
    project.compile(&[&[source, "-o", &ours], flags].concat())?;
    Ok([tree, ours])
}

/// What a run says in its summary line, and its exit status.
fn verdict(program: &str, environment: &[(&str, &str)]) -> Result<(Option<i32>, String), Failed> {
    let run = outcome(Command::new(program).envs(environment.iter().copied()).output()?);
    let summary = run.stderr.lines().find(|line| line.starts_with("SUMMARY"));
    let summary = summary.unwrap_or_default();
    // A global's place is told by its address in the program.
    Ok((
        run.code,
        summary.split(" (").next().unwrap_or_default().to_owned(),
    ))
}

/// Compares the verdicts of both backends' programs; the word must be in them.
fn found(text: &str, flags: &[&str], word: &str) -> Result<(), Failed> {
    for level in ["-Copt-level=0", "-Copt-level=3"] {
        let project = TempProject::with(&[("a.rs", text)])?;
        let programs = both(&project, "a.rs", &[flags, &[level, "-Cdebuginfo=1"]].concat())?;
        let [tree, ours] = [&programs[0], &programs[1]].map(|program| verdict(program, &[]));
        let (tree, ours) = (tree?, ours?);
        if tree != ours {
            return Err(format!("{level}: in-tree {tree:?}, ours {ours:?}").into());
        }
        holds(&ours.1, word)?;
    }
    Ok(())
}

fn use_after_free() -> Result<(), Failed> {
    found(USE_AFTER_FREE, &["-Zsanitizer=address"], "heap-use-after-free")
}

fn leak() -> Result<(), Failed> {
    found(LEAK, &["-Zsanitizer=leak"], "100 byte(s) leaked")
}

/// Which of the two threads comes second, and is reported, is chance.
fn race() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", RACE)])?;
    for level in ["-Copt-level=0", "-Copt-level=3"] {
        for program in both(&project, "a.rs", &["-Zsanitizer=thread", MIXED, level])? {
            holds(&verdict(&program, &[])?.1, "data race")?;
        }
    }
    Ok(())
}

fn exempt_static() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", STATIC)])?;
    let flags = ["-Zsanitizer=address", "-Copt-level=1"];
    let checked = both(&project, "a.rs", &flags)?;
    let (tree, ours) = (verdict(&checked[0], &[])?, verdict(&checked[1], &[])?);
    holds(&ours.1, "global-buffer-overflow")?;
    holds(&tree.1, "global-buffer-overflow")?;
    let exempt = both(&project, "a.rs", &[&flags[..], &["--cfg=exempt"]].concat())?;
    match (verdict(&exempt[0], &[])?.0, verdict(&exempt[1], &[])?.0) {
        (Some(0), Some(0)) => Ok(()),
        codes => Err(format!("an exempt static is checked: {codes:?}").into()),
    }
}

fn clean() -> Result<(), Failed> {
    let text = "fn main() {
        let words: Vec<String> = (0..50).map(|n| n.to_string()).collect();
        let threads: Vec<_> = words.chunks(10).map(|c| c.join(\"-\")).map(|s| std::thread::spawn(move || s.len())).collect();
        println!(\"{}\", threads.into_iter().map(|t| t.join().unwrap()).sum::<usize>());
        println!(\"{}\", std::panic::catch_unwind(|| { let _v = vec![1]; panic!() }).is_err());
    }";
    let project = TempProject::with(&[("a.rs", text)])?;
    for sanitizer in ["address", "leak", "safestack"] {
        let flag = format!("-Zsanitizer={sanitizer}");
        for level in ["-Copt-level=0", "-Copt-level=3"] {
            project.compile(&["a.rs", &flag, MIXED, level])?;
            holds(&project.run("a")?, "135\ntrue")?;
        }
    }
    Ok(())
}

fn wrong_callee() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", WRONG_CALLEE)])?;
    let flags = ["-Zsanitizer=cfi", "-Clto=fat", "-Ccodegen-units=1", MIXED];
    for level in ["-Copt-level=0", "-Copt-level=3"] {
        let flags = [&flags[..], &[level]].concat();
        for program in both(&project, "a.rs", &flags)? {
            let run = Command::new(&program).output()?;
            let printed = String::from_utf8_lossy(&run.stdout).into_owned();
            if run.status.code().is_some() || printed != "2\n" {
                return Err(format!("{program} {level}: {}, after `{printed}`", run.status).into());
            }
        }
    }
    Ok(())
}

/// How often each attribute, intrinsic, runtime function and flag of a sanitizer stands in the IR.
fn marks(ir: &str) -> BTreeMap<String, usize> {
    let starts = [
        "sanitize_",
        "no-sanitize",
        "safestack",
        "shadowcallstack",
        "nosanitize",
        "no_sanitize",
        "__asan_",
        "__msan_",
        "__tsan_",
        "__hwasan_",
        "__dfsan_",
        "__dfs",
        "__rtsan_",
        "__safestack",
        "llvm.type.test",
        "kcfi",
        "_ZTS",
        "CFI",
        "cfi-",
        "EnableSplitLTOUnit",
    ];
    let mut marks = BTreeMap::new();
    let is_word = |c: char| c.is_alphanumeric() || "_.-$".contains(c);
    // In-tree's passes run before the one that removes what is declared without a use.
    let lines = ir
        .lines()
        .filter(|line| !line.starts_with("declare ") && !line.contains(" = external "));
    for word in lines.flat_map(|line| line.split(|c| !is_word(c))) {
        if starts.iter().any(|start| word.starts_with(start)) {
            *marks.entry(word.to_owned()).or_default() += 1;
        }
    }
    marks
}

fn ir(rustc: &mut Command, project: &TempProject, flags: &[&str]) -> Result<BTreeMap<String, usize>, Failed> {
    let out = project.path("a.ll");
    let output = outcome(
        rustc
            .current_dir(project.path(""))
            .args([
                "a.rs",
                "--crate-type=lib",
                "--emit=llvm-ir",
                "-Ccodegen-units=1",
                MIXED,
                "-o",
            ])
            .arg(&out)
            .args(flags)
            .output()?,
    );
    match output.code {
        Some(0) => Ok(marks(&std::fs::read_to_string(&out)?)),
        _ => Err(format!("{flags:?}: {}", output.stderr).into()),
    }
}

fn instrumentation() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", LIBRARY)])?;
    let host: &[&[&str]] = &[
        &["-Zsanitizer=address"],
        &["-Zsanitizer=address", "-Zsanitizer-recover=address"],
        &["-Zsanitizer=memory"],
        &[
            "-Zsanitizer=memory",
            "-Zsanitizer-memory-track-origins",
            "-Zsanitizer-recover=memory",
        ],
        &["-Zsanitizer=thread"],
        &["-Zsanitizer=dataflow"],
        &["-Zsanitizer=realtime"],
        &["-Zsanitizer=safestack"],
        &["-Zsanitizer=cfi", "-Clinker-plugin-lto"],
        &[
            "-Zsanitizer=cfi",
            "-Clinker-plugin-lto",
            "-Zsanitizer-cfi-normalize-integers",
            "-Zsanitizer-cfi-generalize-pointers",
        ],
        &["-Zsanitizer=kcfi", "-Cpanic=abort"],
    ];
    for flags in host {
        for level in ["-Copt-level=0", "-Copt-level=2"] {
            let flags = [flags, &[level][..]].concat();
            let tree = ir(&mut project.in_tree(), &project, &flags)?;
            let ours = ir(&mut project.command(), &project, &flags)?;
            if tree != ours || tree.is_empty() {
                return Err(format!("{flags:?}\nin-tree: {tree:#?}\nours: {ours:#?}").into());
            }
        }
    }
    Ok(())
}

fn ignore_list() -> Result<(), Failed> {
    let project = TempProject::with(&[
        ("a.rs", LIBRARY),
        ("list.txt", "[address]\nfun:*look_up*\n[cfi]\nfun:*twice*\n"),
        ("bad.txt", "[address\nfun:x\n"),
    ])?;
    let flags = [
        "-Zsanitizer=address",
        "-Zsanitizer-ignorelist=list.txt",
        "-Copt-level=0",
    ];
    let tree = ir(&mut project.in_tree(), &project, &flags)?;
    let ours = ir(&mut project.command(), &project, &flags)?;
    if tree != ours {
        return Err(format!("in-tree: {tree:#?}\nours: {ours:#?}").into());
    }
    for list in ["bad.txt", "missing.txt"] {
        let run = project.rustc(&[
            "a.rs",
            "--crate-type=lib",
            "-Zsanitizer=address",
            &format!("-Zsanitizer-ignorelist={list}"),
        ])?;
        is_error(&run)?;
        holds(&run.stderr, list)?;
    }
    Ok(())
}

fn refused() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", "fn main() {}")])?;
    let both = project.rustc(&["a.rs", "-Zsanitizer=address,thread"])?;
    is_error(&both)?;
    let elsewhere = project.rustc(&["a.rs", "-Zsanitizer=shadow-call-stack"])?;
    is_error(&elsewhere)
}

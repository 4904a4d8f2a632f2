//! The IR itself, compared with that of the in-tree backend: what a signature promises decides what is optimised.

use std::process::Command;

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::{TempProject, holds};

pub const CHECKS: &[(&str, Check)] = &[
    ("signatures carry the in-tree backend's attributes", optimized),
    ("without optimisation too", unoptimized),
    ("metadata of loads", loads),
    ("hooks of profilers and tracers", hooks),
    ("a function's own wish about hooks", own_hooks),
    ("foreign statics have the alignment of their type", alignment),
    ("the sources' checksums and texts", sources),
    ("a large array of literals is one constant", literals),
    ("a large array of pairs or of structs is one constant", aggregates),
    ("constants within their type", constants),
];

const SOURCE: &str = include_str!("sources/signatures.rs");

/// The `define` lines of functions with plain names, less the numbers of attribute groups and metadata, which
/// depend on the rest of the module.
fn signatures(ir: &str) -> Vec<String> {
    let mut lines: Vec<String> = ir
        .lines()
        .filter(|line| line.starts_with("define ") && !line.contains("@_R"))
        .map(|line| {
            let words = line
                .split(' ')
                .filter(|word| !word.starts_with('#') && !word.starts_with('!'));
            words.collect::<Vec<_>>().join(" ")
        })
        .collect();
    lines.sort();
    lines
}

/// The IR of both backends: the in-tree one's, and ours.
fn both(flags: &[&str]) -> Result<[String; 2], Failed> {
    let shop = TempProject::with(&[("a.rs", SOURCE)])?;
    let arguments = [&["a.rs", "-Cno-prepopulate-passes", "--edition=2024"], flags].concat();
    let theirs = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .current_dir(shop.path("."))
        .args([&arguments[..], &["-Awarnings", "--emit=llvm-ir=theirs.ll"]].concat())
        .status()?;
    if !theirs.success() {
        return Err("the in-tree backend failed".into());
    }
    let mut ours = shop.command();
    // The edition is given once.
    let rest = arguments
        .iter()
        .filter(|argument| !argument.starts_with("--edition"));
    let status = ours.args(rest).arg("--emit=llvm-ir=ours.ll").status()?;
    match status.success() {
        true => Ok([shop.read("theirs.ll")?, shop.read("ours.ll")?]),
        false => Err("the backend failed".into()),
    }
}

fn same(flags: &[&str]) -> Result<(), Failed> {
    let [theirs, ours] = both(flags)?.map(|ir| signatures(&ir));
    match theirs.len() > 15 && theirs == ours {
        true => Ok(()),
        false => Err(format!("in-tree: {theirs:#?}\nours: {ours:#?}").into()),
    }
}

fn optimized() -> Result<(), Failed> {
    same(&["-Copt-level=3"])
}

fn unoptimized() -> Result<(), Failed> {
    same(&["-Copt-level=0"])
}

/// How often each word of metadata stands on a load.
fn load_metadata(ir: &str) -> Vec<(&'static str, usize)> {
    let words = ["!range", "!nonnull", "!noundef", "!align", "!invariant.load"];
    let count = |word: &str| {
        let loads = ir.lines().filter(|line| line.contains(" = load "));
        loads.filter(|line| line.contains(word)).count()
    };
    words.map(|word| (word, count(word))).to_vec()
}

fn loads() -> Result<(), Failed> {
    let [theirs, ours] = both(&["-Copt-level=3"])?.map(|ir| load_metadata(&ir));
    match theirs == ours && theirs.iter().any(|(_, count)| *count > 0) {
        true => Ok(()),
        false => Err(format!("in-tree {theirs:?}, ours {ours:?}").into()),
    }
}

/// The attributes of functions whose names hold one of `words`, each once.
fn attributes(ir: &str, words: &[&str]) -> Vec<String> {
    let groups = ir.lines().filter(|line| line.starts_with("attributes "));
    let all = groups.flat_map(|line| line.split(' '));
    let mut known: Vec<String> = all
        .filter(|attribute| words.iter().any(|word| attribute.contains(word)))
        .map(str::to_owned)
        .collect();
    known.sort();
    known.dedup();
    known
}

fn hooks() -> Result<(), Failed> {
    let words = ["mcount", "fentry", "xray", "frame-pointer"];
    for flag in [
        "-Zinstrument-mcount=yes",
        "-Zinstrument-mcount=fentry",
        "-Zinstrument-xray=always,skip-exit",
        "-Zinstrument-xray=ignore-loops,instruction-threshold=7,skip-entry",
    ] {
        let [theirs, ours] = both(&[flag])?.map(|ir| attributes(&ir, &words));
        if theirs.is_empty() || theirs != ours {
            return Err(format!("{flag}: in-tree {theirs:?}, ours {ours:?}").into());
        }
    }
    Ok(())
}

/// The IR of a library of ours.
fn ours(source: &str, flags: &[&str]) -> Result<String, Failed> {
    let shop = TempProject::with(&[("a.rs", source)])?;
    shop.compile(&[&["a.rs", "--crate-type=lib", "--emit=llvm-ir=a.ll"], flags].concat())?;
    shop.read("a.ll")
}

fn own_hooks() -> Result<(), Failed> {
    let marked = |wish: &str, flag: &str| {
        let source = format!(
            "#![feature(instrument_fn)]\n#[instrument_fn = \"{wish}\"] #[unsafe(no_mangle)] pub fn f() {{}}\n"
        );
        ours(&source, &[flag])
    };
    holds(&marked("off", "-Zinstrument-xray=always")?, "=\"xray-never\"")?;
    holds(&marked("on", "-Zinstrument-xray=never")?, "=\"xray-always\"")?;
    holds(&marked("on", "-Zinstrument-mcount=fentry")?, "fentry-call")?;
    match marked("off", "-Zinstrument-mcount=fentry")?.contains("fentry-call") {
        true => Err("a hook that the function does not want".into()),
        false => Ok(()),
    }
}

/// LLVM knows the answer only if it knows the alignment.
fn alignment() -> Result<(), Failed> {
    let source = "unsafe extern \"C\" { static X: u64; }\n#[unsafe(no_mangle)] pub fn aligned() -> bool { \
        (&raw const X).addr() % 8 == 0 }\n";
    holds(&ours(source, &["-Copt-level=2"])?, "ret i1 true")
}

/// What is said of the file `a.rs`, whatever the number of the node.
fn file(ir: &str) -> Option<String> {
    let line = ir
        .lines()
        .find(|line| line.contains("!DIFile(filename: \"a.rs\""))?;
    line.split_once(" = ").map(|(_, node)| node.to_owned())
}

fn sources() -> Result<(), Failed> {
    for flags in [
        &["-Cdebuginfo=2"][..],
        &["-Cdebuginfo=1", "-Zsrc-hash-algorithm=sha256"],
        &["-Cdebuginfo=1", "-Zembed-source=yes", "-Cdwarf-version=5"],
    ] {
        let [theirs, ours] = both(flags)?.map(|ir| file(&ir));
        if theirs.is_none() || theirs != ours {
            return Err(format!("{flags:?}: in-tree {theirs:?}, ours {ours:?}").into());
        }
    }
    Ok(())
}

fn literals() -> Result<(), Failed> {
    let list = |count: u32| (0..count).map(|i| format!("\"w{i}\",")).collect::<String>();
    let source = |count| {
        let list = list(count);
        format!("#[unsafe(no_mangle)] pub fn user(f: fn(&[&str; {count}])) {{ let a = [{list}]; f(&a) }}\n")
    };
    for level in ["-Copt-level=0", "-Copt-level=3"] {
        let flags = [level, "-Cno-prepopulate-passes"];
        let ir = ours(&source(12_000), &flags)?;
        let body = ir.split_once("@user(").map_or("", |(_, rest)| rest);
        let body = body.split_once("\n}").map_or("", |(body, _)| body);
        holds(body, "@llvm.memcpy.")?;
        if body.lines().count() > 20 {
            return Err(format!("{level}: {} lines", body.lines().count()).into());
        }
        // LLVM sees through a few stores better than through a copy.
        holds(&ours(&source(12), &flags)?, "store ptr @")?;
    }
    Ok(())
}

/// Elements with padding, and those that are put together elsewhere first; what they are at run time.
fn aggregates() -> Result<(), Failed> {
    const COUNT: usize = 2_000;
    let list = |element: &dyn Fn(usize) -> String| (0..COUNT).map(|i| element(i) + ",").collect::<String>();
    let large = |i: usize| {
        format!(
            "Large {{ a: {}, b: {i}, c: \"w{i}\", d: ({}, {i}.5) }}",
            i % 251,
            i % 9
        )
    };
    let pair = |i: usize| format!("({}, {})", i % 251, i * 7);
    let nested = |i: usize| format!("[({}, {i}), (2, 3)]", i % 251);
    let kinds: [(&str, &str, String); 3] = [
        ("pairs", "(u8, u32)", list(&pair)),
        ("structs", "Large", list(&large)),
        ("nested", "[(u8, u16); 2]", list(&nested)),
    ];
    let mut source = String::from(
        "#[derive(Debug)] pub struct Large { pub a: u8, pub b: u64, pub c: &'static str, pub d: (u16, f32) }\n\
         #[inline(never)] fn show<T: std::fmt::Debug>(all: &mut [T]) { let mut sum = 0_u64;\n\
         for byte in format!(\"{all:?}\").bytes() { sum = sum.wrapping_mul(31).wrapping_add(byte.into()) }\n\
         println!(\"{sum}\") }\n",
    );
    for (name, ty, list) in &kinds {
        source += &format!(
            "#[inline(never)] #[unsafe(no_mangle)] pub fn {name}() {{ let mut a: [{ty}; {COUNT}] = [{list}]; \
             show(&mut a) }}\n\
             #[inline(never)] #[unsafe(no_mangle)] pub fn {name}_back() -> [{ty}; {COUNT}] {{ [{list}] }}\n"
        );
    }
    // Between these, something is: the second half of each pair.
    source += "#[inline(never)] #[unsafe(no_mangle)] pub fn halves() { let mut a = [(1_u8, 7_u32); 300];\n";
    source += &(0..300)
        .map(|i| format!("a[{i}].0 = {};", i % 251))
        .collect::<String>();
    source += "show(&mut a) }\nfn main() { pairs(); structs(); nested(); show(&mut pairs_back()); \
        show(&mut structs_back()); show(&mut nested_back()); halves() }\n";
    let shop = TempProject::with(&[("a.rs", &source)])?;
    let run = |mut rustc: Command, level: &str| -> Result<String, Failed> {
        let built = rustc.args(["a.rs", "-Cdebug-assertions=no", level]).status()?;
        match built.success() {
            true => shop.run("a"),
            false => Err("the program is not compiled".into()),
        }
    };
    let expected = run(shop.in_tree(), "-Copt-level=0")?;
    for level in ["-Copt-level=0", "-Copt-level=3"] {
        let printed = run(shop.command(), level)?;
        if printed != expected {
            return Err(format!("{level}: expected\n{expected}printed\n{printed}").into());
        }
        let ir = ours(
            &source,
            &[level, "-Cno-prepopulate-passes", "-Cdebug-assertions=no"],
        )?;
        for (name, ..) in &kinds {
            for function in [name.to_string(), format!("{name}_back")] {
                let body = ir
                    .split_once(&format!("@{function}("))
                    .map_or("", |(_, rest)| rest);
                let body = body.split_once("\n}").map_or("", |(body, _)| body);
                holds(body, "@llvm.memcpy.")?;
                if body.lines().count() > 40 {
                    return Err(format!("{function}, {level}: {} lines", body.lines().count()).into());
                }
            }
        }
    }
    Ok(())
}

/// LLVM reads back what it printed. A constant wider than its type is printed as nothing at all, such as the end of
/// the range of a `NonZero<u8>`, which is one past the last value of its type.
fn constants() -> Result<(), Failed> {
    let source = "#[derive(Clone, Copy, PartialEq)] pub enum Sign { Neg = -1, Zero, Pos }\n\
        #[inline(never)] fn of(x: i32) -> Sign { if x < 0 { Sign::Neg } else { Sign::Pos } }\n\
        #[unsafe(no_mangle)] pub fn user(x: i32) -> bool { of(x) == Sign::Neg || x == 7 }\n\
        #[unsafe(no_mangle)] pub fn wide(x: Sign) -> i128 { x as i128 }\n\
        #[unsafe(no_mangle)] pub fn loaded(x: &std::num::NonZero<u8>) -> u8 { x.get() }\n";
    let sysroot = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--print", "target-libdir"])
        .output()?;
    let libdir = String::from_utf8(sysroot.stdout)?;
    let opt = std::path::Path::new(libdir.trim_end())
        .with_file_name("bin")
        .join("opt");
    for level in ["-Copt-level=0", "-Copt-level=2"] {
        let shop = TempProject::with(&[("a.rs", source)])?;
        shop.compile(&["a.rs", "--crate-type=lib", "--emit=llvm-ir=a.ll", level])?;
        let ir = shop.read("a.ll")?;
        if let Some(line) = ir
            .lines()
            .find(|line| line.contains("range(") && line.contains(", )"))
        {
            return Err(format!("{level}: a bound is missing: {line}").into());
        }
        let read = Command::new(&opt)
            .args(["-passes=verify", "-disable-output"])
            .arg(shop.path("a.ll"))
            .output()?;
        if !read.status.success() {
            return Err(String::from_utf8_lossy(&read.stderr).into_owned().into());
        }
    }
    Ok(())
}

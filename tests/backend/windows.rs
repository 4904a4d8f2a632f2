//! What is particular to Windows: import tables, decorated names, unwind data that goes by return addresses.
//! No C library is needed: the crates have as much of `core` as they need. Those that are linked, by the toolchain's
//! own linker, take `core` from `rustup target add x86_64-pc-windows-msvc i686-pc-windows-msvc`.

use std::process::Command;

use libtest_mimic::Failed;
use object::Object;

use crate::Check;
use crate::support::project::{TempProject, holds, outcome};
use crate::support::trials::without_std;

pub const CHECKS: &[(&str, Check)] = &[
    ("a trap behind a call that diverges", traps),
    ("an rlib's statics have import pointers", import_pointers),
    ("names of raw-dylib imports", raw_dylib),
    ("linked: statics of an rlib", linked_statics),
    ("linked: raw-dylib imports of x86", linked_raw_dylib),
];

const X64: &str = "x86_64-pc-windows-msvc";
const X86: &str = "i686-pc-windows-msvc";

/// What a check lacks here.
pub fn missing(name: &str) -> Option<String> {
    match name.strip_prefix("linked: ")? {
        what if what.contains("x86") => without_std(X86),
        _ => without_std(X64),
    }
}

const TARGETS: [&str; 4] = [
    "x86_64-pc-windows-msvc",
    "aarch64-pc-windows-msvc",
    "i686-pc-windows-msvc",
    "i686-pc-windows-gnu",
];

/// Compiles a library for `target` with the in-tree backend and with ours: what both emit.
fn both(source: &str, target: &str, emit: &str, flags: &[&str]) -> Result<[String; 2], Failed> {
    let source = format!(
        "#![feature(no_core, lang_items, rustc_attrs, decl_macro, f16)]\n#![allow(internal_features)]\n#![no_core]\n\
         #[path = \"minicore.rs\"] mod minicore; use minicore::*;\n{source}"
    );
    let minicore = include_str!("../targets/minicore.rs");
    let shop = TempProject::with(&[("a.rs", &source), ("minicore.rs", minicore)])?;
    let arguments = [&["a.rs", "--target", target, "-Cpanic=abort"], flags].concat();
    let mut theirs = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    theirs
        .current_dir(shop.path("."))
        .args(["--edition=2024", "-Awarnings"]);
    for (mut rustc, name) in [(theirs, "theirs"), (shop.command(), "ours")] {
        let emit = format!("--emit={emit}={name}");
        let run = outcome(rustc.args(&arguments).arg(emit).output()?);
        if run.code != Some(0) {
            return Err(format!("{name}: {arguments:?}: {}", run.stderr).into());
        }
    }
    Ok([shop.read("theirs")?, shop.read("ours")?])
}

/// The lines that `is_wanted` picks must be the same, in any order, and some.
fn same_lines(texts: [String; 2], is_wanted: fn(&str) -> bool, what: &str) -> Result<(), Failed> {
    let [theirs, ours] = texts.map(|text| {
        let lines = text.lines().filter(|line| is_wanted(line));
        let mut lines: Vec<String> = lines.map(str::to_owned).collect();
        lines.sort();
        lines
    });
    match theirs == ours {
        true => Ok(()),
        false => Err(format!("{what}: in-tree {theirs:#?}, ours {ours:#?}").into()),
    }
}

fn traps() -> Result<(), Failed> {
    let source = "unsafe extern \"C\" { fn leave() -> !; }\n\
        #[unsafe(no_mangle)] pub fn last() -> ! { unsafe { leave() } }\n\
        #[unsafe(no_mangle)] pub fn next() -> u32 { 1 }\n";
    let is_trap = |line: &str| ["brk", "ud2", "int3"].iter().any(|trap| line.contains(trap));
    for target in TARGETS {
        for level in ["-Copt-level=0", "-Copt-level=2"] {
            let texts = both(source, target, "asm", &["--crate-type=lib", level])?;
            if !is_trap(&texts[1]) {
                return Err(format!("{target} {level}: no trap in:\n{}", texts[1]).into());
            }
            same_lines(texts, is_trap, &format!("{target} {level}"))?;
        }
    }
    let texts = both(source, "x86_64-unknown-linux-gnu", "asm", &["--crate-type=lib"])?;
    match is_trap(&texts[1]) {
        true => Err("a trap where nobody needs one".into()),
        false => Ok(()),
    }
}

fn import_pointers() -> Result<(), Failed> {
    let source = "pub static ANSWER: u32 = 42; #[unsafe(no_mangle)] pub static mut PLAIN: u8 = 1; static OWN: u8 = 7;\n\
        #[unsafe(no_mangle)] pub fn own() -> &'static u8 { &OWN }\n";
    let is_pointer = |line: &str| line.contains("__imp_");
    for target in TARGETS {
        let flags = [
            "--crate-type=rlib",
            "-Copt-level=2",
            "-Csymbol-mangling-version=v0",
        ];
        let texts = both(source, target, "llvm-ir", &flags)?;
        holds(&texts[1], "ANSWER\" = global ptr @")?;
        same_lines(texts, is_pointer, target)?;
        // Nobody takes a static out of these as if it came from a DLL.
        for other in [
            ["--crate-type=staticlib", "-Cpanic=abort"],
            ["--crate-type=rlib", "-Clinker-plugin-lto"],
        ] {
            let texts = both(source, target, "llvm-ir", &other)?;
            if is_pointer(&texts[1]) {
                return Err(format!("{target} {other:?}: {}", texts[1]).into());
            }
        }
    }
    let texts = both(
        source,
        "x86_64-unknown-linux-gnu",
        "llvm-ir",
        &["--crate-type=rlib"],
    )?;
    match is_pointer(&texts[1]) {
        true => Err("import pointers where there is no import table".into()),
        false => Ok(()),
    }
}

const IMPORTS: &str = "\
    #[link(name = \"one\", kind = \"raw-dylib\")] unsafe extern \"stdcall\" { fn standard(a: u32, b: u64); }\n\
    #[link(name = \"one\", kind = \"raw-dylib\")] unsafe extern \"fastcall\" { fn Light(a: u8) -> u8; }\n\
    #[link(name = \"one\", kind = \"raw-dylib\")] unsafe extern \"C\" { fn plain(a: u32); static WORD: u32; }\n\
    #[link(name = \"two\", kind = \"raw-dylib\", import_name_type = \"undecorated\")] unsafe extern \"stdcall\" \
        { fn bare(a: u32); }\n\
    #[link(name = \"two\", kind = \"raw-dylib\", import_name_type = \"noprefix\")] unsafe extern \"stdcall\" \
        { fn headless(a: u32); }\n\
    #[unsafe(no_mangle)] pub unsafe fn user() -> u32 { unsafe { standard(1, 2); Light(3); plain(4); bare(5); \
        headless(6); WORD } }\n";

fn raw_dylib() -> Result<(), Failed> {
    let is_import = |line: &&str| line.starts_with("declare ") || line.contains(" external ");
    // The names alone, as the types of statics differ.
    let names = |text: String| -> String {
        let name = |line: &str| {
            let name = line.split_once('@').map_or("", |(_, rest)| rest);
            let end = name.find(['(', ' ']).unwrap_or(name.len());
            name[..end].to_owned() + "\n"
        };
        text.lines().filter(is_import).map(name).collect()
    };
    for target in TARGETS {
        if target.starts_with("i686") {
            let texts = both(IMPORTS, target, "llvm-ir", &["--crate-type=lib"])?;
            holds(&texts[1], "standard@12")?;
            same_lines(texts.map(names), |_| true, target)?;
        }
    }
    Ok(())
}

const LIBRARY: &str = "#![no_std]\n\
    use core::sync::atomic::AtomicU32; pub static ANSWER: AtomicU32 = AtomicU32::new(42);\n";
const USER: &str = "\
    #[panic_handler] fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }\n\
    #[unsafe(no_mangle)] pub extern \"C\" fn value() -> u32 { up::ANSWER.load(core::sync::atomic::Ordering::Relaxed) }\n";

/// Nothing else than its static is used of the library, which a linker must find by the name of the pointer.
///
/// Links `main.rs` and an rlib, each made by either backend, with the toolchain's linker, and gives what is imported
/// and exported. `flags` are those of the last.
fn linked(target: &str, main: &str, flags: &[&str]) -> Result<(), Failed> {
    let shop = TempProject::with(&[("up.rs", LIBRARY), ("main.rs", main)])?;
    let common = ["-Copt-level=2", "-Cpanic=abort", "--target", target];
    let linker = [
        "-Clinker=rust-lld",
        "-Clinker-flavor=lld-link",
        "-Clink-arg=/nodefaultlib",
    ];
    let backends = [false, true];
    let mut tables = Vec::new();
    for (library, program) in backends.map(|one| backends.map(|other| (one, other))).concat() {
        let rustc = |ours: bool| if ours { shop.command() } else { shop.in_tree() };
        let mut first = rustc(library);
        first.args(common).args(["up.rs", "--crate-type=rlib"]);
        let mut second = rustc(program);
        second.args(common).args(["main.rs", "--extern=up", "-oout.exe"]);
        second.args(linker).args(flags);
        for mut command in [first, second] {
            let run = outcome(command.output()?);
            if run.code != Some(0) {
                return Err(
                    format!("library ours: {library}, program ours: {program}: {}", run.stderr).into(),
                );
            }
        }
        let bytes = std::fs::read(shop.path("out.exe"))?;
        let file = object::File::parse(&*bytes)?;
        let mut table: Vec<String> = Vec::new();
        for import in file.imports()? {
            let parts = [import.library(), import.name()].map(String::from_utf8_lossy);
            table.push(parts.join(" "));
        }
        for export in file.exports()? {
            table.push(String::from_utf8_lossy(export.name()).into_owned());
        }
        table.sort();
        tables.push(table);
    }
    match tables.iter().all(|table| *table == tables[0]) && !tables[0].is_empty() {
        true => Ok(()),
        false => Err(format!("imports and exports differ: {tables:#?}").into()),
    }
}

fn linked_statics() -> Result<(), Failed> {
    let library = format!(
        "#![no_std]\n{USER}\
         #[unsafe(no_mangle)] pub extern \"system\" fn _DllMainCRTStartup(_: usize, _: u32, _: usize) -> u32 {{ 1 }}\n"
    );
    linked(X64, &library, &["--crate-type=cdylib"])?;
    let program = format!(
        "#![no_std]\n#![no_main]\n{USER}#[unsafe(no_mangle)] pub extern \"C\" fn mainCRTStartup() -> u32 {{ value() }}\n\
         #[link(name = \"kernel32\", kind = \"raw-dylib\")] unsafe extern \"system\" {{ fn GetTickCount() -> u32; }}\n\
         #[unsafe(no_mangle)] pub extern \"C\" fn now() -> u32 {{ unsafe {{ GetTickCount() }} }}\n"
    );
    let entry = [
        "-Clink-arg=/entry:mainCRTStartup",
        "-Clink-arg=/subsystem:console",
        "-Clink-arg=/export:now",
    ];
    linked(X64, &program, &entry)
}

fn linked_raw_dylib() -> Result<(), Failed> {
    let program = format!(
        "#![no_std]\n#![no_main]\n{USER}{IMPORTS}\
         #[unsafe(no_mangle)] pub extern \"C\" fn mainCRTStartup() -> u32 {{ unsafe {{ user() + value() }} }}\n"
    );
    let entry = [
        "-Clink-arg=/entry:mainCRTStartup",
        "-Clink-arg=/subsystem:console",
        "-Clink-arg=/safeseh:no",
    ];
    linked(X86, &program, &entry)
}

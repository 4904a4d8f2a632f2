//! Thin LTO: what a second build compiles, what libraries export, what is saved on the way, and bad input.

use libtest_mimic::Failed;

use crate::Check;
use crate::lto::{BOTH, By, LIBRARY, PROGRAM, llvm_tool};
use crate::support::project::{TempProject, holds, is_error, outcome};

pub const CHECKS: &[(&str, Check)] = &[
    (
        "a second build compiles what has changed, and what imports it",
        units,
    ),
    ("a second build sees a change in a library", libraries),
    ("functions come in from other units and crates", imports),
    ("cdylibs, staticlibs and dylibs export what they must", exports),
    ("every step is saved for `-Csave-temps`", steps),
    ("a corrupted library is an error that names it", corrupted),
    (
        "a library without bitcode is an error that names it",
        without_bitcode,
    ),
];

const UNITS: &str = "mod one { pub fn f(x: u32) -> u32 { x * 3 } }\n\
    mod two { pub fn f(x: u32) -> u32 { super::one::f(x) + 1 } }\n\
    mod three { pub fn f(x: u32) -> u32 { x ^ 0x55 } }\n\
    fn main() { let x = std::env::args().count() as u32; println!(\"{}\", two::f(x) + three::f(x)); }\n";

/// Builds with an incremental cache, and returns how many modules were compiled after the decisions of thin LTO, and
/// how many were taken from the cache.
fn build(shop: &TempProject, arguments: &[&str]) -> Result<(usize, usize), Failed> {
    let run = shop
        .command()
        .args(["-Cincremental=cache", "-Zinline-mir=no"])
        .args(arguments)
        .env("FIXED_LOG", "fixed::back=debug")
        .output()?;
    let run = outcome(run);
    if run.code != Some(0) {
        return Err(run.stderr.into());
    }
    let plain: String = run
        .stderr
        .replace("\u{1b}[3m", "")
        .replace("\u{1b}[0m", "")
        .replace("\u{1b}[2m", "");
    let line = plain.lines().find(|line| line.contains("thin LTO compiled="));
    let number =
        |name: &str| -> Option<usize> { line?.split_once(name)?.1.split_whitespace().next()?.parse().ok() };
    match (number("compiled="), number("reused=")) {
        (Some(compiled), Some(reused)) => Ok((compiled, reused)),
        _ => Err(format!("no thin LTO: {plain}").into()),
    }
}

fn units() -> Result<(), Failed> {
    let shop = TempProject::with(&[("a.rs", UNITS)])?;
    let arguments = ["a.rs", "-Copt-level=2"];
    let (all, reused) = build(&shop, &arguments)?;
    let first = shop.run("a")?;
    let second = build(&shop, &arguments)?;
    if (&*first, reused, second) != ("88\n", 0, (0, all)) || shop.run("a")? != first {
        return Err(format!("{all} modules at first, then {second:?}; printed {first}").into());
    }
    std::fs::write(shop.path("a.rs"), UNITS.replace("x * 3", "x * 7"))?;
    let (compiled, reused) = build(&shop, &arguments)?;
    match (&*shop.run("a")?, compiled, reused) {
        ("92\n", 2.., 1..) if compiled + reused == all => Ok(()),
        (printed, ..) => Err(format!("{compiled} compiled, {reused} reused; printed {printed}").into()),
    }
}

fn libraries() -> Result<(), Failed> {
    for library in BOTH {
        let shop = TempProject::with(&[("up.rs", LIBRARY), ("main.rs", PROGRAM)])?;
        let common = ["-Cpanic=abort", "-Copt-level=2", "-Clink-arg=-lc"];
        let make_library =
            || library.compile(&shop, &[&["up.rs", "--crate-type=rlib"], &common[..]].concat());
        let arguments = [&["main.rs", "--extern=up", "-Clto=thin"], &common[..]].concat();
        make_library()?;
        build(&shop, &arguments)?;
        let first = shop.run("main")?;
        // What the library shows of itself to rustc stays the same: only its code changes.
        std::fs::write(shop.path("up.rs"), LIBRARY.replace("&40, &41", "&40, &42"))?;
        make_library()?;
        build(&shop, &arguments)?;
        let second = shop.run("main")?;
        if (&*first, &*second) != (")", "*") {
            return Err(format!("{library:?}: printed {first:?}, then {second:?}").into());
        }
    }
    Ok(())
}

/// A function that is small enough to be imported, in a unit and a crate of its own.
fn imports() -> Result<(), Failed> {
    let library = "mod deep { pub fn square(x: u32) -> u32 { x.wrapping_mul(x) } }\n\
        pub fn poly(x: u32) -> u32 { deep::square(x) ^ 5 }\n";
    let program = "#[unsafe(no_mangle)] #[inline(never)] pub fn outer(x: u32) -> u32 { up::poly(x) }\n\
        fn main() { println!(\"{}\", outer(std::env::args().count() as u32 + 2)) }\n";
    let shop = TempProject::with(&[("up.rs", library), ("main.rs", program)])?;
    let common = [
        "-Copt-level=2",
        "-Zinline-mir=no",
        "-Zcross-crate-inline-threshold=never",
        "-Ccodegen-units=8",
    ];
    for library in BOTH {
        library.compile(&shop, &[&["up.rs", "--crate-type=rlib"], &common[..]].concat())?;
        shop.compile(&[&["main.rs", "--extern=up", "-Clto=thin"], &common[..]].concat())?;
        let shown = llvm_tool("llvm-objdump")?
            .args(["--no-show-raw-insn", "--disassemble-symbols=outer"])
            .arg(shop.path("main"))
            .output()?;
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        holds(&shown, "<outer>:")?;
        if shop.run("main")? != "12\n" || shown.contains("call") || shown.contains("jmp") {
            return Err(format!("{library:?}: not inlined:\n{shown}").into());
        }
    }
    Ok(())
}

const EXPORTER: &str = "#[unsafe(no_mangle)] pub extern \"C\" fn triple(x: u32) -> u32 { helper(x) * 3 }\n\
    #[unsafe(no_mangle)] pub static LIMIT: u32 = 9;\n\
    #[inline(never)] pub fn helper(x: u32) -> u32 { std::hint::black_box(x) }\n";
const IMPORTER: &str = "unsafe extern \"C\" { fn triple(x: u32) -> u32; static LIMIT: u32; }\n\
    fn main() { unsafe { println!(\"{} {}\", triple(2), LIMIT) } }\n";

/// The symbols that a library defines for others.
fn symbols(shop: &TempProject, name: &str, dynamic: bool) -> Result<Vec<String>, Failed> {
    let listed = llvm_tool("llvm-nm")?
        .args(["--defined-only", "--extern-only", "--format=just-symbols"])
        .args(dynamic.then_some("-D"))
        .arg(shop.path(name))
        .output()?;
    let text = String::from_utf8_lossy(&listed.stdout).into_owned();
    let mut symbols: Vec<String> = text
        .lines()
        .map(str::to_owned)
        .filter(|line| !line.is_empty())
        .collect();
    symbols.sort();
    Ok(symbols)
}

fn exports() -> Result<(), Failed> {
    let shop = TempProject::with(&[("up.rs", EXPORTER), ("main.rs", IMPORTER)])?;
    for (kind, name) in [
        ("cdylib", "libup.so"),
        ("dylib", "libup.so"),
        ("staticlib", "libup.a"),
    ] {
        let arguments = [
            "up.rs",
            "-Copt-level=1",
            "-Clto=thin",
            "-Zdylib-lto",
            &format!("--crate-type={kind}"),
        ];
        let mut exported = Vec::new();
        // A static library is whole; what its units import from each other is not decided by rustc.
        let whole = kind == "staticlib";
        for by in if whole { &BOTH[..1] } else { &BOTH[..] } {
            by.compile(&shop, &arguments)?;
            exported.push(symbols(&shop, name, !whole)?);
            if *by == By::Ours {
                let link = match kind {
                    "staticlib" => vec![
                        "-lstatic:+verbatim=libup.a",
                        "-Clink-arg=-Wl,--allow-multiple-definition",
                    ],
                    _ => vec!["-ldylib=up", "-Clink-arg=-Wl,-rpath,$ORIGIN"],
                };
                shop.compile(&[&["main.rs"], &link[..]].concat())?;
                let printed = shop.run("main")?;
                if printed != "6 9\n" {
                    return Err(format!("{kind}: printed {printed}").into());
                }
            }
        }
        if let [ours, in_tree] = &exported[..]
            && ours != in_tree
        {
            let more: Vec<&String> = ours.iter().filter(|name| !in_tree.contains(name)).collect();
            return Err(format!("{kind}: exports {more:?} beside what in-tree exports").into());
        }
        for name in ["triple", "LIMIT"] {
            if !exported[0].iter().any(|symbol| symbol == name) {
                return Err(format!("{kind} does not export {name}").into());
            }
        }
    }
    Ok(())
}

fn steps() -> Result<(), Failed> {
    let shop = TempProject::with(&[("up.rs", LIBRARY), ("main.rs", PROGRAM)])?;
    let common = ["-Cpanic=abort", "-Copt-level=2", "-Clink-arg=-lc"];
    shop.compile(&[&["up.rs", "--crate-type=rlib"], &common[..]].concat())?;
    shop.compile(
        &[
            &["main.rs", "--extern=up", "-Clto=thin", "-Csave-temps"],
            &common[..],
        ]
        .concat(),
    )?;
    let names: Vec<String> = std::fs::read_dir(shop.path("."))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    for step in [
        "input",
        "after-rename",
        "after-resolve",
        "after-internalize",
        "after-import",
        "after-pm",
    ] {
        let saved = names
            .iter()
            .filter(|name| name.ends_with(&format!(".thin-lto-{step}.bc")));
        // Of the program's module, and of the library's.
        if saved.count() < 2 {
            return Err(format!("thin-lto-{step} is not saved: {names:?}").into());
        }
    }
    Ok(())
}

const KINDS: [&str; 2] = ["-Clto=thin", "-Clto=fat"];

fn corrupted() -> Result<(), Failed> {
    let shop = TempProject::with(&[("up.rs", LIBRARY), ("main.rs", PROGRAM)])?;
    let common = ["-Cpanic=abort", "-Copt-level=2", "-Clink-arg=-lc"];
    shop.compile(
        &[
            &["up.rs", "--crate-type=rlib", "-Clinker-plugin-lto"],
            &common[..],
        ]
        .concat(),
    )?;
    let whole = std::fs::read(shop.path("libup.rlib"))?;
    let magic = whole
        .windows(4)
        .position(|bytes| bytes == b"BC\xc0\xde")
        .ok_or("no bitcode in the library")?;
    for (damage, place) in [(0xff, 8), (0, 20)] {
        let mut bytes = whole.clone();
        bytes[magic + place..magic + place + 400].fill(damage);
        std::fs::write(shop.path("libup.rlib"), &bytes)?;
        for kind in KINDS {
            let run = shop.rustc(&[&["main.rs", "--extern=up", kind], &common[..]].concat())?;
            is_error(&run)?;
            holds(&run.stderr, "libup.rlib")?;
        }
    }
    Ok(())
}

fn without_bitcode() -> Result<(), Failed> {
    let shop = TempProject::with(&[("up.rs", LIBRARY), ("main.rs", PROGRAM)])?;
    let common = ["-Cpanic=abort", "-Copt-level=2", "-Clink-arg=-lc"];
    shop.compile(&[&["up.rs", "--crate-type=rlib", "-Cembed-bitcode=no"], &common[..]].concat())?;
    for kind in KINDS {
        let run = shop.rustc(&[&["main.rs", "--extern=up", kind], &common[..]].concat())?;
        is_error(&run)?;
        holds(&run.stderr, "libup.rlib")?;
        holds(&run.stderr, "-Cembed-bitcode=no")?;
    }
    Ok(())
}

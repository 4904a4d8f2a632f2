//! Link-time optimisation: of every kind, over libraries of this backend and of the in-tree one.

use std::collections::BTreeMap;
use std::process::Command;

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::TempProject;

pub const CHECKS: &[(&str, Check)] = &[
    ("every mix of backends, kinds and levels links and runs", mixes),
    ("with the standard library, by either backend", standard_library),
    ("`--emit=thin-link-bitcode` holds the summary", thin_link),
    (
        "`-Csave-temps` leaves what in-tree leaves, from the same moments",
        saved,
    ),
];

/// Which backend compiles a crate.
#[derive(Copy, Clone, Debug, PartialEq)]
pub enum By {
    Ours,
    InTree,
}

pub const BOTH: [By; 2] = [By::Ours, By::InTree];

impl By {
    /// Runs rustc with this backend, which must succeed.
    pub fn compile(self, shop: &TempProject, arguments: &[&str]) -> Result<String, Failed> {
        let mut rustc = match self {
            By::Ours => shop.command(),
            By::InTree => shop.in_tree(),
        };
        let run = rustc.args(arguments).output()?;
        let said = String::from_utf8_lossy(&run.stderr).into_owned();
        match run.status.success() {
            true => Ok(said),
            false => Err(format!("{self:?} {arguments:?}: {said}").into()),
        }
    }
}

/// A library, with what of `core` it needs, so that LTO has this crate and its user to work on and no more. It
/// has constants without names, a static behind a reference, a generic function, two local ones of one name.
pub const LIBRARY: &str = "#![feature(no_core, lang_items, auto_traits)] #![no_core] #![allow(internal_features)]\n\
    #[lang = \"pointee_sized\"] pub trait PointeeSized {}\n\
    #[lang = \"meta_sized\"] pub trait MetaSized: PointeeSized {}\n\
    #[lang = \"sized\"] pub trait Sized: MetaSized {}\n\
    #[lang = \"copy\"] pub trait Copy {} impl Copy for i32 {} impl<T: PointeeSized> Copy for &T {}\n\
    #[lang = \"sync\"] pub trait Sync {} impl Sync for i32 {} impl<T: PointeeSized> Sync for &T {}\n\
    #[lang = \"freeze\"] unsafe auto trait Freeze {}\n\
    #[lang = \"drop_glue\"] unsafe fn drop_glue<T: PointeeSized>(_: *mut T) {}\n\
    pub struct Pair(&'static i32, &'static i32); impl Sync for Pair {}\n\
    static PAIR: Pair = Pair(&40, &41);\n\
    #[inline(never)] fn local(x: i32) -> i32 { x }\n\
    mod inner { #[inline(never)] pub fn local(x: &i32) -> &i32 { x } }\n\
    pub fn number() -> i32 { local(*inner::local(PAIR.1)) }\n\
    pub fn same<T: Copy>(x: T) -> T { x }\n\
    #[unsafe(no_mangle)] pub extern \"C\" fn exported(x: i32) -> i32 { x }\n";

/// Prints `)`, which has the number 41.
pub const PROGRAM: &str = "#![feature(no_core)] #![no_core] #![no_main] extern crate up;\n\
    unsafe extern \"C\" { fn putchar(character: i32) -> i32; }\n\
    #[unsafe(no_mangle)] extern \"C\" fn main() -> i32 { unsafe { putchar(up::same(up::number())); } 0 }\n";

/// The flags of a kind of LTO, for a library and for a program. What is no flag for both is what cargo passes.
const KINDS: [(&str, &[&str], &[&str]); 4] = [
    ("no LTO", &[], &["-Clto=off"]),
    ("fat LTO", &[], &["-Clto=fat"]),
    ("thin LTO", &[], &["-Clto=thin"]),
    (
        "LTO in the linker",
        &["-Clinker-plugin-lto"],
        &["-Clinker-plugin-lto"],
    ),
];

fn mixes() -> Result<(), Failed> {
    let shop = TempProject::with(&[("up.rs", LIBRARY), ("main.rs", PROGRAM)])?;
    let common = ["-Cpanic=abort", "-Ccodegen-units=4", "-Clink-arg=-lc"];
    for level in ["-Copt-level=0", "-Copt-level=3"] {
        for library in BOTH {
            let mut built: Option<&[&str]> = None;
            for (kind, for_library, for_program) in KINDS {
                if built != Some(for_library) {
                    let arguments =
                        [&["up.rs", "--crate-type=rlib", level], &common[..], for_library].concat();
                    library.compile(&shop, &arguments)?;
                    built = Some(for_library);
                }
                for program in BOTH {
                    let arguments = [&["main.rs", "--extern=up", level], &common[..], for_program].concat();
                    program.compile(&shop, &arguments)?;
                    let printed = shop.run("main")?;
                    if printed != ")" {
                        let mix = format!("{library:?} in {program:?}, {kind}, {level}");
                        return Err(format!("{mix}: printed {printed:?}").into());
                    }
                }
            }
        }
    }
    Ok(())
}

fn standard_library() -> Result<(), Failed> {
    let library = "pub fn shout(x: u32) -> String { format!(\"{}!\", x + 1) }\n";
    let program = "fn main() { println!(\"{}\", up::shout(41)) }\n";
    let shop = TempProject::with(&[("up.rs", library), ("main.rs", program)])?;
    for (level, library, program) in [
        ("-Copt-level=0", By::Ours, By::InTree),
        ("-Copt-level=3", By::InTree, By::Ours),
    ] {
        library.compile(&shop, &["up.rs", "--crate-type=rlib", level])?;
        program.compile(&shop, &["main.rs", "--extern=up", level, "-Clto=thin"])?;
        let printed = shop.run("main")?;
        if printed != "42!\n" {
            return Err(format!("{library:?} in {program:?}: printed {printed:?}").into());
        }
    }
    Ok(())
}

/// A program of the toolchain's component `llvm-tools`.
pub fn llvm_tool(name: &str) -> Result<Command, Failed> {
    let sysroot = crate::support::rustc().args(["--print", "sysroot"]).output()?;
    let libraries = std::path::Path::new(String::from_utf8_lossy(&sysroot.stdout).trim()).join("lib/rustlib");
    let tool = std::fs::read_dir(libraries)?
        .filter_map(|entry| Some(entry.ok()?.path().join("bin").join(name)))
        .find(|path| path.exists());
    match tool {
        Some(tool) => Ok(Command::new(tool)),
        None => Err(format!("the toolchain has no {name}").into()),
    }
}

fn thin_link() -> Result<(), Failed> {
    let shop = TempProject::with(&[("up.rs", LIBRARY), ("main.rs", PROGRAM)])?;
    for level in ["-Copt-level=0", "-Copt-level=2"] {
        shop.compile(&["up.rs", "--crate-type=rlib", level])?;
        for name in ["up", "main"] {
            let emit = format!("--emit=thin-link-bitcode={name}.thin,llvm-bc={name}.bc");
            let source = format!("{name}.rs");
            let common = ["--crate-type=lib", "-Cpanic=abort", "-Zunstable-options"];
            shop.compile(&[&[&*source, level, &*emit], &common[..]].concat())?;
            let length = |kind: &str| std::fs::metadata(shop.path(&format!("{name}.{kind}")));
            if length("thin")?.len() >= length("bc")?.len() {
                return Err(format!("{level}: the summary of {name} holds more than a summary").into());
            }
        }
        // A linker that is given the summaries alone decides from which module to import.
        let decided = llvm_tool("rust-lld")?
            .current_dir(shop.path("."))
            .args([
                "-flavor",
                "gnu",
                "--thinlto-index-only",
                "--thinlto-emit-imports-files",
                "--entry=main",
            ])
            .args([
                "--thinlto-object-suffix-replace=.thin;.bc",
                "main.thin",
                "up.thin",
            ])
            .output()?;
        let said = String::from_utf8_lossy(&decided.stderr).into_owned();
        let imports = shop.read("main.bc.imports").map_err(|_| said)?;
        if imports != "up.bc\n" {
            return Err(format!("{level}: main imports from {imports:?}").into());
        }
    }
    Ok(())
}

/// The units differ in size: the others are merged into the largest, whose name the result has.
const UNITS: &str = "mod small { #[inline(never)] pub fn number() -> i32 { 40 } }\n\
    mod large { #[inline(never)] pub fn a(x: i32) -> i32 { x } #[inline(never)] pub fn b(x: i32) -> i32 { a(x) }\n\
    #[inline(never)] pub fn c(x: i32) -> i32 { b(x) } #[inline(never)] pub fn d(x: i32) -> i32 { c(x) } }\n";

fn saved() -> Result<(), Failed> {
    let alone = format!("{UNITS} fn main() {{ std::process::exit(large::d(small::number())) }}\n");
    let bare = PROGRAM
        .replace("unsafe { putchar(", "unsafe { small::number(); putchar(")
        .replace("up::number()", "large::d(up::number())");
    let bare = format!("{bare}{UNITS}");
    // With the standard library, there is an allocator's module.
    for (lto, main) in [("off", &alone), ("thin", &bare), ("fat", &bare)] {
        let common = [
            "-Copt-level=1",
            "-Cpanic=abort",
            "-Ccodegen-units=3",
            "-Clink-arg=-lc",
        ];
        let mut left = Vec::new();
        for by in BOTH {
            let shop = TempProject::with(&[("up.rs", LIBRARY), ("main.rs", main)])?;
            let library = ["up.rs", "--crate-type=rlib"];
            by.compile(&shop, &[&library[..], &common].concat())?;
            let lto = format!("-Clto={lto}");
            let program = ["main.rs", "-Csave-temps", "--extern=up", &lto];
            by.compile(&shop, &[&program[..], &common].concat())?;
            left.push(left_behind(&shop)?);
        }
        if !left[0].keys().any(|name| name.ends_with(".no-opt.bc")) || left[0] != left[1] {
            return Err(format!("{lto}: ours {:#?}, theirs {:#?}", left[0], left[1]).into());
        }
    }
    Ok(())
}

/// The files that hold code, with the symbols in them. What ThinLTO makes of a local name ends in a number of the
/// module's, which each backend has its own of.
fn left_behind(shop: &TempProject) -> Result<BTreeMap<String, Vec<String>>, Failed> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(shop.path("."))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !name.starts_with("main.") || !(name.ends_with(".bc") || name.ends_with(".o")) {
            continue;
        }
        let listed = llvm_tool("llvm-nm")?
            .current_dir(shop.path("."))
            .args(["--no-sort", "--format=posix", &name])
            .output()?;
        let text = String::from_utf8_lossy(&listed.stdout).into_owned();
        let symbol = |line: &str| -> Option<String> {
            let mut words = line.split(' ');
            let (name, kind) = (words.next()?, words.next()?);
            let name = name.split(".llvm.").next()?;
            let is_named =
                !name.starts_with("anon.") && !name.starts_with("alloc_") && !name.starts_with(".L");
            is_named.then(|| format!("{kind} {name}"))
        };
        let mut symbols: Vec<String> = text.lines().filter_map(symbol).collect();
        symbols.sort();
        symbols.dedup();
        found.insert(name, symbols);
    }
    Ok(found)
}

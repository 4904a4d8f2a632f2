//! Each kind of output that `--emit` knows.

use std::process::Command;

use libtest_mimic::Failed;
use object::{Object, ObjectSection};

use crate::Check;
use crate::support::project::{TempProject, holds};
use crate::support::{backend, rustc};

pub const CHECKS: &[(&str, Check)] = &[
    ("every kind is written", every_kind),
    ("several at once, with saved temporaries", several),
    ("data and functions have sections of their own", sections),
    ("zeroed data takes no room in the file", zeroed),
    ("an unchanged second build compiles no codegen unit", incremental),
    ("a changed function recompiles its unit only", incremental_change),
    ("another backend recompiles every unit", incremental_backend),
    ("another lesson recompiles every unit", incremental_lesson),
];

const SOURCE: &str = "#[unsafe(no_mangle)] pub fn add(a: u32, b: u32) -> u32 { a + b }\n";

fn every_kind() -> Result<(), Failed> {
    let shop = TempProject::with(&[("a.rs", SOURCE)])?;
    let kinds: [(&str, &[u8]); 6] = [
        ("obj", b"\x7fELF"),
        ("asm", b""),
        ("llvm-ir", b"; ModuleID"),
        ("llvm-bc", b"BC\xc0\xde"),
        ("mir", b"// WARNING"),
        ("dep-info", b""),
    ];
    for (kind, magic) in kinds {
        let emit = format!("--emit={kind}=out");
        shop.compile(&["a.rs", "--crate-type=lib", &emit])?;
        let bytes = std::fs::read(shop.path("out"))?;
        if bytes.is_empty() || !bytes.starts_with(magic) {
            return Err(format!("--emit={kind} wrote something else").into());
        }
    }
    shop.compile(&["a.rs", "--crate-type=lib", "--emit=asm=a.s"])?;
    holds(&shop.read("a.s")?, "add:")?;
    shop.compile(&["a.rs", "--crate-type=lib", "--emit=llvm-ir=a.ll"])?;
    holds(&shop.read("a.ll")?, "@add(i32 %a, i32 %b)")
}

fn several() -> Result<(), Failed> {
    let shop = TempProject::with(&[("a.rs", SOURCE)])?;
    shop.compile(&[
        "a.rs",
        "--crate-type=rlib",
        "--emit=obj,asm,llvm-ir,llvm-bc,link,metadata",
        "-Csave-temps",
    ])?;
    for name in ["a.o", "a.s", "a.ll", "a.bc", "liba.rlib", "liba.rmeta"] {
        if !shop.path(name).exists() {
            return Err(format!("{name} is missing").into());
        }
    }
    let names = std::fs::read_dir(shop.path("."))?
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect::<Vec<_>>();
    holds(&names.join(" "), ".no-opt.bc")
}

fn sections() -> Result<(), Failed> {
    let shop = TempProject::with(&[("a.rs", SOURCE)])?;
    shop.compile(&["a.rs", "--crate-type=lib", "--emit=asm=a.s"])?;
    holds(&shop.read("a.s")?, ".section\t.text.add")
}

fn zeroed() -> Result<(), Failed> {
    let source = "#[unsafe(no_mangle)] pub static mut ZEROED: [u8; 1 << 20] = [0; 1 << 20];\n";
    let shop = TempProject::with(&[("a.rs", source)])?;
    shop.compile(&["a.rs", "--crate-type=lib", "--emit=obj=a.o"])?;
    match std::fs::metadata(shop.path("a.o"))?.len() {
        0..0x1_0000 => Ok(()),
        large => Err(format!("the object has {large} bytes").into()),
    }
}

const TWO_MODULES: &str = "mod one { #[inline(never)] pub fn f() -> u32 { 1 } }\n\
    mod two { #[inline(never)] pub fn f() -> u32 { 2 } }\n\
    fn main() { println!(\"{}\", one::f() + two::f()); }\n";

/// Compiles incrementally, and returns which units were compiled.
fn compiled_units(shop: &TempProject) -> Result<Vec<String>, Failed> {
    compiled_units_by(&mut shop.command())
}

fn compiled_units_by(rustc: &mut Command) -> Result<Vec<String>, Failed> {
    let output = rustc
        .args(["a.rs", "-Cincremental=cache", "-Ccodegen-units=16"])
        .env("FIXED_LOG", "fixed::codegen=debug")
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    let units = log
        .lines()
        .filter_map(|line| Some(line.split_once("compiling unit name=")?.1.trim().to_owned()));
    Ok(units.collect())
}

fn incremental() -> Result<(), Failed> {
    let shop = TempProject::with(&[("a.rs", TWO_MODULES)])?;
    let first = compiled_units(&shop)?;
    let before = shop.run("a")?;
    let second = compiled_units(&shop)?;
    match (first.is_empty(), second.is_empty(), before == shop.run("a")?) {
        (false, true, true) => Ok(()),
        _ => Err(format!("first {first:?}, then {second:?}").into()),
    }
}

fn incremental_change() -> Result<(), Failed> {
    let shop = TempProject::with(&[("a.rs", TWO_MODULES)])?;
    let first = compiled_units(&shop)?;
    std::fs::write(shop.path("a.rs"), TWO_MODULES.replace("{ 2 }", "{ 20 }"))?;
    let second = compiled_units(&shop)?;
    match (
        shop.run("a")?.trim(),
        second.is_empty(),
        second.len() < first.len(),
    ) {
        ("21", false, true) => Ok(()),
        (printed, ..) => Err(format!("printed {printed}; first {first:?}, then {second:?}").into()),
    }
}

/// The same path, another file: as after a rebuild of the backend.
fn incremental_backend() -> Result<(), Failed> {
    let shop = TempProject::with(&[("a.rs", TWO_MODULES)])?;
    let copy = shop.path("libcopy.so");
    std::fs::copy(backend(), &copy)?;
    let build = || {
        let mut rustc = rustc();
        rustc
            .current_dir(shop.path("."))
            .arg(format!("-Zcodegen-backend={}", copy.display()));
        compiled_units_by(&mut rustc)
    };
    let (first, second) = (build()?, build()?);
    // The linker's hash of a file is what tells it from others.
    let mut bytes = std::fs::read(&copy)?;
    let note = object::File::parse(&*bytes)?
        .section_by_name(".note.gnu.build-id")
        .and_then(|section| section.file_range());
    let (start, len) = note.ok_or("the backend has no build id")?;
    let last = usize::try_from(start + len)? - 1;
    bytes[last] ^= 1;
    std::fs::remove_file(&copy)?;
    std::fs::write(&copy, bytes)?;
    let third = build()?;
    match (second.is_empty(), !first.is_empty() && third.len() == first.len()) {
        (true, true) => Ok(()),
        _ => Err(format!("first {first:?}, then {second:?}, with another backend {third:?}").into()),
    }
}

fn incremental_lesson() -> Result<(), Failed> {
    let shop = TempProject::with(&[("a.rs", TWO_MODULES)])?;
    let build = |lesson: &str| compiled_units_by(shop.command().env("FIXED_ASM_LOWERING", lesson));
    let (first, second) = (build("plain")?, build("plain")?);
    let third = build("")?;
    match (second.is_empty(), !first.is_empty() && third.len() == first.len()) {
        (true, true) => Ok(()),
        _ => Err(format!("first {first:?}, then {second:?}, without the lesson {third:?}").into()),
    }
}

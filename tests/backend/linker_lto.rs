//! LTO in the linker (`-Clinker-plugin-lto`): together with C, and with what else decides how modules are written.

use std::process::Command;

use libtest_mimic::Failed;

use crate::Check;
use crate::lto::{By, llvm_tool};
use crate::support::project::TempProject;

pub const CHECKS: &[(&str, Check)] = &[
    ("C and Rust are inlined into each other", with_c),
    (
        "objects are bitcode, with the summary that the flags ask for",
        summaries,
    ),
    (
        "calls of other crates' functions are checked, and pass",
        checked_calls,
    ),
];

const C: &str = "int rust_add(int a, int b);\nint c_mul(int a, int b) { return rust_add(a * b, 1); }\n";
const RUST: &str = "#[unsafe(no_mangle)] pub extern \"C\" fn rust_add(a: i32, b: i32) -> i32 { a.wrapping_add(b) }\n\
    unsafe extern \"C\" { fn c_mul(a: i32, b: i32) -> i32; }\n\
    #[unsafe(no_mangle)] #[inline(never)] pub fn calls_c(x: i32) -> i32 { unsafe { c_mul(x, 3) } }\n\
    fn main() { println!(\"{}\", calls_c(std::env::args().count() as i32)); }\n";

/// The linker is the toolchain's `rust-lld`, which reads what older clangs write; a newer one's may be new to it.
/// `FIXED_CLANG` names another than `clang`.
fn with_c() -> Result<(), Failed> {
    let clang = std::env::var_os("FIXED_CLANG").unwrap_or_else(|| "clang".into());
    if Command::new(&clang).arg("--version").output().is_err() {
        println!("skipped: no clang; FIXED_CLANG can name one");
        return Ok(());
    }
    let shop = TempProject::with(&[("c.c", C), ("main.rs", RUST)])?;
    // Rust is in ThinLTO unless it is told otherwise. What is in the other kind of LTO is linked, not inlined.
    for (c, rust, inlined) in [
        ("-flto=thin", "-Clto=off", true),
        ("-flto=thin", "-Zsplit-lto-unit", true),
        ("-flto", "-Clto=fat", true),
        ("-flto", "-Clto=off", false),
    ] {
        let compiled = Command::new(&clang)
            .current_dir(shop.path("."))
            .args(["-O2", "-c", "c.c", "-o", "c.o", c])
            .output()?;
        if !compiled.status.success() {
            return Err(String::from_utf8_lossy(&compiled.stderr).into_owned().into());
        }
        By::Ours.compile(
            &shop,
            &["main.rs", "-O", "-Clinker-plugin-lto", rust, "-Clink-arg=c.o"],
        )?;
        let shown = llvm_tool("llvm-objdump")?
            .args(["--no-show-raw-insn", "--disassemble-symbols=calls_c"])
            .arg(shop.path("main"))
            .output()?;
        let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
        let calls = shown.contains("<c_mul>");
        if shop.run("main")? != "4\n" || !shown.contains("<calls_c>:") || calls == inlined {
            return Err(format!("{c} with {rust}:\n{shown}").into());
        }
    }
    Ok(())
}

fn summaries() -> Result<(), Failed> {
    let shop = TempProject::with(&[("a.rs", "pub fn f(x: &str) -> usize { x.len() + 1 }\n")])?;
    let flag = "!\"EnableSplitLTOUnit\", i32 1";
    for (flags, thin, split) in [
        (&["-Clinker-plugin-lto"][..], true, false),
        (&["-Clinker-plugin-lto", "-Zsplit-lto-unit"], true, true),
        (&["-Clinker-plugin-lto", "-Clto=fat"], false, false),
    ] {
        for level in ["-Copt-level=0", "-Copt-level=2"] {
            shop.compile(&[&["a.rs", "--crate-type=lib", "--emit=obj=a.o", level], flags].concat())?;
            let text = llvm_tool("llvm-dis")?
                .args(["-o", "-"])
                .arg(shop.path("a.o"))
                .output()?;
            let text = String::from_utf8_lossy(&text.stdout).into_owned();
            let found = (
                text.contains("\n^0 = module: "),
                // What ThinLTO tells modules apart by.
                !text.contains("hash: (0, 0, 0, 0, 0)"),
                text.contains(flag),
            );
            if found != (true, thin, split) {
                return Err(format!("{flags:?} {level}: {found:?}\n{text}").into());
            }
        }
    }
    Ok(())
}

const APPLIES: &str = "#[inline(never)] pub fn apply(f: fn(i32) -> i32, x: i32) -> i32 { std::hint::black_box(f)(x) }\n\
    pub fn thrice(x: i32) -> i32 { x * 3 }\n";
const PASSES: &str = "extern crate applies;\n\
    use std::hint::black_box;\n\
    fn twice(x: i32) -> i32 { x * 2 }\n\
    fn wide(x: i64) -> i64 { x }\n\
    fn main() {\n\
        let own: fn(i32) -> i32 = black_box(twice);\n\
        let other: fn(i32) -> i32 = black_box(applies::thrice);\n\
        println!(\"{} {} {}\", applies::apply(own, 4), applies::apply(other, 4), black_box(other)(5));\n\
        if std::env::args().len() > 1 {\n\
            let wrong: fn(i64) -> i64 = wide;\n\
            applies::apply(unsafe { std::mem::transmute(wrong) }, 1);\n\
        }\n\
    }\n";

/// The list of the functions of a type is whole only if the linker sees all of them at once, which is why units are
/// split. In-tree splits too, so crates of both can be linked.
fn checked_calls() -> Result<(), Failed> {
    let shop = TempProject::with(&[("applies.rs", APPLIES), ("main.rs", PASSES)])?;
    for level in ["-Copt-level=0", "-Copt-level=2"] {
        let flags = [
            level,
            "-Zsanitizer=cfi",
            "-Clinker-plugin-lto",
            "-Ccodegen-units=1",
            "-Cunsafe-allow-abi-mismatch=sanitizer",
        ];
        for (library, program) in [
            (By::Ours, By::Ours),
            (By::InTree, By::Ours),
            (By::Ours, By::InTree),
        ] {
            library.compile(
                &shop,
                &[&["applies.rs", "--crate-type=rlib"], &flags[..]].concat(),
            )?;
            program.compile(&shop, &[&["main.rs"], &flags[..]].concat())?;
            let printed = shop.run("main")?;
            let wrong = Command::new(shop.path("main")).arg("wrong").output()?;
            if printed != "8 12 15\n" || wrong.status.code().is_some() {
                let (who, how) = ((library, program), wrong.status);
                return Err(format!("{who:?} {level}: printed `{printed}`; the wrong call: {how}").into());
            }
        }
        let refused = shop
            .command()
            .args(["main.rs", "--emit=thin-link-bitcode", "-Zunstable-options"])
            .args(flags)
            .output()?;
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        if refused.status.code() != Some(1)
            || !said.contains("is not supported for a unit that is split in two")
        {
            return Err(format!("`--emit=thin-link-bitcode`: {said}").into());
        }
    }
    Ok(())
}

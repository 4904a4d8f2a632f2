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

//! Unwinding by funclets, as Windows and WebAssembly do it: valid IR, for asm that unwinds too.
//!
//! The standard library of those targets is needed: `rustup target add x86_64-pc-windows-msvc wasm32-wasip1`.
//! Without it the checks say so, and pass.

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::{TempProject, holds};

pub const CHECKS: &[(&str, Check)] = &[
    ("programs for Windows", windows),
    ("programs for WebAssembly", wasm),
    ("asm that unwinds, for Windows", assembly),
];

const UNWIND: &str = include_str!("../programs/unwind.rs");
const ASM: &str = include_str!("../asm/unwind_drops.rs");

/// Compiles for `target` at two levels and returns the IR, or nothing if there is no standard library.
fn compile(target: &str, source: &str, flags: &[&str]) -> Result<Option<String>, Failed> {
    let shop = TempProject::with(&[("a.rs", source)])?;
    let libraries = shop.compile(&["--print=target-libdir", "--target", target])?;
    if !std::path::Path::new(libraries.stdout.trim()).is_dir() {
        eprintln!("note: there is no standard library for {target}; not tried");
        return Ok(None);
    }
    let common = [
        "a.rs",
        "--target",
        target,
        "-Zverify-llvm-ir",
        "--emit=obj=a.o,llvm-ir=a.ll",
    ];
    shop.compile(&[&common[..], &["-Copt-level=3"], flags].concat())?;
    shop.compile(&[&common[..], &["-Copt-level=0"], flags].concat())?;
    Ok(Some(shop.read("a.ll")?))
}

fn windows() -> Result<(), Failed> {
    match compile("x86_64-pc-windows-msvc", UNWIND, &[])? {
        Some(ir) => holds(&ir, "cleanuppad within").and(holds(&ir, "catchpad within")),
        None => Ok(()),
    }
}

fn wasm() -> Result<(), Failed> {
    match compile("wasm32-wasip1", UNWIND, &["-Cpanic=unwind"])? {
        Some(ir) => holds(&ir, "cleanuppad within").and(holds(&ir, "catchpad within")),
        None => Ok(()),
    }
}

fn assembly() -> Result<(), Failed> {
    match compile("x86_64-pc-windows-msvc", ASM, &[])? {
        Some(ir) => holds(&ir, "@asm.may_unwind"),
        None => Ok(()),
    }
}

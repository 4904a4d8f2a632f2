//! Unwinding by funclets, as Windows and WebAssembly do it: valid IR, for asm that unwinds too.
//!
//! The standard library of those targets is needed: `rustup target add x86_64-pc-windows-msvc wasm32-wasip1`.
//! Without it the checks are skipped.

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::{TempProject, holds};
use crate::support::trials::without_std;

pub const CHECKS: &[(&str, Check)] = &[
    ("programs for Windows", windows),
    ("programs for WebAssembly", wasm),
    ("asm that unwinds, for Windows", assembly),
];

const UNWIND: &str = include_str!("../programs/unwind.rs");
const ASM: &str = include_str!("../asm/unwind_drops.rs");

const WINDOWS: &str = "x86_64-pc-windows-msvc";
const WASM: &str = "wasm32-wasip1";

/// What a check lacks here.
pub fn missing(name: &str) -> Option<String> {
    without_std(if name.contains("WebAssembly") {
        WASM
    } else {
        WINDOWS
    })
}

/// Compiles for `target` at two levels and returns the IR.
fn compile(target: &str, source: &str, flags: &[&str]) -> Result<String, Failed> {
    let shop = TempProject::with(&[("a.rs", source)])?;
    let common = [
        "a.rs",
        "--target",
        target,
        "-Zverify-llvm-ir",
        "--emit=obj=a.o,llvm-ir=a.ll",
    ];
    shop.compile(&[&common[..], &["-Copt-level=3"], flags].concat())?;
    shop.compile(&[&common[..], &["-Copt-level=0"], flags].concat())?;
    shop.read("a.ll")
}

fn windows() -> Result<(), Failed> {
    let ir = compile(WINDOWS, UNWIND, &[])?;
    holds(&ir, "cleanuppad within").and(holds(&ir, "catchpad within"))
}

fn wasm() -> Result<(), Failed> {
    let ir = compile(WASM, UNWIND, &["-Cpanic=unwind"])?;
    holds(&ir, "cleanuppad within").and(holds(&ir, "catchpad within"))
}

fn assembly() -> Result<(), Failed> {
    holds(&compile(WINDOWS, ASM, &[])?, "@asm.may_unwind")
}

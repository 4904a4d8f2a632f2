//! Switches that only people who look into codegen use: each does what it says.

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::{TempProject, holds, is_error, outcome};
use crate::support::{backend, rustc};

pub const CHECKS: &[(&str, Check)] = &[
    ("`-Zlint-llvm-ir` lets good code pass", lint_passes),
    ("`-Zlint-llvm-ir` finds what is undefined", lint_finds),
    ("flags of the module", module_flags),
    ("statistics", statistics),
    ("the time of passes", timings),
    ("moves that profilers can see", moves),
    ("retags for a checker of the aliasing model", retags),
];

const HELLO: &str = "fn main() { println!(\"hello\") }\n";

fn lint_passes() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", HELLO)])?;
    for level in ["0", "3"] {
        project.compile(&["a.rs", "-Zlint-llvm-ir", &format!("-Copt-level={level}")])?;
        project.run("a")?;
    }
    Ok(())
}

/// LLVM's linter knows of undefined behaviour that its verifier admits: a division by the constant zero.
fn lint_finds() -> Result<(), Failed> {
    let source = "#![feature(core_intrinsics)]\n#![allow(internal_features)]\n#![crate_type = \"lib\"]\n\
        #[unsafe(no_mangle)] pub unsafe fn divide(x: u32) -> u32 { unsafe { std::intrinsics::unchecked_div(x, 0) } }\n";
    let project = TempProject::with(&[("a.rs", source)])?;
    let run = project.rustc(&["a.rs", "-Zlint-llvm-ir", "-Zmir-opt-level=0"])?;
    is_error(&run)?;
    holds(&run.stderr, "divide")
}

fn module_flags() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", HELLO)])?;
    for (merge, number) in [
        ("error", 1),
        ("warning", 2),
        ("override", 4),
        ("max", 7),
        ("min", 8),
    ] {
        let flag = format!("-Zllvm-module-flag=own:u32:5:{merge}");
        project.compile(&["a.rs", "--emit=llvm-ir=a.ll", &flag])?;
        holds(
            &project.read("a.ll")?,
            &format!("!{{i32 {number}, !\"own\", i32 5}}"),
        )?;
    }
    Ok(())
}

fn statistics() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", HELLO)])?;
    let printed = project.compile(&["a.rs", "-O", "-Zprint-codegen-stats"])?;
    // A release build of LLVM counts nothing, and says so.
    holds(&(printed.stdout + &printed.stderr), "Statistics")?;
    project.compile(&["a.rs", "-O", "-Zprint-codegen-stats-json=stats.json"])?;
    holds(&project.read("stats.json")?, "{")
}

fn timings() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", HELLO)])?;
    let run = project.compile(&["a.rs", "-O", "-Ztime-llvm-passes", "-Ccodegen-units=1"])?;
    holds(&run.stdout, "InstCombinePass")?;
    let several = outcome(
        rustc()
            .current_dir(project.path("."))
            .arg(format!("-Zcodegen-backend={}", backend().display()))
            .args(["a.rs", "-O", "-Ztime-llvm-passes", "-Ccodegen-units=2"])
            .output()?,
    );
    holds(&several.stderr, "add `-Ccodegen-units=1`")
}

fn moves() -> Result<(), Failed> {
    let source = "pub fn keep(x: [u64; 64], place: &mut Option<[u64; 64]>) { *place = Some(x) }\n";
    let project = TempProject::with(&[("a.rs", source)])?;
    let arguments = [
        "a.rs",
        "--crate-type=lib",
        "--emit=llvm-ir=a.ll",
        "-g",
        "-Zannotate-moves",
    ];
    project.compile(&arguments)?;
    let text = project.read("a.ll")?;
    holds(&text, "compiler_move<")
}

/// What a checker would be: it prints what it is told, but for addresses.
const CHECKER: &str = "use std::sync::atomic::{AtomicBool, Ordering};\n\
    static ON: AtomicBool = AtomicBool::new(false);\n\
    pub fn watch(on: bool) { ON.store(on, Ordering::Relaxed) }\n\
    fn tell(kind: &str, size: usize, flags: u8) {\n\
        if ON.swap(false, Ordering::Relaxed) { println!(\"{kind} {size} {flags}\"); watch(true) }\n\
    }\n\
    #[unsafe(no_mangle)] extern \"C\" fn __rust_retag_reg(\n\
        pointer: *mut u8, size: usize, flags: u8, _: *const usize, _: *const usize,\n\
    ) -> *mut u8 { tell(\"register\", size, flags); pointer }\n\
    #[unsafe(no_mangle)] extern \"C\" fn __rust_retag_mem(\n\
        _: *const *mut u8, size: usize, flags: u8, _: *const usize, _: *const usize,\n\
    ) { tell(\"memory\", size, flags) }\n";

const RETAGGED: &str = "extern crate checker;\n\
    use std::cell::Cell;\n\
    struct Pair<'a>(&'a mut u64, [u8; 64]);\n\
    #[inline(never)] fn write(x: &mut u32, y: &Cell<u16>) { *x += 1; y.set(2) }\n\
    #[inline(never)] fn boxed(b: Box<u128>) -> Box<u128> { b }\n\
    #[inline(never)] fn pass(p: Pair<'_>) -> Pair<'_> { p }\n\
    fn main() {\n\
        let (mut x, y, mut z) = (1, Cell::new(1), 5u64);\n\
        checker::watch(true);\n\
        write(&mut x, &y);\n\
        *pass(Pair(&mut z, [0; 64])).0 += 1;\n\
        let b = boxed(Box::new(7));\n\
        checker::watch(false);\n\
        println!(\"{x} {} {z} {b}\", y.get());\n\
    }\n";

fn retags() -> Result<(), Failed> {
    let project = TempProject::with(&[("checker.rs", CHECKER), ("a.rs", RETAGGED)])?;
    project.compile(&["checker.rs", "--crate-type=rlib", "-O"])?;
    for level in ["-Copt-level=0", "-Copt-level=3"] {
        let arguments = ["a.rs", "-Zcodegen-emit-retag", "-Zmir-opt-level=0", level];
        project.compile(&arguments)?;
        let ours = project.run("a")?;
        let tree = outcome(project.in_tree().args(arguments).output()?);
        let theirs = project.run("a")?;
        if tree.code != Some(0) || ours != theirs {
            return Err(format!("{level}: ours\n{ours}\ntheirs\n{theirs}{}", tree.stderr).into());
        }
        for line in ["register 4 ", "register 16 ", "memory 8 ", "2 2 6 7"] {
            holds(&ours, line)?;
        }
    }
    Ok(())
}

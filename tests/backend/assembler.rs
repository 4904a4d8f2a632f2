//! Errors in assembly: they point at the line of the template that is wrong, wherever it is compiled.

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::{TempProject, holds, is_error};

pub const CHECKS: &[(&str, Check)] = &[
    ("in a program", program),
    ("in a library whose bitcode is kept", library),
    ("under fat LTO, the own and another crate's", fat_lto),
    ("in `global_asm!`", global),
    ("in `naked_asm!`", naked),
    ("in `naked_asm!` that describes its frame", naked_with_frame),
    ("too few registers", exhausted),
    ("cookies are the same from build to build", reproducible),
];

/// Compiles, and wants an error at `place` that speaks of `bogus`.
fn points_at(shop: &TempProject, arguments: &[&str], place: &str) -> Result<(), Failed> {
    let outcome = shop.rustc(arguments)?;
    is_error(&outcome)?;
    holds(&outcome.stderr, "bogus")?;
    holds(&outcome.stderr, &format!("--> {place}"))
}

const INLINE: &str = "pub fn f() -> u64 {\n    let x: u64;\n    unsafe {\n        std::arch::asm!(\n            \
    \"mov {0}, 1\",\n            \"bogus {0}\",\n            out(reg) x,\n        )\n    };\n    x\n}\nfn main() { f(); }\n";

fn program() -> Result<(), Failed> {
    let shop = TempProject::with(&[("a.rs", INLINE)])?;
    for level in ["-Copt-level=0", "-Copt-level=3"] {
        points_at(&shop, &["a.rs", level], "a.rs:6:14")?;
    }
    match shop.path("a").exists() {
        true => Err("a program was written".into()),
        false => Ok(()),
    }
}

fn library() -> Result<(), Failed> {
    let shop = TempProject::with(&[("a.rs", INLINE)])?;
    points_at(
        &shop,
        &["a.rs", "--crate-type=rlib", "-Cembed-bitcode=yes"],
        "a.rs:6:14",
    )
}

fn fat_lto() -> Result<(), Failed> {
    let main =
        "fn main() {\n    up::f();\n    unsafe { std::arch::asm!(\"nop\",\n        \"bogus_here\") }\n}\n";
    let shop = TempProject::with(&[("up.rs", INLINE), ("main.rs", main)])?;
    // With this flag, as cargo gives it, a library is bitcode only: its assembly is first read at the end.
    shop.compile(&["up.rs", "--crate-type=rlib", "-Clinker-plugin-lto", "-O"])?;
    let arguments = ["main.rs", "--extern=up", "-Clto=fat", "-O"];
    points_at(&shop, &arguments, "main.rs:4:10")?;
    points_at(&shop, &arguments, "up.rs:6:14")
}

fn global() -> Result<(), Failed> {
    let source =
        "std::arch::global_asm!(\n    \".globl f\",\n    \"f:\",\n    \"bogus eax\",\n);\nfn main() {}\n";
    let shop = TempProject::with(&[("a.rs", source)])?;
    points_at(&shop, &["a.rs"], "a.rs:4:6")?;
    points_at(&shop, &["a.rs", "-Clto=fat"], "a.rs:4:6")?;
    let twice = shop.rustc(&["a.rs", "--crate-type=rlib", "-Cembed-bitcode=yes"])?;
    match twice
        .stderr
        .matches("error: invalid instruction mnemonic")
        .count()
    {
        1 => Ok(()),
        count => Err(format!("reported {count} times:\n{}", twice.stderr).into()),
    }
}

fn naked() -> Result<(), Failed> {
    let source = "#[unsafe(naked)]\npub extern \"C\" fn f() {\n    std::arch::naked_asm!(\n        \"nop\",\n        \
        \"bogus rax\",\n        \"ret\",\n    )\n}\nfn main() { f() }\n";
    points_at(&TempProject::with(&[("a.rs", source)])?, &["a.rs"], "a.rs:5:10")
}

fn naked_with_frame() -> Result<(), Failed> {
    let source = "#[unsafe(naked)]\npub extern \"C\" fn f() {\n    std::arch::naked_asm!(\n        \".cfi_startproc\",\n        \
        \"bogus rax\",\n        \".cfi_endproc\",\n    )\n}\nfn main() { f() }\n";
    points_at(&TempProject::with(&[("a.rs", source)])?, &["a.rs"], "a.rs:5:10")
}

fn exhausted() -> Result<(), Failed> {
    let list: Vec<String> = (0..16).map(|n| format!("{{{n}}}")).collect();
    let operands = "in(reg) 1_u64, ".repeat(16);
    let source = format!(
        "fn main() {{\n    unsafe {{ std::arch::asm!(\"/* {} */\", {operands}) }}\n}}\n",
        list.join(" ")
    );
    let shop = TempProject::with(&[("a.rs", &source)])?;
    let outcome = shop.rustc(&["a.rs"])?;
    is_error(&outcome)?;
    holds(
        &outcome.stderr,
        "inline assembly requires more registers than available",
    )?;
    holds(&outcome.stderr, "--> a.rs:2:31")
}

fn reproducible() -> Result<(), Failed> {
    let source = INLINE.replace("bogus {0}", "inc {0}");
    let (first, second) = (
        TempProject::with(&[("a.rs", &source)])?,
        TempProject::with(&[("a.rs", &source)])?,
    );
    let arguments = ["a.rs", "--crate-type=lib", "--emit=llvm-bc=a.bc"];
    // Other files in the session move the file in rustc's memory.
    std::fs::write(first.path("other.rs"), "// something\n".repeat(1000))?;
    let moved = format!("{source}\n#[cfg(any())] mod other;\n");
    std::fs::write(second.path("a.rs"), &moved)?;
    std::fs::write(first.path("a.rs"), &moved)?;
    first.compile(&arguments)?;
    second.compile(&[&arguments[..], &["-Zthreads=2"]].concat())?;
    match std::fs::read(first.path("a.bc"))? == std::fs::read(second.path("a.bc"))? {
        true => Ok(()),
        false => Err("two builds of one source differ".into()),
    }
}

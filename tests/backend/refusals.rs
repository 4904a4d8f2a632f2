//! Bad input: an error that says what and what to do, status 1, and nothing half-written.

use std::process::Command;

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::{TempProject, holds, is_error, outcome};

pub const CHECKS: &[(&str, Check)] = &[
    ("flags that are not supported", unsupported),
    ("an unknown pass", unknown_pass),
    ("an unknown option of LLVM's", unknown_llvm_option),
    ("an unknown processor", unknown_cpu),
    ("an output that cannot be written", unwritable),
    ("a program that does not compile", broken_program),
    ("an intrinsic that the processor lacks", missing_instruction),
    ("an intrinsic of another signature", mismatched_intrinsic),
    ("linkage that a definition cannot have", weak_definitions),
    ("room for patches where LLVM has none", patches),
    ("an LLVM with ABI-breaking checks", abi_breaking_checks),
    ("a wrong value of FIXED_LOG", wrong_log),
    ("the command without a subcommand", no_subcommand),
    ("the command with an unknown one", unknown_subcommand),
    ("validate with a folder that is not there", missing_folder),
];

const HELLO: &str = "fn main() { println!(\"hello\") }\n";

fn refused(flags: &[&str], word: &str) -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", HELLO)])?;
    let run = project.rustc(&[&["a.rs"], flags].concat())?;
    is_error(&run)?;
    holds(&run.stderr, word)?;
    match project.path("a").exists() {
        true => Err("a program was written".into()),
        false => Ok(()),
    }
}

fn unsupported() -> Result<(), Failed> {
    for (flag, reason) in [
        ("-Zautodiff=Enable", "Enzyme"),
        ("-Zoffload=Test", "OpenMP"),
        (
            "-Zvirtual-function-elimination",
            "LLVM removes functions that are called",
        ),
    ] {
        let name = flag.split('=').next().unwrap_or_default();
        refused(
            &[flag, "-Clto=fat", "-Zunstable-options"],
            &format!("`{name}` is not supported by the codegen backend `fixed`: "),
        )?;
        refused(&[flag, "-Clto=fat", "-Zunstable-options"], reason)?;
    }
    // Its calls across objects would fail: the unit cannot be split.
    refused(
        &[
            "--target=x86_64-apple-darwin",
            "-Zsanitizer=cfi",
            "-Clinker-plugin-lto",
        ],
        "`-Zsanitizer=cfi` with `-Clinker-plugin-lto` for `x86_64-apple-darwin` is not supported",
    )?;
    for merge in ["require", "append", "appendunique"] {
        refused(
            &[&format!("-Zllvm-module-flag=x:u32:1:{merge}")],
            "`-Zllvm-module-flag=x:…:",
        )?;
    }
    refused(
        &["-Zembed-source=yes", "-Zsrc-hash-algorithm=blake3"],
        "`-Zembed-source` with `-Zsrc-hash-algorithm=blake3` is not supported",
    )
}

fn unknown_pass() -> Result<(), Failed> {
    refused(&["-Cpasses=no-such-pass"], "no-such-pass")
}

fn unknown_llvm_option() -> Result<(), Failed> {
    refused(&["-Cllvm-args=--no-such-option"], "no-such-option")
}

fn unknown_cpu() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", HELLO)])?;
    let run = project.rustc(&["a.rs", "-Ctarget-cpu=no-such-cpu"])?;
    holds(&run.stderr, "no-such-cpu")
}

fn unwritable() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", HELLO)])?;
    let run = project.rustc(&["a.rs", "--emit=obj=no/such/folder/a.o"])?;
    is_error(&run)?;
    holds(&run.stderr, "no/such/folder")
}

fn broken_program() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", "fn main() { let x: u32 = \"\"; }\n")])?;
    let run = project.rustc(&["a.rs"])?;
    is_error(&run)?;
    holds(&run.stderr, "E0308")
}

/// LLVM gives up while it selects instructions; rustc must not.
fn missing_instruction() -> Result<(), Failed> {
    let source = "#![feature(link_llvm_intrinsics, simd_ffi)]\n#![allow(internal_features)]\n\
        use std::arch::x86_64::*;\n\
        unsafe extern \"llvm-intrinsic\" { #[link_name = \"llvm.x86.aesni.aesimc\"] fn conflict(a: __m128i) -> \
        __m128i; }\n\
        #[unsafe(no_mangle)] pub unsafe fn user(a: __m128i) -> __m128i { unsafe { conflict(a) } }\nfn main() {}\n";
    let project = TempProject::with(&[("a.rs", source)])?;
    let run = project.rustc(&["a.rs"])?;
    is_error(&run)?;
    holds(&run.stderr, "user")
}

/// Both signatures are in the message, as in-tree writes them.
fn mismatched_intrinsic() -> Result<(), Failed> {
    let source = "#![feature(link_llvm_intrinsics)]\n#![allow(internal_features)]\n\
        unsafe extern \"C\" { #[link_name = \"llvm.x86.sse2.pause\"] fn pause(x: i32) -> i32; }\n\
        fn main() { unsafe { pause(1); } }\n";
    let project = TempProject::with(&[("a.rs", source)])?;
    let (ours, theirs) = (
        project.rustc_by(true, &["a.rs"])?,
        project.rustc_by(false, &["a.rs"])?,
    );
    is_error(&ours)?;
    holds(&ours.stderr, &theirs.stderr)
}

fn weak_definitions() -> Result<(), Failed> {
    for item in [
        "#[linkage = \"extern_weak\"] pub static ITEM: u32 = 42;",
        "#[linkage = \"extern_weak\"] pub fn item() {}",
        "#[linkage = \"extern_weak\"] #[unsafe(no_mangle)] pub extern \"C\" fn item() {}",
    ] {
        let source = format!("#![feature(linkage)]\nfn main() {{}}\n{item}\n");
        let shop = TempProject::with(&[("a.rs", &source)])?;
        let run = shop.rustc(&["a.rs", "--crate-type=lib"])?;
        is_error(&run)?;
        holds(&run.stderr, "`extern_weak` linkage is for declarations")?;
        holds(&run.stderr, "a.rs:3:")?;
    }
    Ok(())
}

fn patches() -> Result<(), Failed> {
    let source = |own: &str| {
        format!(
            "#![feature(no_core, lang_items, rustc_attrs, decl_macro, f16, patchable_function_entry)]\n\
             #![allow(internal_features)]\n#![no_core]\n#[path = \"minicore.rs\"] mod minicore; use minicore::*;\n\
             {own}\n#[unsafe(no_mangle)] pub fn user() {{}}\n"
        )
    };
    let minicore = include_str!("../targets/minicore.rs");
    let compile = |target: &str, own: &str, flag: &str| {
        let shop = TempProject::with(&[("a.rs", &source(own)), ("minicore.rs", minicore)])?;
        shop.rustc(&[
            "a.rs",
            "--crate-type=lib",
            "--emit=obj=a.o",
            "--target",
            target,
            "-Cpanic=abort",
            flag,
        ])
    };
    let none = "-Copt-level=1";
    for (target, own) in [
        (
            "wasm32-unknown-unknown",
            "#[patchable_function_entry(prefix_nops = 1)]",
        ),
        (
            "sparc64-unknown-linux-gnu",
            "#[patchable_function_entry(prefix_nops = 1)]",
        ),
        ("msp430-none-elf", "#[patchable_function_entry(entry_nops = 1)]"),
    ] {
        let run = compile(target, own, none)?;
        is_error(&run)?;
        holds(&run.stderr, "LLVM cannot put `nop`s")?;
        holds(&run.stderr, "a.rs:6:")?;
        let run = compile(target, "", "-Zpatchable-function-entry=2,1")?;
        is_error(&run)?;
        holds(&run.stderr, "-Zpatchable-function-entry")?;
    }
    for target in ["wasm32-unknown-unknown", "aarch64-unknown-linux-gnu"] {
        let run = compile(target, "#[patchable_function_entry(entry_nops = 1)]", none)?;
        if run.code != Some(0) {
            return Err(run.stderr.into());
        }
    }
    Ok(())
}

/// Its objects are laid out otherwise. A library with the symbol that such an LLVM has stands for it.
fn abi_breaking_checks() -> Result<(), Failed> {
    let source =
        "#[unsafe(export_name = \"_ZN4llvm23EnableABIBreakingChecksE\")] pub static CHECKS: i32 = 1;\n";
    let shop = TempProject::with(&[("checks.rs", source), ("a.rs", HELLO)])?;
    shop.compile(&["checks.rs", "--crate-type=cdylib"])?;
    let library = shop.path("libchecks.so");
    let run = outcome(shop.command().arg("a.rs").env("LD_PRELOAD", library).output()?);
    is_error(&run)?;
    holds(&run.stderr, "ABI-breaking checks")
}

fn wrong_log() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", HELLO)])?;
    let run = outcome(
        project
            .command()
            .arg("a.rs")
            .env("FIXED_LOG", "fixed=[")
            .output()?,
    );
    is_error(&run)?;
    holds(&run.stderr, "FIXED_LOG")
}

fn command(arguments: &[&str], word: &str) -> Result<(), Failed> {
    let run = outcome(
        Command::new(env!("CARGO_BIN_EXE_fixed"))
            .args(arguments)
            .output()?,
    );
    match run.code {
        Some(1 | 2) => holds(&run.stderr, word),
        code => Err(format!("ended with {code:?}").into()),
    }
}

fn no_subcommand() -> Result<(), Failed> {
    command(&[], "Usage")
}

fn unknown_subcommand() -> Result<(), Failed> {
    command(&["no-such-command"], "no-such-command")
}

fn missing_folder() -> Result<(), Failed> {
    command(&["validate", "no/such/folder"], "no/such/folder")
}

//! `fixed cargo` and `fixed rustc`: build scripts, proc macros, profiles, and the user's own flags.

use std::process::Command;

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::{Outcome, TempProject, holds, outcome};

pub const CHECKS: &[(&str, Check)] = &[
    (
        "a package with a build script and a proc macro, in both profiles",
        package,
    ),
    ("the user's flags stay in force", own_flags),
    ("`fixed rustc` compiles with the backend", rustc),
];

const FILES: [(&str, &str); 5] = [
    (
        "Cargo.toml",
        "[package]\nname = \"user\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\nmacros = { path = \"macros\" }\n\
         [workspace]\n[profile.release]\nlto = true\n",
    ),
    (
        "build.rs",
        "fn main() {\n    println!(\"cargo:rustc-env=MADE={}\", 6 * 7);\n    println!(\"cargo:rerun-if-changed=build.rs\");\n}\n",
    ),
    (
        "src/main.rs",
        "fn main() {\n    println!(\"{} {} {}\", env!(\"MADE\"), macros::seven!(), cfg!(extra));\n}\n",
    ),
    (
        "macros/Cargo.toml",
        "[package]\nname = \"macros\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[lib]\nproc-macro = true\n",
    ),
    (
        "macros/src/lib.rs",
        "use proc_macro::TokenStream;\n#[proc_macro]\npub fn seven(_: TokenStream) -> TokenStream {\n    \
         \"7_u32\".parse().unwrap()\n}\n",
    ),
];

fn fixed(shop: &TempProject, arguments: &[&str], flags: &str) -> Result<Outcome, Failed> {
    let output = Command::new(env!("CARGO_BIN_EXE_fixed"))
        .current_dir(shop.path("."))
        .args(arguments)
        .env("RUSTFLAGS", flags)
        .env_remove("CARGO_TARGET_DIR")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()?;
    Ok(outcome(output))
}

fn prints(run: &Outcome, expected: &str) -> Result<(), Failed> {
    match run.code == Some(0) && run.stdout == expected {
        true => Ok(()),
        false => Err(format!("{:?}: {}{}", run.code, run.stdout, run.stderr).into()),
    }
}

fn package() -> Result<(), Failed> {
    let shop = TempProject::with(&FILES)?;
    prints(&fixed(&shop, &["cargo", "run"], "")?, "42 7 false\n")?;
    // With LTO, cargo makes libraries of bitcode only.
    prints(&fixed(&shop, &["cargo", "run", "--release"], "")?, "42 7 false\n")?;
    let again = fixed(&shop, &["cargo", "build"], "")?;
    match again.stderr.contains("Compiling") {
        true => Err("nothing has changed, but cargo compiled".into()),
        false => Ok(()),
    }
}

fn own_flags() -> Result<(), Failed> {
    prints(
        &fixed(
            &TempProject::with(&FILES)?,
            &["cargo", "run"],
            "--cfg extra -Awarnings",
        )?,
        "42 7 true\n",
    )
}

fn rustc() -> Result<(), Failed> {
    let shop = TempProject::with(&[("a.rs", "fn main() { println!(\"made\") }\n")])?;
    let version = fixed(&shop, &["rustc", "-vV"], "")?;
    holds(&version.stdout, "rustc")?;
    fixed(&shop, &["rustc", "a.rs", "-O", "-Csave-temps"], "")?;
    holds(&shop.run("a")?, "made")
}

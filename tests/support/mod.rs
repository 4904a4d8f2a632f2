//! What the tests share: where programs are, what their heads say, where the backend is.
#![allow(dead_code)] // Each test uses a part.

pub mod bench;
pub mod crates;
pub mod faulty;
pub mod ir;
pub mod project;
pub mod readme;
pub mod toolchain;
pub mod trials;

use std::path::{Path, PathBuf};
use std::process::Command;

/// The programs in a folder beside the tests, by name.
pub fn programs(folder: &str) -> Vec<(String, PathBuf)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let mut programs: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the folder of programs is beside the tests")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ext| ext == "rs"))
        .collect();
    programs.sort();
    let named = |path: PathBuf| {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        (name, path)
    };
    programs.into_iter().map(named).collect()
}

/// The values of a directive in a program's head (`//@ name: value`), in order.
pub fn directives<'a>(source: &'a str, name: &str) -> Vec<&'a str> {
    source
        .lines()
        .filter_map(|line| line.strip_prefix("//@ ")?.strip_prefix(name)?.strip_prefix(": "))
        .collect()
}

/// The backend that cargo has built for the tests.
pub fn backend() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_fixed")).with_file_name("libfixed.so")
}

/// The rustc that cargo uses.
pub fn rustc() -> Command {
    Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
}

/// The crate that a program of `tests/targets` is a module of: there is no `core` for most of the targets, but
/// `minicore` has as much of it as they take.
pub fn without_core(program: &Path) -> String {
    let minicore = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/targets/minicore.rs");
    format!(
        "#![feature(no_core, lang_items, rustc_attrs, decl_macro, f16)]\n\
         #![feature(asm_experimental_arch, asm_goto_with_outputs, asm_unwind)]\n\
         #![allow(internal_features)]\n#![no_core]\n#![no_main]\n\
         #[path = {minicore:?}]\nmod minicore;\n#[path = {program:?}]\nmod program;\n"
    )
}

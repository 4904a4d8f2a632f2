//! rustc's sources, as a workspace that cargo can build.

use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::Failed;

use crate::support::toolchain::Toolchain;

/// The component that holds the compiler's sources; it comes with `rustc-dev`.
const COMPONENT: &str = "rustc-src";

/// The component holds no manifest of the workspace. The backends left out have workspaces of their own.
const MANIFEST: &str = "[workspace]\n\
    resolver = \"2\"\n\
    members = [\"compiler/rustc\"]\n\
    exclude = [\"compiler/rustc_codegen_cranelift\", \"compiler/rustc_codegen_gcc\"]\n\n\
    [profile.release]\n\
    opt-level = 1\n\
    debug = false\n";

/// A copy of the sources in `folder`, made unless it is there.
pub fn prepare(toolchain: &Toolchain, folder: &Path) -> Result<PathBuf, Failed> {
    let stamp = folder.join("version");
    if fs::read_to_string(&stamp).is_ok_and(|version| version == toolchain.version) {
        return Ok(folder.to_owned());
    }
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    let component = toolchain.sources(COMPONENT)?;
    for part in ["compiler", "library"] {
        copy(&component.join(part), &folder.join(part))?;
    }
    fs::copy(component.join("Cargo.lock"), folder.join("Cargo.lock"))?;
    fs::write(folder.join("Cargo.toml"), MANIFEST)?;
    stand_in_for_examples(folder)?;
    fs::write(stamp, &toolchain.version)?;
    Ok(folder.to_owned())
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_type()?.is_dir() {
            true => copy(&entry.path(), &target)?,
            false => fs::copy(entry.path(), target).map(|_| ())?,
        }
    }
    Ok(())
}

/// Some documentation includes programs of rustc's test suite, which the component lacks; empty ones will do.
fn stand_in_for_examples(folder: &Path) -> Result<(), Failed> {
    let docs = folder.join("compiler/rustc_attr_ir/src/attribute_docs.rs");
    let text = fs::read_to_string(&docs)?;
    let beside = docs.parent().ok_or("a file is in a folder")?;
    let mut missing: Vec<String> = Vec::new();
    for name in between(&text, "include_example!(\"") {
        for ending in ["rs", "stderr"] {
            missing.push(format!(
                "../../../tests/ui/attributes/doc_examples/{name}.{ending}"
            ));
        }
    }
    missing.extend(between(&text, "include_str!(\"").map(str::to_owned));
    for path in missing {
        let path = beside.join(path);
        path.parent().map(fs::create_dir_all).transpose()?;
        fs::write(path, "")?;
    }
    Ok(())
}

/// What stands between each `start` in `text` and the next quotation mark.
fn between<'a>(text: &'a str, start: &str) -> impl Iterator<Item = &'a str> {
    let pieces = text.split(start).skip(1);
    pieces.filter_map(|piece| Some(piece.split_once('"')?.0))
}

//! The map in `docs/architecture.md`: the files that it names exist, and the arrows between the parts hold.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed};

mod support;

use support::trials::{conclude, trial};

fn main() -> ExitCode {
    let trials = vec![
        trial("every file named is there", files_exist),
        trial("codegen and what comes after it do not name each other", arrows),
        trial("llvm-sys is named in src/llvm only", llvm_sys),
        trial("unsafe code outside of src/llvm says why it is sound", safety),
        trial("what inkwell calls too is called with a reason", direct_calls),
    ];
    conclude(&Arguments::from_args(), trials)
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust sources below a folder, with their text.
fn sources(folder: &str) -> Result<Vec<(PathBuf, String)>, Failed> {
    let mut pending = vec![root().join(folder)];
    let mut all = Vec::new();
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path)?;
                all.push((path, text));
            }
        }
    }
    match all.is_empty() {
        true => Err(format!("there are no sources in {folder}").into()),
        false => Ok(all),
    }
}

/// Lines of code, without comments, and their numbers.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .map(|(number, line)| (number + 1, line.split("//").next().unwrap_or_default()))
}

fn none(found: Vec<String>) -> Result<(), Failed> {
    match found.is_empty() {
        true => Ok(()),
        false => Err(found.join("\n").into()),
    }
}

/// Every line of code below `folder` that holds one of `words`.
fn lines_with(folder: &str, words: &[&str]) -> Result<Vec<String>, Failed> {
    let mut found = Vec::new();
    for (path, text) in sources(folder)? {
        for (number, line) in code(&text) {
            if words.iter().any(|word| line.contains(word)) {
                found.push(format!("{}:{number}: {}", shown(&path), line.trim()));
            }
        }
    }
    Ok(found)
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}

fn files_exist() -> Result<(), Failed> {
    let map = std::fs::read_to_string(root().join("docs/architecture.md"))?;
    let named = map.split('`').skip(1).step_by(2);
    let paths = named.filter(|name| {
        ["src/", "tests/", "docs/"]
            .iter()
            .any(|start| name.starts_with(start))
    });
    none(
        paths
            .filter(|path| !root().join(path).exists())
            .map(|path| format!("{path} is not there"))
            .collect(),
    )
}

fn arrows() -> Result<(), Failed> {
    let mut found = Vec::new();
    for folder in ["src/codegen", "src/asm", "src/llvm"] {
        found.extend(lines_with(folder, &["crate::back::", "crate::backend"])?);
    }
    for folder in ["src/back", "src/session", "src/llvm"] {
        found.extend(lines_with(folder, &["crate::codegen", "crate::asm"])?);
    }
    found.extend(lines_with("src/session", &["crate::back"])?);
    found.extend(lines_with("src/back", &["crate::backend"])?);
    found.extend(lines_with(
        "src/llvm",
        &["rustc_middle", "rustc_codegen_ssa", "crate::session"],
    )?);
    none(found)
}

fn llvm_sys() -> Result<(), Failed> {
    let found = lines_with("src", &["llvm_sys"])?;
    none(
        found
            .into_iter()
            .filter(|line| !line.starts_with("src/llvm/"))
            .collect(),
    )
}

fn safety() -> Result<(), Failed> {
    let mut found = Vec::new();
    for (path, text) in sources("src")? {
        if path.starts_with(root().join("src/llvm")) {
            continue;
        }
        let lines: Vec<&str> = text.lines().collect();
        for (number, line) in code(&text) {
            let is_unsafe = line.contains("unsafe {") || line.contains("unsafe impl");
            let before = &lines[number.saturating_sub(6)..number];
            if is_unsafe && !before.iter().any(|line| line.contains("SAFETY:")) {
                found.push(format!("{}:{number}: {}", shown(&path), line.trim()));
            }
        }
    }
    none(found)
}

/// Where `src/llvm` calls a function of LLVM-C that inkwell calls too, a paragraph on inkwell at the head of the file, or of
/// the `mod.rs` of a folder around it, names the function and says why. It names nothing else.
fn direct_calls() -> Result<(), Failed> {
    let declared: BTreeSet<String> = sources_of("llvm-sys")?
        .iter()
        .flat_map(|text| text.split("pub fn ").skip(1))
        .filter_map(|declaration| Some(c_functions(declaration).next()?.0.to_owned()))
        // Those that LLVM's headers define, and so does `src/llvm/targets.rs`.
        .filter(|name| !name.starts_with("LLVM_"))
        .collect();
    let mut wrapped = BTreeSet::new();
    for text in sources_of("inkwell")? {
        for (_, line) in code(&text) {
            // Called, or taken in under another name.
            let used = |after: &str| after.starts_with('(') || after.starts_with(" as LLVM");
            let names = c_functions(line).filter(|(name, after)| declared.contains(*name) && used(after));
            wrapped.extend(names.map(|(name, _)| name.to_owned()));
        }
    }
    if wrapped.len() < 100 {
        return Err("inkwell calls more of LLVM-C than was found".into());
    }

    let mut found = Vec::new();
    let mut called: Vec<(PathBuf, BTreeSet<String>)> = Vec::new();
    let mut reasons: Vec<(PathBuf, BTreeSet<String>)> = Vec::new();
    for (path, text) in sources("src/llvm")? {
        let names = code(&text).flat_map(|(_, line)| c_functions(line));
        let names = names.map(|(name, _)| name.to_owned());
        called.push((
            path.clone(),
            names.filter(|name| wrapped.contains(name)).collect(),
        ));
        let scope = match path.ends_with("mod.rs") {
            true => path.with_file_name(""),
            false => path,
        };
        let heads = head_paragraphs(&text).into_iter();
        let names = heads
            .filter(|paragraph| paragraph.contains("inkwell"))
            .flat_map(quoted);
        reasons.push((scope, names.filter(|name| declared.contains(name)).collect()));
    }
    let holds = |list: &[(PathBuf, BTreeSet<String>)], place: &Path, name: &str| {
        let is_at = |path: &Path| path.starts_with(place) || place.starts_with(path);
        list.iter()
            .any(|(path, names)| is_at(path) && names.contains(name))
    };
    for (path, names) in &called {
        let unexplained = names.iter().filter(|name| !holds(&reasons, path, name));
        found.extend(unexplained.map(|name| {
            let file = shown(path);
            format!("{file} calls {name}: call inkwell's method, or say at the head what it lacks")
        }));
    }
    for (scope, names) in &reasons {
        let unused = names.iter().filter(|name| !holds(&called, scope, name));
        found.extend(unused.map(|name| {
            let place = shown(scope);
            format!("{place} explains {name}, which it does not call, or inkwell does not")
        }));
    }
    none(found)
}

/// The Rust sources of a dependency.
fn sources_of(dependency: &str) -> Result<Vec<String>, Failed> {
    // The tests were built, so that what this platform needs is there.
    const OPTIONS: [&str; 4] = [
        "--locked",
        "--offline",
        "--filter-platform",
        "x86_64-unknown-linux-gnu",
    ];
    let metadata = cargo_metadata::MetadataCommand::new()
        .manifest_path(root().join("Cargo.toml"))
        .other_options(OPTIONS.map(str::to_owned))
        .exec()?;
    let package = metadata
        .packages
        .iter()
        .find(|package| package.name == dependency);
    let package = package.ok_or_else(|| format!("cargo has no sources of {dependency}"))?;
    let manifest = package
        .manifest_path
        .parent()
        .ok_or("a manifest is in a folder")?;
    let sources = sources(manifest.join("src").as_str())?;
    Ok(sources.into_iter().map(|(_, text)| text).collect())
}

/// The names in `line` that are like those of LLVM-C's functions, each with what follows it.
fn c_functions(line: &str) -> impl Iterator<Item = (&str, &str)> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let starts = line.match_indices("LLVM").map(|(start, _)| start);
    starts
        .filter(move |&start| !line[..start].ends_with(is_part))
        .map(move |start| {
            let name = &line[start..];
            name.split_at(name.find(|c| !is_part(c)).unwrap_or(name.len()))
        })
}

/// The paragraphs of the documentation that a file begins with.
fn head_paragraphs(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(str::trim)
        .collect();
    lines
        .split(|line| line.is_empty())
        .map(|lines| lines.join(" "))
        .collect()
}

/// What stands between backquotes.
fn quoted(paragraph: String) -> Vec<String> {
    paragraph
        .split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

//! Macros that put files into the command `fixed` when it is compiled: the backend's library, the programs of
//! `tests/asm`, and the commit that it was built from.
//!
//! `cargo install` keeps nothing of a package but its programs, so the command must carry what it needs. A
//! build script cannot do that: it runs before the library is compiled. The command is compiled after it, and
//! cargo tells rustc where the library is (`--extern fixed=PATH`); a macro runs inside that rustc and sees it.
#![feature(proc_macro_tracked_path)]

use std::hash::Hasher;
use std::path::{Path, PathBuf};
use std::process::Command;

use proc_macro::TokenStream;

/// `Option<(&'static [u8], &'static str)>`: the bytes of `libfixed.so` and their identity, see
/// `library::identity`. `None` where only checks are wanted (`cargo check`) and no library was made.
#[proc_macro]
pub fn library(_: TokenStream) -> TokenStream {
    let path = arguments()
        .iter()
        .filter_map(|argument| argument.strip_prefix("fixed="))
        .map(PathBuf::from)
        .find(|path| path.extension().is_some_and(|ext| ext == "so"));
    let code = match path {
        None => "::core::option::Option::None::<(&'static [u8], &'static str)>".to_owned(),
        Some(path) => match std::fs::read(&path) {
            Ok(bytes) => {
                let mut hasher = std::hash::DefaultHasher::new();
                hasher.write(&bytes);
                format!(
                    "::core::option::Option::Some((::core::include_bytes!({path:?}) as &'static [u8], \"{:016x}\"))",
                    hasher.finish()
                )
            }
            Err(error) => error_at(&path, &error),
        },
    };
    tokens(&code)
}

/// `&'static [(&'static str, &'static str)]`: the names and the texts of the files in a folder, which is given
/// relative to the manifest, in the order of their names.
#[proc_macro]
pub fn folder(input: TokenStream) -> TokenStream {
    let name = input.to_string();
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let folder = Path::new(&root).join(name.trim_matches('"'));
    proc_macro::tracked::path(&folder);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) => return tokens(&error_at(&folder, &error)),
    };
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| path.is_file());
    files.sort();
    let rows = files.iter().map(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        format!("({name:?}, ::core::include_str!({path:?})),")
    });
    tokens(&format!("&[{}]", rows.collect::<String>()))
}

/// `Option<&'static str>`: the commit that is checked out, or what `FIXED_COMMIT` says where there is no git.
#[proc_macro]
pub fn commit(_: TokenStream) -> TokenStream {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default();
    let git = |arguments: &[&str]| {
        let output = Command::new("git").arg("-C").arg(&root).args(arguments).output().ok()?;
        let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
        (output.status.success() && !text.is_empty()).then_some(text)
    };
    let given = std::env::var("FIXED_COMMIT").ok();
    // Each commit and each checkout adds a line to this file.
    if let Some(log) = git(&["rev-parse", "--path-format=absolute", "--git-path", "logs/HEAD"])
        && Path::new(&log).is_file()
    {
        proc_macro::tracked::path(&log);
    }
    tokens(&match given.or_else(|| git(&["rev-parse", "--short=12", "HEAD"])) {
        Some(commit) => format!("::core::option::Option::Some({commit:?})"),
        None => "::core::option::Option::None::<&'static str>".to_owned(),
    })
}

/// The arguments of the rustc that this runs in. Long ones may come from files (`@FILE`, one a line).
fn arguments() -> Vec<String> {
    let expand = |argument: String| match argument.strip_prefix('@').map(std::fs::read_to_string) {
        Some(Ok(text)) => text.lines().map(str::to_owned).collect(),
        _ => vec![argument],
    };
    std::env::args().flat_map(expand).collect()
}

fn error_at(path: &Path, error: &std::io::Error) -> String {
    format!("::core::compile_error!({:?})", format!("cannot read {}: {error}", path.display()))
}

fn tokens(code: &str) -> TokenStream {
    code.parse().expect("the macros write Rust")
}

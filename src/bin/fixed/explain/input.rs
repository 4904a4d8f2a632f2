//! What is to be explained: a file, or one target of a package, as the line of rustc that compiles it.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;

use crate::compiler::{Compiler, tool};
use crate::diff::cargo;
use crate::diff::compile::Line;
use crate::program::Program;

/// Which target of a package, with the words of cargo.
#[derive(Args, Default)]
#[command(next_help_heading = "Which target of a package, as for cargo")]
pub struct Selection {
    /// The package, in a workspace
    #[arg(short, long, value_name = "SPEC")]
    package: Option<String>,
    /// The library [default, if there is one]
    #[arg(long, conflicts_with_all = ["bin", "example", "test", "bench"])]
    lib: bool,
    /// A binary [default, if it is the only one]
    #[arg(long, value_name = "NAME", conflicts_with_all = ["example", "test", "bench"])]
    bin: Option<String>,
    /// An example
    #[arg(long, value_name = "NAME", conflicts_with_all = ["test", "bench"])]
    example: Option<String>,
    /// A test; `lib` is the library's own tests, unless one is called so
    #[arg(long, value_name = "NAME", conflicts_with = "bench")]
    test: Option<String>,
    /// A bench
    #[arg(long, value_name = "NAME")]
    bench: Option<String>,
    /// The profile [default: release]
    #[arg(long, value_name = "PROFILE")]
    profile: Option<String>,
    /// The profile `dev`
    #[arg(long, conflicts_with = "profile")]
    dev: bool,
    /// The profile `release`, which is the default
    #[arg(short, long, conflicts_with_all = ["profile", "dev"])]
    release: bool,
    /// Features, separated by commas
    #[arg(short = 'F', long, value_name = "FEATURES")]
    features: Option<String>,
    #[arg(long)]
    all_features: bool,
    #[arg(long)]
    no_default_features: bool,
    /// The target to compile for
    #[arg(long, value_name = "TRIPLE")]
    target: Option<String>,
}

/// The line that compiles `path`, a file of Rust or the folder of a package, with `compiler`; `flags` come last.
pub fn line(path: &Path, selection: &Selection, flags: &[OsString], compiler: &Compiler) -> Result<Line> {
    let about = std::fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?;
    let is_manifest = path.file_name().is_some_and(|name| name == "Cargo.toml");
    let mut line = match about.is_dir() || is_manifest {
        true => package(path, selection, compiler)?,
        false => file(path, selection, flags)?,
    };
    line.args.extend(flags.iter().cloned());
    Ok(line)
}

/// A file by itself: a program if it has a `main`, else a library.
fn file(path: &Path, selection: &Selection, user: &[OsString]) -> Result<Line> {
    let text = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    let text = String::from_utf8_lossy(&text);
    let mut args: Vec<OsString> = vec![path.into()];
    // The programs of the tests say in their heads what they need.
    let (edition, flags) = match Program::read(path) {
        Ok(program) => (program.edition, program.flags),
        Err(_) => ("2021".to_owned(), vec![]),
    };
    // rustc takes only one.
    let is_given = |flag: &OsString| flag.to_string_lossy().starts_with("--edition");
    if !user.iter().any(is_given) {
        args.extend(["--edition".into(), edition.into()]);
    }
    let is_main = |line: &str| {
        let line = line.trim_start();
        let line = line.strip_prefix("pub ").unwrap_or(line);
        let line = line.strip_prefix("async ").unwrap_or(line);
        line.strip_prefix("fn main")
            .is_some_and(|rest| rest.trim_start().starts_with('('))
    };
    if !text.lines().any(is_main) && !text.contains("#![no_main]") && !text.contains("#![crate_type") {
        args.push("--crate-type=lib".into());
    }
    args.extend(flags.into_iter().map(OsString::from));
    if let Some(target) = &selection.target {
        args.extend(["--target".into(), target.into()]);
    }
    args.push(
        if selection.dev {
            "-Copt-level=0"
        } else {
            "-Copt-level=3"
        }
        .into(),
    );
    Ok(Line {
        args,
        folder: Some(std::env::current_dir().context("the current folder is gone")?),
        environment: vec![],
    })
}

/// A target of a package.
struct Target {
    kind: String,
    name: String,
}

/// The line of rustc for a target of a package. cargo compiles what it depends on.
fn package(path: &Path, selection: &Selection, compiler: &Compiler) -> Result<Line> {
    let manifest = match path.is_dir() {
        true => path.join("Cargo.toml"),
        false => path.to_owned(),
    };
    if !manifest.is_file() {
        bail!(
            "{} has no Cargo.toml; name the folder of a package, or a file of Rust",
            path.display()
        );
    }
    let manifest = manifest
        .canonicalize()
        .with_context(|| format!("cannot find {}", manifest.display()))?;
    let metadata = metadata(&manifest)?;
    let package = find_package(&metadata, &manifest, selection)?;
    let targets = targets(package);
    let target = choose(&targets, selection, package)?;
    let is_test = selection.test.is_some() || selection.bench.is_some();
    let mut words: Vec<OsString> = vec!["cargo".into(), "build".into()];
    words.extend(["--manifest-path".into(), manifest.into()]);
    if selection.package.is_some() {
        words.extend([
            "--package".into(),
            package["name"].as_str().unwrap_or_default().into(),
        ]);
    }
    let flag = match target.kind.as_str() {
        "bin" | "example" | "test" | "bench" => Some(format!("--{}", target.kind)),
        _ => None,
    };
    match flag {
        Some(flag) => words.extend([flag.into(), target.name.clone().into()]),
        // The library's own tests.
        None if is_test => {
            words[1] = "test".into();
            words.extend(["--no-run".into(), "--lib".into()]);
        }
        None => words.push("--lib".into()),
    }
    let profile = match (&selection.profile, selection.dev) {
        (Some(profile), _) => profile,
        (None, true) => "dev",
        (None, false) => "release",
    };
    words.extend(["--profile".into(), profile.into()]);
    for (flag, value) in [
        ("--features", &selection.features),
        ("--target", &selection.target),
    ] {
        if let Some(value) = value {
            words.extend([flag.into(), value.into()]);
        }
    }
    for (flag, given) in [
        ("--all-features", selection.all_features),
        ("--no-default-features", selection.no_default_features),
    ] {
        if given {
            words.push(flag.into());
        }
    }
    let folder = metadata["target_directory"].as_str().unwrap_or("target");
    let folder = PathBuf::from(folder).join("fixed/explain");
    let lines = cargo::lines(&words, compiler, Some(&folder))?;
    let wanted = target.name.replace('-', "_");
    let fits = |line: &&Line| {
        let has = |flag: &str| line.args.iter().any(|arg| arg == flag);
        let kind_fits = match target.kind.as_str() {
            "bin" | "example" => has("bin") || target.kind == "example",
            _ => !has("bin") || is_test,
        };
        has(&wanted) && has("--test") == is_test && kind_fits
    };
    let line = lines.iter().rev().find(fits).cloned();
    let mut line = line.with_context(|| format!("cargo does not compile `{}`", target.name))?;
    // What rustc says is for people here.
    line.args.retain(|arg| {
        let text = arg.to_string_lossy();
        !["--error-format", "--json", "--diagnostic-width"]
            .iter()
            .any(|flag| text.starts_with(flag))
    });
    Ok(line)
}

fn metadata(manifest: &Path) -> Result<Value> {
    let mut cargo = tool("cargo");
    cargo.args([
        "metadata",
        "--format-version",
        "1",
        "--no-deps",
        "--manifest-path",
    ]);
    let output = run(cargo.arg(manifest))?;
    serde_json::from_slice(&output).context("what `cargo metadata` prints is no JSON")
}

fn run(command: &mut Command) -> Result<Vec<u8>> {
    let output = command.output().context("cannot run `cargo`")?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim_end());
    }
    Ok(output.stdout)
}

fn find_package<'a>(metadata: &'a Value, manifest: &Path, selection: &Selection) -> Result<&'a Value> {
    let packages = metadata["packages"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let names = || {
        let names = packages.iter().filter_map(|package| package["name"].as_str());
        names.collect::<Vec<_>>().join(", ")
    };
    match &selection.package {
        Some(name) => packages
            .iter()
            .find(|package| package["name"].as_str() == Some(name))
            .with_context(|| {
                format!(
                    "`{name}` is no package of the workspace, which has {}; a dependency is explained by the folder of its \
                     sources",
                    names()
                )
            }),
        None => packages
            .iter()
            .find(|package| package["manifest_path"].as_str().map(Path::new) == Some(manifest))
            .with_context(|| format!("name a package of the workspace with `-p`: {}", names())),
    }
}

fn targets(package: &Value) -> Vec<Target> {
    let targets = package["targets"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    targets
        .iter()
        .filter_map(|target| {
            let kind = target["kind"][0].as_str()?;
            let is_library = ["lib", "rlib", "dylib", "cdylib", "staticlib", "proc-macro"].contains(&kind);
            Some(Target {
                kind: if is_library { "lib" } else { kind }.to_owned(),
                name: target["name"].as_str()?.to_owned(),
            })
        })
        .filter(|target| target.kind != "custom-build")
        .collect()
}

/// The target that is meant.
fn choose<'a>(targets: &'a [Target], selection: &Selection, package: &Value) -> Result<&'a Target> {
    let of = |kind: &'static str| targets.iter().filter(move |target| target.kind == kind);
    let named = [
        ("bin", &selection.bin),
        ("example", &selection.example),
        ("test", &selection.test),
        ("bench", &selection.bench),
    ];
    let package = package["name"].as_str().unwrap_or_default();
    for (kind, name) in named {
        let Some(name) = name else { continue };
        let found = of(kind).find(|target| target.name == *name);
        let library = of("lib").next().filter(|_| kind == "test" && name == "lib");
        return found.or(library).with_context(|| {
            let names: Vec<&str> = of(kind).map(|target| &*target.name).collect();
            match names.is_empty() {
                true => format!("the package `{package}` has no {kind}"),
                false => format!(
                    "the package `{package}` has no {kind} `{name}`; it has {}",
                    names.join(", ")
                ),
            }
        });
    }
    if let Some(library) = of("lib").next() {
        return Ok(library);
    }
    if selection.lib {
        bail!("the package `{package}` has no library");
    }
    let binaries: Vec<&Target> = of("bin").collect();
    match binaries[..] {
        [binary] => Ok(binary),
        [] => bail!("the package `{package}` has neither library nor binary; name an example or a test"),
        _ => {
            let names: Vec<&str> = binaries.iter().map(|target| &*target.name).collect();
            bail!(
                "the package `{package}` has several binaries; name one with `--bin`: {}",
                names.join(", ")
            )
        }
    }
}

//! The things that are looked at.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use super::{Finding, State};
use crate::compiler::{TOOLCHAIN, backend, backend_flag, rustc_of};
use crate::install::Place;
use crate::library;
use crate::patched::{self, Readiness};

/// What there is to say about everything, the needed things first.
pub fn all() -> Vec<Finding> {
    let mut findings = vec![rustup()];
    let toolchain = toolchain();
    let usable = toolchain.state == State::Good;
    findings.push(toolchain);
    if usable {
        findings.extend([llvm(), components(), loading(), linker()]);
    }
    findings.extend([age(), in_toolchains()]);
    findings.extend(for_patches());
    findings.push(tool(
        "C++ compiler",
        &cxx(),
        "patched builds",
        "apt-get install g++",
    ));
    findings.push(tool("ar", "ar", "patched builds", "apt-get install binutils"));
    findings.push(tool("git", "git", "patched builds", "apt-get install git"));
    findings.push(tool(
        "gdb",
        "gdb",
        "the tests of debug information",
        "apt-get install gdb",
    ));
    let foreign = "running programs for other processors";
    findings.push(tool("qemu", "qemu-aarch64", foreign, "apt-get install qemu-user"));
    let linker = "linking programs for aarch64";
    findings.push(tool(
        "aarch64 linker",
        "aarch64-linux-gnu-gcc",
        linker,
        "apt-get install gcc-aarch64-linux-gnu",
    ));
    findings
}

/// The first line that a program prints, if it can be run.
fn first_line(command: &mut Command) -> Option<String> {
    let output = command.output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    output
        .status
        .success()
        .then(|| text.lines().next().unwrap_or_default().to_owned())
}

fn rustup() -> Finding {
    match first_line(Command::new("rustup").arg("--version")) {
        Some(version) => Finding::good("rustup", version),
        None => Finding::wrong(
            "rustup",
            State::Bad,
            "cannot be run; it finds the toolchain",
            "see https://rustup.rs, or `apt-get install rustup`",
        ),
    }
}

fn toolchain() -> Finding {
    const NAME: &str = "toolchain";
    let install = format!("rustup toolchain install {TOOLCHAIN} --profile minimal");
    match Place::find(Path::new(TOOLCHAIN)) {
        Ok(place) if place.is_ours() => {
            Finding::good(NAME, format!("{TOOLCHAIN} in {}", place.sysroot.display()))
        }
        Ok(place) => Finding::wrong(
            NAME,
            State::Bad,
            format!(
                "{} is not the {TOOLCHAIN} that the backend was built for",
                place.sysroot.display()
            ),
            format!("rustup toolchain uninstall {TOOLCHAIN} && {install}"),
        ),
        Err(error) => Finding::wrong(NAME, State::Bad, format!("{error:#}"), install),
    }
}

fn sysroot() -> Option<PathBuf> {
    Some(rustc_of(TOOLCHAIN).ok()?.parent()?.parent()?.to_owned())
}

fn llvm() -> Finding {
    let found = sysroot().and_then(|sysroot| {
        let names = std::fs::read_dir(sysroot.join("lib"))
            .ok()?
            .flatten()
            .map(|entry| entry.file_name());
        names
            .filter_map(|name| name.into_string().ok())
            .find(|name| name.starts_with("libLLVM"))
    });
    match found {
        Some(name) => Finding::good("libLLVM", name),
        None => Finding::wrong(
            "libLLVM",
            State::Bad,
            "is not in the toolchain",
            format!("rustup toolchain uninstall {TOOLCHAIN} && rustup toolchain install {TOOLCHAIN}"),
        ),
    }
}

/// The components that building the backend needs, or a subcommand of cargo's; using it needs none.
fn components() -> Finding {
    const WANTED: [&str; 5] = ["rustc-dev", "rust-src", "llvm-tools", "clippy", "rustfmt"];
    let output = Command::new("rustup")
        .args(["component", "list", "--installed", "--toolchain", TOOLCHAIN])
        .output();
    let text = output
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    let missing: Vec<&str> = WANTED
        .into_iter()
        .filter(|wanted| !text.lines().any(|line| line.starts_with(wanted)))
        .collect();
    match missing.is_empty() {
        true => Finding::good("components", WANTED.join(", ")),
        false => Finding::wrong(
            "components",
            State::Absent,
            format!(
                "without {}; building the backend, or linting, needs them",
                missing.join(", ")
            ),
            format!(
                "rustup component add --toolchain {TOOLCHAIN} {}",
                missing.join(" ")
            ),
        ),
    }
}

fn loading() -> Finding {
    const NAME: &str = "backend";
    let build = "cargo build --release, in a clone of the backend";
    let run = || {
        let library = backend()?;
        let output = Command::new(rustc_of(TOOLCHAIN)?)
            .arg(backend_flag(&library)?)
            .arg("-vV")
            .output()?;
        anyhow::Ok((library, output))
    };
    match run() {
        Ok((library, output)) if output.status.success() => {
            let identity = library::identity(&library).unwrap_or_default();
            Finding::good(NAME, format!("{} ({identity})", library.display()))
        }
        Ok((library, output)) => {
            let said = String::from_utf8_lossy(&output.stderr);
            Finding::wrong(
                NAME,
                State::Bad,
                format!("{} does not load: {}", library.display(), said.trim()),
                build,
            )
        }
        Err(error) => Finding::wrong(NAME, State::Bad, format!("{error:#}"), build),
    }
}

/// A program, compiled by the backend, linked and run.
fn linker() -> Finding {
    const NAME: &str = "linker";
    let mend = "apt-get install gcc libc6-dev";
    let run = || {
        let dir = tempfile::tempdir()?;
        std::fs::write(dir.path().join("a.rs"), "fn main() { println!(\"linked\") }\n")?;
        let mut rustc = Command::new(rustc_of(TOOLCHAIN)?);
        let output = rustc
            .current_dir(dir.path())
            .arg(backend_flag(&backend()?)?)
            .arg("a.rs")
            .output()?;
        if !output.status.success() {
            anyhow::bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
        }
        let printed = Command::new(dir.path().join("a")).output()?;
        anyhow::Ok(printed.stdout == b"linked\n")
    };
    match run() {
        Ok(true) => Finding::good(NAME, "a program was compiled, linked and run"),
        Ok(false) => Finding::wrong(NAME, State::Bad, "a program was linked, but does not run", mend),
        Err(error) => Finding::wrong(NAME, State::Bad, format!("{error:#}"), mend),
    }
}

/// Whether the library is older than its sources, where these are at hand.
fn age() -> Finding {
    const NAME: &str = "age";
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let library = library::find();
    let built = library
        .as_ref()
        .ok()
        .and_then(|library| std::fs::metadata(library).ok()?.modified().ok());
    let beside = library.as_ref().is_ok_and(|library| library.starts_with(root));
    let (Some(built), true) = (built, beside) else {
        return Finding::good(NAME, "the backend was not built from sources that are here");
    };
    let sources = [
        "src",
        "build.rs",
        "Cargo.toml",
        "Cargo.lock",
        "rust-toolchain.toml",
    ];
    let newest = sources.iter().filter_map(|name| newest(&root.join(name))).max();
    match newest.filter(|(changed, _)| *changed > built) {
        None => Finding::good(NAME, format!("newer than its sources in {}", root.display())),
        Some((_, path)) => Finding::wrong(
            NAME,
            State::Stale,
            format!("the backend is older than {}", path.display()),
            format!(
                "cargo build --release --manifest-path {}",
                root.join("Cargo.toml").display()
            ),
        ),
    }
}

/// The file below `path` that was changed last, apart from this command's own: the library is made of the others.
fn newest(path: &Path) -> Option<(SystemTime, PathBuf)> {
    if path.ends_with("src/bin") || path.ends_with("src/embed") {
        return None;
    }
    let about = std::fs::metadata(path).ok()?;
    match about.is_dir() {
        false => Some((about.modified().ok()?, path.to_owned())),
        true => std::fs::read_dir(path)
            .ok()?
            .flatten()
            .filter_map(|entry| newest(&entry.path()))
            .max(),
    }
}

/// Where the backend is installed under its name, and whether it is this build there.
fn in_toolchains() -> Finding {
    const NAME: &str = "installs";
    let output = Command::new("rustup").args(["toolchain", "list", "-v"]).output();
    let text = output
        .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
        .unwrap_or_default();
    // `NAME [(active, default)] PATH`
    let toolchains = text
        .lines()
        .filter_map(|line| line.find('/').map(|at| Path::new(&line[at..])));
    let identity = library::find()
        .and_then(|library| library::identity(&library))
        .unwrap_or_default();
    let (mut good, mut stale) = (Vec::new(), Vec::new());
    for toolchain in toolchains {
        let Ok(place) = Place::find(toolchain) else {
            continue;
        };
        if place.installed().is_empty() {
            continue;
        }
        let path = toolchain.display().to_string();
        match place.has(&identity) && place.is_ours() {
            true => good.push(path),
            false => stale.push((path, place.is_ours())),
        }
    }
    let Some((first, ours)) = stale.first() else {
        return match good.is_empty() {
            true => Finding::good(
                NAME,
                "in no toolchain; `fixed install` makes `-Zcodegen-backend=fixed` work",
            ),
            false => Finding::good(NAME, good.join(", ")),
        };
    };
    let paths: Vec<&str> = stale.iter().map(|(path, _)| path.as_str()).collect();
    let mend = match ours {
        true => format!("fixed install --toolchain {first}"),
        false => format!("fixed uninstall --toolchain {first}"),
    };
    Finding::wrong(
        NAME,
        State::Stale,
        format!("another build than this one in {}", paths.join(", ")),
        mend,
    )
}

/// What patched builds take that a toolchain has: each thing only where the one before it is there.
fn for_patches() -> Vec<Finding> {
    const TOOLCHAIN_NAME: &str = "toolchain for patches";
    const HEADERS_NAME: &str = "LLVM headers";
    let base = TOOLCHAIN;
    let absent = |detail: String, mend: String| Finding::wrong(TOOLCHAIN_NAME, State::Absent, detail, mend);
    match patched::readiness(base) {
        Readiness::NoToolchain => vec![absent(
            format!("{base} is not installed; patched builds need it"),
            format!("rustup toolchain install {base} --profile minimal -c rustc-dev,rust-src"),
        )],
        Readiness::NoCompiler => vec![absent(
            format!("{base} is without its component `rustc-dev`; patched builds need it"),
            format!("rustup component add rustc-dev --toolchain {base}"),
        )],
        Readiness::NoHeaders(error) => vec![
            Finding::good(TOOLCHAIN_NAME, base),
            Finding::wrong(
                HEADERS_NAME,
                State::Absent,
                format!("patched builds need them: {error:#}"),
                "name their folder by FIXED_LLVM_HEADERS",
            ),
        ],
        Readiness::Ready(version) => vec![
            Finding::good(TOOLCHAIN_NAME, base),
            Finding::good(HEADERS_NAME, version),
        ],
    }
}

fn cxx() -> String {
    std::env::var("CXX").unwrap_or_else(|_| "g++".to_owned())
}

fn tool(name: &'static str, program: &str, need: &str, mend: &str) -> Finding {
    match first_line(Command::new(program).arg("--version")) {
        Some(version) => Finding::good(name, version),
        None => Finding::wrong(name, State::Absent, format!("{need} needs `{program}`"), mend),
    }
}

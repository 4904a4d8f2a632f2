//! The standard library compiled by this backend, and its own tests: the same results as with the in-tree backend.
//!
//! `cargo test --release --test library -- --ignored`; `docs/conformance.md` says what it does and takes.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use cargo_metadata::Message;
use libtest_mimic::{Arguments, Failed};

use support::toolchain::{Toolchain, place};
use support::trials::{conclude, trial};

/// The packages whose tests are run. Tests of `std` that need what a machine may lack, such as a network, fail with
/// either backend there.
const SUITES: [&str; 3] = ["coretests", "alloctests", "std"];

/// What is not run without optimisation: it compares `usize::MAX` elements without a size, one by one, "which takes
/// forever in Miri (and in rustc without optimizations)", as `coretests` says.
const ENDLESS: &str = "max_range";

/// How it is compiled: cargo's profile of development has no optimisation and all checks, that of release level 3.
const PROFILES: [(&str, &str); 2] = [("-Copt-level=0", "dev"), ("-Copt-level=3", "release")];

fn main() -> ExitCode {
    // One at a time: they share what they build, and cargo uses all processors by itself.
    let arguments = Arguments {
        test_threads: Some(1),
        ..Arguments::from_args()
    };
    let mut trials = Vec::new();
    for (level, profile) in PROFILES {
        for suite in SUITES {
            let run = move || compare(suite, profile);
            trials.push(trial(format!("{suite} {level}"), run).with_ignored_flag(true));
        }
    }
    conclude(&arguments, trials)
}

/// What became of each test, by name. Some names are those of several tests, in different executables.
type Results = BTreeMap<String, Vec<String>>;

fn compare(suite: &str, profile: &'static str) -> Result<(), Failed> {
    let toolchain = Toolchain::pinned()?;
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("library");
    let expected = in_tree(&toolchain, &folder.join("llvm"), suite, profile)?;
    let ours = Library {
        toolchain: &toolchain,
        folder: folder.join("fixed"),
        backend: Some(support::backend()),
        profile,
    };
    let actual = ours.test(suite)?;
    let count = |results: &Results, outcome: &str| {
        let all = results.values().flatten();
        all.filter(|one| one.starts_with(outcome)).count()
    };
    eprintln!(
        "{suite}, {profile}: {} passed, {} failed, {} ignored",
        count(&actual, "ok"),
        count(&actual, "FAILED"),
        count(&actual, "ignored")
    );
    let names = expected.keys().chain(actual.keys());
    let mut differences: Vec<String> = names
        .filter(|&name| expected.get(name) != actual.get(name))
        .map(|name| format!("{name}: {:?}, in-tree {:?}", actual.get(name), expected.get(name)))
        .collect();
    differences.sort();
    differences.dedup();
    match (differences.is_empty(), count(&actual, "ok")) {
        (true, 1..) => Ok(()),
        (true, _) => Err("no test has passed".into()),
        (false, _) => Err(differences.join("\n").into()),
    }
}

/// The results with the in-tree backend, which are kept: they change with the toolchain only.
fn in_tree(
    toolchain: &Toolchain,
    folder: &Path,
    suite: &str,
    profile: &'static str,
) -> Result<Results, Failed> {
    let kept = folder.join(format!("{suite}-{profile}.json"));
    if let Ok(data) = fs::read(&kept) {
        let (version, results): (String, Results) = serde_json::from_slice(&data)?;
        if version == toolchain.version {
            return Ok(results);
        }
    }
    let library = Library {
        toolchain,
        folder: folder.to_owned(),
        backend: None,
        profile,
    };
    let results = library.test(suite)?;
    fs::write(&kept, serde_json::to_vec_pretty(&(&toolchain.version, &results))?)?;
    Ok(results)
}

/// The standard library, compiled by one backend at one level.
struct Library<'a> {
    toolchain: &'a Toolchain,
    folder: PathBuf,
    backend: Option<PathBuf>,
    profile: &'static str,
}

impl Library<'_> {
    fn test(&self, suite: &str) -> Result<Results, Failed> {
        self.forget_if_changed()?;
        self.build()?;
        // Not the examples in the documentation: each is a program of its own.
        let mut cargo = self.cargo("test")?;
        cargo.args(["--package", suite, "--tests", "--no-fail-fast"]);
        if suite == "std" {
            // As in the sysroot: the tests of `std` are linked with it, and it must be the same.
            cargo.arg("--features=panic-unwind");
        }
        if self.profile == "dev" {
            cargo.args(["--", "--skip", ENDLESS]);
        }
        let output = cargo.stderr(Stdio::inherit()).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let mut results = Results::new();
        for line in text.lines() {
            let result = line
                .strip_prefix("test ")
                .and_then(|line| line.rsplit_once(" ... "));
            if let Some((name, outcome)) = result {
                results
                    .entry(name.to_owned())
                    .or_default()
                    .push(outcome.to_owned());
            }
        }
        if !output.status.success() && !text.contains("test result: FAILED") {
            return Err(format!("cargo ended with {}: {text}", output.status).into());
        }
        Ok(results)
    }

    /// cargo does not know that a compiler's library has changed.
    fn forget_if_changed(&self) -> Result<(), Failed> {
        let Some(backend) = &self.backend else {
            return Ok(());
        };
        let copy = self.library();
        if fs::read(&copy).ok() != Some(fs::read(backend)?) {
            if self.folder.exists() {
                fs::remove_dir_all(&self.folder)?;
            }
            fs::create_dir_all(&self.folder)?;
            fs::copy(backend, &copy)?;
        }
        Ok(())
    }

    fn library(&self) -> PathBuf {
        self.folder.join("libfixed.so")
    }

    fn sysroot(&self) -> PathBuf {
        self.folder.join(format!("sysroot-{}", self.profile))
    }

    /// Compiles the library, and puts it where tests find it.
    fn build(&self) -> Result<(), Failed> {
        let libraries = self.toolchain.libraries(&self.sysroot());
        fs::create_dir_all(&libraries)?;
        self.toolchain.link_tools(&self.sysroot())?;
        let mut cargo = self.cargo("build")?;
        cargo
            .args(["--package=sysroot", "--message-format=json-render-diagnostics"])
            .stdout(Stdio::piped());
        let mut child = cargo.spawn()?;
        let stdout = child.stdout.take().ok_or("stdout is piped")?;
        for message in Message::parse_stream(BufReader::new(stdout)) {
            let Message::CompilerArtifact(artifact) = message? else {
                continue;
            };
            for file in &artifact.filenames {
                if matches!(file.extension(), Some("rlib" | "rmeta" | "so")) {
                    place(file.as_std_path(), &libraries)?;
                }
            }
        }
        match child.wait()? {
            status if status.success() => Ok(()),
            status => Err(format!("building the standard library ended with {status}").into()),
        }
    }

    /// `cargo` in the library's workspace. With a target named, flags do not hold for build scripts, which use the
    /// toolchain's own library.
    fn cargo(&self, command: &str) -> Result<Command, Failed> {
        let mut flags = vec![
            format!("--sysroot={}", self.sysroot().display()),
            "-Zforce-unstable-if-unmarked".to_owned(),
            "-Awarnings".to_owned(),
        ];
        if self.backend.is_some() {
            flags.push(format!("-Zcodegen-backend={}", self.library().display()));
        }
        let mut cargo = self.toolchain.cargo();
        cargo
            .current_dir(self.toolchain.sources("src")?.join("library"))
            .env("RUSTC", self.toolchain.rustc())
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f"))
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .args([
                command,
                "--locked",
                "--profile",
                self.profile,
                "--target",
                &self.toolchain.host,
            ]);
        Ok(cargo)
    }
}

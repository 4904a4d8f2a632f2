//! One test: compiled with a backend, then run, or its output compared with what it says.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use wait_timeout::ChildExt;

use crate::directives::{Directives, words};
use crate::filecheck;
use crate::host::{Built, Host};
use crate::support::toolchain::program;

/// How long a compiler or a program may take.
const LIMIT: Duration = Duration::from_secs(120);

/// What a `ui` test may be of those that have code generated.
const MODES: [&str; 5] = [
    "run-pass",
    "build-pass",
    "run-fail",
    "run-crash",
    "run-fail-or-crash",
];

#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Outcome {
    /// With what the program printed, if the test is about that.
    Passed(Option<String>),
    Failed(String),
}

/// A test in one of its revisions.
#[derive(Clone)]
pub struct Case {
    pub suite: &'static str,
    /// Relative to the folder of all suites.
    pub path: PathBuf,
    pub revision: Option<String>,
}

impl Case {
    /// By what the list of failures names it.
    pub fn name(&self) -> String {
        let path = self.path.display();
        match &self.revision {
            None => path.to_string(),
            Some(revision) => format!("{path}#{revision}"),
        }
    }

    /// Whether the test may be looked at. Every fourth, by a hash of its path, is kept for those who judge this backend
    /// by tests that nobody made it pass.
    pub fn is_open(&self) -> bool {
        let path = Path::new("tests").join(&self.path);
        !Sha256::digest(path.to_string_lossy().as_bytes())[0].is_multiple_of(4)
    }

    /// Whether the test has code generated, and is for this host.
    pub fn is_wanted(&self, directives: &Directives) -> bool {
        let revision = self.revision.as_deref();
        let kind = match self.suite {
            "ui" => directives.one_of(&MODES, revision).is_some(),
            // The other tests of assembly need linkers of their own.
            "assembly-llvm" => directives
                .values("assembly-output", revision)
                .any(|kind| kind == "emit-asm"),
            _ => true,
        };
        kind && directives.is_for_here(revision)
    }

    /// Runs the test with `backend`, or rustc's own.
    pub fn run(&self, host: &Host, backend: Option<&Path>) -> Outcome {
        let attempt = || -> Result<Option<String>, String> {
            let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
            let path = host.tests.join(&self.path);
            let directives = Directives::read(&path).map_err(|error| error.to_string())?;
            let run = Run {
                case: self,
                host,
                backend,
                directives,
                path,
                folder: folder.path().to_path_buf(),
            };
            match self.suite {
                "ui" => run.behaviour(),
                _ => run.output().map(|()| None),
            }
        };
        attempt().map_or_else(Outcome::Failed, Outcome::Passed)
    }
}

struct Run<'a> {
    case: &'a Case,
    host: &'a Host,
    backend: Option<&'a Path>,
    directives: Directives,
    path: PathBuf,
    folder: PathBuf,
}

/// What a process did.
struct Ended {
    status: ExitStatus,
    stdout: String,
    stderr: String,
}

impl Run<'_> {
    fn revision(&self) -> Option<&str> {
        self.case.revision.as_deref()
    }

    fn values(&self, name: &str) -> Vec<String> {
        let all = self.directives.values(name, self.revision());
        all.map(|value| self.expand(value)).collect()
    }

    fn has(&self, name: &str) -> bool {
        self.directives.has(name, self.revision())
    }

    fn expand(&self, value: &str) -> String {
        let suite = self.host.tests.join(self.case.suite);
        let source = self.host.sysroot.join("lib/rustlib/src/rust");
        value
            .replace("{{cwd}}", &self.folder.to_string_lossy())
            .replace("{{build-base}}", &self.folder.to_string_lossy())
            .replace("{{src-base}}", &suite.to_string_lossy())
            .replace("{{sysroot-base}}", &self.host.sysroot.to_string_lossy())
            .replace("{{rust-src-base}}", &source.to_string_lossy())
            .replace("{{target}}", &self.host.toolchain.host)
    }

    fn auxiliary(&self) -> PathBuf {
        self.folder.join("auxiliary")
    }

    /// Compiles the test to `output`, a file or a folder.
    fn compile(&self, output: [&OsStr; 2], emit: &[&str]) -> Result<(), String> {
        let mut extra = Vec::new();
        fs::create_dir_all(self.auxiliary()).map_err(|error| error.to_string())?;
        for (name, user) in [
            ("aux-build", false),
            ("aux-bin", false),
            ("aux-crate", true),
            ("proc-macro", true),
        ] {
            for value in self.values(name) {
                extra.extend(self.build_auxiliary(name, &value, &self.path, &self.auxiliary(), user)?);
            }
        }
        let flags: Vec<String> = self.flags_of(&self.directives);
        let mut arguments = self.arguments(&self.path, &flags, &self.directives, output, true);
        arguments.extend(emit.iter().map(|&argument| argument.to_owned()));
        if self.has("add-minicore") {
            extra.push("--extern".to_owned());
            extra.push(format!("minicore={}", self.minicore(&flags)?.display()));
        }
        arguments.extend(extra);
        arguments.extend(flags);
        self.rustc(&arguments)
    }

    fn flags_of(&self, directives: &Directives) -> Vec<String> {
        let flags = directives.flags(self.revision());
        flags.iter().map(|flag| self.expand(flag)).collect()
    }

    /// What compiletest passes to the compiler, but for the test's own flags.
    fn arguments(
        &self,
        input: &Path,
        flags: &[String],
        directives: &Directives,
        [option, output]: [&OsStr; 2],
        is_test: bool,
    ) -> Vec<String> {
        let revision = self.revision();
        let text = |value: &str| value.to_owned();
        let starts = |prefix: &str| flags.iter().any(|flag| flag.starts_with(prefix));
        let mut all = vec![text(&input.to_string_lossy()), text("-Zthreads=1")];
        all.push(text("-Zsimulate-remapped-rust-src-base=/rustc/FAKE_PREFIX"));
        all.push(text("-Ztranslate-remapped-path-to-local-path=no"));
        if !starts("--sysroot") {
            all.push(format!("--sysroot={}", self.host.sysroot.display()));
        }
        if let Some(backend) = self.backend {
            all.push(format!("-Zcodegen-backend={}", backend.display()));
        }
        if !starts("--target") {
            all.push(format!("--target={}", self.host.toolchain.host));
        }
        if is_test {
            let cfg = |name: &str| name.to_lowercase().replace('-', "_");
            all.extend(revision.map(|name| format!("--cfg={}", cfg(name))));
            if !directives.has("no-auto-check-cfg", revision) {
                let names = self.directives.revisions();
                let names: Vec<String> = names.iter().flatten().map(|name| cfg(name)).collect();
                all.push(format!("--check-cfg=cfg(test,FALSE,{})", names.join(",")));
            }
        }
        if directives.has("incremental", revision) {
            all.push(format!(
                "-Cincremental={}",
                self.folder.join("incremental").display()
            ));
        }
        if self.case.suite == "ui" {
            let fixed = [
                "-Ccodegen-units=1",
                "-Zui-testing",
                "-Zdeduplicate-diagnostics=no",
                "-Cstrip=debuginfo",
            ];
            all.extend(fixed.map(text));
            all.push(format!("-Lnative={}", self.host.helpers.display()));
        } else {
            all.extend(["-O", "-Cdebug-assertions=no", "-Zcodegen-source-order=yes"].map(text));
        }
        if directives.has("remap-src-base", revision) {
            let base = self.host.tests.join(self.case.suite);
            all.push(format!(
                "--remap-path-prefix={}=fake-test-src-base",
                base.display()
            ));
        }
        if !directives.has("no-prefer-dynamic", revision) {
            all.push(text("-Cprefer-dynamic"));
        }
        if !flags.iter().any(|flag| flag == "-o") {
            all.extend([text(&option.to_string_lossy()), text(&output.to_string_lossy())]);
        }
        all.extend(["-Aunused", "-Ainternal_features", "-Crpath"].map(text));
        if !["-g", "-Cdebuginfo=", "debuginfo="]
            .iter()
            .any(|prefix| starts(prefix))
        {
            all.push(text("-Cdebuginfo=0"));
        }
        all.push(format!("-L{}", self.auxiliary().display()));
        if directives.has("add-minicore", revision) {
            all.extend(["-Cpanic=abort", "-Cforce-unwind-tables=yes"].map(text));
        }
        all
    }

    /// Builds a crate that the test, or a crate of it, uses; returns the arguments by which it is named.
    fn build_auxiliary(
        &self,
        kind: &str,
        value: &str,
        user: &Path,
        folder: &Path,
        named: bool,
    ) -> Result<Vec<String>, String> {
        // `modifiers:name=file`, where only the file must be there.
        let (name, file) = match value.split_once('=') {
            Some((name, file)) if kind == "aux-crate" => (Some(name.to_owned()), file),
            _ => (None, value),
        };
        let (modifiers, file) = match file.split_once(':') {
            Some((modifiers, file)) => (format!("{modifiers}:"), file),
            None => (String::new(), file),
        };
        let path = user.with_file_name("auxiliary").join(file);
        let path = if path.exists() {
            path
        } else {
            self.path.with_file_name("auxiliary").join(file)
        };
        let directives = Directives::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let revision = self.revision();
        let folder = if kind == "aux-bin" {
            folder.join("bin")
        } else {
            folder.to_path_buf()
        };
        fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
        let mut extra = Vec::new();
        for (name, named) in [("aux-build", false), ("aux-crate", true), ("proc-macro", true)] {
            for value in directives.values(name, revision) {
                extra.extend(self.build_auxiliary(name, value, &path, &folder, named)?);
            }
        }
        let crate_type = match kind {
            "aux-bin" => Some("bin"),
            "proc-macro" => Some("proc-macro"),
            _ if directives.has("no-prefer-dynamic", revision) => None,
            _ => Some("dylib"),
        };
        let flags = self.flags_of(&directives);
        let output = [OsStr::new("--out-dir"), folder.as_os_str()];
        let mut arguments = self.arguments(&path, &flags, &directives, output, false);
        arguments.extend(crate_type.map(|kind| format!("--crate-type={kind}")));
        if kind == "proc-macro" {
            arguments.push("--extern=proc_macro".to_owned());
        }
        if directives.has("add-minicore", revision) {
            arguments.push(format!(
                "--extern=minicore={}",
                self.minicore(&self.flags_of(&self.directives))?.display()
            ));
        }
        arguments.push(format!("-L{}", folder.display()));
        arguments.extend(extra);
        arguments.extend(flags);
        self.rustc(&arguments)
            .map_err(|why| format!("auxiliary `{file}`: {why}"))?;
        if !named {
            return Ok(Vec::new());
        }
        let stem = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .replace('-', "_");
        let library = match crate_type {
            None => format!("lib{stem}.rlib"),
            Some(_) => format!("lib{stem}.so"),
        };
        let name = name.unwrap_or(format!("{modifiers}{stem}"));
        // `modifiers:name` of an `aux-crate` stands before the `=`, where rustc wants it.
        Ok(vec![
            "--extern".to_owned(),
            format!("{name}={}", folder.join(library).display()),
        ])
    }

    /// `minicore` for the test's target and flags.
    fn minicore(&self, flags: &[String]) -> Built {
        let source = self.host.tests.join("auxiliary/minicore.rs");
        let mut key: Vec<String> = flags.to_vec();
        key.extend(
            self.values("minicore-compile-flags")
                .iter()
                .flat_map(|line| words(line)),
        );
        key.push(format!("{} {:?}", self.case.suite, self.backend));
        self.host.minicore(&key, |folder| {
            let library = folder.join("libminicore.rlib");
            let output = [OsStr::new("-o"), library.as_os_str()];
            let mut arguments = self.arguments(&source, flags, &self.directives, output, false);
            arguments.extend(["--crate-type=rlib", "-Cpanic=abort"].map(str::to_owned));
            arguments.extend(key[..key.len() - 1].iter().cloned());
            self.rustc(&arguments)
                .map_err(|why| format!("`minicore`: {why}"))?;
            Ok(library.clone())
        })
    }

    fn rustc(&self, arguments: &[String]) -> Result<(), String> {
        let mut rustc = program(&self.host.toolchain.rustc());
        rustc
            .args(arguments)
            .env("RUSTC_ICE", "0")
            .env("RUST_BACKTRACE", "0");
        rustc.env("RUSTC_FORCE_RUSTC_VERSION", "compiletest");
        rustc.env("LD_LIBRARY_PATH", self.host.toolchain.sysroot.join("lib"));
        self.set_variables(&mut rustc, "rustc-env");
        let ended = self.execute(&mut rustc)?;
        if ended.status.success() {
            return Ok(());
        }
        let is_error = |line: &&str| line.contains("error") || line.contains("LLVM ERROR");
        let said = ended.stderr.lines().find(is_error);
        Err(format!(
            "the compiler: {}: {}",
            ended.status,
            said.unwrap_or("it says nothing")
        ))
    }

    fn set_variables(&self, command: &mut Command, directive: &str) {
        for value in self.values(directive) {
            let (name, value) = value.split_once('=').unwrap_or((&value, ""));
            command.env(name.trim(), value);
        }
        for name in self.values(&format!("unset-{directive}")) {
            command.env_remove(name);
        }
    }

    /// Runs a command in the test's folder, and ends it and what it has started when its time is over.
    fn execute(&self, command: &mut Command) -> Result<Ended, String> {
        let text = |error: std::io::Error| error.to_string();
        let [out, err] = ["stdout", "stderr"].map(|name| self.folder.join(name));
        command
            .current_dir(&self.folder)
            .env("TMPDIR", &self.folder)
            .stdin(Stdio::null())
            .stdout(fs::File::create(&out).map_err(text)?)
            .stderr(fs::File::create(&err).map_err(text)?)
            .process_group(0);
        let mut child = command.spawn().map_err(text)?;
        let waited = child.wait_timeout(LIMIT).map_err(text)?;
        if waited.is_none() {
            if let Some(group) = rustix::process::Pid::from_raw(child.id().cast_signed()) {
                let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
            }
            let _ = child.wait();
        }
        let read = |path: &Path| fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Ok(Ended {
            status: waited.ok_or_else(|| format!("no end in {} seconds", LIMIT.as_secs()))?,
            stdout: read(&out).map_err(text)?,
            stderr: read(&err).map_err(text)?,
        })
    }

    /// A test of `ui`: the program must behave.
    fn behaviour(&self) -> Result<Option<String>, String> {
        let mode = self
            .directives
            .one_of(&MODES, self.revision())
            .unwrap_or_default();
        if mode == "build-pass" {
            self.compile([OsStr::new("--out-dir"), self.folder.as_os_str()], &[])?;
            return Ok(None);
        }
        let executable = self.folder.join("a");
        self.compile([OsStr::new("-o"), executable.as_os_str()], &[])?;
        let mut run = Command::new(&executable);
        run.args(self.values("run-flags").iter().flat_map(|line| words(line)));
        let libraries = self.host.toolchain.libraries(&self.host.toolchain.sysroot);
        run.env(
            "LD_LIBRARY_PATH",
            format!("{}:{}", libraries.display(), self.auxiliary().display()),
        );
        run.env("RUSTC", self.host.toolchain.rustc());
        run.env("RUST_TEST_TMPDIR", &self.folder);
        self.set_variables(&mut run, "exec-env");
        let ended = self.execute(&mut run)?;
        let how = match ended.status.code() {
            Some(0) => "pass",
            Some(1..=127) => "fail",
            _ => "crash",
        };
        if !mode.split('-').any(|word| word == how) {
            let last = ended
                .stderr
                .lines()
                .rfind(|line| !line.trim().is_empty())
                .unwrap_or_default();
            let signal = ended.status.signal().map(|number| format!(", signal {number}"));
            return Err(format!(
                "{mode}: {}{}: {last}",
                ended.status,
                signal.unwrap_or_default()
            ));
        }
        let all = format!("{}{}", ended.stdout, ended.stderr);
        if let Some(missing) = self
            .values("error-pattern")
            .iter()
            .find(|text| !all.contains(text.as_str()))
        {
            return Err(format!("it does not say `{missing}`"));
        }
        if let Some(said) = self
            .values("forbid-output")
            .iter()
            .find(|text| all.contains(text.as_str()))
        {
            return Err(format!("it says `{said}`"));
        }
        Ok(self.has("check-run-results").then(|| self.without_chance(&all)))
    }

    /// What a program says, without what differs from run to run.
    fn without_chance(&self, text: &str) -> String {
        let text = text.replace(&*self.folder.to_string_lossy(), "FOLDER");
        let mut result = String::new();
        for line in text.lines() {
            // `thread 'main' (4711) panicked at`
            match (line.starts_with("thread '"), line.split_once("' (")) {
                (true, Some((before, after))) => {
                    let after = after.split_once(')').map_or("", |(_, after)| after);
                    result.push_str(&format!("{before}'{after}\n"));
                }
                _ => result.push_str(&format!("{line}\n")),
            }
        }
        result
    }

    /// A test of IR or assembly: FileCheck finds what the test says in what the compiler writes.
    fn output(&self) -> Result<(), String> {
        let (extension, emit) = match self.case.suite {
            "codegen-llvm" => ("ll", "--emit=llvm-ir"),
            _ => ("s", "--emit=asm"),
        };
        let stem = self.path.file_stem().unwrap_or_default();
        let output = self.folder.join(stem).with_extension(extension);
        self.compile([OsStr::new("-o"), output.as_os_str()], &[emit])?;
        if self.has("build-pass") {
            return Ok(());
        }
        filecheck::without_numbers(&output).map_err(|error| error.to_string())?;
        let mut check = Command::new(self.host.filecheck.as_deref().unwrap_or(Path::new("FileCheck")));
        check.arg("--input-file").arg(&output).arg(&self.path);
        check.args([
            "--check-prefix=CHECK",
            "--allow-unused-prefixes",
            "--dump-input=never",
        ]);
        if let Some(revision) = self.revision() {
            check.args(["--check-prefix", revision]);
        }
        check.args(self.values("filecheck-flags").iter().flat_map(|line| words(line)));
        let ended = self.execute(&mut check)?;
        match ended.status.success() {
            true => Ok(()),
            false => {
                let mut lines = ended.stderr.lines().skip_while(|line| !line.contains("error:"));
                let error = lines
                    .next()
                    .and_then(|line| line.rsplit_once("error: "))
                    .unwrap_or_default()
                    .1;
                Err(format!(
                    "FileCheck: {error}: {}",
                    lines.next().unwrap_or_default().trim()
                ))
            }
        }
    }
}

//! The same work by the pinned rustc with this backend, and by the rustc that came of that: byte by byte the same.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Failed;
use object::{Object, ObjectSection};

use crate::Stage;
use crate::compiler::{self, configure};
use crate::support;
use crate::support::toolchain::{program, run, text};

/// Who compiles.
#[derive(Clone, Copy)]
pub enum By {
    /// rustc as its authors compiled it, with this backend as cargo has built it.
    Pinned,
    /// rustc as this backend compiled it, with this backend as compiled for that rustc.
    Stage,
}

/// A place from which either works: rustc writes its arguments' hash into metadata, so that both must be given the same
/// paths, that of the backend above all.
pub struct Seat<'a> {
    stage: &'a Stage,
    folder: PathBuf,
}

impl<'a> Seat<'a> {
    pub fn new(stage: &'a Stage) -> Result<Self, Failed> {
        let folder = stage.folder.join("seat");
        fs::create_dir_all(&folder)?;
        Ok(Seat { stage, folder })
    }

    /// The program that is rustc with the backend, from now on.
    pub fn rustc(&self, by: By) -> Result<PathBuf, Failed> {
        let (rustc, backend) = match by {
            By::Pinned => (self.stage.toolchain.rustc(), support::backend()),
            By::Stage => (self.stage.sysroot.join("bin/rustc"), self.stage.backend()),
        };
        let library = self.folder.join("libfixed.so");
        // A new file: the old one may still be loaded.
        let _ = fs::remove_file(&library);
        fs::copy(backend, &library)?;
        let script = self.folder.join("rustc");
        let text = format!(
            "#!/bin/sh\nexec '{}' --sysroot '{}' '-Zcodegen-backend={}' \"$@\"\n",
            rustc.display(),
            self.stage.sysroot.display(),
            library.display()
        );
        fs::write(&script, text)?;
        run(Command::new("chmod").arg("+x").arg(&script))?;
        Ok(script)
    }

    /// Compiles with both into the same place, and compares the file called `name` there.
    fn compare(
        &self,
        what: &str,
        name: &str,
        compile: impl Fn(Command, &Path) -> Command,
    ) -> Result<(), Failed> {
        let place = self.folder.join("out");
        let mut results = Vec::new();
        for (by, called) in [(By::Pinned, "pinned"), (By::Stage, "stage")] {
            let _ = fs::remove_dir_all(&place);
            fs::create_dir_all(&place)?;
            let rustc = program(&self.rustc(by)?);
            let mut command = compile(rustc, &place);
            run(configure(&self.stage.toolchain, &mut command).current_dir(&self.stage.source))?;
            let kept = self.folder.join(format!("{what}-{called}"));
            fs::rename(place.join(name), &kept)?;
            results.push(kept);
        }
        same(&results[0], &results[1])
    }
}

/// Builds `libfixed.so` for the stage's rustc, and keeps it under the name given.
pub fn build_backend(stage: &Stage, by: By, kept: &Path) -> Result<(), Failed> {
    let seat = Seat::new(stage)?;
    let target = stage.folder.join("backend");
    let _ = fs::remove_dir_all(&target);
    let mut cargo = stage.toolchain.cargo();
    cargo
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("RUSTC", seat.rustc(by)?)
        .env("CARGO_TARGET_DIR", &target)
        // Some packages are among the compiler's too; the crates must not be taken for those.
        .env("__CARGO_DEFAULT_LIB_METADATA", "fixed-for-rustc-by-fixed")
        .args(["build", "--release", "--lib", "--locked"]);
    run(&mut cargo)?;
    fs::rename(target.join("release/libfixed.so"), kept)?;
    Ok(())
}

pub fn backend(stage: &Stage) -> Result<(), Failed> {
    let kept = stage.folder.join("libfixed-by-stage.so");
    build_backend(stage, By::Stage, &kept)?;
    same(&stage.backend(), &kept)
}

/// The largest crate of the standard library.
pub fn core(stage: &Stage) -> Result<(), Failed> {
    let source = stage.toolchain.sources("src")?.join("library/core/src/lib.rs");
    Seat::new(stage)?.compare("core", "libcore.rlib", |mut rustc, place| {
        rustc
            .args(["--crate-name=core", "--crate-type=lib", "--edition=2024"])
            .args(["-Copt-level=3", "-Zforce-unstable-if-unmarked", "-Awarnings"])
            .arg("--out-dir")
            .arg(place)
            .arg(&source);
        rustc
    })
}

/// One of the compiler's own crates, against the others in the sysroot.
pub fn compiler_crate(stage: &Stage) -> Result<(), Failed> {
    const NAME: &str = "rustc_resolve";
    let metadata = text(stage.toolchain.cargo().current_dir(&stage.source).args([
        "metadata",
        "--no-deps",
        "--format-version=1",
    ]))?;
    let metadata = cargo_metadata::MetadataCommand::parse(metadata)?;
    let package = metadata.packages.iter().find(|package| package.name == NAME);
    let package = package.ok_or_else(|| format!("rustc has no crate {NAME}"))?;
    let names: Vec<String> = package
        .dependencies
        .iter()
        .filter(|dependency| dependency.kind == cargo_metadata::DependencyKind::Normal)
        .map(|dependency| {
            let name = dependency.rename.as_ref().unwrap_or(&dependency.name);
            format!("--extern={}", name.replace('-', "_"))
        })
        .collect();
    let source = stage.source.join("compiler").join(NAME).join("src/lib.rs");
    let edition = format!("--edition={}", package.edition);
    Seat::new(stage)?.compare(NAME, &format!("lib{NAME}.rlib"), |mut rustc, place| {
        rustc
            .args(["--crate-name", NAME, "--crate-type=lib", &edition])
            .args(["-Copt-level=2", "-Zforce-unstable-if-unmarked", "-Awarnings"])
            .args(&names)
            .arg("--out-dir")
            .arg(place)
            .arg(&source);
        rustc
    })
}

/// Every program of `tests/programs` behaves as when rustc's authors' compiler makes it.
pub fn programs(stage: &Stage) -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let binary = dir.path().join("program");
    for (name, source) in support::programs("programs") {
        for level in ["0", "3"] {
            let outcome = |mut rustc: Command| -> Result<_, Failed> {
                rustc
                    .args(["--edition=2024", "-Awarnings", "--crate-name=program", "-o"])
                    .arg(&binary)
                    .arg(format!("-Copt-level={level}"))
                    .arg(&source);
                run(&mut rustc)?;
                let output = Command::new(&binary).output()?;
                Ok((
                    output.status.to_string(),
                    String::from_utf8_lossy(&output.stdout).into_owned(),
                ))
            };
            let expected = outcome(program(&stage.toolchain.rustc()))?;
            let actual = outcome(compiler::rustc(&stage.sysroot))?;
            if expected != actual {
                return Err(format!(
                    "{name} at level {level}: {actual:#?}\nrustc's own backend: {expected:#?}"
                )
                .into());
            }
        }
    }
    Ok(())
}

/// The stage's rustc cannot have been helped by the LLVM backend that rustc's authors put in.
pub fn no_other_backend(stage: &Stage) -> Result<(), Failed> {
    let output = compiler::rustc(&stage.sysroot)
        .args(["-Zcodegen-backend=llvm", "-vV"])
        .output()?;
    if output.status.success() {
        return Err("it has the in-tree LLVM backend".into());
    }
    let about = text(compiler::rustc(&stage.sysroot).arg("-vV"))?;
    match about.contains("\nfixed version: ") && about.contains(&stage.toolchain.commit) {
        true => Ok(()),
        false => Err(about.into()),
    }
}

/// Fails unless two files are the same, and says in which sections they differ.
fn same(one: &Path, other: &Path) -> Result<(), Failed> {
    let (first, second) = (fs::read(one)?, fs::read(other)?);
    if first == second {
        return Ok(());
    }
    let mut text = format!(
        "{} ({} bytes) and {} ({}) differ",
        one.display(),
        first.len(),
        other.display(),
        second.len()
    );
    if let (Ok(first), Ok(second)) = (object::File::parse(&*first), object::File::parse(&*second)) {
        for section in first.sections() {
            let name = section.name().unwrap_or_default();
            let there = second.section_by_name(name).and_then(|there| there.data().ok());
            if there != section.data().ok() {
                text.push_str(&format!("\n    in section {name}"));
            }
        }
    }
    Err(text.into())
}

//! Another build of the backend is noticed, in every way to use it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Failed;

use crate::Check;
use crate::install::Toolchain;
use crate::project::{clean, find, package, succeed};
use crate::support::backend;
use crate::support::project::{TempProject, holds};

pub const CHECKS: &[(&str, Check)] = &[
    ("through `fixed cargo`", through_command),
    ("by RUSTFLAGS and a path", by_flags),
    ("by name", by_name),
    ("by a profile", by_profile),
    ("by sccache", by_sccache),
];

/// A copy of the command and the backend, which can become another build.
struct Build {
    fixed: PathBuf,
    library: PathBuf,
}

impl Build {
    fn copy(project: &TempProject) -> Result<Self, Failed> {
        let build = Build {
            fixed: project.path("build/fixed"),
            library: project.path("build/libfixed.so"),
        };
        std::fs::create_dir(project.path("build"))?;
        std::fs::copy(env!("CARGO_BIN_EXE_fixed"), &build.fixed)?;
        std::fs::copy(backend(), &build.library)?;
        Ok(build)
    }

    /// Another build: the loader does not read what is behind the end of an ELF file.
    fn renew(&self) -> Result<(), Failed> {
        let mut library = std::fs::OpenOptions::new().append(true).open(&self.library)?;
        Ok(library.write_all(b"another build")?)
    }
}

/// A package with a dependency, as text for its manifest.
fn project() -> Result<TempProject, Failed> {
    let project = package(&[])?;
    let manifest = project.read("Cargo.toml")? + "[dependencies]\nother = { path = \"other\" }\n";
    project.write("Cargo.toml", &manifest)?;
    project.write(
        "other/Cargo.toml",
        "[package]\nname = \"other\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
    )?;
    project.write("other/src/lib.rs", "pub fn f() {}\n")?;
    Ok(project)
}

/// `build` compiles once, then nothing, and everything after `renew`.
fn notices(build: &dyn Fn() -> Command, renew: &dyn Fn() -> Result<(), Failed>) -> Result<(), Failed> {
    let compiled =
        || -> Result<usize, Failed> { Ok(succeed(&mut build())?.stderr.matches("Compiling").count()) };
    let first = compiled()?;
    let again = compiled()?;
    renew()?;
    let renewed = compiled()?;
    match (first, again, renewed) {
        (2, 0, 2) => Ok(()),
        found => Err(format!("compiled {found:?} packages, not (2, 0, 2)").into()),
    }
}

fn through_command() -> Result<(), Failed> {
    let project = project()?;
    let build = Build::copy(&project)?;
    let cargo = || {
        let mut cargo = clean(&build.fixed, &project);
        cargo
            .args(["cargo", "build"])
            .env("XDG_CACHE_HOME", project.path("cache"));
        cargo
    };
    notices(&cargo, &|| build.renew())?;
    // An older one too, which is no newer than what was compiled.
    std::fs::copy(backend(), &build.library)?;
    let old = std::fs::metadata(backend())?.modified()?;
    std::fs::File::options()
        .append(true)
        .open(&build.library)?
        .set_modified(old)?;
    match succeed(&mut cargo())?.stderr.matches("Compiling").count() {
        2 => Ok(()),
        count => Err(format!("{count} packages were compiled after a downgrade").into()),
    }
}

fn by_flags() -> Result<(), Failed> {
    let project = project()?;
    let build = Build::copy(&project)?;
    let flag = format!("-Zcodegen-backend={}", build.library.display());
    let cargo = || {
        let mut cargo = clean("cargo", &project);
        cargo.arg("build").env("RUSTFLAGS", &flag);
        cargo
    };
    notices(&cargo, &|| build.renew())
}

/// With the backend installed in a copy of the toolchain, which another build of it replaces.
fn installed(configure: &dyn Fn(&mut Command), project: &TempProject) -> Result<(), Failed> {
    let build = Build::copy(project)?;
    let toolchain = Toolchain::copy(project)?;
    let install = || succeed(&mut toolchain.fixed(project, &build.fixed, "install")).map(|_| ());
    install()?;
    let cargo = || {
        let mut cargo = toolchain.tool(project, "cargo");
        cargo.arg("build");
        configure(&mut cargo);
        cargo
    };
    notices(&cargo, &|| {
        build.renew()?;
        install()
    })
}

fn by_name() -> Result<(), Failed> {
    let configure = |cargo: &mut Command| {
        cargo.env("RUSTFLAGS", "-Zcodegen-backend=fixed");
    };
    let project = project()?;
    installed(&configure, &project)?;
    // Where sccache sends a compilation elsewhere, the files of this list go with it: both that were installed.
    let lists = find(&project.path("target"), &|name| name.ends_with(".d"));
    let of_user = lists.iter().find(|list| list.ends_with("user.d"));
    let list = std::fs::read_to_string(of_user.ok_or("cargo has left no list of files")?)?;
    holds(&list, "/libfixed-")?;
    holds(&list, "/librustc_codegen_fixed-")
}

fn by_profile() -> Result<(), Failed> {
    let project = project()?;
    let manifest = "cargo-features = [\"codegen-backend\"]\n".to_owned()
        + &project.read("Cargo.toml")?
        + "[profile.dev]\ncodegen-backend = \"fixed\"\n";
    project.write("Cargo.toml", &manifest)?;
    installed(&|_| (), &project)
}

/// A server of sccache's, which is stopped.
struct Sccache<'a>(&'a TempProject);

impl Sccache<'_> {
    fn set(&self, command: &mut Command) {
        command
            .env("SCCACHE_DIR", self.0.path("sccache"))
            .env("SCCACHE_SERVER_UDS", self.0.path("socket"))
            .env("SCCACHE_SERVER_PORT", "4327")
            .env("CARGO_INCREMENTAL", "0");
    }

    fn run(&self, argument: &str) -> Option<String> {
        let mut sccache = clean("sccache", self.0);
        self.set(&mut sccache);
        let output = sccache.arg(argument).output().ok()?;
        Some(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn hits(&self) -> usize {
        let statistics = self.run("--show-stats").unwrap_or_default();
        let line = statistics
            .lines()
            .find(|line| line.starts_with("Cache hits") && !line.contains('('));
        line.and_then(|line| line.split_whitespace().last()?.parse().ok())
            .unwrap_or(0)
    }
}

impl Drop for Sccache<'_> {
    fn drop(&mut self) {
        self.run("--stop-server");
    }
}

fn by_sccache() -> Result<(), Failed> {
    let project = project()?;
    let sccache = Sccache(&project);
    let build = Build::copy(&project)?;
    let compile = |folder: &Path, by_hand: bool| -> Result<(), Failed> {
        let mut cargo = match by_hand {
            true => clean("cargo", &project),
            false => clean(&build.fixed, &project),
        };
        match by_hand {
            true => cargo.env(
                "RUSTFLAGS",
                format!("-Zcodegen-backend={}", build.library.display()),
            ),
            false => cargo.arg("cargo").env("XDG_CACHE_HOME", project.path("cache")),
        };
        sccache.set(&mut cargo);
        cargo
            .args(["build", "--target-dir", "target"])
            .env("RUSTC_WRAPPER", "sccache");
        succeed(&mut cargo)?;
        Ok(std::fs::remove_dir_all(folder)?)
    };
    let folder = project.path("target");
    for by_hand in [false, true] {
        let start = sccache.hits();
        compile(&folder, by_hand)?;
        compile(&folder, by_hand)?;
        let remembered = sccache.hits();
        build.renew()?;
        compile(&folder, by_hand)?;
        let renewed = sccache.hits();
        if remembered == start || renewed != remembered {
            return Err(format!("{start}, then {remembered} hits, and {renewed} after another build").into());
        }
    }
    Ok(())
}

//! Whatever the user has set for rustc stays in force, from wherever cargo takes it, and the backend is added.

use std::path::PathBuf;

use libtest_mimic::Failed;

use crate::Check;
use crate::project::{binary, cargo, compiled_by, package, prints, succeed};
use crate::support::project::{TempProject, holds};

pub const CHECKS: &[(&str, Check)] = &[
    ("from the configuration", configuration),
    ("from the environment", environment),
    ("from the command line", command_line),
    ("nothing is compiled twice", fresh),
    ("host code can be left to rustc's own backend", host),
    ("with --target", target),
    ("the user's wrappers see the backend", wrappers),
    ("a flag of the user's that names a backend wins", other_backend),
];

const CONFIG: &str = ".cargo/config.toml";

fn built(project: &TempProject) -> Result<(), Failed> {
    compiled_by(true, &project.path("target/fixed/debug/user"))
}

fn configuration() -> Result<(), Failed> {
    let project = package(&["one", "two"])?;
    for section in [
        "[build]\nrustflags = [\"--cfg\", \"one\"]",
        "[target.x86_64-unknown-linux-gnu]\nrustflags = \"--cfg one\"",
        "[target.'cfg(unix)']\nrustflags = [\"--cfg=one\"]",
    ] {
        project.write(CONFIG, section)?;
        prints(&mut cargo(&project, &["run"]), "one\n")?;
        built(&project)?;
    }
    Ok(())
}

fn environment() -> Result<(), Failed> {
    let project = package(&["one", "two"])?;
    // What the environment says takes the place of this, as it does with cargo alone.
    project.write(CONFIG, "[build]\nrustflags = [\"--cfg\", \"two\"]")?;
    for (name, value) in [
        ("RUSTFLAGS", "--cfg one"),
        ("CARGO_ENCODED_RUSTFLAGS", "--cfg\u{1f}one"),
        ("CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS", "--cfg one"),
    ] {
        prints(cargo(&project, &["run"]).env(name, value), "one\n")?;
        built(&project)?;
    }
    // To a list of the configuration, this one adds.
    prints(
        cargo(&project, &["run"]).env("CARGO_BUILD_RUSTFLAGS", "--cfg one"),
        "one\ntwo\n",
    )?;
    built(&project)
}

fn command_line() -> Result<(), Failed> {
    let project = package(&["one"])?;
    prints(
        &mut cargo(&project, &["run", "--config", "build.rustflags=['--cfg=one']"]),
        "one\n",
    )?;
    built(&project)?;
    prints(
        &mut cargo(&project, &["--config", "build.rustflags=['--cfg=one']", "run"]),
        "one\n",
    )
}

fn fresh() -> Result<(), Failed> {
    let project = package(&[])?;
    succeed(&mut cargo(&project, &["build"]))?;
    let again = succeed(&mut cargo(&project, &["build"]))?;
    match again.stderr.contains("Compiling") {
        true => Err(format!("nothing has changed, but cargo compiled: {}", again.stderr).into()),
        false => Ok(()),
    }
}

/// The build script that cargo has compiled.
fn build_script(project: &TempProject, folder: &str) -> Result<PathBuf, Failed> {
    binary(&project.path(folder), &|name| {
        name.starts_with("build") && name.contains("script")
    })
}

fn host() -> Result<(), Failed> {
    let project = package(&[])?;
    project.write("build.rs", "fn main() {}\n")?;
    succeed(&mut cargo(&project, &["build"]))?;
    built(&project)?;
    compiled_by(true, &build_script(&project, "target/fixed")?)?;
    project.write(
        CONFIG,
        "[unstable]\ncodegen-backend = true\n[profile.dev.build-override]\ncodegen-backend = \"llvm\"\n\
         [build]\ntarget-dir = \"other\"\n",
    )?;
    succeed(&mut cargo(&project, &["build"]))?;
    compiled_by(true, &project.path("other/debug/user"))?;
    compiled_by(false, &build_script(&project, "other")?)
}

fn target() -> Result<(), Failed> {
    let project = package(&["one"])?;
    let arguments = ["run", "--target=x86_64-unknown-linux-gnu"];
    prints(cargo(&project, &arguments).env("RUSTFLAGS", "--cfg one"), "one\n")?;
    compiled_by(
        true,
        &project.path("target/fixed/x86_64-unknown-linux-gnu/debug/user"),
    )
}

fn wrappers() -> Result<(), Failed> {
    let project = package(&[])?;
    let script = "#!/bin/sh\necho \"$@\" >> \"$LOG\"\nexec \"$@\"\n";
    project.write("tools/wrapper", script)?;
    let wrapper = project.path("tools/wrapper");
    std::fs::set_permissions(&wrapper, std::os::unix::fs::PermissionsExt::from_mode(0o755))?;
    let seen = |name: &str| -> Result<(), Failed> {
        let log = project.read(name)?;
        holds(&log, "--crate-name user")?;
        let line = log
            .lines()
            .find(|line| line.contains("--crate-name user"))
            .unwrap_or_default();
        holds(line, "rustc -Zcodegen-backend=")?;
        built(&project)
    };
    succeed(
        cargo(&project, &["build"])
            .env("RUSTC_WRAPPER", &wrapper)
            .env("LOG", project.path("environment")),
    )?;
    seen("environment")?;
    succeed(&mut cargo(&project, &["clean"]))?;
    // A path in the configuration is meant from the folder that `.cargo` is in.
    project.write(CONFIG, "[build]\nrustc-wrapper = \"tools/wrapper\"\n")?;
    project.write("src/bin/other.rs", "fn main() {}\n")?;
    let mut build = cargo(&project, &["build"]);
    succeed(
        build
            .current_dir(project.path("src"))
            .env("LOG", project.path("configuration")),
    )?;
    seen("configuration")?;
    succeed(&mut cargo(&project, &["clean"]))?;
    std::fs::remove_file(project.path(CONFIG))?;
    let workspace = ("RUSTC_WORKSPACE_WRAPPER", &wrapper);
    succeed(
        cargo(&project, &["build"])
            .env(workspace.0, workspace.1)
            .env("LOG", project.path("workspace")),
    )?;
    holds(&project.read("workspace")?, "rustc -Zcodegen-backend=")?;
    built(&project)
}

fn other_backend() -> Result<(), Failed> {
    let project = package(&[])?;
    succeed(cargo(&project, &["build"]).env("RUSTFLAGS", "-Zcodegen-backend=llvm"))?;
    compiled_by(false, &project.path("target/fixed/debug/user"))
}

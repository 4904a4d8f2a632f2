//! Where output goes: `target/fixed` of the workspace, or where the user says.

use libtest_mimic::Failed;

use crate::Check;
use crate::project::{cargo, compiled_by, package, succeed};
use crate::support::project::TempProject;

pub const CHECKS: &[(&str, Check)] = &[
    ("of a workspace, wherever one stands", workspace),
    ("where the user says", named),
    ("cargo install", install),
    ("cargo of a build script's", nested),
];

fn is_at(project: &TempProject, path: &str) -> Result<(), Failed> {
    compiled_by(true, &project.path(path))
}

fn workspace() -> Result<(), Failed> {
    let manifest = "[package]\nname = \"member\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
    let project = TempProject::with(&[
        (
            "Cargo.toml",
            "[workspace]\nmembers = [\"parts/*\"]\nresolver = \"3\"\n",
        ),
        ("parts/member/Cargo.toml", manifest),
        ("parts/member/src/main.rs", "fn main() {}\n"),
        ("elsewhere/file", ""),
    ])?;
    succeed(cargo(&project, &["build"]).current_dir(project.path("parts/member/src")))?;
    is_at(&project, "target/fixed/debug/member")?;
    std::fs::remove_dir_all(project.path("target"))?;
    let manifest = project.path("parts/member/Cargo.toml");
    let mut build = cargo(&project, &["build", "--manifest-path"]);
    succeed(build.arg(manifest).current_dir(project.path("elsewhere")))?;
    is_at(&project, "target/fixed/debug/member")?;
    match project.path("elsewhere/target").exists() {
        true => Err("the current folder was taken for the workspace".into()),
        false => Ok(()),
    }
}

fn named() -> Result<(), Failed> {
    let project = package(&[])?;
    succeed(&mut cargo(&project, &["build", "--target-dir", "one"]))?;
    is_at(&project, "one/debug/user")?;
    succeed(cargo(&project, &["build"]).env("CARGO_TARGET_DIR", project.path("two")))?;
    is_at(&project, "two/debug/user")?;
    succeed(&mut cargo(
        &project,
        &["build", "--config", "build.target-dir='three'"],
    ))?;
    is_at(&project, "three/debug/user")?;
    project.write(".cargo/config.toml", "[build]\ntarget-dir = \"four\"\n")?;
    succeed(&mut cargo(&project, &["build"]))?;
    is_at(&project, "four/debug/user")?;
    match project.path("target").exists() {
        true => Err("a folder `target` was made, too".into()),
        false => Ok(()),
    }
}

fn install() -> Result<(), Failed> {
    let project = package(&[])?;
    let elsewhere = TempProject::new()?;
    let mut install = cargo(&elsewhere, &["install", "--path"]);
    succeed(
        install
            .arg(project.path("."))
            .arg("--root")
            .arg(elsewhere.path("root")),
    )?;
    is_at(&elsewhere, "root/bin/user")?;
    match (
        project.path("target/fixed").exists(),
        elsewhere.path("target").exists(),
    ) {
        (true, false) => Ok(()),
        found => Err(format!("output is not where it belongs: {found:?}").into()),
    }
}

/// It must not take our folder for its own: it would wait for us for ever.
fn nested() -> Result<(), Failed> {
    let project = package(&[])?;
    project.write(
        "build.rs",
        "fn main() {\n    let cargo = std::env::var_os(\"CARGO\").unwrap();\n    let status = \
         std::process::Command::new(cargo).args([\"build\", \"--manifest-path=guest/Cargo.toml\"]).status();\n    \
         assert!(status.unwrap().success());\n}\n",
    )?;
    project.write(
        "guest/Cargo.toml",
        "[package]\nname = \"guest\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n",
    )?;
    project.write("guest/src/main.rs", "fn main() {}\n")?;
    succeed(&mut cargo(&project, &["build"]))?;
    is_at(&project, "target/fixed/debug/user")?;
    is_at(&project, "guest/target/debug/guest")
}

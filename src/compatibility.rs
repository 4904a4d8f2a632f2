//! Whether the rustc that loads us, and its LLVM, are those that we were built for.
//!
//! rustc's crates have no stable interface: with any other rustc, the first call would be undefined
//! behaviour. Most other versions never come this far, since the dynamic loader does not find the
//! `librustc_driver` that we are linked to; then rustc itself says that it could not load the backend.

/// Ends the process with an error if this is not our rustc or not our LLVM. Nothing of rustc's is used:
/// if the versions differ, it could not be relied on.
pub(crate) fn check() {
    let ours = Versions {
        rustc: concat!(env!("FIXED_RUSTC_RELEASE"), " (", env!("FIXED_RUSTC_COMMIT"), ")").to_owned(),
        llvm: env!("FIXED_LLVM_VERSION").to_owned(),
    };
    let (major, minor, patch) = inkwell::support::get_llvm_version();
    let running = Versions {
        rustc: running_rustc().unwrap_or("of unknown version").to_owned(),
        llvm: format!("{major}.{minor}.{patch}"),
    };
    let same_rustc =
        commit_of(&running.rustc).is_some_and(|commit| env!("FIXED_RUSTC_COMMIT").starts_with(commit));
    if !same_rustc || ours.llvm != running.llvm {
        eprintln!("error: {}", mismatch(&ours, &running));
        std::process::exit(1);
    }
}

struct Versions {
    rustc: String,
    llvm: String,
}

fn mismatch(ours: &Versions, running: &Versions) -> String {
    format!(
        "this codegen backend was built for rustc {} with LLVM {}, but it is loaded by rustc {} with LLVM {}\n  \
         |\n  = help: use it with the toolchain `{toolchain}`: `rustup toolchain install {toolchain} \
         --component rustc-dev`, then `rustc +{toolchain} …`",
        ours.rustc,
        ours.llvm,
        running.rustc,
        running.llvm,
        toolchain = env!("FIXED_TOOLCHAIN"),
    )
}

/// `1.101.0-nightly (92b5b8c87 2026-10-29)`, of the rustc that is running.
fn running_rustc() -> Option<&'static str> {
    rustc_interface::util::rustc_version_str()
}

/// The commit in a version string, shortened by rustc.
fn commit_of(version: &str) -> Option<&str> {
    let commit = version.split_once('(')?.1.split([' ', ')']).next()?;
    (commit.len() >= 7).then_some(commit)
}

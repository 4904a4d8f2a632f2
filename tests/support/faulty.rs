//! The backend with faults that are put in by name (`FIXED_FAULT`), and the program that it puts them into.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use libtest_mimic::Failed;

/// The program. Most faults go into the first `xor` of `faulty`.
pub const PROGRAM: &str = "
#[inline(never)]
pub fn faulty<T: Copy + Into<u64>>(value: T, flag: bool) -> u64 { // FUNCTION
    let mut sum: u64 = callee(1, value.into()); // CALL
    if flag { // BRANCH
        sum = sum ^ 5; // XOR
    }
    sum
} // END
#[inline(never)]
pub fn callee(one: u32, other: u64) -> u64 {
    other.wrapping_add(one as u64)
}
fn main() {
    println!(\"{}\", faulty(7_u32, std::env::args().count() > 0));
}
";

/// The number of the line of [`PROGRAM`] that is marked so.
pub fn line_of(mark: &str) -> usize {
    let mark = format!("// {mark}");
    let found = PROGRAM.lines().position(|line| line.ends_with(&mark));
    found.map_or(0, |index| index + 1)
}

/// The backend with the feature. It takes the dependencies that the build under test has left.
pub fn backend() -> Result<PathBuf, Failed> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let build = || {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        // The profile's own folder, in the folder of all builds.
        let tested = super::backend();
        let all = tested.parent().and_then(Path::parent).unwrap_or(root);
        let folder = all.join("faults");
        let output = Command::new(env!("CARGO"))
            .current_dir(root)
            .args([
                "build",
                "--release",
                "--lib",
                "--features",
                "faults",
                "--target-dir",
            ])
            .arg(&folder)
            .env("CARGO_BUILD_BUILD_DIR", all)
            .output()
            .map_err(|why| format!("cargo cannot run: {why}"))?;
        match output.status.success() {
            true => Ok(folder.join("release/libfixed.so")),
            false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    };
    Ok(BUILT.get_or_init(build).clone()?)
}

//! Running `fixed bench`.

use std::path::Path;
use std::process::{Command, Output};

use libtest_mimic::Failed;
use serde_json::Value;

/// `fixed bench` in a folder.
pub fn bench(folder: &Path, arguments: &[&str]) -> Result<Output, Failed> {
    Ok(Command::new(env!("CARGO_BIN_EXE_fixed"))
        .arg("bench")
        .args(arguments)
        .current_dir(folder)
        .output()?)
}

/// The same, and what it reports as JSON.
pub fn json(folder: &Path, arguments: &[&str]) -> Result<Value, Failed> {
    let output = bench(folder, &[arguments, &["--json", "-"]].concat())?;
    let parsed = serde_json::from_slice(&output.stdout);
    parsed.map_err(|error| format!("{error}: {}", String::from_utf8_lossy(&output.stderr)).into())
}

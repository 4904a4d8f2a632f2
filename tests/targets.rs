//! Assembly for every architecture that LLVM has and rustc accepts: it compiles to valid IR and to the
//! instructions that were written; where an emulator and a linker are installed, it runs.
//!
//! The programs are in `tests/targets`, with directives at their head: `target`, `flags`, `asm` (what the
//! assembly holds), `run` (linker, emulator, and the folder of the C library).

mod support;

use std::path::Path;
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};

use support::{backend, directives, rustc};

fn main() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (name, program) in support::programs("targets") {
        if name == "minicore" {
            continue;
        }
        for level in ["0", "3"] {
            let program = program.clone();
            trials.push(Trial::test(format!("{name} -Copt-level={level}"), move || {
                check(&program, level)
            }));
        }
    }
    libtest_mimic::run(&arguments, trials).exit()
}

fn check(program: &Path, level: &str) -> Result<(), Failed> {
    let source = std::fs::read_to_string(program)?;
    let dir = tempfile::tempdir()?;
    let [object, assembly, ir] = ["o", "s", "ll"].map(|ext| dir.path().join("out").with_extension(ext));
    let emit = format!(
        "--emit=obj={},asm={},llvm-ir={}",
        object.display(),
        assembly.display(),
        ir.display()
    );
    let target = directives(&source, "target")
        .first()
        .copied()
        .ok_or("no target")?
        .to_owned();
    let flags = directives(&source, "flags").join(" ");
    let output = rustc()
        .current_dir(dir.path())
        .arg(program)
        .arg(format!("-Zcodegen-backend={}", backend().display()))
        .args([
            "--edition=2021",
            "-Awarnings",
            "--crate-type=lib",
            "-Cpanic=abort",
            "-Zverify-llvm-ir",
        ])
        .args([
            format!("-Copt-level={level}"),
            emit,
            "--target".to_owned(),
            target.clone(),
        ])
        .args(flags.split_whitespace())
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    support::ir::verify(&ir)?;
    let text = std::fs::read_to_string(&assembly)?;
    for wanted in directives(&source, "asm") {
        if !text.contains(wanted) {
            return Err(format!("`{wanted}` is not in the assembly:\n{text}").into());
        }
    }
    match directives(&source, "run").first() {
        Some(tools) => run(tools, &object, &target),
        None => Ok(()),
    }
}

/// Links `object` into a program, and runs it: it must return 0.
fn run(tools: &str, object: &Path, target: &str) -> Result<(), Failed> {
    let [linker, emulator, root] = tools.split(' ').collect::<Vec<_>>()[..] else {
        return Err("`run` names a linker, an emulator and a folder".into());
    };
    let is_there = |tool: &str| Command::new(tool).arg("--version").output().is_ok();
    if !is_there(linker) || !is_there(emulator) {
        eprintln!("note: {target}: `{linker}` or `{emulator}` is not installed; compiled, but not run");
        return Ok(());
    }
    let program = object.with_extension("elf");
    let linked = Command::new(linker)
        .arg(object)
        .arg("-o")
        .arg(&program)
        .output()?;
    if !linked.status.success() {
        return Err(String::from_utf8_lossy(&linked.stderr).into_owned().into());
    }
    let status = Command::new(emulator).args(["-L", root]).arg(&program).status()?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("the program ended with {status}").into()),
    }
}

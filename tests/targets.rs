//! Assembly for every architecture that LLVM has and rustc accepts: it compiles to valid IR and to the
//! instructions that were written; where an emulator and a linker are installed, it runs.
//!
//! The programs are in `tests/targets`, with directives at their head: `target`, `flags`, `asm` (what the
//! assembly holds), `run` (linker, emulator, and the folder of the C library).

mod support;

use std::path::Path;
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed};

use support::trials::{conclude, trial, trial_unless, without_tool};
use support::{backend, directives, rustc};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (name, program) in support::programs("targets") {
        if name == "minicore" {
            continue;
        }
        let source = std::fs::read_to_string(&program).expect("the programs are readable");
        let tools = directives(&source, "run")
            .first()
            .map(|tools| (*tools).to_owned());
        for level in ["0", "3"] {
            let path = program.clone();
            trials.push(trial(format!("{name} -Copt-level={level}"), move || {
                compile(&path, level, &tempfile::tempdir()?.path().join("out.o"))
            }));
            let Some(tools) = tools.clone() else { continue };
            let missing = tools.split(' ').take(2).find_map(without_tool);
            let path = program.clone();
            trials.push(trial_unless(
                missing,
                format!("{name} -Copt-level={level}, run"),
                move || {
                    let dir = tempfile::tempdir()?;
                    let object = dir.path().join("out.o");
                    compile(&path, level, &object)?;
                    run(&tools, &object)
                },
            ));
        }
    }
    conclude(&arguments, trials)
}

/// Compiles the program to `object`, with assembly and IR beside it, and looks at these.
fn compile(program: &Path, level: &str, object: &Path) -> Result<(), Failed> {
    let source = std::fs::read_to_string(program)?;
    let [assembly, ir] = ["s", "ll"].map(|ext| object.with_extension(ext));
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
        .arg(program)
        .current_dir(object.parent().ok_or("an object is in a folder")?)
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
    Ok(())
}

/// Links `object` into a program, and runs it: it must return 0.
fn run(tools: &str, object: &Path) -> Result<(), Failed> {
    let [linker, emulator, root] = tools.split(' ').collect::<Vec<_>>()[..] else {
        return Err("`run` names a linker, an emulator and a folder".into());
    };
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

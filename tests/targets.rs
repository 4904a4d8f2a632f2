//! Assembly for every architecture that LLVM has and rustc accepts: it compiles to valid IR and to the
//! instructions that were written; where an emulator and a linker are installed, it runs.
//!
//! The programs are in `tests/targets`, each a module of a crate without `core`, with directives at their head:
//! `target`, `flags`, `asm` (what the assembly holds), `run` (linker, emulator, and the folder of the C library).

mod support;

use std::path::Path;
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed};

use support::project::{TempProject, holds};
use support::trials::{conclude, trial, trial_unless, without_tool};
use support::{directives, toolchain};

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
                compile(&TempProject::new()?, &path, level)
            }));
            let Some(tools) = tools.clone() else { continue };
            let missing = tools.split(' ').take(2).find_map(without_tool);
            let path = program.clone();
            trials.push(trial_unless(
                missing,
                format!("{name} -Copt-level={level}, run"),
                move || {
                    let project = TempProject::new()?;
                    compile(&project, &path, level)?;
                    run(&project, &tools)
                },
            ));
        }
    }
    conclude(&arguments, trials)
}

/// Compiles the program to an object, with assembly and IR beside it, and looks at these.
fn compile(project: &TempProject, program: &Path, level: &str) -> Result<(), Failed> {
    let source = std::fs::read_to_string(program)?;
    let target = directives(&source, "target");
    project.write("out.rs", &support::without_core(program))?;
    let mut rustc = project.command_of("2021");
    rustc
        .arg("out.rs")
        .args(["--crate-name=out", "--crate-type=lib", "--emit=obj,asm,llvm-ir"])
        .args(["-Cpanic=abort", "-Zverify-llvm-ir"])
        .arg(format!("-Copt-level={level}"))
        .args(["--target", target.first().ok_or("no target")?])
        .args(directives(&source, "flags").join(" ").split_whitespace());
    project.compile_by(&mut rustc)?;
    let text = project.read("out.s")?;
    directives(&source, "asm")
        .into_iter()
        .try_for_each(|wanted| holds(&text, wanted))
}

/// Links the object into a program, and runs it: it must return 0.
fn run(project: &TempProject, tools: &str) -> Result<(), Failed> {
    let [linker, emulator, root] = tools.split(' ').collect::<Vec<_>>()[..] else {
        return Err("`run` names a linker, an emulator and a folder".into());
    };
    let program = project.path("out.elf");
    let object = project.path("out.o");
    toolchain::run(Command::new(linker).arg(object).arg("-o").arg(&program))?;
    let status = Command::new(emulator).args(["-L", root]).arg(&program).status()?;
    match status.success() {
        true => Ok(()),
        false => Err(format!("the program ended with {status}").into()),
    }
}

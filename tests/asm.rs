//! The programs of `tests/asm` in more settings than `fixed validate` tries: fat LTO, `panic=abort`, functions
//! inlined into their callers and not. Each prints what its head says.

mod support;

use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed};

use support::trials::{conclude, trial};
use support::{backend, directives, rustc};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (name, path) in support::programs("asm") {
        let source = std::fs::read_to_string(&path).expect("the programs are readable");
        let unwinds = source.contains("catch_unwind") || source.contains("-Cpanic");
        let inlines = source.contains("#[inline(never)]");
        let mut add = |title: &str, source: &str, flags: Vec<String>| {
            let (name, source) = (name.clone(), source.to_owned());
            let title = format!("{name} {title} {}", flags.join(" "));
            trials.push(trial(title, move || check(&name, &source, &flags)));
        };
        for level in ["0", "1", "2", "3", "s", "z"] {
            let level = format!("-Copt-level={level}");
            if !unwinds {
                add("", &source, vec![level.clone(), "-Cpanic=abort".to_owned()]);
            }
            // Every level has been tried alone; merged with all of std, the extremes and the usual will do.
            if ["-Copt-level=0", "-Copt-level=2", "-Copt-level=3"].contains(&level.as_str()) {
                add("", &source, vec![level.clone(), "-Clto=fat".to_owned()]);
            }
            if inlines {
                let inlined = source.replace("#[inline(never)]", "#[inline(always)]");
                add("inlined", &inlined, vec![level]);
            }
        }
    }
    conclude(&arguments, trials)
}

fn check(name: &str, source: &str, flags: &[String]) -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join(format!("{name}.rs"));
    std::fs::write(&path, source)?;
    let binary = dir.path().join("program");
    let edition = directives(source, "edition")
        .first()
        .copied()
        .unwrap_or("2021")
        .to_owned();
    // All of std is merged into a program under LTO; the text of that says nothing new of the assembly.
    let text = match flags.iter().any(|flag| flag.starts_with("-Clto")) {
        true => "",
        false => ",llvm-ir",
    };
    let emit = format!("--emit=link={}{text}", binary.display());
    let compiled = rustc()
        .current_dir(dir.path())
        .arg(&path)
        .arg(emit)
        .arg(format!("-Zcodegen-backend={}", backend().display()))
        .args(["--edition", &edition, "-Awarnings", "-Zverify-llvm-ir"])
        .args(directives(source, "flags").join(" ").split_whitespace())
        .args(flags)
        .output()?;
    if !compiled.status.success() {
        return Err(String::from_utf8_lossy(&compiled.stderr).into_owned().into());
    }
    support::ir::verify_all(dir.path())?;
    let run = Command::new(&binary).output()?;
    let expected: String = directives(source, "stdout")
        .iter()
        .map(|line| format!("{line}\n"))
        .collect();
    let printed = String::from_utf8_lossy(&run.stdout);
    match run.status.success() && printed == expected {
        true => Ok(()),
        false => Err(format!("{}: expected\n{expected}\nprinted\n{printed}", run.status).into()),
    }
}

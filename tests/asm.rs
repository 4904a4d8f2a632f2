//! The programs of `tests/asm` in more settings than `fixed validate` tries: fat LTO, `panic=abort`, functions
//! inlined into their callers and not. Each prints what its head says.

mod support;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed};

use support::directives;
use support::project::TempProject;
use support::trials::{conclude, trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (name, path) in support::programs("asm") {
        let source = std::fs::read_to_string(&path).expect("the programs are readable");
        let unwinds = source.contains("catch_unwind") || source.contains("-Cpanic");
        let inlines = source.contains("#[inline(never)]");
        let mut add = |title: &str, source: &str, flags: Vec<String>| {
            let source = source.to_owned();
            let title = format!("{name} {title} {}", flags.join(" "));
            trials.push(trial(title, move || check(&source, &flags)));
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

fn check(source: &str, flags: &[String]) -> Result<(), Failed> {
    let project = TempProject::with(&[("program.rs", source)])?;
    let edition = directives(source, "edition").first().copied().unwrap_or("2021");
    // All of std is merged into a program under LTO; the text of that says nothing new of the assembly.
    let emit = match flags.iter().any(|flag| flag.starts_with("-Clto")) {
        true => "--emit=link",
        false => "--emit=link,llvm-ir",
    };
    let mut rustc = project.command_of(edition);
    rustc
        .args(["program.rs", emit, "-Zverify-llvm-ir=yes"])
        .args(directives(source, "flags").join(" ").split_whitespace())
        .args(flags);
    project.compile_by(&mut rustc)?;
    let expected: String = directives(source, "stdout")
        .iter()
        .map(|line| format!("{line}\n"))
        .collect();
    let printed = project.run("program")?;
    match printed == expected {
        true => Ok(()),
        false => Err(format!("expected\n{expected}\nprinted\n{printed}").into()),
    }
}

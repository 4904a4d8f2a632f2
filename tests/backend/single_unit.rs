//! One codegen unit alone (`FIXED_ONLY_UNIT`).

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::{Outcome, TempProject, holds, is_error, outcome};

pub const CHECKS: &[(&str, Check)] = &[
    ("the others stay empty", alone),
    ("one that there is not", unknown),
    ("all again, incrementally", incremental),
];

const SOURCE: &str = r#"
mod one { #[inline(never)] pub fn f(x: u32) -> u32 { x.rotate_left(3) } }
mod two { #[inline(never)] pub fn g(x: u32) -> u32 { super::one::f(x) ^ 1 } }
fn main() { println!("{}", two::g(std::env::args().count() as u32)); }
"#;

/// Compiles [`SOURCE`] with that unit alone.
fn compile(project: &TempProject, unit: &str, flags: &[&str]) -> Result<Outcome, Failed> {
    let mut rustc = project.command();
    rustc
        .args(["a.rs", "-Ccodegen-units=8", "-Wwarnings"])
        .args(flags)
        .env("FIXED_ONLY_UNIT", unit);
    Ok(outcome(rustc.output()?))
}

/// The names of the units: what the error says of one that there is not.
fn units(project: &TempProject, flags: &[&str]) -> Result<Vec<String>, Failed> {
    let run = compile(project, "a.none", flags)?;
    is_error(&run)?;
    holds(&run.stderr, "no codegen unit of the crate `a` is called that")?;
    let names = run
        .stderr
        .lines()
        .filter_map(|line| line.split_once("there is `")?.1.strip_suffix('`'));
    let names: Vec<String> = names.map(str::to_owned).collect();
    match names.len() > 1 {
        true => Ok(names),
        false => Err(format!("the units are {names:?}").into()),
    }
}

fn alone() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", SOURCE)])?;
    let bisect = format!("-Cllvm-args=-opt-bisect-limit={}", i32::MAX);
    let flags = ["--emit=llvm-ir", &bisect, "-Zno-link"];
    let units = units(&project, &flags)?;
    // Not all units have functions.
    let mut defining = 0;
    for unit in &units {
        let run = compile(&project, unit, &flags)?;
        if run.code != Some(0) {
            return Err(run.stderr.into());
        }
        holds(
            &run.stderr,
            &format!("only the codegen unit `{unit}` is compiled"),
        )?;
        for other in &units {
            let ir = project.read(&format!("a.{other}.rcgu.ll"))?;
            let defines = ir.contains("\ndefine ");
            defining += usize::from(defines);
            if defines && other != unit {
                return Err(format!("with {unit} alone, {other} is:\n{ir}").into());
            }
        }
    }
    match defining > 1 {
        true => Ok(()),
        false => Err("no unit has functions".into()),
    }
}

/// The error names each unit that there is.
fn unknown() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", SOURCE)])?;
    let units = units(&project, &[])?;
    project.compile(&["a.rs", "-Ccodegen-units=8", "-Csave-temps"])?;
    match units
        .iter()
        .all(|unit| project.path(&format!("a.{unit}.rcgu.o")).exists())
    {
        true => Ok(()),
        false => Err(format!("there are other units than {units:?}").into()),
    }
}

/// What stayed empty is compiled when the variable is gone.
fn incremental() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", SOURCE)])?;
    let flags = ["a.rs", "-Ccodegen-units=8", "-Cincremental=cache"];
    project.compile(&flags)?;
    let printed = project.run("a")?;
    let unit = &units(&project, &["-Cincremental=cache"])?[0];
    let run = compile(&project, unit, &["-Cincremental=cache", "-Zno-link"])?;
    if run.code != Some(0) {
        return Err(run.stderr.into());
    }
    project.compile(&flags)?;
    match project.run("a")? == printed {
        true => Ok(()),
        false => Err("the program is another".into()),
    }
}

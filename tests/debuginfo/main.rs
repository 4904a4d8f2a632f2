//! Debug information, compared with what rustc's own LLVM backend writes: entry by entry, in gdb, and as IR.
//!
//! The programs' heads say how they are compiled and what gdb is told:
//!
//! ```text
//! //@ flags: -Copt-level=2        also compiled so
//! //@ gdb: info locals            a command, after the stops at the lines that say #break
//! //@ expect: n = 42              what gdb must have printed
//! //@ more: {asm}                 a part of the entries, and a reason for the session, that in-tree has not
//! ```

mod asm_lines;
mod dies;
mod gdb;
mod lldb;
mod metadata;
mod split;
mod suite;
#[path = "../support/mod.rs"]
mod support;

use std::path::Path;
use std::process::{Command, ExitCode};

use libtest_mimic::{Arguments, Failed};
use support::project::holds;
use support::trials::{conclude, trial, trial_unless, without_std, without_tool};
use support::{backend, directives, programs, rustc};

/// Targets whose debug information is compared as IR: one with another format, and one with another linker.
const OTHER_TARGETS: [&str; 2] = ["x86_64-pc-windows-msvc", "aarch64-apple-darwin"];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for (name, path) in programs("debuginfo/programs") {
        let program = path.clone();
        trials.push(trial(format!("dies: {name}"), move || same_entries(&program)));
        trials.push(trial_unless(
            without_tool("gdb"),
            format!("gdb: {name}"),
            move || same_session(&path),
        ));
    }
    for target in OTHER_TARGETS {
        let title = format!("metadata: types for {target}");
        trials.push(trial_unless(without_std(target), title, move || {
            same_metadata(target)
        }));
    }
    trials.push(trial("split: the files that are left", split::files));
    trials.push(trial_unless(
        without_tool("gdb"),
        "split: gdb reads what is split off",
        split::session,
    ));
    trials.push(trial_unless(
        without_tool("gdb"),
        "asm_lines: gdb stops at them and steps through them",
        asm_lines::stops_and_steps,
    ));
    trials.push(trial_unless(
        lldb::missing(),
        "lldb: the same variables and frames",
        lldb::same_sessions,
    ));
    trials.push(trial_unless(
        lldb::missing(),
        "lldb: it stops at lines of assembly",
        lldb::stops_in_assembly,
    ));
    trials.push(trial(
        "asm_lines: they change no code on any target",
        asm_lines::same_code,
    ));
    if let Some(pair) = std::env::var_os("FIXED_COMPARE_DWARF") {
        trials.push(trial("files: two files have the same entries", move || {
            compare_files(&pair)
        }));
    }
    if let Some(folder) = std::env::var_os("FIXED_DEBUGINFO_SUITE") {
        trials.extend(suite::trials(Path::new(&folder)));
    }
    conclude(&arguments, trials)
}

/// Compiles `source` to `output` with or without the backend.
fn compile(source: &Path, output: &Path, flags: &[&str], with_backend: bool) -> Result<(), Failed> {
    compile_by(rustc(), source, output, flags, with_backend)
}

/// The same, with the unwind edges that in-tree gives to what cannot unwind: where clean-up that is not there would
/// differ, be it in its debug locations or in what lies uninitialised on the stack.
fn compile_with_all_edges(
    source: &Path,
    output: &Path,
    flags: &[&str],
    with_backend: bool,
) -> Result<(), Failed> {
    let mut rustc = rustc();
    rustc.env("FIXED_UNWIND_EDGES", "all");
    compile_by(rustc, source, output, flags, with_backend)
}

fn compile_by(
    mut rustc: Command,
    source: &Path,
    output: &Path,
    flags: &[&str],
    with_backend: bool,
) -> Result<(), Failed> {
    // The name of the source is in the debug information, and the folder is not to be.
    rustc
        .current_dir(source.parent().unwrap_or(Path::new("/")))
        .arg(source.file_name().unwrap_or_default())
        .args(["--edition=2024", "-Awarnings", "-Ccodegen-units=1", "-o"])
        .arg(output)
        .args(flags);
    if with_backend {
        rustc.arg(format!("-Zcodegen-backend={}", backend().display()));
    }
    let run = rustc.output()?;
    match run.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&run.stderr).into_owned().into()),
    }
}

fn same_entries(source: &Path) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let text = std::fs::read_to_string(source)?;
    let mut settings = vec![
        "-g",
        "-g -Copt-level=3 -Zdwarf-version=5",
        "-Cdebuginfo=limited",
        "-Cdebuginfo=line-tables-only",
    ];
    settings.extend(directives(&text, "flags"));
    for setting in settings {
        let flags: Vec<&str> = setting.split_whitespace().chain(["--emit=obj"]).collect();
        let lines = |with_backend: bool| {
            let object = folder
                .path()
                .join(if with_backend { "ours.o" } else { "theirs.o" });
            compile(source, &object, &flags, with_backend)?;
            dies::lines(&std::fs::read(object)?)
        };
        let mut differences = dies::differences(&lines(true)?, &lines(false)?);
        let more = directives(&text, "more");
        differences.retain(|line| {
            let is_extra = line.starts_with("extra:");
            !(is_extra && more.iter().any(|known| line.contains(known)))
        });
        if !differences.is_empty() {
            return Err(format!("with {setting}:\n{}", differences.join("\n")).into());
        }
    }
    Ok(())
}

fn same_session(source: &Path) -> Result<(), Failed> {
    let text = std::fs::read_to_string(source)?;
    let commands = directives(&text, "gdb");
    let mut settings = vec!["-g"];
    settings.extend(directives(&text, "flags"));
    for (number, setting) in settings.into_iter().enumerate() {
        let flags: Vec<&str> = setting.split_whitespace().collect();
        for printers in [false, true] {
            let printed = |with_backend: bool| {
                let folder = tempfile::tempdir()?;
                let program = folder.path().join("program");
                compile(source, &program, &flags, with_backend)?;
                let session = gdb::Session {
                    program: &program,
                    source,
                    commands: &commands,
                    printers,
                };
                Ok::<_, Failed>(gdb::steady(&session.run()?, folder.path()))
            };
            let ours = printed(true)?;
            let theirs = match directives(&text, "more").is_empty() {
                true => printed(false)?,
                false => ours.clone(),
            };
            if ours != theirs {
                return Err(
                    format!("with {setting}, gdb says:\n{ours}\n\nand for in-tree:\n{theirs}").into(),
                );
            }
            if number == 0 && !printers {
                for wanted in directives(&text, "expect") {
                    holds(&ours, wanted)?;
                }
            }
        }
    }
    Ok(())
}

/// What debuggers of another target read is the same, because LLVM gets the same.
fn same_metadata(target: &str) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let (_, source) = programs("debuginfo/programs")
        .into_iter()
        .find(|(name, _)| name == "types")
        .ok_or("the program with every type is missing")?;
    let nodes = |with_backend: bool| {
        let ir = folder
            .path()
            .join(if with_backend { "ours.ll" } else { "theirs.ll" });
        let flags = ["-g", "--emit=llvm-ir", "--target", target];
        compile_with_all_edges(&source, &ir, &flags, with_backend)?;
        Ok::<_, Failed>(metadata::nodes(&std::fs::read_to_string(ir)?))
    };
    let (ours, theirs) = (nodes(true)?, nodes(false)?);
    let missing = theirs.difference(&ours).map(|node| format!("missing: {node}"));
    let extra = ours.difference(&theirs).map(|node| format!("extra:   {node}"));
    let differences: Vec<String> = missing.chain(extra).collect();
    match differences.is_empty() && theirs.len() > 1000 {
        true => Ok(()),
        false => Err(differences.join("\n").into()),
    }
}

/// `FIXED_COMPARE_DWARF=OURS:THEIRS` compares any two files.
fn compare_files(pair: &std::ffi::OsStr) -> Result<(), Failed> {
    let mut paths = std::env::split_paths(pair);
    let mut next = || -> Result<_, Failed> {
        let path = paths
            .next()
            .ok_or("two files, with a colon between them, are needed")?;
        dies::lines(&std::fs::read(path)?)
    };
    let (ours, theirs) = (next()?, next()?);
    let differences = dies::differences(&ours, &theirs);
    println!("{} entries, {} different", theirs.len(), differences.len());
    match differences.is_empty() {
        true => Ok(()),
        false => Err(differences.join("\n").into()),
    }
}

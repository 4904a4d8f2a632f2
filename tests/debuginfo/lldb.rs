//! lldb, driven through a program.

use std::path::Path;
use std::process::Command;

use libtest_mimic::Failed;

use crate::support::{directives, programs};
use crate::{asm_lines, compile, compile_with_all_edges, gdb};

/// Under which names it is installed. Those before 19 read no DWARF 5 that today's LLVM writes.
const NAMES: &[&str] = &["lldb-22", "lldb-21", "lldb-20", "lldb-19", "lldb"];

/// The command, if there is one.
pub fn command() -> Option<&'static str> {
    let runs = |name: &&&str| Command::new(name).arg("--version").output().is_ok();
    NAMES.iter().find(runs).copied()
}

/// Why there is nothing to try.
pub fn missing() -> Option<String> {
    match command() {
        Some(_) => None,
        None => Some("lldb is not installed".into()),
    }
}

/// What lldb prints when it stops at `lines`, one after the other, and does `commands` at each.
fn session(program: &Path, source: &Path, lines: &[usize], commands: &[&str]) -> Result<String, Failed> {
    let name = source.file_name().unwrap_or_default().to_string_lossy();
    let mut script = String::new();
    for line in lines {
        script += &format!("breakpoint set -f {name} -l {line}\n");
    }
    script += "run\n";
    for _ in lines {
        for command in commands {
            script += &format!("{command}\n");
        }
        script += "continue\n";
    }
    let file = program.with_extension("lldb");
    std::fs::write(&file, script)?;
    let output = Command::new(command().ok_or("lldb is not installed")?)
        .args(["--no-lldbinit", "--batch", "-s"])
        .arg(&file)
        .arg(program)
        .current_dir(program.parent().unwrap_or(Path::new("/")))
        .output()?;
    let printed = [&output.stdout[..], &output.stderr[..]].concat();
    Ok(String::from_utf8_lossy(&printed).into_owned())
}

/// Variables and frames are those that lldb finds in in-tree's program.
pub fn same_sessions() -> Result<(), Failed> {
    for (name, source) in programs("debuginfo/programs") {
        let text = std::fs::read_to_string(&source)?;
        if !directives(&text, "more").is_empty() {
            continue;
        }
        let numbered = text.lines().zip(1..);
        let stops = numbered.filter(|(line, _)| line.contains("#break") && !line.starts_with("//@"));
        let lines: Vec<usize> = stops.map(|(_, number)| number).collect();
        let printed = |with_backend: bool| {
            let folder = tempfile::tempdir()?;
            let program = folder.path().join("program");
            compile_with_all_edges(&source, &program, &["-g"], with_backend)?;
            let printed = session(&program, &source, &lines, &["frame variable", "bt"])?;
            Ok::<_, Failed>(steady(&gdb::steady(&printed, folder.path())))
        };
        let (ours, theirs) = (printed(true)?, printed(false)?);
        if ours != theirs || !ours.contains("stop reason = breakpoint") {
            return Err(format!("{name}: lldb says:\n{ours}\n\nand for in-tree:\n{theirs}").into());
        }
    }
    Ok(())
}

/// Without numbers of processes, addresses in decimal, and what stands in memory behind a text.
fn steady(printed: &str) -> String {
    let of_line = |line: &str| {
        let line = match line.split_once("data_ptr = \"") {
            Some((before, _)) => before,
            None => line,
        };
        let mut words = line.split(' ').map(|word| {
            let digits = word.trim_end_matches([',', ')']);
            let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            match is_number && digits.len() > 9 {
                true => "…",
                false => word,
            }
        });
        words.by_ref().collect::<Vec<_>>().join(" ")
    };
    let lines = printed.lines().filter(|line| !line.starts_with("Process "));
    lines.map(of_line).collect::<Vec<_>>().join("\n")
}

/// lldb stops at every line of assembly.
pub fn stops_in_assembly() -> Result<(), Failed> {
    let source = asm_lines::source();
    let marked = asm_lines::marked(&source)?;
    let wanted: Vec<usize> = marked.into_iter().map(|(line, _)| line).collect();
    for flags in [
        &["-g"][..],
        &["-g", "-Zdwarf-version=5"],
        &["-g", "-Copt-level=3"],
    ] {
        let folder = tempfile::tempdir()?;
        let program = folder.path().join("program");
        compile(&source, &program, flags, true)?;
        let printed = session(&program, &source, &wanted, &[])?;
        let stops = printed.lines().filter(|line| line.contains("frame #0: "));
        let places = stops.filter_map(|line| line.split_once(" at asm_lines.rs:"));
        let seen: Vec<usize> = places
            .filter_map(|(_, place)| place.split(':').next()?.parse().ok())
            .collect();
        if seen != wanted {
            return Err(format!("with {flags:?}, not {wanted:?} but {seen:?}:\n{printed}").into());
        }
    }
    Ok(())
}

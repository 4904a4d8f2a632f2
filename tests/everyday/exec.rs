//! `fixed` becomes the command that it runs: signals reach it, and its status is the status.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;

use libtest_mimic::Failed;

use crate::Check;
use crate::project::{cargo, clean, package, succeed};

pub const CHECKS: &[(&str, Check)] = &[
    ("a signal reaches the program", signals),
    ("the status is the program's", status),
    ("fixed rustc", rustc),
];

fn signals() -> Result<(), Failed> {
    let project = package(&[])?;
    project.write(
        "src/main.rs",
        "fn main() {\n    println!(\"{}\", std::process::id());\n    loop { std::thread::park() }\n}\n",
    )?;
    succeed(&mut cargo(&project, &["build"]))?;
    let mut server = cargo(&project, &["run"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let mut line = String::new();
    BufReader::new(server.stdout.take().ok_or("the output is piped")?).read_line(&mut line)?;
    let same = line.trim() == server.id().to_string();
    server.kill()?;
    let status = server.wait()?;
    match (same, status.signal()) {
        (true, Some(9)) => Ok(()),
        (false, _) => Err(format!("the program is process {line}, not the one that was started").into()),
        (true, _) => Err(format!("ended with {status}").into()),
    }
}

fn status() -> Result<(), Failed> {
    let project = package(&[])?;
    project.write(
        "src/main.rs",
        "fn main() { unsafe { std::ptr::null_mut::<u32>().write_volatile(1) } }\n",
    )?;
    succeed(&mut cargo(&project, &["build"]))?;
    let crashed = cargo(&project, &["run"]).stderr(Stdio::null()).status()?;
    project.write("src/main.rs", "fn main() { std::process::exit(42) }\n")?;
    let ended = cargo(&project, &["run"]).stderr(Stdio::null()).status()?;
    match (crashed.signal(), ended.code()) {
        (Some(11), Some(42)) => Ok(()),
        found => Err(format!("ended with {found:?}").into()),
    }
}

fn rustc() -> Result<(), Failed> {
    let project = package(&[])?;
    let status = clean(env!("CARGO_BIN_EXE_fixed"), &project)
        .args(["rustc", "no-such-file.rs"])
        .stderr(Stdio::null())
        .status()?;
    match status.code() {
        Some(1) => Ok(()),
        code => Err(format!("ended with {code:?}").into()),
    }
}

//! Real crates, built with the backend, and their own tests run.
//!
//! `cargo test --release --test crates` runs those that are quick; with `-- --include-ignored`, all.

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use libtest_mimic::{Arguments, Failed, Trial};

use support::crates::{fetch, work_folder};
use support::trials::{conclude, trial};

/// A crate and how its tests are run.
struct Subject {
    name: &'static str,
    /// What is passed to `cargo test`.
    arguments: &'static [&'static str],
    /// Files that its tests name but that are not in the published package; empty ones will do.
    missing: &'static [&'static str],
    quick: bool,
}

const SUBJECTS: [Subject; 6] = [
    Subject {
        name: "memchr",
        arguments: &[],
        missing: &[],
        quick: true,
    },
    Subject {
        name: "serde_json",
        arguments: &[],
        missing: &[],
        quick: true,
    },
    Subject {
        name: "hashbrown",
        arguments: &[],
        missing: &[],
        quick: false,
    },
    Subject {
        name: "rayon",
        arguments: &[],
        missing: &[],
        quick: false,
    },
    Subject {
        name: "regex",
        arguments: &[],
        missing: &["tests/fuzz/mod.rs"],
        quick: false,
    },
    // The runtime, synchronisation and time; the rest of its tests is about the operating system.
    Subject {
        name: "tokio",
        arguments: &[
            "--features=full,test-util",
            "--lib",
            "--test=rt_basic",
            "--test=rt_common",
            "--test=rt_threaded",
            "--test=sync_broadcast",
            "--test=sync_mpsc",
            "--test=sync_mutex",
            "--test=sync_oneshot",
            "--test=sync_rwlock",
            "--test=sync_semaphore",
            "--test=sync_watch",
            "--test=task_join_set",
            "--test=time_interval",
            "--test=time_sleep",
            "--test=time_timeout",
        ],
        missing: &[],
        quick: false,
    },
];

fn main() -> ExitCode {
    // One at a time: cargo uses all processors by itself.
    let arguments = Arguments {
        test_threads: Some(1),
        ..Arguments::from_args()
    };
    let mut trials: Vec<Trial> = SUBJECTS
        .iter()
        .map(|subject| trial(subject.name, || run_tests(subject)).with_ignored_flag(!subject.quick))
        .collect();
    trials.push(trial("dropshot serves HTTP with USDT probes", serve).with_ignored_flag(true));
    conclude(&arguments, trials)
}

/// `cargo` with the backend, in `folder`.
fn cargo(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fixed"));
    command
        .arg("cargo")
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", work_folder().join("target"));
    // Set by the cargo that runs this test; the one that is run has its own ideas.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CARGO_PKG_")) {
        command.env_remove(name);
    }
    command
}

fn run_tests(subject: &Subject) -> Result<(), Failed> {
    let folder = fetch(subject.name)?;
    for missing in subject.missing {
        let path = folder.join(missing);
        path.parent().map(std::fs::create_dir_all).transpose()?;
        std::fs::write(path, "")?;
    }
    let output = cargo(&folder)
        .args(["test", "--no-fail-fast"])
        .args(subject.arguments)
        .output()?;
    if output.status.success() {
        return Ok(());
    }
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    Err(format!("{stdout}\n{stderr}").into())
}

/// The program that the project began with: `dropshot`'s example `basic`, with probes.
fn serve() -> Result<(), Failed> {
    let folder = fetch("dropshot")?;
    let built = cargo(&folder)
        .args(["build", "--example=basic", "--features=usdt-probes"])
        .output()?;
    if !built.status.success() {
        return Err(String::from_utf8_lossy(&built.stderr).into_owned().into());
    }
    let server = Command::new(work_folder().join("target/debug/examples/basic"))
        .stderr(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()?;
    let mut server = Stopped(server);
    let log = server.0.stderr.take().ok_or("stderr is piped")?;
    let address = BufReader::new(log)
        .lines()
        .map_while(Result::ok)
        .find_map(|line| Some(line.split_once("local_addr: ")?.1.trim().to_owned()))
        .ok_or("the server does not say where it listens")?;
    let answer = get(&address, "/counter")?;
    match answer.contains("200 OK") && answer.ends_with("{\"counter\":0}") {
        true => Ok(()),
        false => Err(format!("an odd answer: {answer}").into()),
    }
}

fn get(address: &str, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// A process that ends when this goes.
struct Stopped(Child);

impl Drop for Stopped {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

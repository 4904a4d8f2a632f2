//! After LLVM has failed: the input of what failed, and the command that does it again.
//!
//! The failure itself has been reported by then, from the thread that it came on. When the threads are at rest, rustc
//! runs once more with a request to save the module (`job`). The toolchain's `opt` or `llc` is tried on that; `opt`
//! also knows the module as it was before the very pass that fails. A command is shown as one that reproduces the
//! failure only if it did.

use std::ffi::{OsStr, OsString};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{env, fs};

use rustc_hir::def_id::LOCAL_CRATE;
use rustc_middle::ty::TyCtxt;
use rustc_session::Session;
use rustc_session::config::{OutputFilenames, host_tuple};
use rustix::process::{Pid, Signal};

use super::activity::Activity;
use super::demangle::demangled;
use super::fatal::Failure;
use super::job::{self, Job, Request};
use super::record::{Function, Kind, Record};

/// How long rustc may take to come to the module again.
const RERUN: Duration = Duration::from_secs(600);
/// How long one of LLVM's tools may take, unless it is a limit on time that was exceeded.
const TOOL: Duration = Duration::from_secs(60);
/// The same with the module written down before each pass.
const WATCHED: Duration = Duration::from_secs(20);

/// The crate that is compiled. A process may compile one after the other.
static CRATE: Mutex<String> = Mutex::new(String::new());
static FAILED: Mutex<Vec<Failed>> = Mutex::new(Vec::new());

/// What failed, as far as it matters for doing it again.
struct Failed {
    module: String,
    job: Job,
    reason: String,
    pass: Option<String>,
    function: Option<String>,
}

/// Notes which crate it is, for messages from threads that cannot ask.
pub(crate) fn remember_crate(tcx: TyCtxt<'_>) {
    *lock(&CRATE) = tcx.crate_name(LOCAL_CRATE).to_string();
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    // LLVM's crashes unwind; nothing is left half changed.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The crate, as the end of a sentence.
pub(super) fn of_crate() -> String {
    match &**lock(&CRATE) {
        "" => String::new(),
        name => format!(" of crate `{name}`"),
    }
}

/// Notes a failure, to be looked into when there is time.
pub(super) fn remember(activity: &Activity, failure: &Failure) {
    let Some(job) = &activity.job else { return };
    lock(&FAILED).push(Failed {
        module: activity.module.clone(),
        job: Job::clone(job),
        reason: failure.reason.clone(),
        pass: failure.pass.clone(),
        function: failure.function.clone(),
    });
}

/// Does `work`, after which LLVM works no more. If it failed meanwhile, its input is saved.
pub(crate) fn with_aftermath<R>(sess: &Session, outputs: &OutputFilenames, work: impl FnOnce() -> R) -> R {
    let result = catch_unwind(AssertUnwindSafe(work));
    let failed = std::mem::take(&mut *lock(&FAILED));
    // One is enough: threads that work on other modules often fail in the same way.
    if let Some(failed) = failed.first()
        && !job::is_saving()
    {
        failed.investigate(sess, outputs);
    }
    result.unwrap_or_else(|payload| resume_unwind(payload))
}

/// How a tool ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Success,
    Failure,
    Timeout,
}

impl Failed {
    fn investigate(&self, sess: &Session, outputs: &OutputFilenames) {
        let input = outputs.temp_path_ext_for_cgu("failed.ll", &self.module);
        // The command is to work from any folder.
        let input = std::path::absolute(&input).unwrap_or(input);
        if let Err(why) = self.save(sess, &input) {
            sess.dcx().note(format!(
                "the input on which LLVM failed could not be saved: {why}; `-Csave-temps` keeps the modules as they were built"
            ));
            return;
        }
        let (tool, arguments) = self.job.command();
        let options = options(sess);
        let whole = [&arguments[..], &options].concat();
        let Some(path) = tool_path(sess, tool) else {
            let command = [&[OsString::from(tool)][..], &whole, &[input.clone().into()]].concat();
            sess.dcx().note(format!(
                "the input was saved; `rustup component add llvm-tools` brings the `{tool}` for it:\n{}",
                shown(&command)
            ));
            self.record(&input, &command);
            return;
        };
        let (what, input, arguments, end) = self.narrow(&path, &options, input, whole);
        let command = [&[path.into_os_string()][..], &arguments, &[input.clone().into()]].concat();
        let verdict = match end {
            End::Success => {
                "was saved, but LLVM's own tool does not fail on it by itself, whose options are not all of rustc's"
            }
            End::Failure | End::Timeout => "was saved; this fails in the same way",
        };
        sess.dcx()
            .note(format!("the input of {what} {verdict}:\n{}", shown(&command)));
        self.record(&input, &command);
    }

    /// Runs rustc once more, until it has the module again.
    fn save(&self, sess: &Session, path: &Path) -> Result<(), String> {
        let request = Request {
            module: self.module.clone(),
            stage: self.job.stage(),
            path: path.to_owned(),
        };
        let request = serde_json::to_string(&request).map_err(|why| why.to_string())?;
        let rustc = env::current_exe().map_err(|why| why.to_string())?;
        let scratch = tempfile::tempdir().map_err(|why| why.to_string())?;
        let in_scratch = |option: &str, name: &str| {
            let mut argument = OsString::from(option);
            argument.push(scratch.path().join(name));
            argument
        };
        let mut command = Command::new(rustc);
        command
            .args(env::args_os().skip(1))
            .arg(in_scratch("-Ztemps-dir=", "temps"))
            .env(job::VARIABLE, request)
            // The pipes of cargo's jobserver are closed to this process.
            .env_remove("CARGO_MAKEFLAGS")
            .env_remove("MAKEFLAGS")
            .env_remove("MFLAGS");
        if sess.opts.incremental.is_some() {
            // With what an earlier build has left, the module might not be built at all.
            command.arg(in_scratch("-Cincremental=", "incremental"));
        }
        let end = run(&mut command, RERUN).map_err(|why| format!("rustc cannot run once more: {why}"))?;
        match end {
            End::Success if path.is_file() => Ok(()),
            End::Timeout => Err("rustc did not come to it again in time".to_owned()),
            _ => Err("running once more with the same arguments, rustc did not come to it again".to_owned()),
        }
    }

    /// Whether the tool fails as LLVM did here, and if it does so on less: what the command takes, and how it ends.
    fn narrow(
        &self,
        tool: &Path,
        options: &[OsString],
        input: PathBuf,
        whole: Vec<OsString>,
    ) -> (String, PathBuf, Vec<OsString>, End) {
        let patience = self.patience();
        let before_pass = input.with_extension("pass.ll");
        let mut watching = OsString::from("-print-on-crash-path=");
        watching.push(&before_pass);
        let run_whole = |more: &[&OsStr], patience: Duration| {
            let mut command = Command::new(tool);
            let command = command.args(&whole).arg(&input).args(more);
            run(command, patience).unwrap_or(End::Success)
        };
        let end = run_whole(&[], patience);
        // To write down the module before each pass takes a hundred times as long as the passes.
        if matches!(self.job, Job::Passes(_)) && !matches!(end, End::Success | End::Timeout) {
            let watched = [
                OsStr::new("-print-on-crash"),
                "-print-module-scope".as_ref(),
                &watching,
            ];
            run_whole(&watched, patience.min(WATCHED));
        }
        let what = match &self.job {
            Job::Passes(_) => "the passes".to_owned(),
            Job::Code { .. } => "the code generator".to_owned(),
        };
        if let (Some(pass), true) = (&self.pass, end != End::Success && without_header(&before_pass)) {
            let mut arguments = vec![format!("-passes={pass}").into(), "-disable-output".into()];
            arguments.extend_from_slice(options);
            let mut command = Command::new(tool);
            let alone = run(command.args(&arguments).arg(&before_pass), patience);
            if alone.is_ok_and(|alone| alone == end) {
                return (format!("the pass `{pass}`"), before_pass, arguments, end);
            }
        }
        let _ = fs::remove_file(&before_pass);
        (what, input, whole, end)
    }

    /// How long to wait for a tool that may never end.
    fn patience(&self) -> Duration {
        let seconds = env::var(crate::llvm::time_limit::VARIABLE).ok();
        match seconds.and_then(|seconds| seconds.parse::<u64>().ok()) {
            Some(seconds) => Duration::from_secs(3 * seconds + 5),
            None => TOOL,
        }
    }

    fn record(&self, input: &Path, command: &[OsString]) {
        let (stage, name) = (self.job.stage(), self.function.as_deref().map(demangled));
        let function = self.function.as_deref().zip(name.as_deref());
        let crate_name = lock(&CRATE).clone();
        let record = Record {
            message: Some(&self.reason),
            pass: self.pass.as_deref(),
            function: function.map(|(symbol, name)| Function { symbol, name }),
            input: Some(input),
            command: Some(command.iter().map(|word| word.to_string_lossy()).collect()),
            ..Record::new(Kind::Failure, &crate_name, &self.module, &stage)
        };
        record.write(input);
    }
}

/// The user's own options of LLVM's, but for those that only print.
fn options(sess: &Session) -> Vec<OsString> {
    const PRINTING: [&str; 4] = ["print", "time-passes", "stats", "debug"];
    let given = sess.opts.cg.llvm_args.iter();
    let matters = |argument: &&String| {
        let name = argument.trim_start_matches('-');
        !PRINTING.iter().any(|start| name.starts_with(start))
    };
    given.filter(matters).map(OsString::from).collect()
}

/// One of the toolchain's own tools, which are of the very LLVM that rustc uses.
fn tool_path(sess: &Session, name: &str) -> Option<PathBuf> {
    let folder = sess
        .opts
        .sysroot
        .path()
        .join("lib/rustlib")
        .join(host_tuple())
        .join("bin");
    let path = folder.join(name);
    path.is_file().then_some(path)
}

/// Removes the line above the module that `opt` has written, which is no IR. Whether there is such a module.
fn without_header(path: &Path) -> bool {
    let Ok(text) = fs::read_to_string(path) else {
        return false;
    };
    match text.split_once('\n') {
        Some((header, module)) if header.ends_with("Started ***") => fs::write(path, module).is_ok(),
        _ => false,
    }
}

/// Runs a command without its output, for no longer than `patience`. What does not end is made to crash, so that it
/// says where it is.
fn run(command: &mut Command, patience: Duration) -> std::io::Result<End> {
    command.env("LLVM_DISABLE_SYMBOLIZATION", "1");
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    tracing::debug!(?command, "trying");
    let mut child = command.spawn()?;
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(match status.success() {
                true => End::Success,
                false => End::Failure,
            });
        }
        if start.elapsed() > patience {
            let _ = rustix::process::kill_process(Pid::from_child(&child), Signal::ABORT);
            std::thread::sleep(Duration::from_secs(1));
            child.kill()?;
            child.wait()?;
            return Ok(End::Timeout);
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A command as a shell takes it.
fn shown(command: &[OsString]) -> String {
    let words = command.iter().map(|word| {
        let word = word.to_string_lossy();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_=./+,:@%".contains(c);
        match word.chars().all(is_plain) && !word.is_empty() {
            true => word.into_owned(),
            false => format!("'{}'", word.replace('\'', r"'\''")),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

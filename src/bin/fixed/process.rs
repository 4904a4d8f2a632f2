//! Running compilers and programs that may do anything: hang, flood, leave processes behind.
//!
//! Each is the leader of a process group of its own, which is killed as a whole: when its time is up, when its
//! leader has ended, and when this command is told to stop (SIGINT, SIGTERM, SIGHUP).

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// How much of what a process prints, to each of its two outputs, is kept.
pub const MOST_OUTPUT: usize = 1 << 20;

/// What must not outlive this command.
struct Left {
    groups: BTreeSet<u32>,
    folders: BTreeSet<PathBuf>,
    stopping: bool,
    /// What is done when a signal ends this process.
    last_act: Option<Box<dyn FnOnce() + Send>>,
}

static LEFT: Mutex<Left> = Mutex::new(Left {
    groups: BTreeSet::new(),
    folders: BTreeSet::new(),
    stopping: false,
    last_act: None,
});

fn left() -> MutexGuard<'static, Left> {
    LEFT.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// From now on, a signal to stop kills what [`run`] has started and removes what [`Folder`]s there are, before it
/// ends this process as it would have.
pub fn clean_up_on_signals() -> Result<()> {
    let mut signals = signal_hook::iterator::Signals::new([SIGINT, SIGTERM, SIGHUP])
        .context("cannot install a handler for signals")?;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            {
                let mut left = left();
                left.stopping = true;
                left.groups.iter().for_each(|&group| kill(group));
                left.folders.iter().for_each(|folder| remove(folder));
                if let Some(act) = left.last_act.take() {
                    // It may print to who has gone, which panics; this process ends all the same.
                    let _ = std::panic::catch_unwind(std::panic::AssertUnwindSafe(act));
                    // By now, who was about to make something in them waits to be allowed to start a process.
                    left.folders.iter().for_each(|folder| remove(folder));
                }
            }
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    });
    Ok(())
}

/// Says what is told to whoever stops this process by a signal.
pub fn say_when_stopped(words: String) {
    do_when_stopped(move || eprintln!("{words}"));
}

/// Does something when a signal stops this process, after what it has started was killed. It may start nothing, and must
/// not wait for who calls functions of this module.
pub fn do_when_stopped(act: impl FnOnce() + Send + 'static) {
    left().last_act = Some(Box::new(act));
}

/// Does not come back if a signal is stopping this process: what is known of processes since then is that they were killed.
pub fn stay_if_stopping() {
    while left().stopping {
        std::thread::park_timeout(Duration::from_millis(50));
    }
}

/// A temporary folder that is also removed when a signal ends this process.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Result<Self> {
        let mut left = left();
        let dir = tempfile::Builder::new().prefix("fixed-").tempdir();
        let path = dir.context("cannot make a temporary folder")?.keep();
        left.folders.insert(path.clone());
        Ok(Folder(path))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        remove(&self.0);
        left().folders.remove(&self.0);
    }
}

/// Removes a folder. A process that was killed a moment ago may still have made a file in it.
fn remove(folder: &Path) {
    for _ in 0..5 {
        match fs::remove_dir_all(folder) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                std::thread::sleep(Duration::from_millis(20));
            }
            _ => return,
        }
    }
}

fn kill(group: u32) {
    if let Some(pid) = i32::try_from(group).ok().and_then(Pid::from_raw) {
        // It may have ended by itself.
        let _ = kill_process_group(pid, Signal::KILL);
    }
}

/// How a process ended, and what it printed, as far as it was kept.
pub struct Finished {
    /// Nothing if it was killed because its time was up.
    pub status: Option<ExitStatus>,
    pub stdout: Vec<u8>,
    pub stderr: Vec<u8>,
    /// Whether it was killed because it printed more than [`MOST_OUTPUT`].
    pub flooded: bool,
    pub usage: Usage,
}

/// What a process took, with those of its descendants that it has waited for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    pub wall: Duration,
    pub processor: Duration,
    /// The most memory that one of them had at a time, in bytes. It is at least what this process has: until a new process
    /// is another program, it has the memory of its parent.
    pub memory: u64,
}

/// Runs a command to its end, to the end of its time, or until it has printed more than [`MOST_OUTPUT`].
pub fn run(command: Command, timeout: Duration) -> Result<Finished> {
    run_within(command, timeout, MOST_OUTPUT)
}

/// Runs a command to its end or to the end of its time, and keeps all that it prints.
pub fn run_trusted(command: Command, timeout: Duration) -> Result<Finished> {
    run_within(command, timeout, usize::MAX)
}

/// Runs a command that is trusted to end, and keeps all that it prints.
pub fn run_all(command: Command) -> Result<Finished> {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    run_within(command, DAY, usize::MAX)
}

fn run_within(mut command: Command, timeout: Duration, most: usize) -> Result<Finished> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let begin = Instant::now();
    let mut child = start(&mut command)?;
    let group = child.id();
    let end = begin + timeout;
    let outputs = [
        Output::read(child.stdout.take(), group, most),
        Output::read(child.stderr.take(), group, most),
    ];
    let ended = ends_by(&child, end);
    let wall = begin.elapsed();
    // Its descendants end with it. Until it is waited for, its number is no other process's.
    kill(group);
    left().groups.remove(&group);
    let (status, usage) = reap(child, wall).context("cannot wait for a process")?;
    let status = ended.context("cannot wait for a process")?.then_some(status);
    let flooded = outputs.iter().any(Output::is_flooded);
    // Who has left the group may still hold the outputs open; that is no reason to wait for ever.
    let patience = end
        .max(Instant::now() + Duration::from_millis(500))
        .min(Instant::now() + Duration::from_secs(2));
    let [stdout, stderr] = outputs.map(|output| output.take(patience));
    Ok(Finished {
        status,
        stdout,
        stderr,
        flooded,
        usage,
    })
}

/// Waits for a process that has ended or was killed. [`Child::wait`] does not tell what it took.
fn reap(child: Child, wall: Duration) -> std::io::Result<(ExitStatus, Usage)> {
    let pid = libc::pid_t::try_from(child.id()).map_err(std::io::Error::other)?;
    let mut status = 0;
    // SAFETY: `rusage` is numbers; all of them zero is one.
    let mut taken: libc::rusage = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: both pointers are to values of ours, and the child was not waited for: `child` is given up here.
        if unsafe { libc::wait4(pid, &mut status, 0, &mut taken) } == pid {
            break;
        }
        let error = std::io::Error::last_os_error();
        if error.kind() != std::io::ErrorKind::Interrupted {
            return Err(error);
        }
    }
    let time = |time: libc::timeval| {
        Duration::from_secs(time.tv_sec.unsigned_abs()) + Duration::from_micros(time.tv_usec.unsigned_abs())
    };
    let usage = Usage {
        wall,
        processor: time(taken.ru_utime) + time(taken.ru_stime),
        // In units of 1024 bytes (`man 2 getrusage`).
        memory: taken.ru_maxrss.unsigned_abs() * 1024,
    };
    Ok((ExitStatus::from_raw(status), usage))
}

/// Starts a command, unless this process is about to stop: none may be started after the others were killed.
fn start(command: &mut Command) -> Result<Child> {
    let mut left = left();
    if left.stopping {
        bail!("stopped by a signal");
    }
    let child = command
        .spawn()
        .with_context(|| format!("cannot run {}", command.get_program().display()))?;
    left.groups.insert(child.id());
    Ok(child)
}

/// Whether a process ends by `end`. It is still to be waited for then.
fn ends_by(child: &Child, end: Instant) -> std::io::Result<bool> {
    let process = pidfd_open(Pid::from_child(child), PidfdFlags::empty())?;
    loop {
        // A descriptor of a process can be read when that has ended (`man 2 pidfd_open`).
        let left = Timespec::try_from(end.saturating_duration_since(Instant::now()));
        match poll(&mut [PollFd::new(&process, PollFlags::IN)], left.ok().as_ref()) {
            Ok(ready) => return Ok(ready > 0),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// What a process prints to one of its outputs, while a thread reads it.
struct Output(Arc<(Mutex<Reading>, Condvar)>);

#[derive(Default)]
struct Reading {
    bytes: Vec<u8>,
    flooded: bool,
    ended: bool,
}

impl Output {
    /// Reads all of `source`, and kills `group` when that is more than `most` bytes.
    fn read(source: Option<impl Read + Send + 'static>, group: u32, most: usize) -> Self {
        let shared = Arc::new((Mutex::new(Reading::default()), Condvar::new()));
        let output = Output(shared.clone());
        std::thread::spawn(move || {
            let mut buffer = vec![0; 1 << 16];
            if let Some(mut source) = source {
                while let Ok(len @ 1..) = source.read(&mut buffer) {
                    let mut reading = shared.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
                    let room = most - reading.bytes.len();
                    reading.bytes.extend_from_slice(&buffer[..len.min(room)]);
                    if len > room && !reading.flooded {
                        reading.flooded = true;
                        kill(group);
                    }
                }
            }
            shared
                .0
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner())
                .ended = true;
            shared.1.notify_all();
        });
        output
    }

    fn lock(&self) -> MutexGuard<'_, Reading> {
        self.0.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn is_flooded(&self) -> bool {
        self.lock().flooded
    }

    /// What was read when the output was closed, or at `end`.
    fn take(self, end: Instant) -> Vec<u8> {
        let mut reading = self.lock();
        while !reading.ended {
            let Some(left) = end.checked_duration_since(Instant::now()) else {
                break;
            };
            reading = match self.0.1.wait_timeout(reading, left) {
                Ok((reading, _)) => reading,
                Err(poisoned) => poisoned.into_inner().0,
            };
        }
        std::mem::take(&mut reading.bytes)
    }
}

/// How many bytes can still be written to where `folder` is.
pub fn room(folder: &Path) -> Option<u64> {
    let about = rustix::fs::statvfs(folder).ok()?;
    Some(about.f_bavail.saturating_mul(about.f_frsize))
}

//! What LLVM is asked to do with a whole module: what can be said of it, saved, and done again.
//!
//! A failure of LLVM's leaves a module that is changed already, so that its input is gone. Nothing is kept for that
//! case, since writing bitcode of every module is far from free. Where it comes, rustc runs once more instead
//! (`aftermath`), with a request in its environment: when the same job of the same unit comes, its module is
//! written down, and that is the end of that process.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::{MutexGuard, OnceLock};

use inkwell::module::Module;
use serde::{Deserialize, Serialize};

use super::activity::{self, StageGuard};
use super::printing;

/// The variable with a request, as JSON.
pub(super) const VARIABLE: &str = "FIXED_SAVE_INPUT";

/// A job, and how the toolchain's own tools do the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Job {
    /// The pipeline that runs.
    Passes(String),
    /// What is generated, and at which level.
    Code { stage: &'static str, level: char },
}

impl Job {
    /// What is done, as messages have it.
    pub(super) fn stage(&self) -> String {
        match self {
            Job::Passes(pipeline) => format!("running the passes `{pipeline}`"),
            Job::Code { stage, .. } => (*stage).to_owned(),
        }
    }

    /// The tool of LLVM's, and its arguments but for the file.
    pub(super) fn command(&self) -> (&'static str, Vec<OsString>) {
        match self {
            Job::Passes(pipeline) => (
                "opt",
                vec![format!("-passes={pipeline}").into(), "-disable-output".into()],
            ),
            Job::Code { level, .. } => ("llc", vec![format!("-O{level}").into(), "-filetype=null".into()]),
        }
    }
}

/// Which input is to be saved, and where.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct Request {
    pub(super) module: String,
    pub(super) stage: String,
    pub(super) path: PathBuf,
}

fn request() -> Option<&'static Request> {
    static REQUEST: OnceLock<Option<Request>> = OnceLock::new();
    let read = || serde_json::from_str(&std::env::var(VARIABLE).ok()?).ok();
    REQUEST.get_or_init(read).as_ref()
}

/// Whether this process is there to save an input, and for nothing else.
pub(super) fn is_saving() -> bool {
    request().is_some()
}

/// Says that `job` is done next with `module`, for as long as the guard lives.
pub(crate) fn begin(job: Job, module: &Module<'_>) -> JobGuard {
    if let Some(request) = request() {
        let name = activity::current().map(|activity| activity.module);
        if name.as_ref() == Some(&request.module) && job.stage() == request.stage {
            let written = std::fs::write(&request.path, module.print_to_string().to_bytes());
            super::fatal::exit_with(i32::from(written.is_err()));
        }
    }
    JobGuard {
        _turn: printing::turn(&job.stage()),
        _stage: activity::enter_job(job),
    }
}

/// See [`begin`].
pub(crate) struct JobGuard {
    _stage: StageGuard,
    _turn: Option<MutexGuard<'static, ()>>,
}

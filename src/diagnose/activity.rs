//! What LLVM was asked to do on this thread: what a report of its failure starts with.

use std::borrow::Cow;
use std::cell::RefCell;

use rustc_codegen_ssa::back::write::SharedEmitter;

/// The module being worked on, how far the work is, and who is to hear of failures.
#[derive(Clone)]
pub(super) struct Activity {
    pub(super) module: String,
    pub(super) stage: Option<Cow<'static, str>>,
    pub(super) emitter: SharedEmitter,
}

thread_local! {
    static CURRENT: RefCell<Option<Activity>> = const { RefCell::new(None) };
}

/// Says what is done next with the module of the innermost `DiagnosticScope`, for as long as the guard
/// lives: "generating an object file".
pub(crate) fn enter(stage: impl Into<Cow<'static, str>>) -> StageGuard {
    StageGuard(set_stage(Some(stage.into())))
}

/// See [`enter`].
pub(crate) struct StageGuard(Option<Cow<'static, str>>);

impl Drop for StageGuard {
    fn drop(&mut self) {
        set_stage(self.0.take());
    }
}

/// Sets the stage, and returns the one before.
fn set_stage(stage: Option<Cow<'static, str>>) -> Option<Cow<'static, str>> {
    CURRENT.with_borrow_mut(|current| std::mem::replace(&mut current.as_mut()?.stage, stage))
}

/// What this thread is working on.
pub(super) fn current() -> Option<Activity> {
    CURRENT.with_borrow(Clone::clone)
}

/// Makes an activity the current one of this thread for as long as this is alive.
pub(super) struct ActivityGuard(Option<Activity>);

impl ActivityGuard {
    pub(super) fn enter(activity: Activity) -> Self {
        ActivityGuard(CURRENT.replace(Some(activity)))
    }
}

impl Drop for ActivityGuard {
    fn drop(&mut self) {
        CURRENT.set(self.0.take());
    }
}

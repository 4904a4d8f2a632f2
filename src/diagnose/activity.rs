//! What LLVM was asked to do on this thread: what a report of its failure starts with.

use std::cell::RefCell;

use rustc_codegen_ssa::back::write::SharedEmitter;

/// The module being worked on, how far the work is, and who is to hear of failures.
#[derive(Clone)]
pub(super) struct Activity {
    pub(super) module: String,
    pub(super) stage: &'static str,
    pub(super) emitter: SharedEmitter,
}

thread_local! {
    static CURRENT: RefCell<Option<Activity>> = const { RefCell::new(None) };
}

/// Says what is done next with the module of the innermost `DiagnosticScope`: "optimising",
/// "generating code", "linking bitcode".
pub(crate) fn stage(stage: &'static str) {
    CURRENT.with_borrow_mut(|current| {
        if let Some(activity) = current {
            activity.stage = stage;
        }
    });
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

//! What LLVM was asked to do on this thread: what a report of its failure starts with.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use inkwell::module::Module;
use rustc_codegen_ssa::back::write::SharedEmitter;

use super::asm_trial::ModuleAssembly;
use super::job::Job;

/// The module being worked on, how far the work is, and who is to hear of failures.
#[derive(Clone)]
pub(super) struct Activity {
    pub(super) module: String,
    pub(super) stage: Option<Cow<'static, str>>,
    /// The same, where it can be done again by LLVM's own tools.
    pub(super) job: Option<Rc<Job>>,
    pub(super) emitter: SharedEmitter,
    /// The module's own assembly, while LLVM may read it.
    pub(super) assembly: Option<Rc<ModuleAssembly>>,
}

thread_local! {
    static CURRENT: RefCell<Option<Activity>> = const { RefCell::new(None) };
}

/// Says what is done next with the module of the innermost `DiagnosticScope`, for as long as the guard
/// lives: "generating an object file".
pub(crate) fn enter(stage: impl Into<Cow<'static, str>>) -> StageGuard {
    StageGuard(set_stage(Some(stage.into()), None))
}

/// The same, for what can be done again.
pub(super) fn enter_job(job: Job) -> StageGuard {
    StageGuard(set_stage(Some(job.stage().into()), Some(Rc::new(job))))
}

/// See [`enter`].
pub(crate) struct StageGuard(Before);

/// The stage and the job that a stage has taken the place of.
type Before = (Option<Cow<'static, str>>, Option<Rc<Job>>);

impl Drop for StageGuard {
    fn drop(&mut self) {
        let (stage, job) = std::mem::take(&mut self.0);
        set_stage(stage, job);
    }
}

/// Sets the stage and the job, and returns those before.
fn set_stage(stage: Option<Cow<'static, str>>, job: Option<Rc<Job>>) -> Before {
    CURRENT.with_borrow_mut(|current| match current {
        Some(current) => (
            std::mem::replace(&mut current.stage, stage),
            std::mem::replace(&mut current.job, job),
        ),
        None => Before::default(),
    })
}

/// Notes the assembly of `module` for as long as the guard lives: LLVM reads it in what is done next.
pub(super) fn reading_assembly(module: &Module<'_>) -> AssemblyGuard {
    AssemblyGuard(set_assembly(ModuleAssembly::of(module)))
}

/// See [`reading_assembly`].
pub(super) struct AssemblyGuard(Option<Rc<ModuleAssembly>>);

impl Drop for AssemblyGuard {
    fn drop(&mut self) {
        set_assembly(self.0.take());
    }
}

/// Sets the assembly, and returns the one before.
fn set_assembly(assembly: Option<Rc<ModuleAssembly>>) -> Option<Rc<ModuleAssembly>> {
    CURRENT.with_borrow_mut(|current| std::mem::replace(&mut current.as_mut()?.assembly, assembly))
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

//! What LLVM was asked to do on this thread: what a report of its failure starts with.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use inkwell::module::Module;
use rustc_codegen_ssa::back::write::SharedEmitter;

use super::asm_trial::ModuleAssembly;

/// The module being worked on, how far the work is, and who is to hear of failures.
#[derive(Clone)]
pub(super) struct Activity {
    pub(super) module: String,
    pub(super) stage: Option<Cow<'static, str>>,
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

//! What LLVM prints on request (`-Cllvm-args=-print-after-all` and the like): unit by unit.
//!
//! LLVM prints to standard error at once, so that nothing is lost when it crashes, but from each thread as it comes.
//! Where printing is asked for, modules wait for each other, and a line says whose turn it is.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::activity;

static PRINTS: AtomicBool = AtomicBool::new(false);
static TURN: Mutex<()> = Mutex::new(());

/// Looks for such requests among the arguments for LLVM.
pub(crate) fn look_for_printing<'a>(mut arguments: impl Iterator<Item = &'a str>) {
    let prints = arguments.any(|argument| argument.trim_start_matches('-').starts_with("print-"));
    PRINTS.store(prints, Ordering::Relaxed);
}

/// Waits until no other module is worked on, if LLVM prints. `stage` is what is done next.
pub(super) fn turn(stage: &str) -> Option<MutexGuard<'static, ()>> {
    if !PRINTS.load(Ordering::Relaxed) {
        return None;
    }
    // A thread that LLVM crashed on has left it poisoned; nothing is behind it.
    let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let module = activity::current().map(|activity| activity.module);
    eprintln!("*** {stage}, in module `{}` ***", module.unwrap_or_default());
    Some(turn)
}

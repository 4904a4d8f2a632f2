//! The sanitizers that a session asks for, in LLVM's options, and its scheme of control-flow integrity.

use rustc_session::{EarlySession, Session};
use rustc_target::spec::SanitizerSet;

/// What the passes read from LLVM's command line, because they have no parameter for it.
pub(crate) fn arguments(sess: &EarlySession) -> Vec<String> {
    let unstable = &sess.opts.unstable_opts;
    let on = unstable.sanitizer | sess.target.default_sanitizers;
    let mut arguments = Vec::new();
    if on.intersects(SanitizerSet::ADDRESS | SanitizerSet::KERNELADDRESS) {
        let recover = SanitizerSet::ADDRESS | SanitizerSet::KERNELADDRESS;
        if unstable.sanitizer_recover.intersects(recover) {
            arguments.push("-asan-recover".to_owned());
        }
        // COFF has no symbol that could stand for a global in reports of two definitions (LLVM D137227).
        if sess.target.is_like_windows {
            arguments.push("-asan-use-odr-indicator=false".to_owned());
        }
    }
    if on.contains(SanitizerSet::DATAFLOW) {
        let lists = unstable.sanitizer_dataflow_abilist.iter();
        arguments.extend(lists.map(|path| format!("-dfsan-abilist={path}")));
    }
    arguments
}

/// Which of the two schemes the session asks for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum ControlFlowIntegrity {
    Cfi,
    Kcfi,
}

impl ControlFlowIntegrity {
    /// rustc refuses both at once.
    pub(crate) fn of_session(sess: &Session) -> Option<Self> {
        if cfg!(not(has_rustc_sanitizers)) {
            // Refused at the start: rustc's part of it is not there.
            None
        } else if sess.is_sanitizer_cfi_enabled() {
            Some(ControlFlowIntegrity::Cfi)
        } else if sess.is_sanitizer_kcfi_enabled() {
            Some(ControlFlowIntegrity::Kcfi)
        } else {
            None
        }
    }

    pub(crate) fn flag(self) -> SanitizerSet {
        match self {
            ControlFlowIntegrity::Cfi => SanitizerSet::CFI,
            ControlFlowIntegrity::Kcfi => SanitizerSet::KCFI,
        }
    }
}

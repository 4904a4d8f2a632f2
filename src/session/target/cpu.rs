//! The processor to compile for (`-Ctarget-cpu`) and to tune for (`-Ztune-cpu`), and what it can do.

use std::sync::OnceLock;

use inkwell::targets::TargetMachine;
use rustc_session::EarlySession;
use rustc_session::config::NATIVE_CPU;

use crate::llvm::cxx::Subtarget;
use crate::llvm::machine::{HostProcessor, host};

/// LLVM's name of the processor to compile for.
pub(crate) fn cpu(sess: &EarlySession) -> &str {
    resolve(sess.opts.cg.target_cpu.as_deref().unwrap_or(&sess.target.cpu))
}

/// LLVM's name of the processor to tune for, if it is another.
pub(crate) fn tune_cpu(sess: &EarlySession) -> Option<&str> {
    sess.opts.unstable_opts.tune_cpu.as_deref().map(resolve)
}

/// LLVM's name for `cpu`, where `native` stands for the one that we are running on.
pub(super) fn resolve(cpu: &str) -> &str {
    if cpu == NATIVE_CPU { &at_hand().name } else { cpu }
}

/// The processor that we are running on. Its name does not tell its features: the same model can have its
/// vector units switched off.
pub(super) fn at_hand() -> &'static HostProcessor {
    static HOST: OnceLock<HostProcessor> = OnceLock::new();
    HOST.get_or_init(host)
}

/// The processor that `machine` stands for.
pub(super) fn subtarget<'m>(sess: &EarlySession, machine: &'m TargetMachine) -> Subtarget<'m> {
    Subtarget::of(machine).unwrap_or_else(|| {
        sess.dcx().fatal(
            "the LLVM that is loaded was built with other options than rustc's own: \
             its target machines cannot be read",
        )
    })
}

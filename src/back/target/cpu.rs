//! The processor to compile for (`-Ctarget-cpu`) and to tune for (`-Ztune-cpu`).

use inkwell::targets::TargetMachine;
use rustc_session::EarlySession;
use rustc_session::config::NATIVE_CPU;

/// LLVM's name of the processor to compile for.
pub(crate) fn target_cpu(sess: &EarlySession) -> String {
    let asked = sess.opts.cg.target_cpu.as_deref();
    resolve(asked.unwrap_or(&sess.target.cpu))
}

/// LLVM's name of the processor to tune for, if it is another.
pub(crate) fn tune_cpu(sess: &EarlySession) -> Option<String> {
    sess.opts.unstable_opts.tune_cpu.as_deref().map(resolve)
}

/// LLVM's name for `cpu`, where `native` stands for the one that we are running on.
pub(super) fn resolve(cpu: &str) -> String {
    if cpu == NATIVE_CPU {
        host_cpu()
    } else {
        cpu.to_owned()
    }
}

/// The processor that we are running on.
pub(super) fn host_cpu() -> String {
    TargetMachine::get_host_cpu_name().to_string()
}

/// The features of the processor that we are running on, as `+name` or `-name`. The name of a processor
/// does not tell: the same model can have its vector units switched off.
pub(super) fn host_features() -> Vec<String> {
    let features = TargetMachine::get_host_cpu_features().to_string();
    features
        .split(',')
        .filter(|feature| !feature.is_empty())
        .map(str::to_owned)
        .collect()
}

//! What LLVM has once per process: its targets, its version.

use inkwell::targets::{InitializationConfig, Target};
use llvm_sys::core::LLVMGetVersion;

/// LLVM's version: major, minor, patch.
pub(crate) fn version() -> (u32, u32, u32) {
    let (mut major, mut minor, mut patch) = (0, 0, 0);
    // SAFETY: LLVM writes three numbers.
    unsafe { LLVMGetVersion(&mut major, &mut minor, &mut patch) };
    (major, minor, patch)
}

/// Registers every target, its assembly parser and its printer.
pub(crate) fn initialize_targets() {
    // Nothing of ours disassembles.
    let all = InitializationConfig {
        disassembler: false,
        ..Default::default()
    };
    Target::initialize_all(&all);
}

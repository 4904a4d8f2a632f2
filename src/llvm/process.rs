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

/// Whether this LLVM was built with checks that change the layout of its objects
/// (`LLVM_ENABLE_ABI_BREAKING_CHECKS`). Such a one has a symbol, so that nothing else is linked to it.
pub(crate) fn has_abi_breaking_checks() -> bool {
    // SAFETY: looks for a symbol in what is loaded.
    unsafe { !libc::dlsym(libc::RTLD_DEFAULT, c"_ZN4llvm23EnableABIBreakingChecksE".as_ptr()).is_null() }
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

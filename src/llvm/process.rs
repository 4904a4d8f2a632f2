//! What LLVM has once per process: its targets, and how it was built.

use inkwell::targets::{InitializationConfig, Target};

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

//! What LLVM has once per process: options, targets, the fatal-error handler, its version.

use std::ffi::{CStr, CString, c_char};

use inkwell::targets::{InitializationConfig, Target};
use llvm_sys::core::LLVMGetVersion;
use llvm_sys::error_handling::LLVMInstallFatalErrorHandler;
use llvm_sys::support::LLVMParseCommandLineOptions;

/// LLVM's version: major, minor, patch.
pub(crate) fn version() -> (u32, u32, u32) {
    let (mut major, mut minor, mut patch) = (0, 0, 0);
    // SAFETY: LLVM writes three numbers.
    unsafe { LLVMGetVersion(&mut major, &mut minor, &mut patch) };
    (major, minor, patch)
}

/// Registers every target, its assembly parser and its printer.
pub(crate) fn initialize_targets() {
    let all = InitializationConfig::default();
    Target::initialize_all(&all);
}

/// Hands `arguments` to LLVM's own option parser; the first is the program's name in its messages.
pub(crate) fn parse_options(arguments: &[CString]) {
    let raw: Vec<*const c_char> = arguments.iter().map(|argument| argument.as_ptr()).collect();
    // SAFETY: LLVM reads the array and the strings during the call, and copies what it keeps.
    unsafe { LLVMParseCommandLineOptions(raw.len() as i32, raw.as_ptr(), std::ptr::null()) }
}

static HANDLER: std::sync::OnceLock<fn(&str)> = std::sync::OnceLock::new();

/// Calls `handler` with LLVM's words on an error that it cannot go on after. The handler should end the
/// process; if it returns, LLVM does.
pub(crate) fn on_fatal_error(handler: fn(&str)) {
    extern "C" fn trampoline(reason: *const c_char) {
        // SAFETY: LLVM passes a NUL-terminated string.
        let reason = unsafe { CStr::from_ptr(reason) }.to_string_lossy();
        if let Some(handler) = HANDLER.get() {
            handler(&reason);
        }
    }
    if HANDLER.set(handler).is_ok() {
        // SAFETY: the handler lives as long as the process; LLVM accepts one, which is ours.
        unsafe {
            llvm_sys::error_handling::LLVMResetFatalErrorHandler();
            LLVMInstallFatalErrorHandler(Some(trampoline));
        }
    }
}

//! LLVM's fatal errors, from which LLVM knows no way back.
//!
//! When LLVM finds that it cannot go on (`report_fatal_error`), it calls a handler, and ends the process
//! when that returns. Ours raises a Rust panic instead where it can: libLLVM is built without C++
//! exceptions, so its frames have nothing to clean up, and with unwind tables, so they can be passed. Where
//! the module is concerned, nothing may be done with it after that, not even freeing it.
//!
//! Memory that LLVM does not get, and a signal that it runs into, are taken in the same way.
//!
//! inkwell's `LLVMInstallFatalErrorHandler` takes a function that cannot unwind.

use std::cell::Cell;
use std::ffi::{CStr, c_void};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicPtr, Ordering};

use super::crash;
use super::cxx::{self, restore_pass_stack, save_pass_stack};
use super::safe::Handle;
use super::time_limit::Timer;

unsafe extern "C" {
    /// Declared here, not taken from `llvm-sys`, since the handler unwinds.
    safe fn LLVMInstallFatalErrorHandler(handler: extern "C-unwind" fn(Handle<&CStr>));
}

static HANDLER: OnceLock<fn(&str) -> !> = OnceLock::new();

/// Addresses that are given back to the system when there is no memory, so that this can be reported.
static RESERVE: AtomicPtr<c_void> = AtomicPtr::new(std::ptr::null_mut());
const RESERVED: usize = 16 << 20;

thread_local! {
    /// Whether LLVM was called on this thread in a way that a panic can pass.
    static INTERRUPTIBLE: Cell<bool> = const { Cell::new(false) };
}

/// Makes `handler` deal with LLVM's fatal errors. It may panic if [`is_interruptible`]; the words it gets
/// are LLVM's. Only the first call counts.
pub(crate) fn install_fatal_error_handler(handler: fn(&str) -> !) {
    if HANDLER.set(handler).is_ok() {
        LLVMInstallFatalErrorHandler(on_fatal_error);
        // SAFETY: asks for addresses that nothing is at, and touches none of them.
        let reserve = unsafe {
            let (access, kind) = (libc::PROT_READ, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
            libc::mmap(std::ptr::null_mut(), RESERVED, access, kind, -1, 0)
        };
        if reserve != libc::MAP_FAILED {
            RESERVE.store(reserve, Ordering::Relaxed);
        }
        cxx::install_out_of_memory_handler(on_exhaustion);
        crash::install(fail);
    }
}

/// Calls the handler, with its own words on what happened.
pub(super) fn fail(reason: &str) {
    let reserve = RESERVE.swap(std::ptr::null_mut(), Ordering::Relaxed);
    if !reserve.is_null() {
        // SAFETY: it is not used, and it is given back here only.
        unsafe { libc::munmap(reserve, RESERVED) };
    }
    if let Some(handler) = HANDLER.get() {
        handler(reason);
    }
}

extern "C-unwind" fn on_exhaustion(_: Option<&c_void>, reason: Handle<&CStr>, _: bool) {
    let reason = reason.get().to_str().unwrap_or_default();
    fail(if reason.is_empty() {
        "out of memory"
    } else {
        reason
    });
}

extern "C-unwind" fn on_fatal_error(reason: Handle<&CStr>) {
    fail(reason.get().to_string_lossy().trim_end());
}

/// Whether a fatal error at this point may end in a panic.
pub(crate) fn is_interruptible() -> bool {
    INTERRUPTIBLE.get()
}

/// Calls LLVM in such a way that a fatal error unwinds out of it.
///
/// What `call` calls must be declared `extern "C-unwind"`: rustc lays no landing pads, and thus no way for
/// a panic, around a call to an `extern "C"` function.
pub(crate) fn interruptible<R>(call: impl FnOnce() -> R) -> R {
    struct Leave {
        outer: bool,
        passes: Option<super::cxx::PassStack>,
        // Before the stack that its signal comes on.
        _timer: Timer,
        _stack: crash::SignalStack,
    }
    impl Drop for Leave {
        fn drop(&mut self) {
            INTERRUPTIBLE.set(self.outer);
            if let Some(passes) = self.passes.take() {
                restore_pass_stack(passes);
            }
        }
    }
    let stack = crash::SignalStack::enter();
    let timer = Timer::start();
    let _leave = Leave {
        outer: INTERRUPTIBLE.replace(true),
        passes: Some(save_pass_stack()),
        _timer: timer,
        _stack: stack,
    };
    call()
}

//! A limit on the time that LLVM may take for one piece of work, so that a pass that never ends is an error as others.
//!
//! Where a limit is set, the system's timer sends the thread a signal when it has used that much of a processor. Its
//! handler leaves LLVM as that of a crash does (`crash`): by a panic. It does so only while code of libLLVM itself
//! runs, since what that calls may hold the lock of the allocator; until then the signal comes again and again.
//! inkwell calls `LLVMGetVersion`; here its address is what tells libLLVM from other libraries.

use std::cell::Cell;
use std::ffi::{c_int, c_void};
use std::mem::MaybeUninit;
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use super::fatal::{fail, is_interruptible};

/// In seconds; none if 0.
static LIMIT: AtomicU32 = AtomicU32::new(0);
/// Where libLLVM's instructions are.
static CODE: OnceLock<Range<usize>> = OnceLock::new();
/// When the signal comes again.
const AGAIN: libc::c_long = 1_000_000;

thread_local! {
    static RUNNING: Cell<Option<libc::timer_t>> = const { Cell::new(None) };
}

/// One of libLLVM's functions, by which its code can be found.
pub(crate) fn function_of_llvm() -> *const c_void {
    llvm_sys::core::LLVMGetVersion as *const c_void
}

/// Sets the limit for the process, in seconds of processor time. libLLVM's instructions are in `code`.
pub(crate) fn set(seconds: u32, code: Range<usize>) {
    let _ = CODE.set(code);
    // SAFETY: the action is made of zeros and valid members, and the handler is one for three arguments.
    unsafe {
        let mut action = MaybeUninit::<libc::sigaction>::zeroed().assume_init();
        let handler: unsafe extern "C-unwind" fn(c_int, *mut libc::siginfo_t, *mut c_void) = on_time;
        action.sa_sigaction = handler as usize;
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_NODEFER | libc::SA_RESTART;
        libc::sigaction(signal(), &action, std::ptr::null_mut());
    }
    LIMIT.store(seconds, Ordering::Relaxed);
}

/// One that neither LLVM nor Rust uses.
fn signal() -> c_int {
    libc::SIGRTMIN() + 3
}

/// Runs from the first call of LLVM's on a thread to its end.
pub(super) struct Timer(Option<libc::timer_t>);

impl Timer {
    pub(super) fn start() -> Self {
        let seconds = LIMIT.load(Ordering::Relaxed);
        if seconds == 0 || is_interruptible() {
            return Timer(None);
        }
        // SAFETY: the structures are made of zeros and valid members; the timer is deleted when this is dropped.
        unsafe {
            let mut event = MaybeUninit::<libc::sigevent>::zeroed().assume_init();
            event.sigev_notify = libc::SIGEV_THREAD_ID;
            event.sigev_signo = signal();
            event.sigev_notify_thread_id = libc::gettid();
            let mut timer = std::ptr::null_mut();
            if libc::timer_create(libc::CLOCK_THREAD_CPUTIME_ID, &mut event, &mut timer) != 0 {
                return Timer(None);
            }
            let time = |tv_sec, tv_nsec| libc::timespec { tv_sec, tv_nsec };
            let when = libc::itimerspec {
                it_interval: time(0, AGAIN),
                it_value: time(seconds.into(), 0),
            };
            libc::timer_settime(timer, 0, &when, std::ptr::null_mut());
            RUNNING.set(Some(timer));
            Timer(Some(timer))
        }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        if let Some(timer) = self.0.take() {
            RUNNING.set(None);
            // SAFETY: it was created, and is deleted once.
            unsafe { libc::timer_delete(timer) };
        }
    }
}

unsafe extern "C-unwind" fn on_time(_: c_int, _: *mut libc::siginfo_t, context: *mut c_void) {
    // SAFETY: the system passes what the thread was at.
    let at = unsafe { instruction(context) };
    let in_llvm = CODE
        .get()
        .is_some_and(|code| at.is_none_or(|at| code.contains(&at)));
    if !in_llvm || !is_interruptible() {
        return;
    }
    if let Some(timer) = RUNNING.take() {
        // SAFETY: the timer is alive; zeros stop it.
        unsafe {
            let never = MaybeUninit::<libc::itimerspec>::zeroed().assume_init();
            libc::timer_settime(timer, 0, &never, std::ptr::null_mut());
        }
        fail(&format!(
            "it did not end within {} s of processor time, the limit that the environment variable \
             {VARIABLE} sets",
            LIMIT.load(Ordering::Relaxed)
        ));
    }
}

/// The name of the variable that users set the limit by.
pub(crate) const VARIABLE: &str = "FIXED_LLVM_TIME_LIMIT";

/// The address of the instruction that a signal came before.
///
/// # Safety
/// `context` must be what the system calls a handler with.
unsafe fn instruction(context: *mut c_void) -> Option<usize> {
    #[cfg(target_arch = "x86_64")]
    {
        let context = context.cast::<libc::ucontext_t>();
        // SAFETY: passed on to the caller.
        Some(unsafe { (*context).uc_mcontext.gregs[libc::REG_RIP as usize] } as usize)
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        let _ = context;
        None
    }
}

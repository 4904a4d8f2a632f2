//! Crashes of LLVM: a signal that comes while LLVM works for us is a fatal error like others.
//!
//! LLVM has bugs that end in a null pointer or an instruction that traps, and input that reaches them. The
//! signal's handler raises a panic, as the handler of LLVM's own fatal errors does: libLLVM has unwind
//! tables for every instruction, and the system's frame of a signal can be unwound through.

use std::cell::{Cell, RefCell};
use std::ffi::c_int;
use std::mem::MaybeUninit;
use std::sync::OnceLock;

use super::fatal::is_interruptible;

/// The signals of a program that went wrong.
const SIGNALS: [(c_int, &str); 5] = [
    (libc::SIGSEGV, "SIGSEGV"),
    (libc::SIGBUS, "SIGBUS"),
    (libc::SIGILL, "SIGILL"),
    (libc::SIGFPE, "SIGFPE"),
    (libc::SIGABRT, "SIGABRT"),
];

/// Handlers run here, since a stack that is exhausted has no room for them.
const STACK_SIZE: usize = 256 << 10;
/// Where the heap is broken, reporting can wait for a lock for ever. After so many seconds it is given up.
const PATIENCE: u32 = 10;
/// An address this near to the stack pointer is one that the stack has not grown to.
const NEAR_STACK: usize = 64 << 10;

static REPORT: OnceLock<fn(&str)> = OnceLock::new();
/// What was to be done before, for each of [`SIGNALS`].
static BEFORE: OnceLock<[libc::sigaction; SIGNALS.len()]> = OnceLock::new();

thread_local! {
    static STACK: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    /// Whether a crash is being reported, in which another may happen.
    static REPORTING: Cell<bool> = const { Cell::new(false) };
}

/// Makes `report` deal with LLVM's crashes, for the whole process. It must not return, but may panic.
pub(super) fn install(report: fn(&str)) {
    if REPORT.set(report).is_err() {
        return;
    }
    // SAFETY: the actions are made of zeros and valid members, and the handler is one for three arguments.
    let before = SIGNALS.map(|(signal, _)| unsafe {
        let mut action = MaybeUninit::<libc::sigaction>::zeroed().assume_init();
        let mut before = action;
        let handler: unsafe extern "C-unwind" fn(c_int, *mut libc::siginfo_t, *mut libc::c_void) = on_signal;
        action.sa_sigaction = handler as usize;
        // Not blocked while it is handled: the handler is left by unwinding, which would leave it so.
        action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_NODEFER;
        libc::sigaction(signal, &action, &mut before);
        before
    });
    let _ = BEFORE.set(before);
}

unsafe extern "C-unwind" fn on_signal(signal: c_int, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    if is_interruptible() && !REPORTING.replace(true) {
        struct Done;
        impl Drop for Done {
            fn drop(&mut self) {
                REPORTING.set(false);
                // SAFETY: takes back the alarm below.
                unsafe { libc::alarm(0) };
            }
        }
        let _done = Done;
        // SAFETY: if it is not taken back, the process ends.
        unsafe { libc::alarm(PATIENCE) };
        // SAFETY: the system passes what it knows of the signal.
        let address = unsafe { (*info).si_addr() } as usize;
        let name = SIGNALS.iter().find(|(number, _)| *number == signal);
        let name = name.map_or("signal", |(_, name)| name);
        let report = REPORT.get();
        match (report, signal == libc::SIGSEGV && is_below_stack(address)) {
            (Some(report), true) => report(
                "it used up the stack, of which the environment variable RUST_MIN_STACK can give it more (in bytes)",
            ),
            (Some(report), false) => report(&format!("it crashed ({name})")),
            (None, _) => {}
        }
    }
    // Not LLVM's: what was to be done before is done when the instruction is tried again.
    let index = SIGNALS.iter().position(|(number, _)| *number == signal);
    if let (Some(before), Some(index)) = (BEFORE.get(), index) {
        // SAFETY: an action that the system gave.
        unsafe { libc::sigaction(signal, &before[index], std::ptr::null_mut()) };
    }
}

/// Whether `address` is one that this thread's stack would have grown to.
fn is_below_stack(address: usize) -> bool {
    // SAFETY: the attributes are filled before they are read, and destroyed once.
    unsafe {
        let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
        if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
            return false;
        }
        let (mut lowest, mut size) = (std::ptr::null_mut(), 0);
        let failed = libc::pthread_attr_getstack(attributes.as_ptr(), &mut lowest, &mut size) != 0;
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        !failed && address.abs_diff(lowest as usize) < NEAR_STACK
    }
}

/// Gives this thread a stack for signal handlers that can report errors, for as long as it is alive.
pub(super) struct SignalStack(Option<libc::stack_t>);

impl SignalStack {
    pub(super) fn enter() -> Self {
        let nested = is_interruptible();
        STACK.with_borrow_mut(|stack| {
            // The room is taken from the system when it is used.
            stack.reserve_exact(STACK_SIZE);
            let own = libc::stack_t {
                ss_sp: stack.as_mut_ptr().cast(),
                ss_flags: 0,
                ss_size: STACK_SIZE,
            };
            let mut outer = MaybeUninit::<libc::stack_t>::zeroed();
            // SAFETY: the memory stays where it is until the thread ends, and `drop` comes before that.
            // Refused on a handler's own stack, where the outer one stays in force.
            let set = unsafe { !nested && libc::sigaltstack(&own, outer.as_mut_ptr()) == 0 };
            // SAFETY: filled, or zeros.
            SignalStack(set.then(|| unsafe { outer.assume_init() }))
        })
    }
}

impl Drop for SignalStack {
    fn drop(&mut self) {
        if let Some(outer) = self.0.take() {
            // SAFETY: what was in force before.
            unsafe { libc::sigaltstack(&outer, std::ptr::null_mut()) };
        }
    }
}

//! What LLVM does when there is no memory left. By itself, it would end the process by `SIGABRT`.

use std::ffi::{c_char, c_void};

/// `llvm::fatal_error_handler_t`
type Handler = unsafe extern "C-unwind" fn(data: *mut c_void, reason: *const c_char, crash: bool);

unsafe extern "C" {
    /// `void llvm::install_bad_alloc_error_handler(fatal_error_handler_t handler, void *user_data)`
    #[link_name = "_ZN4llvm31install_bad_alloc_error_handlerEPFvPvPKcbES0_"]
    fn cxx_install_bad_alloc_handler(handler: Handler, data: *mut c_void);
    /// `void llvm::install_out_of_memory_new_handler()`: `operator new` goes to that handler too.
    #[link_name = "_ZN4llvm33install_out_of_memory_new_handlerEv"]
    fn cxx_install_new_handler();
}

/// Makes `handler` deal with memory that LLVM does not get. It gets null, LLVM's words, and whether LLVM
/// would crash; it must not return. To be installed once.
pub(crate) fn install_out_of_memory_handler(handler: Handler) {
    // SAFETY: LLVM keeps one handler for the process.
    unsafe {
        cxx_install_bad_alloc_handler(handler, std::ptr::null_mut());
        cxx_install_new_handler();
    }
}

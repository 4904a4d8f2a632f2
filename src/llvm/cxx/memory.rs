//! What LLVM does when there is no memory left. By itself, it would end the process by `SIGABRT`.

use std::ffi::{CStr, c_void};

use crate::llvm::safe::Handle;

/// `llvm::fatal_error_handler_t`
type Handler = extern "C-unwind" fn(data: Option<&c_void>, reason: Handle<&CStr>, crash: bool);

unsafe extern "C" {
    /// `void llvm::install_bad_alloc_error_handler(fatal_error_handler_t handler, void *user_data)`
    #[link_name = "_ZN4llvm31install_bad_alloc_error_handlerEPFvPvPKcbES0_"]
    safe fn cxx_install_bad_alloc_handler(handler: Handler, data: Option<&'static c_void>);
    /// `void llvm::install_out_of_memory_new_handler()`: `operator new` goes to that handler too.
    #[link_name = "_ZN4llvm33install_out_of_memory_new_handlerEv"]
    safe fn cxx_install_new_handler();
}

/// Makes `handler` deal with memory that LLVM does not get. It gets null, LLVM's words, and whether LLVM
/// would crash; it must not return. To be installed once.
pub(in crate::llvm) fn install_out_of_memory_handler(handler: Handler) {
    cxx_install_bad_alloc_handler(handler, None);
    cxx_install_new_handler();
}

//! LLVM's own command line (`-Cllvm-args`).
//!
//! `LLVMParseCommandLineOptions` throws LLVM's complaints away and goes on, so that a misspelt option
//! would be ignored; the C++ function behind it can hand them over.

use std::ffi::{CString, c_char, c_int, c_void};

use super::Ref;
use super::stream::{Out, collect};

unsafe extern "C" {
    /// `bool llvm::cl::ParseCommandLineOptions(int argc, const char *const *argv, StringRef Overview,
    /// raw_ostream *Errs, vfs::FileSystem *VFS, const char *EnvVar, bool LongOptionsUseDoubleDash)`
    #[link_name = "_ZN4llvm2cl23ParseCommandLineOptionsEiPKPKcNS_9StringRefEPNS_11raw_ostreamEPNS_3vfs10FileSystemES2_b"]
    fn cxx_parse_command_line(
        argc: c_int,
        argv: *const *const c_char,
        overview: Ref<'_, u8>,
        errors: Out<'_>,
        files: *mut c_void,
        environment: *const c_char,
        double_dash: bool,
    ) -> bool;
}

/// Sets LLVM's global options; an error holds LLVM's complaints. `arguments` starts with the name by
/// which LLVM calls the program in them.
pub(crate) fn parse_command_line(arguments: &[CString]) -> Result<(), String> {
    let pointers: Vec<*const c_char> = arguments.iter().map(|argument| argument.as_ptr()).collect();
    let mut accepted = false;
    let complaints = collect(|errors| {
        // SAFETY: `argc` strings are at `argv`; null means the real file system and no variable, as in
        // the defaults of the C++ declaration.
        accepted = unsafe {
            cxx_parse_command_line(
                pointers.len() as c_int,
                pointers.as_ptr(),
                Ref::of(""),
                errors,
                std::ptr::null_mut(),
                std::ptr::null(),
                false,
            )
        };
    });
    if accepted { Ok(()) } else { Err(complaints) }
}

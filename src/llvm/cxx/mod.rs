//! C++ functions and objects of libLLVM, where LLVM-C offers nothing.
//!
//! The rules here: only symbols that libLLVM exports are called; a declaration stands beside the C++
//! one it mirrors; the numbers of a layout are rows of [`layout`], which a test compares with LLVM's
//! headers; and what is read from an object's memory is first compared with what LLVM-C or LLVM's own code
//! says about the same object. `crate::compatibility` has by then made sure that the LLVM loaded is of the
//! very version, and built in the way, that these files were written for.

use std::ffi::CStr;
use std::mem::offset_of;

use llvm_sys::LLVMValue;
use llvm_sys::core::LLVMGetValueName2;

pub(super) mod attribute_list;
mod calling;
mod command_line;
mod containers;
pub(super) mod di_builder;
mod diagnostic;
mod diagnostic_handler;
mod embedded;
mod global_value;
mod inline_asm;
mod layout;
mod mangler;
mod memory;
mod module_assembly;
pub(super) mod named_metadata;
mod pass_builder;
mod pass_plugin;
mod pass_watch;
mod passes;
mod profile;
mod remarks;
mod sanitizer_metadata;
mod source_text;
mod split;
mod statistics;
mod stream;
mod subtarget;
mod summary;
mod target_machine;
mod thin_import;
mod thin_link;
mod time_trace;
mod unreachable;
mod upgrade;

pub(super) use calling::take_error;
pub(crate) use command_line::parse_command_line;
pub(crate) use diagnostic::{
    AsmDiagnostic, AsmPlace, Diagnostic, FunctionDiagnostic, Remark, RemarkKind, Severity,
};
pub(crate) use diagnostic_handler::{DiagnosticHandler, RemarkedPasses, Remarks, request_hotness};
pub(crate) use embedded::take_embedded;
pub(crate) use global_value::set_dso_local;
pub(crate) use inline_asm::rejection;
pub(crate) use mangler::mangled_name;
pub(crate) use memory::install_out_of_memory_handler;
pub(crate) use module_assembly::{has_module_assembly, module_assembly};
pub(super) use pass_builder::with_extras;
pub(crate) use pass_builder::{Extras, Profile, ProfileAction};
pub(crate) use pass_plugin::Plugin;
pub(crate) use pass_watch::PassWatch;
pub(crate) use passes::{PassStack, active_passes, pass_names, restore_pass_stack, save_pass_stack};
pub(crate) use profile::{name_output_file, profile_hash, profile_name_variable};
pub(crate) use remarks::RemarkFile;
pub(crate) use sanitizer_metadata::{SanitizerExemptions, exempt_from_sanitizers};
pub(crate) use split::emit_split;
pub(crate) use statistics::{pass_timings, statistics, statistics_json};
pub(crate) use stream::verify_function;
pub(crate) use subtarget::Subtarget;
pub(crate) use summary::write_with_summary;
pub(crate) use target_machine::{
    Compression, FloatAbi, Options, Request, make_machine, register_codegen_flags,
};
pub(crate) use thin_import::unify_debug_types;
pub(crate) use thin_link::{Participant, ThinLink};
pub(crate) use time_trace::{finish_thread_trace, start_thread_trace, take_time_trace};
pub(crate) use unreachable::eliminate_unreachable_blocks;
pub(crate) use upgrade::{is_outdated, upgrade_calls};

/// The name of a value of which nothing but the reference is known.
///
/// # Safety
/// `value` must be a value that is alive.
unsafe fn value_name(value: *mut LLVMValue) -> String {
    let mut len = 0;
    // SAFETY: the name belongs to the value and has `len` bytes.
    unsafe {
        let name = LLVMGetValueName2(value, &mut len);
        String::from_utf8_lossy(slice_or_empty(name.cast::<u8>(), len)).into_owned()
    }
}

/// `std::string` as libstdc++ lays it out: where the text is, how long it is, and room for short texts.
#[repr(C)]
struct CxxString {
    data: *const u8,
    len: usize,
    local: [u64; 2],
}

const _: () = {
    assert!(size_of::<CxxString>() == layout::STRING_SIZE);
    assert!(offset_of!(CxxString, len) == layout::STRING_LENGTH);
    assert!(offset_of!(CxxString, local) == layout::STRING_LOCAL);
    assert!(size_of::<Ref<u8>>() == layout::STRING_REF_SIZE);
    assert!(size_of::<Ref<u32>>() == layout::ARRAY_REF_SIZE);
};

impl CxxString {
    /// One that shows `text` to C++ functions that read a string, or copy it. It must not be changed or destroyed
    /// there. C++ counts on the zero behind the text, as C does.
    fn lent(text: &CStr) -> Self {
        CxxString {
            data: text.as_ptr().cast(),
            len: text.count_bytes(),
            local: [0; 2],
        }
    }

    /// # Safety
    /// `self` must be a `std::string` that C++ made and still owns, in its place.
    unsafe fn bytes(&self) -> &[u8] {
        // SAFETY: C++ keeps `data` pointing to `len` bytes for as long as the string is alive.
        unsafe { slice_or_empty(self.data, self.len) }
    }

    /// # Safety
    /// As for [`CxxString::bytes`].
    unsafe fn text(&self) -> String {
        // SAFETY: passed on to the caller.
        String::from_utf8_lossy(unsafe { self.bytes() }).into_owned()
    }
}

/// `llvm::StringRef` and `llvm::ArrayRef`: a pointer and a count. By value, C and C++ pass both alike.
#[repr(C)]
struct Ref<T> {
    data: *const T,
    len: usize,
}

impl<T> Clone for Ref<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Ref<T> {}

impl Ref<u8> {
    /// # Safety
    /// The text must be alive for `'a`.
    unsafe fn bytes<'a>(self) -> &'a [u8] {
        // SAFETY: passed on to the caller.
        unsafe { slice_or_empty(self.data, self.len) }
    }

    fn of(text: &str) -> Self {
        Ref {
            data: text.as_ptr(),
            len: text.len(),
        }
    }
}

/// A slice of `len` elements at `data`, where C++ may have put a null pointer for "no elements".
///
/// # Safety
/// If `len` is not zero, `data` must point to that many elements, alive for `'a`.
unsafe fn slice_or_empty<'a, T>(data: *const T, len: usize) -> &'a [T] {
    if len == 0 {
        &[]
    } else {
        // SAFETY: promised by the caller.
        unsafe { std::slice::from_raw_parts(data, len) }
    }
}

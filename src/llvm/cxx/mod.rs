//! C++ functions and objects of libLLVM, where LLVM-C offers nothing.
//!
//! The rules here: only symbols that libLLVM exports are called; a declaration stands beside the C++
//! one it mirrors, and is a `safe fn` where its types say all that it asks for (a `Handle` for what is LLVM's
//! or inkwell's, a [`Ref`] for texts and lists); the numbers of a layout are rows of [`layout`], which a test
//! compares with LLVM's headers; and what is read from an object's memory is first compared with what LLVM-C or
//! LLVM's own code says about the same object. `crate::compatibility` has by then made sure that the LLVM loaded
//! is of the very version, and built in the way, that these files were written for.

use std::ffi::CStr;
use std::marker::PhantomData;
use std::mem::offset_of;

use llvm_sys::core::LLVMGetValueName2;

use super::Value;
use super::safe::{slice_or_empty, texts};

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

pub(super) use calling::Failure;
pub(crate) use command_line::parse_command_line;
pub(crate) use diagnostic::{
    AsmDiagnostic, AsmPlace, Diagnostic, FunctionDiagnostic, Remark, RemarkKind, Severity,
};
pub(crate) use diagnostic_handler::{DiagnosticHandler, RemarkedPasses, Remarks, request_hotness};
pub(crate) use embedded::take_embedded;
pub(crate) use global_value::set_dso_local;
pub(crate) use inline_asm::rejection;
pub(crate) use mangler::mangled_name;
pub(super) use memory::install_out_of_memory_handler;
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

texts! {
    /// The name of a value, or nothing.
    fn value_name(value: Value<'_>) = LLVMGetValueName2;
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
    assert!(size_of::<Ref<'static, u8>>() == layout::STRING_REF_SIZE);
    assert!(size_of::<Ref<'static, u32>>() == layout::ARRAY_REF_SIZE);
};

impl CxxString {
    fn bytes(&self) -> &[u8] {
        // SAFETY: C++ made it, and keeps `data` pointing to `len` bytes for as long as the string is in its place.
        unsafe { slice_or_empty(self.data, self.len) }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(self.bytes()).into_owned()
    }
}

/// A `std::string` that shows a text of ours to C++ functions that read a string, or copy it. It must not be changed or
/// destroyed there.
#[repr(transparent)]
struct LentString<'a>(CxxString, PhantomData<&'a CStr>);

impl<'a> LentString<'a> {
    /// C++ counts on the zero behind the text, as C does.
    fn of(text: &'a CStr) -> Self {
        let string = CxxString {
            data: text.as_ptr().cast(),
            len: text.count_bytes(),
            local: [0; 2],
        };
        LentString(string, PhantomData)
    }
}

/// `llvm::StringRef` and `llvm::ArrayRef`: a pointer and a count. By value, C and C++ pass both alike.
///
/// One that C++ holds, as `'static`, is alive for as long as it says itself.
#[repr(C)]
struct Ref<'a, T> {
    data: *const T,
    len: usize,
    of: PhantomData<&'a [T]>,
}

impl<T> Clone for Ref<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Ref<'_, T> {}

impl<'a, T> From<&'a [T]> for Ref<'a, T> {
    fn from(elements: &'a [T]) -> Self {
        Ref {
            data: elements.as_ptr(),
            len: elements.len(),
            of: PhantomData,
        }
    }
}

impl<T> Ref<'_, T> {
    const EMPTY: Self = Ref {
        data: std::ptr::null(),
        len: 0,
        of: PhantomData,
    };

    fn as_slice(&self) -> &[T] {
        // SAFETY: a slice was made one, or C++ has it, for as long as it keeps the elements.
        unsafe { slice_or_empty(self.data, self.len) }
    }
}

impl<'a> Ref<'a, u8> {
    fn of(text: &'a str) -> Self {
        text.as_bytes().into()
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(self.as_slice()).into_owned()
    }
}

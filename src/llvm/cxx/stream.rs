//! What LLVM prints to a `raw_ostream`, as a `String`.
//!
//! LLVM-C returns text only from the few functions that were given a variant for it. The function
//! verifier has none: `LLVMVerifyFunction` says yes or no, or prints to standard error.

use std::ffi::c_char;
use std::mem::offset_of;
use std::sync::OnceLock;

use inkwell::values::{AsValueRef, FunctionValue};
use llvm_sys::LLVMValue;
use llvm_sys::core::LLVMDisposeMessage;

use super::layout;

unsafe extern "C" {
    /// `vtable for llvm::raw_svector_ostream`; an object points two words into it (Itanium C++ ABI 2.5.2).
    #[link_name = "_ZTVN4llvm19raw_svector_ostreamE"]
    static STREAM_VTABLE: [usize; 3];
    /// `raw_ostream &llvm::raw_ostream::write(const char *Ptr, size_t Size)`
    #[link_name = "_ZN4llvm11raw_ostream5writeEPKcm"]
    fn raw_ostream_write(stream: *mut Stream, text: *const u8, len: usize) -> *mut Stream;
    /// `bool llvm::verifyFunction(const Function &F, raw_ostream *OS)`; true means broken.
    #[link_name = "_ZN4llvm14verifyFunctionERKNS_8FunctionEPNS_11raw_ostreamE"]
    fn cxx_verify_function(function: *mut LLVMValue, stream: *mut Stream) -> bool;
}

/// `llvm::SmallVector<char, 8>`: grows with `malloc` once the inline bytes do not suffice.
#[repr(C)]
struct Buffer {
    begin: *mut u8,
    len: usize,
    capacity: usize,
    inline: [u8; 8],
}

/// `llvm::raw_svector_ostream`, that is `llvm::raw_ostream` and a reference to its buffer.
#[repr(C)]
pub(super) struct Stream {
    vtable: *const usize,
    kind: u32,
    unflushed: [*mut u8; 3],
    colors: bool,
    mode: u32,
    buffer: *mut Buffer,
}

const _: () = {
    assert!(size_of::<Buffer>() == layout::BUFFER_SIZE);
    assert!(offset_of!(Buffer, len) == layout::BUFFER_LENGTH);
    assert!(offset_of!(Buffer, capacity) == layout::BUFFER_CAPACITY);
    assert!(size_of::<Stream>() == layout::STREAM_SIZE);
    assert!(offset_of!(Stream, kind) == layout::STREAM_KIND);
    assert!(offset_of!(Stream, unflushed) == layout::STREAM_UNFLUSHED);
    assert!(offset_of!(Stream, colors) == layout::STREAM_COLORS);
    assert!(offset_of!(Stream, mode) == layout::STREAM_MODE);
};

/// Runs `print` with a stream, and returns the text that was printed to it.
pub(super) fn collect(print: impl FnOnce(*mut Stream)) -> String {
    String::from_utf8_lossy(&collect_bytes(print)).into_owned()
}

/// Runs `write` with a stream, and returns what was written to it.
pub(super) fn collect_bytes(write: impl FnOnce(*mut Stream)) -> Vec<u8> {
    static MIRRORED: OnceLock<bool> = OnceLock::new();
    // Tried once, before the first use: LLVM's own code writes through the object as we lay it out.
    let mirrored = *MIRRORED.get_or_init(|| {
        const PROBE: &str = "longer than the eight bytes that fit inline";
        // SAFETY: `collect_unchecked` lends a stream that lives throughout the call.
        collect_unchecked(|stream| unsafe {
            raw_ostream_write(stream, PROBE.as_ptr(), PROBE.len());
        }) == PROBE.as_bytes()
    });
    assert!(mirrored, "this LLVM lays out `raw_svector_ostream` differently");
    collect_unchecked(write)
}

fn collect_unchecked(write: impl FnOnce(*mut Stream)) -> Vec<u8> {
    let mut buffer = Buffer {
        begin: std::ptr::null_mut(),
        len: 0,
        capacity: 8,
        inline: [0; 8],
    };
    let buffer = &raw mut buffer;
    // SAFETY: `buffer` points to the local above, which stays in place until the end of the function.
    // Whatever LLVM put in `begin` holds `len` bytes; if that is not the inline storage, it was allocated
    // with `malloc`, as are the messages that `LLVMDisposeMessage` frees.
    unsafe {
        let inline = (&raw mut (*buffer).inline).cast::<u8>();
        (*buffer).begin = inline;
        let mut stream = Stream {
            vtable: (&raw const STREAM_VTABLE).cast::<usize>().add(2),
            kind: layout::STREAM_IS_SMALL_VECTOR as u32,
            unflushed: [std::ptr::null_mut(); 3],
            colors: false,
            mode: layout::STREAM_IS_UNBUFFERED as u32,
            buffer,
        };
        write(&raw mut stream);
        let bytes = std::slice::from_raw_parts((*buffer).begin, (*buffer).len).to_vec();
        if (*buffer).begin != inline {
            LLVMDisposeMessage((*buffer).begin.cast::<c_char>());
        }
        bytes
    }
}

/// Runs LLVM's verifier on `function`; an error holds the verifier's words.
pub(crate) fn verify_function(function: FunctionValue<'_>) -> Result<(), String> {
    let mut broken = false;
    // SAFETY: the function is alive, and the stream is for the duration of the call.
    let words = collect(|stream| broken = unsafe { cxx_verify_function(function.as_value_ref(), stream) });
    if broken { Err(words) } else { Ok(()) }
}

//! What LLVM prints to a `raw_ostream`, as a `String`.
//!
//! LLVM-C returns text only from the few functions that were given a variant for it. The function
//! verifier has none: `LLVMVerifyFunction` says yes or no, or prints to standard error.

use std::ffi::c_char;
use std::marker::{PhantomData, PhantomPinned};
use std::mem::offset_of;
use std::pin::Pin;
use std::sync::OnceLock;

use inkwell::values::FunctionValue;
use llvm_sys::core::LLVMDisposeMessage;

use super::layout;
use crate::llvm::safe::Handle;

unsafe extern "C" {
    /// `vtable for llvm::raw_svector_ostream`; an object points two words into it (Itanium C++ ABI 2.5.2).
    #[link_name = "_ZTVN4llvm19raw_svector_ostreamE"]
    static STREAM_VTABLE: [usize; 3];
    /// `raw_ostream &llvm::raw_ostream::write(const char *Ptr, size_t Size)`
    #[link_name = "_ZN4llvm11raw_ostream5writeEPKcm"]
    fn raw_ostream_write<'a>(stream: Out<'a>, text: *const u8, len: usize) -> Out<'a>;
    /// `bool llvm::verifyFunction(const Function &F, raw_ostream *OS)`; true means broken.
    #[link_name = "_ZN4llvm14verifyFunctionERKNS_8FunctionEPNS_11raw_ostreamE"]
    safe fn cxx_verify_function(function: Handle<FunctionValue<'_>>, stream: Out<'_>) -> bool;
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

/// A stream that is alive for `'a`, for C++ to write to.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub(super) struct Out<'a>(*mut Stream, PhantomData<&'a Text>);

/// Runs `print` with a stream, and returns the text that was printed to it.
pub(super) fn collect(print: impl FnOnce(Out<'_>)) -> String {
    String::from_utf8_lossy(&collect_bytes(print)).into_owned()
}

/// Runs `write` with a stream, and returns what was written to it.
pub(super) fn collect_bytes(write: impl FnOnce(Out<'_>)) -> Vec<u8> {
    let mut text = Text::new();
    write(text.as_mut().stream());
    text.bytes().to_vec()
}

/// What is written to a stream, and the stream. It stays where it is: its parts point to one another.
pub(super) struct Text {
    buffer: Buffer,
    stream: Stream,
    _in_place: PhantomPinned,
}

impl Text {
    pub(super) fn new() -> Pin<Box<Self>> {
        static MIRRORED: OnceLock<bool> = OnceLock::new();
        // Tried once, before the first use: LLVM's own code writes through the object as we lay it out.
        let mirrored = *MIRRORED.get_or_init(|| {
            const PROBE: &str = "longer than the eight bytes that fit inline";
            let mut text = Text::unchecked();
            // SAFETY: there are as many bytes at the address.
            unsafe { raw_ostream_write(text.as_mut().stream(), PROBE.as_ptr(), PROBE.len()) };
            text.bytes() == PROBE.as_bytes()
        });
        assert!(mirrored, "this LLVM lays out `raw_svector_ostream` differently");
        Text::unchecked()
    }

    fn unchecked() -> Pin<Box<Self>> {
        let text = Box::into_raw(Box::new(Text {
            buffer: Buffer {
                begin: std::ptr::null_mut(),
                len: 0,
                capacity: 8,
                inline: [0; 8],
            },
            stream: Stream {
                vtable: (&raw const STREAM_VTABLE).cast::<usize>().wrapping_add(2),
                kind: layout::STREAM_IS_SMALL_VECTOR as u32,
                unflushed: [std::ptr::null_mut(); 3],
                colors: false,
                mode: layout::STREAM_IS_UNBUFFERED as u32,
                buffer: std::ptr::null_mut(),
            },
            _in_place: PhantomPinned,
        }));
        // SAFETY: the box is not moved out of from here on.
        unsafe {
            (*text).buffer.begin = (&raw mut (*text).buffer.inline).cast();
            (*text).stream.buffer = &raw mut (*text).buffer;
            Box::into_pin(Box::from_raw(text))
        }
    }

    /// The stream to write to, which is alive for as long as this is.
    pub(super) fn stream(self: Pin<&mut Self>) -> Out<'_> {
        // SAFETY: nothing is moved.
        Out(unsafe { &raw mut self.get_unchecked_mut().stream }, PhantomData)
    }

    /// What has been written so far.
    pub(super) fn bytes(&self) -> &[u8] {
        // SAFETY: LLVM keeps `len` bytes at `begin`.
        unsafe { std::slice::from_raw_parts(self.buffer.begin, self.buffer.len) }
    }
}

impl Drop for Text {
    fn drop(&mut self) {
        if self.buffer.begin != self.buffer.inline.as_mut_ptr() {
            // SAFETY: what is not the inline storage was allocated with `malloc`, as are the messages that this frees.
            unsafe { LLVMDisposeMessage(self.buffer.begin.cast::<c_char>()) };
        }
    }
}

/// Runs LLVM's verifier on `function`; an error holds the verifier's words.
pub(crate) fn verify_function(function: FunctionValue<'_>) -> Result<(), String> {
    let mut broken = false;
    let words = collect(|stream| broken = cxx_verify_function(function.into(), stream));
    if broken { Err(words) } else { Ok(()) }
}

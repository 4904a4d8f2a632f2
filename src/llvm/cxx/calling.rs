//! How C++ passes what C has no word for: results with a destructor, views of callbacks, `std::function`.
//!
//! All of it is the Itanium C++ ABI (section 3.1, "Non-trivial parameters" and "Return values") over the
//! x86-64 System V ABI. What has a destructor or a copy constructor goes by reference as an argument, and is
//! written to the caller's memory as a result, however small it is.
//!
//! inkwell asks for the words of an error (`LLVMGetErrorMessage`) only where it has called the function itself.

use std::ffi::{CStr, c_void};
use std::marker::PhantomData;
use std::mem::{MaybeUninit, offset_of};

use super::layout;
use llvm_sys::error::{LLVMDisposeErrorMessage, LLVMErrorRef, LLVMGetErrorMessage};

/// A result that C++ writes to memory. The words behind `value` make C expect it there too: up to two words
/// would come back in registers.
#[repr(C)]
pub(super) struct InMemory<T> {
    value: MaybeUninit<T>,
    unused: [MaybeUninit<usize>; 2],
}

impl<T> InMemory<T> {
    /// # Safety
    /// A C++ function must have returned `self`, whose result is laid out as `T`.
    pub(super) unsafe fn get(self) -> T {
        // SAFETY: passed on to the caller.
        unsafe { self.value.assume_init() }
    }
}

/// `llvm::Error`: a pointer to what went wrong, null for success. It is LLVM-C's `LLVMErrorRef` too.
pub(super) type Error = InMemory<LLVMErrorRef>;

impl Error {
    /// LLVM's words, if this is an error.
    ///
    /// # Safety
    /// As for [`InMemory::get`].
    pub(super) unsafe fn into_result(self) -> Result<(), String> {
        // SAFETY: passed on to the caller; the error is ours, and consumed here.
        unsafe {
            let error = self.get();
            if error.is_null() {
                Ok(())
            } else {
                Err(take_error(error))
            }
        }
    }
}

/// `llvm::Expected<T>` of a `T` that fits a word: the value or the error, and which of them it is.
#[repr(C)]
pub(super) struct Expected {
    pub(super) content: *mut c_void,
    /// `HasError`, a bit-field of one bit.
    pub(super) has_error: u8,
}

const _: () = {
    assert!(size_of::<Expected>() == layout::EXPECTED_SIZE);
    assert!(size_of::<LLVMErrorRef>() == layout::ERROR_SIZE);
    assert!(size_of::<FunctionRef<'static, fn()>>() == layout::FUNCTION_REF_SIZE);
    assert!(size_of::<StdFunction<'static, fn()>>() == layout::STD_FUNCTION_SIZE);
    assert!(offset_of!(StdFunction<'static, fn()>, manager) == layout::STD_FUNCTION_MANAGER);
};

impl Expected {
    /// The content, or LLVM's words.
    ///
    /// # Safety
    /// C++ must have made it, and the content must be the caller's now.
    pub(super) unsafe fn into_result(self) -> Result<*mut c_void, String> {
        if self.has_error & 1 == 0 {
            Ok(self.content)
        } else {
            // SAFETY: passed on to the caller.
            Err(unsafe { take_error(self.content.cast()) })
        }
    }
}

/// The words of an error of LLVM's, which is consumed.
///
/// # Safety
/// `error` must be an error that nothing else consumes.
pub(in crate::llvm) unsafe fn take_error(error: LLVMErrorRef) -> String {
    // SAFETY: passed on to the caller; the message is disposed of once.
    unsafe {
        let message = LLVMGetErrorMessage(error);
        let text = CStr::from_ptr(message).to_string_lossy().into_owned();
        LLVMDisposeErrorMessage(message);
        text
    }
}

/// `llvm::function_ref`: a function, and what it is called with first. `F` is the function's type.
#[repr(C)]
#[derive(Copy, Clone)]
pub(super) struct FunctionRef<'a, F> {
    function: F,
    closure: *const c_void,
    borrow: PhantomData<&'a ()>,
}

impl<'a, F> FunctionRef<'a, F> {
    /// `function` will be called with the address of `closure` first.
    pub(super) fn new<T>(function: F, closure: &'a T) -> Self {
        FunctionRef {
            function,
            closure: (&raw const *closure).cast(),
            borrow: PhantomData,
        }
    }
}

/// `std::function` as libstdc++ lays it out: what it is called with, what copies that, and what it calls.
#[repr(C)]
pub(super) struct StdFunction<'a, F> {
    storage: [*const c_void; 2],
    manager: unsafe extern "C" fn(*mut [*const c_void; 2], *const [*const c_void; 2], u32) -> bool,
    function: F,
    borrow: PhantomData<&'a ()>,
}

impl<'a, F> StdFunction<'a, F> {
    /// `function` will be called with a pointer to the address of `closure` first.
    pub(super) fn new<T>(function: F, closure: &'a T) -> Self {
        StdFunction {
            storage: [(&raw const *closure).cast(), std::ptr::null()],
            manager: manage,
            function,
            borrow: PhantomData,
        }
    }
}

const CLONE: u32 = layout::STD_FUNCTION_CLONE as u32;

unsafe extern "C" fn manage(
    to: *mut [*const c_void; 2],
    from: *const [*const c_void; 2],
    operation: u32,
) -> bool {
    if operation == CLONE {
        // SAFETY: C++ passes the storage of two objects. A borrowed address may be copied, and needs no end.
        unsafe { *to = *from };
    }
    false
}

/// A `std::function` that holds nothing.
pub(super) fn no_function() -> [usize; 4] {
    [0; 4]
}

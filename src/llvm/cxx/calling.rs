//! How C++ passes what C has no word for: results with a destructor, views of callbacks, `std::function`.
//!
//! All of it is the Itanium C++ ABI (section 3.1, "Non-trivial parameters" and "Return values") over the
//! x86-64 System V ABI. What has a destructor or a copy constructor goes by reference as an argument, and is
//! written to the caller's memory as a result, however small it is.
//!
//! inkwell asks for the words of an error (`LLVMGetErrorMessage`) only where it has called the function itself.

use std::cell::Cell;
use std::ffi::{CStr, c_void};
use std::marker::PhantomData;
use std::mem::{MaybeUninit, offset_of};
use std::ptr::NonNull;

use llvm_sys::error::{
    LLVMCreateStringError, LLVMDisposeErrorMessage, LLVMErrorRef, LLVMGetErrorMessage, LLVMOpaqueError,
};

use super::layout;
use crate::llvm::safe::{FromRaw, functions};

/// A result that C++ writes to memory. The words behind `value` make C expect it there too: up to two words
/// would come back in registers. Only C++ makes one.
#[repr(C)]
pub(super) struct InMemory<T> {
    value: MaybeUninit<T>,
    unused: [MaybeUninit<usize>; 2],
}

impl<T> InMemory<T> {
    pub(super) fn get(self) -> T {
        // SAFETY: a C++ function returned it, whose result is laid out as `T`.
        unsafe { self.value.assume_init() }
    }
}

/// What went wrong (`LLVMErrorRef`): LLVM's object, which is ours.
#[repr(transparent)]
pub(in crate::llvm) struct Failure(NonNull<LLVMOpaqueError>);

impl FromRaw<LLVMErrorRef> for Failure {
    unsafe fn from_raw(raw: LLVMErrorRef) -> Self {
        Failure(NonNull::new(raw).expect("success is no failure"))
    }
}

functions! {
    /// One of our own, for LLVM to report.
    pub(super) fn failure(words: &CStr) -> Failure = LLVMCreateStringError;
}

impl Failure {
    /// LLVM's words.
    pub(in crate::llvm) fn into_words(self) -> String {
        // SAFETY: nothing else consumes the error; the message is disposed of once.
        unsafe {
            let message = LLVMGetErrorMessage(self.0.as_ptr());
            let text = CStr::from_ptr(message).to_string_lossy().into_owned();
            LLVMDisposeErrorMessage(message);
            text
        }
    }
}

/// `llvm::Error`: a pointer to what went wrong, null for success.
pub(super) type Error = InMemory<Option<Failure>>;

impl Error {
    /// LLVM's words, if this is an error.
    pub(super) fn into_result(self) -> Result<(), String> {
        self.get().map_or(Ok(()), |failure| Err(failure.into_words()))
    }
}

/// `llvm::Expected<T>` of a `T` that fits a word: the value or the error, and which of them it is.
#[repr(C)]
pub(super) struct Expected {
    content: *mut c_void,
    /// `HasError`, a bit-field of one bit.
    has_error: u8,
}

const _: () = {
    assert!(size_of::<Expected>() == layout::EXPECTED_SIZE);
    assert!(size_of::<Option<Failure>>() == layout::ERROR_SIZE);
    assert!(size_of::<FunctionRef<'static, fn()>>() == layout::FUNCTION_REF_SIZE);
    assert!(size_of::<StdFunction<'static, fn()>>() == layout::STD_FUNCTION_SIZE);
    assert!(offset_of!(StdFunction<'static, fn()>, manager) == layout::STD_FUNCTION_MANAGER);
};

impl Expected {
    /// What our own functions give to C++.
    pub(super) fn of(content: Result<*mut c_void, Failure>) -> Self {
        let has_error = content.is_err().into();
        let content = content.unwrap_or_else(|failure| failure.0.as_ptr().cast());
        Expected { content, has_error }
    }

    /// The content, which is the caller's now, or LLVM's words.
    pub(super) fn into_result(self) -> Result<*mut c_void, String> {
        match self.has_error & 1 == 1 {
            // SAFETY: C++ says that the content is an error, and has given it to us.
            true => Err(unsafe { Failure::from_raw(self.content.cast()) }.into_words()),
            false => Ok(self.content),
        }
    }
}

/// A function that C++ calls with a closure of ours, a `T`, first.
pub(super) trait Calls<T> {}

macro_rules! calls {
    ($($($argument:ident)*;)*) => { $(
        impl<T, R, $($argument),*> Calls<T> for extern "C" fn(&T, $($argument),*) -> R {}
    )* };
}

calls! {
    A;
    A B;
    A B C;
}

/// One whose result C++ wants in memory: at the first argument, as objects with a destructor are returned.
pub(super) type InFirst<T, A, R> = for<'r> extern "C-unwind" fn(&'r mut MaybeUninit<R>, &T, A) -> &'r mut R;

impl<T, A, R> Calls<T> for InFirst<T, A, R> {}

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
    pub(super) fn new<T>(function: F, closure: &'a T) -> Self
    where
        F: Calls<T>,
    {
        FunctionRef {
            function,
            closure: (&raw const *closure).cast(),
            borrow: PhantomData,
        }
    }
}

/// The two words in which a [`StdFunction`] keeps what it is called with.
type Storage = MaybeUninit<[*const c_void; 2]>;

/// `std::function` as libstdc++ lays it out: what it is called with, what copies that, and what it calls.
#[repr(C)]
pub(super) struct StdFunction<'a, F> {
    storage: Storage,
    manager: extern "C" fn(&Cell<Storage>, &Cell<Storage>, u32) -> bool,
    function: F,
    borrow: PhantomData<&'a ()>,
}

impl<'a, F> StdFunction<'a, F> {
    /// `function` will be called with a pointer to the address of `closure` first.
    pub(super) fn new<T>(function: F, closure: &'a T) -> Self
    where
        F: Calls<&'a T>,
    {
        StdFunction {
            storage: MaybeUninit::new([(&raw const *closure).cast(), std::ptr::null()]),
            manager: manage,
            function,
            borrow: PhantomData,
        }
    }
}

const CLONE: u32 = layout::STD_FUNCTION_CLONE as u32;

extern "C" fn manage(to: &Cell<Storage>, from: &Cell<Storage>, operation: u32) -> bool {
    if operation == CLONE {
        // A borrowed address may be copied, and needs no end.
        to.set(from.get());
    }
    false
}

/// A `std::function` that holds nothing.
#[repr(C)]
#[derive(Default)]
pub(super) struct NoFunction([usize; 4]);

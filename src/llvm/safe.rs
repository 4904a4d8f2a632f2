//! Functions of LLVM-C under safe signatures, where they ask for nothing but references that are alive.
//!
//! Our types and inkwell's are such references, for as long as their lifetime says. A row of [`functions!`] or
//! [`methods!`] gives the signature, and the C function that it stands for; `as u32` behind a list or a text says that
//! its length is the next argument, of that type. Declarations of our own take and give the same as a [`Handle`]. Of the
//! kind of a value or a type the caller is trusted, as inkwell's methods and LLVM itself trust theirs.
//!
//! LLVM gives texts to be freed (`LLVMDisposeMessage`), which inkwell frees only where it has called the function itself.

use std::ffi::{CStr, c_char, c_int};
use std::marker::PhantomData;
use std::ptr::NonNull;

use inkwell::attributes::Attribute;
use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::comdat::Comdat;
use inkwell::context::{AsContextRef, Context};
use inkwell::debug_info::{
    DIFile, DILocalVariable, DILocation, DIScope, DISubroutineType, DIType, DebugInfoBuilder,
};
use inkwell::memory_buffer::MemoryBuffer;
use inkwell::module::Module;
use inkwell::passes::PassBuilderOptions;
use inkwell::targets::TargetMachine;
use inkwell::types::{AsTypeRef, FunctionType};
use inkwell::values::{
    AsValueRef, BasicValueUse, CallSiteValue, FunctionValue, GlobalValue, InstructionValue, OperandBundle,
};
use llvm_sys::core::LLVMDisposeMessage;
use llvm_sys::debuginfo::LLVMChecksumKind;
use llvm_sys::prelude::*;
use llvm_sys::target_machine::LLVMTargetMachineRef;
use llvm_sys::transforms::pass_builder::LLVMPassBuilderOptionsRef;
use llvm_sys::{LLVMAtomicOrdering, LLVMAtomicRMWBinOp, LLVMComdat, LLVMInlineAsmDialect};

use super::debuginfo::Nodes;
use super::metadata::{Metadata, MetadataKind};
use super::values::{Type, Value};

/// What LLVM-C takes for one of our types.
///
/// # Safety
/// `raw` must be a plain number, or what LLVM has at hand for as long as the type says; LLVM's own, where a type that owns
/// it is given away.
pub(super) unsafe trait Raw {
    type Raw;
    fn raw(self) -> Self::Raw;
}

/// One of our types, made of what LLVM-C gives.
pub(super) trait FromRaw<R> {
    /// # Safety
    /// LLVM must have given `raw`, for what lives as long as the type says.
    unsafe fn from_raw(raw: R) -> Self;
}

/// What LLVM takes and gives for a `T`, in declarations of ours. Only a `T` makes one, or LLVM.
#[repr(transparent)]
#[derive(Clone, Copy)]
pub(super) struct Handle<T: Raw>(T::Raw, PhantomData<T>);

impl<T: Raw> From<T> for Handle<T> {
    fn from(known: T) -> Self {
        Handle(known.raw(), PhantomData)
    }
}

impl<T: Raw> Handle<T> {
    pub(super) fn into_raw(self) -> T::Raw {
        self.0
    }
}

impl<T: Raw + FromRaw<T::Raw>> Handle<T> {
    pub(super) fn get(self) -> T {
        // SAFETY: it was a `T`, or LLVM gave it where the declaration says that it gives one.
        unsafe { T::from_raw(self.0) }
    }
}

/// Declares functions, each of which is one of LLVM-C.
macro_rules! functions {
    ($(
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident $(<$lifetime:lifetime>)? ($($argument:ident: $ty:ty $(as $count:ty)?),*) $(-> $result:ty)?
            = $function:ident;
    )*) => { $(
        $(#[$attribute])*
        $visibility fn $name $(<$lifetime>)? ($($argument: $ty),*) $(-> $result)? {
            // SAFETY: the arguments are alive, and of the kinds that the function is for: the caller knows that.
            unsafe {
                $crate::llvm::safe::FromRaw::from_raw($function(
                    $($crate::llvm::safe::Raw::raw($argument) $(, $argument.len() as $count)?),*
                ))
            }
        }
    )* };
}

/// Declares methods, each of which is one function of LLVM-C.
macro_rules! methods {
    ($(
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident (self $(, $argument:ident: $ty:ty)*) $(-> $result:ty)? = $function:ident;
    )*) => { $(
        $(#[$attribute])*
        $visibility fn $name(self $(, $argument: $ty)*) $(-> $result)? {
            // SAFETY: as for `functions`.
            unsafe {
                $crate::llvm::safe::FromRaw::from_raw($function(
                    $crate::llvm::safe::Raw::raw(self)
                    $(, $crate::llvm::safe::Raw::raw($argument))*
                ))
            }
        }
    )* };
}

/// Declares functions, each of which copies a text that LLVM has; empty where there is none.
macro_rules! texts {
    ($(
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident ($argument:ident: $ty:ty) = $function:ident;
    )*) => { $(
        $(#[$attribute])*
        $visibility fn $name($argument: $ty) -> String {
            let mut len = 0;
            // SAFETY: as for `functions`; LLVM gives the text with its length.
            let text = unsafe {
                let text = $function($crate::llvm::safe::Raw::raw($argument), &mut len);
                $crate::llvm::safe::slice_or_empty(text.cast::<u8>(), len as usize)
            };
            String::from_utf8_lossy(text).into_owned()
        }
    )* };
}

pub(super) use {functions, methods, texts};

/// A slice of `len` elements at `data`, where LLVM may have put a null pointer for "no elements".
///
/// # Safety
/// Otherwise `data` must point to that many elements, alive for `'a`.
pub(super) unsafe fn slice_or_empty<'a, T>(data: *const T, len: usize) -> &'a [T] {
    if len == 0 || data.is_null() {
        &[]
    } else {
        // SAFETY: promised by the caller.
        unsafe { std::slice::from_raw_parts(data, len) }
    }
}

/// A text that LLVM has allocated, which ends in a zero.
#[repr(transparent)]
pub(super) struct Message(NonNull<c_char>);

impl Message {
    pub(super) fn into_text(self) -> String {
        // SAFETY: the text is alive until this is dropped.
        unsafe { CStr::from_ptr(self.0.as_ptr()) }
            .to_string_lossy()
            .into_owned()
    }
}

impl Drop for Message {
    fn drop(&mut self) {
        // SAFETY: LLVM allocated it, and nothing else frees it.
        unsafe { LLVMDisposeMessage(self.0.as_ptr()) }
    }
}

macro_rules! raw {
    ($($ty:ty as $raw:ty: $by:ident;)*) => { $(
        // SAFETY: these are references to what is alive.
        unsafe impl Raw for $ty {
            type Raw = $raw;
            fn raw(self) -> $raw {
                self.$by()
            }
        }
    )* };
}

raw! {
    Value<'_> as LLVMValueRef: as_value_ref;
    GlobalValue<'_> as LLVMValueRef: as_value_ref;
    FunctionValue<'_> as LLVMValueRef: as_value_ref;
    InstructionValue<'_> as LLVMValueRef: as_value_ref;
    Type<'_> as LLVMTypeRef: as_type_ref;
    FunctionType<'_> as LLVMTypeRef: as_type_ref;
    BasicBlock<'_> as LLVMBasicBlockRef: as_mut_ptr;
    Comdat as *mut LLVMComdat: as_mut_ptr;
    BasicValueUse<'_> as LLVMUseRef: as_mut_ptr;
    Metadata<'_> as LLVMMetadataRef: raw;
    DIFile<'_> as LLVMMetadataRef: as_mut_ptr;
    DILocalVariable<'_> as LLVMMetadataRef: as_mut_ptr;
    DILocation<'_> as LLVMMetadataRef: as_mut_ptr;
    DIScope<'_> as LLVMMetadataRef: as_mut_ptr;
    DISubroutineType<'_> as LLVMMetadataRef: as_mut_ptr;
    DIType<'_> as LLVMMetadataRef: as_mut_ptr;
    Nodes<'_> as LLVMMetadataRef: raw;
    &Builder<'_> as LLVMBuilderRef: as_mut_ptr;
    &DebugInfoBuilder<'_> as LLVMDIBuilderRef: as_mut_ptr;
    &Module<'_> as LLVMModuleRef: as_mut_ptr;
    &MemoryBuffer<'_> as LLVMMemoryBufferRef: as_mut_ptr;
    &OperandBundle<'_> as LLVMOperandBundleRef: as_mut_ptr;
    &PassBuilderOptions as LLVMPassBuilderOptionsRef: as_mut_ptr;
    &TargetMachine as LLVMTargetMachineRef: as_mut_ptr;
    &Context as LLVMContextRef: as_ctx_ref;
    &CStr as *const c_char: as_ptr;
    bool as LLVMBool: into;
}

/// A list or a text as LLVM takes it, beside its length; or words, of which LLVM knows how many there are. It only reads
/// what it takes so.
macro_rules! lists {
    ($($ty:ty as $raw:ty;)*) => { $(
        // SAFETY: the elements are alive, and are LLVM's references and nothing else, or numbers.
        unsafe impl Raw for $ty {
            type Raw = $raw;
            fn raw(self) -> $raw {
                self.as_ptr().cast_mut().cast()
            }
        }
    )* };
}

lists! {
    &[Value<'_>] as *mut LLVMValueRef;
    &[Type<'_>] as *mut LLVMTypeRef;
    &[Metadata<'_>] as *mut LLVMMetadataRef;
    &[DIType<'_>] as *mut LLVMMetadataRef;
    &[Option<DIType<'_>>] as *mut LLVMMetadataRef;
    &[u64] as *mut u64;
    &[u64; 2] as *const u64;
    &[u8] as *const c_char;
    &str as *const c_char;
}

// SAFETY: a handle is what LLVM takes, and nothing else.
unsafe impl<T: Raw> Raw for &[Handle<T>] {
    type Raw = *mut T::Raw;
    fn raw(self) -> *mut T::Raw {
        self.as_ptr().cast_mut().cast()
    }
}

// SAFETY: what may be absent is null then.
unsafe impl<T, R> Raw for Option<T>
where
    T: Raw<Raw = *mut R>,
{
    type Raw = *mut R;
    fn raw(self) -> *mut R {
        self.map_or(std::ptr::null_mut(), Raw::raw)
    }
}

macro_rules! as_is {
    ($($number:ident)*) => { $(
        // SAFETY: a number, or one of an enumeration.
        unsafe impl Raw for $number {
            type Raw = $number;
            fn raw(self) -> $number {
                self
            }
        }
    )* };
}

as_is! { u32 u64 i32 LLVMAtomicOrdering LLVMAtomicRMWBinOp LLVMChecksumKind LLVMInlineAsmDialect }

// SAFETY: the kind is its number.
unsafe impl Raw for MetadataKind {
    type Raw = u32;
    fn raw(self) -> u32 {
        self as u32
    }
}

macro_rules! owners {
    ($($ty:ty as $raw:ty;)*) => { $(
        // SAFETY: it is given away: LLVM's from here on.
        unsafe impl Raw for $ty {
            type Raw = $raw;
            fn raw(self) -> $raw {
                std::mem::ManuallyDrop::new(self).as_mut_ptr()
            }
        }
    )* };
}

owners! {
    Module<'_> as LLVMModuleRef;
    MemoryBuffer<'_> as LLVMMemoryBufferRef;
    TargetMachine as LLVMTargetMachineRef;
}

/// What LLVM gives as it is: numbers, enumerations, nothing at all.
impl<R> FromRaw<R> for R {
    unsafe fn from_raw(raw: R) -> R {
        raw
    }
}

impl FromRaw<c_int> for bool {
    unsafe fn from_raw(raw: c_int) -> bool {
        raw != 0
    }
}

/// The answer to whether something is of a kind: itself, or null.
impl<T> FromRaw<*mut T> for bool {
    unsafe fn from_raw(raw: *mut T) -> bool {
        !raw.is_null()
    }
}

/// Where LLVM may have none.
impl<T, R> FromRaw<*mut R> for Option<T>
where
    T: FromRaw<*mut R>,
{
    unsafe fn from_raw(raw: *mut R) -> Self {
        // SAFETY: promised by the caller.
        (!raw.is_null()).then(|| unsafe { T::from_raw(raw) })
    }
}

macro_rules! from_raw {
    ($($ty:ty as $raw:ty: $by:expr;)*) => { $(
        impl FromRaw<$raw> for $ty {
            unsafe fn from_raw(raw: $raw) -> Self {
                // SAFETY: promised by the caller.
                unsafe { $by(raw) }
            }
        }
    )* };
}

from_raw! {
    Value<'_> as LLVMValueRef: Value::new;
    GlobalValue<'_> as LLVMValueRef: GlobalValue::new;
    InstructionValue<'_> as LLVMValueRef: InstructionValue::new;
    CallSiteValue<'_> as LLVMValueRef: CallSiteValue::new;
    Type<'_> as LLVMTypeRef: Type::new;
    FunctionType<'_> as LLVMTypeRef: FunctionType::new;
    Attribute as LLVMAttributeRef: Attribute::new;
    Metadata<'_> as LLVMMetadataRef: Metadata::wrap;
    Module<'_> as LLVMModuleRef: Module::new;
    MemoryBuffer<'_> as LLVMMemoryBufferRef: MemoryBuffer::new;
    TargetMachine as LLVMTargetMachineRef: TargetMachine::new;
    &CStr as *const c_char: CStr::from_ptr;
    // inkwell itself asks whether it is one.
    Option<FunctionValue<'_>> as LLVMValueRef: FunctionValue::new;
}

impl FromRaw<*mut c_char> for Message {
    unsafe fn from_raw(raw: *mut c_char) -> Self {
        Message(NonNull::new(raw).expect("LLVM writes a text or aborts"))
    }
}

/// What inkwell has for debug information are transparent wrappers of a non-null pointer. It wraps only what it makes itself.
macro_rules! nodes {
    ($($ty:ident as $raw:ty;)*) => { $(
        impl FromRaw<$raw> for $ty<'_> {
            unsafe fn from_raw(raw: $raw) -> Self {
                let raw = NonNull::new(raw).expect("LLVM makes a node or aborts");
                // SAFETY: such a pointer is what the type wraps, and the caller vouches for it.
                unsafe { std::mem::transmute::<NonNull<_>, $ty<'_>>(raw) }
            }
        }
    )* };
}

// A type is also an enumerator or a generic parameter, where it stands in a list of a type's.
nodes! {
    DIFile as LLVMMetadataRef;
    DILocation as LLVMMetadataRef;
    DIScope as LLVMMetadataRef;
    DISubroutineType as LLVMMetadataRef;
    DIType as LLVMMetadataRef;
    DebugInfoBuilder as LLVMDIBuilderRef;
}

//! Functions of LLVM-C under safe signatures, where they ask for nothing but references that are alive.
//!
//! Our types and inkwell's are such references, for as long as their lifetime says. A row of [`functions!`] or
//! [`methods!`] gives the signature, and the C function that it stands for. Of the kind of a value or a type the
//! caller is trusted, as inkwell's methods and LLVM itself trust theirs.

use std::ffi::c_int;

use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::context::{AsContextRef, Context};
use inkwell::debug_info::{DIFile, DILocalVariable, DILocation, DIScope, DIType, DebugInfoBuilder};
use inkwell::module::Module;
use inkwell::types::{AsTypeRef, FunctionType};
use inkwell::values::{AsValueRef, BasicValueUse, FunctionValue, GlobalValue, InstructionValue};
use llvm_sys::prelude::*;

use super::metadata::{Metadata, MetadataKind};
use super::values::{Type, Value};

/// What LLVM-C takes for one of our types.
pub(super) trait Raw {
    type Raw;
    fn raw(self) -> Self::Raw;
}

/// One of our types, made of what LLVM-C gives.
pub(super) trait FromRaw<R> {
    /// # Safety
    /// LLVM must have given `raw`, for what lives as long as the type says.
    unsafe fn from_raw(raw: R) -> Self;
}

/// Declares functions, each of which is one of LLVM-C.
macro_rules! functions {
    ($(
        $(#[$attribute:meta])*
        $visibility:vis fn $name:ident $(<$lifetime:lifetime>)? ($($argument:ident: $ty:ty),*) $(-> $result:ty)?
            = $function:ident;
    )*) => { $(
        $(#[$attribute])*
        $visibility fn $name $(<$lifetime>)? ($($argument: $ty),*) $(-> $result)? {
            // SAFETY: the arguments are alive, and of the kinds that the function is for: the caller knows that.
            unsafe {
                $crate::llvm::safe::FromRaw::from_raw($function(
                    $($crate::llvm::safe::Raw::raw($argument)),*
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

pub(super) use {functions, methods};

macro_rules! raw {
    ($($ty:ty as $raw:ty: $by:ident;)*) => { $(
        impl Raw for $ty {
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
    BasicValueUse<'_> as LLVMUseRef: as_mut_ptr;
    Metadata<'_> as LLVMMetadataRef: raw;
    DIFile<'_> as LLVMMetadataRef: as_mut_ptr;
    DILocalVariable<'_> as LLVMMetadataRef: as_mut_ptr;
    DILocation<'_> as LLVMMetadataRef: as_mut_ptr;
    DIScope<'_> as LLVMMetadataRef: as_mut_ptr;
    DIType<'_> as LLVMMetadataRef: as_mut_ptr;
    &Builder<'_> as LLVMBuilderRef: as_mut_ptr;
    &DebugInfoBuilder<'_> as LLVMDIBuilderRef: as_mut_ptr;
    &Module<'_> as LLVMModuleRef: as_mut_ptr;
    &Context as LLVMContextRef: as_ctx_ref;
    bool as LLVMBool: into;
}

/// What may be absent is null then.
impl<T, R> Raw for Option<T>
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
        impl Raw for $number {
            type Raw = $number;
            fn raw(self) -> $number {
                self
            }
        }
    )* };
}

as_is! { u32 u64 }

impl Raw for MetadataKind {
    type Raw = u32;
    fn raw(self) -> u32 {
        self as u32
    }
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

impl FromRaw<LLVMMetadataRef> for Metadata<'_> {
    unsafe fn from_raw(raw: LLVMMetadataRef) -> Self {
        // SAFETY: promised by the caller.
        unsafe { Metadata::wrap(raw) }
    }
}

impl<'ll> FromRaw<LLVMMetadataRef> for Option<DILocation<'ll>> {
    unsafe fn from_raw(raw: LLVMMetadataRef) -> Self {
        // SAFETY: promised by the caller.
        (!raw.is_null()).then(|| unsafe { FromRaw::from_raw(raw) })
    }
}

macro_rules! from_raw {
    ($($ty:ident of $raw:ty;)*) => { $(
        impl<'ll> FromRaw<$raw> for $ty<'ll> {
            unsafe fn from_raw(raw: $raw) -> Self {
                // SAFETY: promised by the caller.
                unsafe { $ty::new(raw) }
            }
        }

        /// Where LLVM may have none.
        impl<'ll> FromRaw<$raw> for Option<$ty<'ll>> {
            unsafe fn from_raw(raw: $raw) -> Self {
                // SAFETY: promised by the caller.
                (!raw.is_null()).then(|| unsafe { $ty::new(raw) })
            }
        }
    )* };
}

from_raw! {
    Value of LLVMValueRef;
    GlobalValue of LLVMValueRef;
    Type of LLVMTypeRef;
    FunctionType of LLVMTypeRef;
}

/// inkwell itself asks whether it is one.
impl<'ll> FromRaw<LLVMValueRef> for Option<FunctionValue<'ll>> {
    unsafe fn from_raw(raw: LLVMValueRef) -> Self {
        // SAFETY: promised by the caller.
        unsafe { FunctionValue::new(raw) }
    }
}

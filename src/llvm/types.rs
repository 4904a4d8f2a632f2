//! Types: the makers that inkwell types by element, for any element.
//!
//! Of `LLVMVectorType`, `LLVMScalableVectorType`, `LLVMStructTypeInContext` and `LLVMFunctionType`, inkwell has a method
//! for each kind of element, or takes lists of types by kind, for which LLVM would have to be asked of each.

use inkwell::context::{AsContextRef, Context};
use inkwell::types::{AsTypeRef, FunctionType};
use llvm_sys::core::*;

use super::safe::functions;
use super::values::{Type, raw_types};

functions! {
    /// `[len x element]`. inkwell's has at most 2^32 elements.
    pub(crate) fn array<'ll>(element: Type<'ll>, len: u64) -> Type<'ll> = LLVMArrayType2;

    /// `<lanes x element>`: of integers, floats or pointers.
    pub(crate) fn vector<'ll>(element: Type<'ll>, lanes: u32) -> Type<'ll> = LLVMVectorType;

    /// `<vscale x lanes x element>`.
    pub(crate) fn scalable_vector<'ll>(element: Type<'ll>, lanes: u32) -> Type<'ll> = LLVMScalableVectorType;
}

/// A literal struct.
pub(crate) fn structure<'ll>(context: &'ll Context, fields: &[Type<'ll>], packed: bool) -> Type<'ll> {
    let (fields, count) = raw_types(fields);
    // SAFETY: the fields are live types of `context`.
    unsafe {
        Type::new(LLVMStructTypeInContext(
            context.as_ctx_ref(),
            fields,
            count,
            packed.into(),
        ))
    }
}

/// The signature `ret (args)`.
pub(crate) fn function<'ll>(args: &[Type<'ll>], ret: Type<'ll>, variadic: bool) -> FunctionType<'ll> {
    let (args, count) = raw_types(args);
    // SAFETY: as above.
    unsafe { FunctionType::new(LLVMFunctionType(ret.as_type_ref(), args, count, variadic.into())) }
}

//! Types: the makers that inkwell types by element, for any element.
//!
//! Of `LLVMVectorType`, `LLVMScalableVectorType`, `LLVMStructTypeInContext` and `LLVMFunctionType`, inkwell has a method
//! for each kind of element, or takes lists of types by kind, for which LLVM would have to be asked of each.

use inkwell::context::Context;
use inkwell::types::FunctionType;
use llvm_sys::core::*;

use super::safe::functions;
use super::values::Type;

functions! {
    /// `[len x element]`. inkwell's has at most 2^32 elements.
    pub(crate) fn array<'ll>(element: Type<'ll>, len: u64) -> Type<'ll> = LLVMArrayType2;

    /// `<lanes x element>`: of integers, floats or pointers.
    pub(crate) fn vector<'ll>(element: Type<'ll>, lanes: u32) -> Type<'ll> = LLVMVectorType;

    /// `<vscale x lanes x element>`.
    pub(crate) fn scalable_vector<'ll>(element: Type<'ll>, lanes: u32) -> Type<'ll> = LLVMScalableVectorType;

    /// A literal struct.
    pub(crate) fn structure<'ll>(context: &'ll Context, fields: &[Type<'ll>] as u32, packed: bool) -> Type<'ll>
        = LLVMStructTypeInContext;

    fn signature<'ll>(ret: Type<'ll>, args: &[Type<'ll>] as u32, variadic: bool) -> FunctionType<'ll> = LLVMFunctionType;
}

/// The signature `ret (args)`.
pub(crate) fn function<'ll>(args: &[Type<'ll>], ret: Type<'ll>, variadic: bool) -> FunctionType<'ll> {
    signature(ret, args, variadic)
}

//! Types: the makers that inkwell types by element, for any element.

use inkwell::context::{AsContextRef, Context};
use inkwell::types::{AsTypeRef, FunctionType};
use llvm_sys::core::*;

use super::values::{Type, raw_types};

/// `[len x element]`.
pub(crate) fn array<'ll>(element: Type<'ll>, len: u64) -> Type<'ll> {
    // SAFETY: the element type is live and sized; types live as long as their context.
    unsafe { Type::new(LLVMArrayType2(element.as_type_ref(), len)) }
}

/// `<lanes x element>`.
pub(crate) fn vector<'ll>(element: Type<'ll>, lanes: u32) -> Type<'ll> {
    // SAFETY: as above; the element is an integer, a float or a pointer.
    unsafe { Type::new(LLVMVectorType(element.as_type_ref(), lanes)) }
}

/// `<vscale x lanes x element>`.
pub(crate) fn scalable_vector<'ll>(element: Type<'ll>, lanes: u32) -> Type<'ll> {
    // SAFETY: as above.
    unsafe { Type::new(LLVMScalableVectorType(element.as_type_ref(), lanes)) }
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

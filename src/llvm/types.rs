//! Types: the makers that inkwell types by element, for any element.

use inkwell::context::{AsContextRef, Context};
use inkwell::types::{AnyTypeEnum, AsTypeRef, BasicMetadataTypeEnum, FunctionType};
use llvm_sys::core::*;
use llvm_sys::prelude::LLVMTypeRef;

use super::raw;

/// `[len x element]`.
pub(crate) fn array<'ll>(element: AnyTypeEnum<'ll>, len: u64) -> AnyTypeEnum<'ll> {
    // SAFETY: the element type is live and sized; types live as long as their context.
    unsafe { AnyTypeEnum::new(LLVMArrayType2(raw::type_(element), len)) }
}

/// `<lanes x element>`.
pub(crate) fn vector<'ll>(element: AnyTypeEnum<'ll>, lanes: u32) -> AnyTypeEnum<'ll> {
    // SAFETY: as above; the element is an integer, a float or a pointer.
    unsafe { AnyTypeEnum::new(LLVMVectorType(raw::type_(element), lanes)) }
}

/// `<vscale x lanes x element>`.
pub(crate) fn scalable_vector<'ll>(element: AnyTypeEnum<'ll>, lanes: u32) -> AnyTypeEnum<'ll> {
    // SAFETY: as above.
    unsafe { AnyTypeEnum::new(LLVMScalableVectorType(raw::type_(element), lanes)) }
}

/// A literal struct.
pub(crate) fn structure<'ll>(
    context: &'ll Context,
    fields: &[AnyTypeEnum<'ll>],
    packed: bool,
) -> AnyTypeEnum<'ll> {
    let mut raw: Vec<LLVMTypeRef> = fields.iter().map(|&field| raw::type_(field)).collect();
    // SAFETY: the fields are live types of `context`.
    unsafe {
        let (ptr, len) = (raw.as_mut_ptr(), raw.len() as u32);
        AnyTypeEnum::new(LLVMStructTypeInContext(
            context.as_ctx_ref(),
            ptr,
            len,
            packed.into(),
        ))
    }
}

/// The signature `ret (args)`.
pub(crate) fn function<'ll>(
    args: &[BasicMetadataTypeEnum<'ll>],
    ret: AnyTypeEnum<'ll>,
    variadic: bool,
) -> FunctionType<'ll> {
    let mut raw: Vec<LLVMTypeRef> = args.iter().map(|arg| arg.as_type_ref()).collect();
    // SAFETY: as above.
    unsafe {
        let (ptr, len) = (raw.as_mut_ptr(), raw.len() as u32);
        FunctionType::new(LLVMFunctionType(ret.as_type_ref(), ptr, len, variadic.into()))
    }
}

//! Calls of LLVM intrinsics by their full name, with the few types that Rust has no name for adapted.
//!
//! Rust passes masks (`<n x i1>`) as integers, `bf16` as `u16`, and AMX tiles as vectors of bytes. inkwell
//! has no values of some of these types, so the whole call is built here.

use inkwell::builder::Builder;
use inkwell::module::Module;
use inkwell::types::{AsTypeRef, FunctionType};
use inkwell::values::{AsValueRef, FunctionValue};
use llvm_sys::LLVMTypeKind::{self, *};
use llvm_sys::core::*;
use llvm_sys::prelude::{LLVMBuilderRef, LLVMTypeRef, LLVMValueRef};

use super::constants;
use super::instructions::UNNAMED;
use super::values::{Type, Value};

/// What LLVM knows of a name.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// No intrinsic.
    No,
    /// One with types of its own.
    Fixed,
    /// One whose types are in the name.
    Overloaded,
}

/// LLVM's number of the intrinsic called `name`; 0 if there is none.
pub(super) fn id(name: &str) -> u32 {
    // SAFETY: LLVM reads `name.len()` bytes.
    unsafe { LLVMLookupIntrinsicID(name.as_ptr().cast(), name.len()) }
}

/// Whether LLVM has an intrinsic called `name`.
pub(crate) fn lookup(name: &str) -> Known {
    // SAFETY: the number is LLVM's own.
    match id(name) {
        0 => Known::No,
        id if unsafe { LLVMIntrinsicIsOverloaded(id) } != 0 => Known::Overloaded,
        _ => Known::Fixed,
    }
}

/// The declaration of an intrinsic with types of its own.
pub(crate) fn declaration<'ll>(module: &Module<'ll>, name: &str) -> FunctionValue<'ll> {
    // SAFETY: the intrinsic is not overloaded, so no types are read.
    unsafe {
        let raw = LLVMGetIntrinsicDeclaration(module.as_mut_ptr(), id(name), std::ptr::null_mut(), 0);
        FunctionValue::new(raw).expect("LLVM declares what it knows")
    }
}

/// Whether values of `signature` can be adapted to what `function` takes and returns.
pub(crate) fn fits<'ll>(function: FunctionValue<'ll>, signature: FunctionType<'ll>) -> bool {
    // SAFETY: both are live types of one context.
    unsafe {
        let theirs = LLVMGlobalGetValueType(function.as_value_ref());
        let ours = signature.as_type_ref();
        let (theirs_params, ours_params) = (params(theirs), params(ours));
        LLVMIsFunctionVarArg(theirs) == 0
            && theirs_params.len() == ours_params.len()
            && adaptable(LLVMGetReturnType(ours), LLVMGetReturnType(theirs))
            && ours_params
                .iter()
                .zip(&theirs_params)
                .all(|(&ours, &theirs)| adaptable(ours, theirs))
    }
}

/// The type of a function, as text.
pub(crate) fn signature_text(function: FunctionValue<'_>) -> String {
    // SAFETY: the function is live; LLVM allocates the text.
    unsafe {
        let text = LLVMPrintTypeToString(LLVMGlobalGetValueType(function.as_value_ref()));
        super::machine::take_message(text)
    }
}

/// Calls `function` with `args`, each adapted to its parameter, and adapts the result to `result`.
pub(crate) fn call_adapted<'ll>(
    builder: &Builder<'ll>,
    function: FunctionValue<'ll>,
    args: &[Value<'ll>],
    result: Type<'ll>,
) -> Value<'ll> {
    let b = builder.as_mut_ptr();
    // SAFETY: all are live and of one context; `fits` has been asked.
    unsafe {
        let ty = LLVMGlobalGetValueType(function.as_value_ref());
        let mut args: Vec<LLVMValueRef> = args
            .iter()
            .zip(params(ty))
            .map(|(&arg, to)| adapt(b, arg.as_value_ref(), to))
            .collect();
        let callee = function.as_value_ref();
        let call = LLVMBuildCall2(b, ty, callee, args.as_mut_ptr(), args.len() as u32, UNNAMED);
        Value::new(adapt(b, call, result.as_type_ref()))
    }
}

unsafe fn params(signature: LLVMTypeRef) -> Vec<LLVMTypeRef> {
    // SAFETY: the caller passes a live function type; LLVM writes as many as it counts.
    unsafe {
        let mut list = vec![std::ptr::null_mut(); LLVMCountParamTypes(signature) as usize];
        LLVMGetParamTypes(signature, list.as_mut_ptr());
        list
    }
}

unsafe fn kind(ty: LLVMTypeRef) -> LLVMTypeKind {
    // SAFETY: the caller passes a live type.
    unsafe { LLVMGetTypeKind(ty) }
}

/// `<n x i1>`: how many lanes.
unsafe fn mask_lanes(ty: LLVMTypeRef) -> Option<u32> {
    // SAFETY: the caller passes a live type.
    unsafe {
        let is_mask = kind(ty) == LLVMVectorTypeKind && {
            let element = LLVMGetElementType(ty);
            kind(element) == LLVMIntegerTypeKind && LLVMGetIntTypeWidth(element) == 1
        };
        is_mask.then(|| LLVMGetVectorSize(ty))
    }
}

/// The integer that carries a mask: as wide as the mask, a power of two, at least a byte.
fn mask_width(lanes: u32) -> u32 {
    lanes.next_power_of_two().max(8)
}

unsafe fn fields(ty: LLVMTypeRef) -> Vec<LLVMTypeRef> {
    // SAFETY: the caller passes a live struct type; LLVM writes as many as it counts.
    unsafe {
        let mut list = vec![std::ptr::null_mut(); LLVMCountStructElementTypes(ty) as usize];
        LLVMGetStructElementTypes(ty, list.as_mut_ptr());
        list
    }
}

unsafe fn is_integer_of(ty: LLVMTypeRef, bits: u32) -> bool {
    // SAFETY: the caller passes a live type.
    unsafe { kind(ty) == LLVMIntegerTypeKind && LLVMGetIntTypeWidth(ty) == bits }
}

unsafe fn adaptable(ours: LLVMTypeRef, theirs: LLVMTypeRef) -> bool {
    if ours == theirs {
        return true;
    }
    // SAFETY: the caller passes live types.
    unsafe {
        match (kind(ours), kind(theirs)) {
            (LLVMStructTypeKind, LLVMStructTypeKind) => {
                let (ours, theirs) = (fields(ours), fields(theirs));
                ours.len() == theirs.len() && ours.iter().zip(&theirs).all(|(&a, &b)| adaptable(a, b))
            }
            (LLVMIntegerTypeKind, LLVMBFloatTypeKind) => is_integer_of(ours, 16),
            (_, LLVMVectorTypeKind) => match mask_lanes(theirs) {
                Some(lanes) => is_integer_of(ours, mask_width(lanes)),
                None => {
                    kind(LLVMGetElementType(theirs)) == LLVMBFloatTypeKind
                        && kind(ours) == LLVMVectorTypeKind
                        && is_integer_of(LLVMGetElementType(ours), 16)
                        && LLVMGetVectorSize(ours) == LLVMGetVectorSize(theirs)
                }
            },
            (LLVMVectorTypeKind, LLVMX86_AMXTypeKind) => {
                let element = LLVMGetElementType(ours);
                kind(element) == LLVMIntegerTypeKind
                    && LLVMGetIntTypeWidth(element) * LLVMGetVectorSize(ours) == 8192
            }
            _ => false,
        }
    }
}

unsafe fn adapt(b: LLVMBuilderRef, value: LLVMValueRef, to: LLVMTypeRef) -> LLVMValueRef {
    // SAFETY: the caller passes a live value and a type that it is adaptable to, one way or the other.
    unsafe {
        let from = LLVMTypeOf(value);
        if from == to {
            return value;
        }
        match (kind(from), kind(to)) {
            (LLVMStructTypeKind, LLVMStructTypeKind) => {
                fields(to)
                    .into_iter()
                    .enumerate()
                    .fold(LLVMGetPoison(to), |all, (index, field)| {
                        let element = LLVMBuildExtractValue(b, value, index as u32, UNNAMED);
                        LLVMBuildInsertValue(b, all, adapt(b, element, field), index as u32, UNNAMED)
                    })
            }
            (LLVMVectorTypeKind, LLVMX86_AMXTypeKind) => {
                tile_cast(b, "llvm.x86.cast.vector.to.tile", value, from)
            }
            (LLVMX86_AMXTypeKind, LLVMVectorTypeKind) => {
                tile_cast(b, "llvm.x86.cast.tile.to.vector", value, to)
            }
            (LLVMVectorTypeKind, LLVMIntegerTypeKind) => match mask_lanes(from) {
                // Lanes that the mask has not are zero bits.
                Some(lanes) => {
                    LLVMBuildBitCast(b, resize_mask(b, value, lanes, mask_width(lanes)), to, UNNAMED)
                }
                None => LLVMBuildBitCast(b, value, to, UNNAMED),
            },
            (LLVMIntegerTypeKind, LLVMVectorTypeKind) => match mask_lanes(to) {
                Some(lanes) => {
                    let bit = LLVMGetElementType(to);
                    let wide = LLVMBuildBitCast(b, value, LLVMVectorType(bit, mask_width(lanes)), UNNAMED);
                    resize_mask(b, wide, mask_width(lanes), lanes)
                }
                None => LLVMBuildBitCast(b, value, to, UNNAMED),
            },
            _ => LLVMBuildBitCast(b, value, to, UNNAMED),
        }
    }
}

unsafe fn resize_mask(b: LLVMBuilderRef, mask: LLVMValueRef, from: u32, to: u32) -> LLVMValueRef {
    if from == to {
        return mask;
    }
    // SAFETY: the caller passes a live vector of `from` bits.
    unsafe {
        let ty = LLVMTypeOf(mask);
        let index = LLVMInt32TypeInContext(LLVMGetTypeContext(ty));
        // Lanes beyond the mask come from the second operand, which is zero.
        let mut picks: Vec<LLVMValueRef> = (0..to)
            .map(|lane| constants::raw_integer(index, lane.min(from).into()))
            .collect();
        let picks = LLVMConstVector(picks.as_mut_ptr(), to);
        LLVMBuildShuffleVector(b, mask, LLVMConstNull(ty), picks, UNNAMED)
    }
}

unsafe fn tile_cast(b: LLVMBuilderRef, name: &str, value: LLVMValueRef, vector: LLVMTypeRef) -> LLVMValueRef {
    // SAFETY: the caller passes a tile or a vector of its size; the cast is overloaded on the vector.
    unsafe {
        let module = LLVMGetGlobalParent(LLVMGetBasicBlockParent(LLVMGetInsertBlock(b)));
        let (mut overload, mut value) = (vector, value);
        let cast = LLVMGetIntrinsicDeclaration(module, id(name), &mut overload, 1);
        LLVMBuildCall2(b, LLVMGlobalGetValueType(cast), cast, &mut value, 1, UNNAMED)
    }
}

//! Calls of LLVM intrinsics by their full name, with the few types that Rust has no name for adapted.
//!
//! Rust passes masks (`<n x i1>`) as integers, `bf16` as `u16`, and AMX tiles as vectors of bytes. inkwell has no types
//! for tiles, and panics where it meets one: so types are asked here by `LLVMGetElementType`, `LLVMGetVectorSize`,
//! `LLVMGetParamTypes`, `LLVMGetReturnType` and `LLVMGetStructElementTypes`.

use inkwell::builder::{Builder, BuilderError};
use inkwell::intrinsics::Intrinsic;
use inkwell::module::Module;
use inkwell::types::{AsTypeRef, BasicType, FunctionType, StructType};
use inkwell::values::FunctionValue;
use llvm_sys::LLVMTypeKind::*;
use llvm_sys::core::*;
use llvm_sys::prelude::LLVMTypeRef;

use super::safe::{functions, methods};
use super::values::{Type, Value};
use super::{calls, constants, types};

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

/// Whether LLVM has an intrinsic called `name`.
pub(crate) fn lookup(name: &str) -> Known {
    match Intrinsic::find(name) {
        None => Known::No,
        Some(intrinsic) if intrinsic.is_overloaded() => Known::Overloaded,
        Some(_) => Known::Fixed,
    }
}

/// The declaration of an intrinsic with types of its own.
pub(crate) fn declaration<'ll>(module: &Module<'ll>, name: &str) -> FunctionValue<'ll> {
    Intrinsic::find(name)
        .and_then(|intrinsic| intrinsic.get_declaration(module, &[]))
        .expect("LLVM declares what it knows")
}

/// Whether values of `signature` can be adapted to what `function` takes and returns.
pub(crate) fn fits<'ll>(function: FunctionValue<'ll>, signature: FunctionType<'ll>) -> bool {
    let theirs = function.get_type();
    let (theirs_params, ours_params) = (params(theirs), params(signature));
    !theirs.is_var_arg()
        && theirs_params.len() == ours_params.len()
        && adaptable(result(signature), result(theirs))
        && ours_params
            .iter()
            .zip(&theirs_params)
            .all(|(&ours, &theirs)| adaptable(ours, theirs))
}

/// Calls `function` with `args`, each adapted to its parameter, and adapts the result to `result`: [`fits`] has said
/// that it can be done.
pub(crate) fn call_adapted<'ll>(
    module: &Module<'ll>,
    builder: &Builder<'ll>,
    function: FunctionValue<'ll>,
    args: &[Value<'ll>],
    result: Type<'ll>,
) -> Value<'ll> {
    let ty = function.get_type();
    let adapt = |value, to| adapt(module, builder, value, to);
    let args: Vec<Value<'ll>> = args
        .iter()
        .zip(params(ty))
        .map(|(&arg, to)| adapt(arg, to))
        .collect();
    let call = calls::call(builder, (ty, function.into()), &args, &[]);
    adapt(call.into(), result)
}

functions! {
    fn result<'ll>(signature: FunctionType<'ll>) -> Type<'ll> = LLVMGetReturnType;
}

impl<'ll> Type<'ll> {
    methods! {
        fn element(self) -> Type<'ll> = LLVMGetElementType;
        fn lanes(self) -> u32 = LLVMGetVectorSize;
    }

    fn is_integer_of(self, bits: u32) -> bool {
        self.kind() == LLVMIntegerTypeKind && self.int().get_bit_width() == bits
    }
}

/// The `count` types that `write` makes LLVM write to a place for as many.
fn list<'ll>(count: u32, write: impl FnOnce(*mut LLVMTypeRef)) -> Vec<Type<'ll>> {
    let mut list: Vec<Type<'ll>> = Vec::with_capacity(count as usize);
    write(list.as_mut_ptr().cast());
    // SAFETY: a type is a reference and nothing else, of which LLVM has written as many as it counts.
    unsafe { list.set_len(count as usize) };
    list
}

fn params(signature: FunctionType<'_>) -> Vec<Type<'_>> {
    // SAFETY: the place is large enough.
    list(signature.count_param_types(), |place| unsafe {
        LLVMGetParamTypes(signature.as_type_ref(), place);
    })
}

fn fields<'ll>(structure: Type<'ll>) -> Vec<Type<'ll>> {
    let raw = structure.as_type_ref();
    // SAFETY: the caller passes a struct; the place is large enough.
    unsafe {
        list(StructType::new(raw).count_fields(), |place| {
            LLVMGetStructElementTypes(raw, place);
        })
    }
}

/// `<n x i1>`: how many lanes.
fn mask_lanes(ty: Type<'_>) -> Option<u32> {
    let is_mask = ty.kind() == LLVMVectorTypeKind && ty.element().is_integer_of(1);
    is_mask.then(|| ty.lanes())
}

/// The integer that carries a mask: as wide as the mask, a power of two, at least a byte.
fn mask_width(lanes: u32) -> u32 {
    lanes.next_power_of_two().max(8)
}

fn adaptable(ours: Type<'_>, theirs: Type<'_>) -> bool {
    if ours == theirs {
        return true;
    }
    match (ours.kind(), theirs.kind()) {
        (LLVMStructTypeKind, LLVMStructTypeKind) => {
            let (ours, theirs) = (fields(ours), fields(theirs));
            ours.len() == theirs.len() && ours.iter().zip(&theirs).all(|(&a, &b)| adaptable(a, b))
        }
        (LLVMIntegerTypeKind, LLVMBFloatTypeKind) => ours.is_integer_of(16),
        (_, LLVMVectorTypeKind) => match mask_lanes(theirs) {
            Some(lanes) => ours.is_integer_of(mask_width(lanes)),
            None => {
                theirs.element().kind() == LLVMBFloatTypeKind
                    && ours.kind() == LLVMVectorTypeKind
                    && ours.element().is_integer_of(16)
                    && ours.lanes() == theirs.lanes()
            }
        },
        (LLVMVectorTypeKind, LLVMX86_AMXTypeKind) => {
            let element = ours.element();
            element.kind() == LLVMIntegerTypeKind && element.int().get_bit_width() * ours.lanes() == 8192
        }
        _ => false,
    }
}

fn built<T>(result: Result<T, BuilderError>) -> T {
    result.expect("the builder stands in a block, and the types fit")
}

/// `value` as a `to`, to which its type is [`adaptable`], or the other way round.
fn adapt<'ll>(module: &Module<'ll>, b: &Builder<'ll>, value: Value<'ll>, to: Type<'ll>) -> Value<'ll> {
    let from = value.ty();
    if from == to {
        return value;
    }
    let cast = |value: Value<'ll>, to: Type<'ll>| Value::from(built(b.build_bit_cast(value, to, "")));
    match (from.kind(), to.kind()) {
        (LLVMStructTypeKind, LLVMStructTypeKind) => {
            let fields = (0..).zip(fields(to));
            fields.fold(constants::poison(to), |all, (index, field)| {
                let element = built(b.build_extract_value(value, index, "")).into();
                let element = adapt(module, b, element, field);
                built(b.build_insert_value(all, element, index, "")).into()
            })
        }
        (LLVMVectorTypeKind, LLVMX86_AMXTypeKind) => {
            tile_cast(module, b, "llvm.x86.cast.vector.to.tile", value, from)
        }
        (LLVMX86_AMXTypeKind, LLVMVectorTypeKind) => {
            tile_cast(module, b, "llvm.x86.cast.tile.to.vector", value, to)
        }
        (LLVMVectorTypeKind, LLVMIntegerTypeKind) => match mask_lanes(from) {
            // Lanes that the mask has not are zero bits.
            Some(lanes) => cast(resize_mask(module, b, value, lanes, mask_width(lanes)), to),
            None => cast(value, to),
        },
        (LLVMIntegerTypeKind, LLVMVectorTypeKind) => match mask_lanes(to) {
            Some(lanes) => {
                let wide = cast(value, types::vector(to.element(), mask_width(lanes)));
                resize_mask(module, b, wide, mask_width(lanes), lanes)
            }
            None => cast(value, to),
        },
        _ => cast(value, to),
    }
}

/// A mask of `from` lanes as one of `to`.
fn resize_mask<'ll>(
    module: &Module<'ll>,
    b: &Builder<'ll>,
    mask: Value<'ll>,
    from: u32,
    to: u32,
) -> Value<'ll> {
    if from == to {
        return mask;
    }
    let index = module.get_context().i32_type().into();
    // Lanes beyond the mask come from the second operand, which is zero.
    let picks: Vec<Value<'ll>> = (0..to)
        .map(|lane| constants::integer(index, lane.min(from).into()))
        .collect();
    let picks = constants::vector(&picks);
    built(b.build_shuffle_vector(mask, constants::null(mask.ty()), picks, ""))
}

/// Casts between a tile and a vector of its size, on which the cast is overloaded.
fn tile_cast<'ll>(
    module: &Module<'ll>,
    b: &Builder<'ll>,
    name: &str,
    value: Value<'ll>,
    vector: Type<'ll>,
) -> Value<'ll> {
    let cast = Intrinsic::find(name)
        .and_then(|intrinsic| intrinsic.get_declaration(module, &[vector.as_basic_type_enum()]))
        .expect("LLVM knows the casts of tiles");
    calls::call(b, (cast.get_type(), cast.into()), &[value], &[]).into()
}

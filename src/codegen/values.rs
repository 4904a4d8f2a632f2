//! The vocabulary of the code generator: inkwell's value and type enums, and the few conversions between them.

use inkwell::types::{AnyTypeEnum, AsTypeRef, BasicTypeEnum, IntType};
use inkwell::values::{
    AnyValue, AnyValueEnum, BasicValueEnum, FunctionValue, InstructionValue, IntValue, PointerValue,
};

/// An SSA value, a constant or an instruction. A function is always held as its address,
/// a [`PointerValue`], so that equal values compare equal.
pub(crate) type Value<'ll> = AnyValueEnum<'ll>;

/// An LLVM type that a value can have; `void` stands for "no result".
pub(crate) type Type<'ll> = AnyTypeEnum<'ll>;

/// Views of a value whose type the caller knows.
pub(crate) trait ValueExt<'ll>: Copy {
    /// The value as a pointer. Panics for anything else: the caller has the type wrong.
    fn ptr(self) -> PointerValue<'ll>;
    /// The value as an integer. Panics for anything else.
    fn int(self) -> IntValue<'ll>;
    /// The value as something that can be stored, passed or returned. Panics for `void`.
    fn basic(self) -> BasicValueEnum<'ll>;
    /// The instruction that computes the value, if one does.
    fn instruction(self) -> Option<InstructionValue<'ll>>;
}

impl<'ll> ValueExt<'ll> for Value<'ll> {
    #[track_caller]
    fn ptr(self) -> PointerValue<'ll> {
        match self {
            AnyValueEnum::PointerValue(pointer) => pointer,
            AnyValueEnum::FunctionValue(function) => address_of(function),
            other => panic!("expected a pointer, found {other:?}"),
        }
    }

    #[track_caller]
    fn int(self) -> IntValue<'ll> {
        self.into_int_value()
    }

    #[track_caller]
    fn basic(self) -> BasicValueEnum<'ll> {
        match self {
            AnyValueEnum::ArrayValue(v) => v.into(),
            AnyValueEnum::IntValue(v) => v.into(),
            AnyValueEnum::FloatValue(v) => v.into(),
            AnyValueEnum::PointerValue(v) => v.into(),
            AnyValueEnum::StructValue(v) => v.into(),
            AnyValueEnum::VectorValue(v) => v.into(),
            AnyValueEnum::ScalableVectorValue(v) => v.into(),
            AnyValueEnum::FunctionValue(f) => address_of(f).into(),
            AnyValueEnum::PhiValue(phi) => phi.as_basic_value(),
            other => panic!("expected a first-class value, found {other:?}"),
        }
    }

    fn instruction(self) -> Option<InstructionValue<'ll>> {
        match self {
            AnyValueEnum::InstructionValue(i) => Some(i),
            AnyValueEnum::ArrayValue(v) => v.as_instruction(),
            AnyValueEnum::IntValue(v) => v.as_instruction(),
            AnyValueEnum::FloatValue(v) => v.as_instruction(),
            AnyValueEnum::PointerValue(v) => v.as_instruction(),
            AnyValueEnum::StructValue(v) => v.as_instruction(),
            AnyValueEnum::VectorValue(v) => v.as_instruction(),
            AnyValueEnum::ScalableVectorValue(v) => v.as_instruction(),
            AnyValueEnum::PhiValue(phi) => Some(phi.as_instruction()),
            _ => None,
        }
    }
}

/// The address of a function, as a value.
pub(crate) fn address_of(function: FunctionValue<'_>) -> PointerValue<'_> {
    function.as_global_value().as_pointer_value()
}

/// A basic value as the general kind.
pub(crate) fn any<'ll>(value: BasicValueEnum<'ll>) -> Value<'ll> {
    value.as_any_value_enum()
}

/// The identity of a type, for use as a key.
#[derive(Copy, Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TypeKey(usize);

/// Views of a type whose kind the caller knows.
pub(crate) trait TypeExt<'ll>: Copy {
    /// What identifies the type in maps: LLVM makes each type once per context.
    fn key(self) -> TypeKey;
    /// The type as that of a first-class value. Panics for `void` and function types.
    fn basic(self) -> BasicTypeEnum<'ll>;
    /// The type as an integer type. Panics for anything else.
    fn int(self) -> IntType<'ll>;
}

impl<'ll> TypeExt<'ll> for Type<'ll> {
    fn key(self) -> TypeKey {
        TypeKey(self.as_type_ref().addr())
    }

    #[track_caller]
    fn basic(self) -> BasicTypeEnum<'ll> {
        match self {
            AnyTypeEnum::ArrayType(t) => t.into(),
            AnyTypeEnum::FloatType(t) => t.into(),
            AnyTypeEnum::IntType(t) => t.into(),
            AnyTypeEnum::PointerType(t) => t.into(),
            AnyTypeEnum::StructType(t) => t.into(),
            AnyTypeEnum::VectorType(t) => t.into(),
            AnyTypeEnum::ScalableVectorType(t) => t.into(),
            other => panic!("expected the type of a first-class value, found {other:?}"),
        }
    }

    #[track_caller]
    fn int(self) -> IntType<'ll> {
        self.into_int_type()
    }
}

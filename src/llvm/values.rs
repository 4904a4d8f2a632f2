//! Values and types of which only LLVM knows the kind.
//!
//! `rustc_codegen_ssa` has one type for all values and one for all types, and so has LLVM. inkwell has one for
//! each kind, and enums over those, which ask LLVM for the kind as they are made: two calls of C for each value
//! (700,000 in a debug build of regex-syntax, 0.7 % of what building its IR costs). [`Value`] and [`Type`] are
//! references and nothing else. They implement the traits by which inkwell's builder takes its operands and gives
//! its results, so that its methods take and give them as they are. Where inkwell wants one kind only,
//! [`Value::pointer`] and its neighbours say which it is: they cost nothing, and trust the caller as LLVM itself does.
//!
//! `LLVMTypeOf`, `LLVMGetTypeKind` and `LLVMGetValueKind` are therefore asked here, not by inkwell's enums, and so are
//! `LLVMGetOperand` and `LLVMGetNumOperands`, which inkwell has for instructions only, with the kind of each.

use std::fmt;
use std::marker::PhantomData;
use std::ptr::NonNull;

use inkwell::types::{
    AnyType, ArrayType, AsTypeRef, BasicType, BasicTypeEnum, FloatMathType, FloatType, IntMathType, IntType,
    PointerMathType, PointerType, ScalableVectorType, StructType, VectorType, VoidType,
};
use inkwell::values::{
    AggregateValue, AggregateValueEnum, AnyValue, ArrayValue, AsValueRef, BasicValue, BasicValueEnum,
    CallSiteValue, FloatMathValue, FloatValue, FunctionValue, GlobalValue, InstructionValue, IntMathValue,
    IntValue, MetadataValue, PhiValue, PointerMathValue, PointerValue, VectorBaseValue, VectorValue,
};
use llvm_sys::core::*;
use llvm_sys::prelude::{LLVMTypeRef, LLVMValueRef};
use llvm_sys::{LLVMType, LLVMTypeKind, LLVMValue, LLVMValueKind};

use super::safe::methods;

/// An SSA value, a constant, or an instruction without a result. A function or a variable is its address.
#[repr(transparent)]
#[derive(Copy, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Value<'ll>(NonNull<LLVMValue>, PhantomData<&'ll ()>);

/// An LLVM type. LLVM makes each once per context, so that equal ones are one.
#[repr(transparent)]
#[derive(Copy, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Type<'ll>(NonNull<LLVMType>, PhantomData<&'ll ()>);

impl<'ll> Value<'ll> {
    /// The value behind a raw reference.
    ///
    /// # Safety
    /// `raw` must be a live value of the context that `'ll` stands for.
    pub(super) unsafe fn new(raw: LLVMValueRef) -> Self {
        Value(
            NonNull::new(raw).expect("LLVM returns a value or aborts"),
            PhantomData,
        )
    }

    /// The value as a pointer, which the caller knows it to be.
    pub(crate) fn pointer(self) -> PointerValue<'ll> {
        // SAFETY: a live value; of another kind, LLVM takes it as it would take any wrong operand.
        unsafe { PointerValue::new(self.as_value_ref()) }
    }

    /// The value as an integer, which the caller knows it to be.
    pub(crate) fn int(self) -> IntValue<'ll> {
        // SAFETY: as above.
        unsafe { IntValue::new(self.as_value_ref()) }
    }

    /// The value as a global, whose address the caller knows it to be.
    pub(super) fn global(self) -> GlobalValue<'ll> {
        // SAFETY: as above.
        unsafe { GlobalValue::new(self.as_value_ref()) }
    }

    /// The instruction that computes the value, if one does.
    pub(crate) fn instruction(self) -> Option<InstructionValue<'ll>> {
        self.as_instruction_value()
    }

    methods! {
        /// The type of the value. inkwell's values know theirs by kind.
        pub(crate) fn ty(self) -> Type<'ll> = LLVMTypeOf;
        pub(super) fn kind(self) -> LLVMValueKind = LLVMGetValueKind;

        /// The operand `index`, which it must have.
        pub(super) fn operand(self, index: u32) -> Value<'ll> = LLVMGetOperand;
        pub(super) fn operand_count(self) -> i32 = LLVMGetNumOperands;

        pub(super) fn is_alloca(self) -> bool = LLVMIsAAllocaInst;
        pub(super) fn is_argument(self) -> bool = LLVMIsAArgument;
        pub(super) fn is_call(self) -> bool = LLVMIsACallInst;
        pub(super) fn is_element_pointer(self) -> bool = LLVMIsAGetElementPtrInst;
        pub(super) fn is_load(self) -> bool = LLVMIsALoadInst;
        pub(super) fn is_store(self) -> bool = LLVMIsAStoreInst;
    }
}

impl<'ll> Type<'ll> {
    /// The type behind a raw reference.
    ///
    /// # Safety
    /// `raw` must be a live type of the context that `'ll` stands for.
    pub(super) unsafe fn new(raw: LLVMTypeRef) -> Self {
        Type(
            NonNull::new(raw).expect("LLVM returns a type or aborts"),
            PhantomData,
        )
    }

    /// The type as an integer type, which the caller knows it to be.
    pub(crate) fn int(self) -> IntType<'ll> {
        // SAFETY: a live type; of another kind, LLVM takes it as it would take any wrong type.
        unsafe { IntType::new(self.as_type_ref()) }
    }

    /// The type as a type of floats, which the caller knows it to be.
    pub(crate) fn float(self) -> FloatType<'ll> {
        // SAFETY: as above.
        unsafe { FloatType::new(self.as_type_ref()) }
    }

    /// The type as a type of pointers, which the caller knows it to be.
    pub(crate) fn pointer(self) -> PointerType<'ll> {
        // SAFETY: as above.
        unsafe { PointerType::new(self.as_type_ref()) }
    }

    methods! {
        pub(super) fn kind(self) -> LLVMTypeKind = LLVMGetTypeKind;
    }
}

// SAFETY: the reference is to a live value.
unsafe impl AsValueRef for Value<'_> {
    fn as_value_ref(&self) -> LLVMValueRef {
        self.0.as_ptr()
    }
}

// SAFETY: the reference is to a live type.
unsafe impl AsTypeRef for Type<'_> {
    fn as_type_ref(&self) -> LLVMTypeRef {
        self.0.as_ptr()
    }
}

/// Implements inkwell's traits of operands for values, and of their types for types. What they promise of the
/// kind is for LLVM to check, as it does for a wrong pair of operands that inkwell lets through.
macro_rules! operands {
    ($($value:ident of $ty:ident { $($result:ident = $is:ident),* }),*) => { $(
        // SAFETY: `new` only wraps, and is told of a live value.
        unsafe impl<'ll> $value<'ll> for Value<'ll> {
            type BaseType = Type<'ll>;
            unsafe fn new(value: LLVMValueRef) -> Self {
                // SAFETY: the caller vouches for `value`.
                unsafe { Value::new(value) }
            }
        }
        // SAFETY: the trait only names types.
        unsafe impl<'ll> $ty<'ll> for Type<'ll> {
            $(type $result = $is<'ll>;)*
        }
    )* };
}

operands! {
    IntMathValue of IntMathType { ValueType = Value, MathConvType = Type, PtrConvType = Type },
    FloatMathValue of FloatMathType { ValueType = Value, MathConvType = Type },
    PointerMathValue of PointerMathType { ValueType = Value, PtrConvType = Type }
}

// SAFETY: as above.
unsafe impl<'ll> VectorBaseValue<'ll> for Value<'ll> {
    unsafe fn new(value: LLVMValueRef) -> Self {
        // SAFETY: the caller vouches for `value`.
        unsafe { Value::new(value) }
    }
}

// SAFETY: these say that the reference is to a live value or type.
unsafe impl<'ll> AnyValue<'ll> for Value<'ll> {}
unsafe impl<'ll> BasicValue<'ll> for Value<'ll> {}
unsafe impl<'ll> AggregateValue<'ll> for Value<'ll> {}
unsafe impl<'ll> AnyType<'ll> for Type<'ll> {}
unsafe impl<'ll> BasicType<'ll> for Type<'ll> {}

/// What inkwell made, with its kind forgotten.
macro_rules! forget_kind {
    ($to:ident by $raw:ident: $($from:ident),*) => { $(
        impl<'ll> From<$from<'ll>> for $to<'ll> {
            fn from(known: $from<'ll>) -> Self {
                // SAFETY: inkwell holds references to what is alive in the context.
                unsafe { $to::new(known.$raw()) }
            }
        }
    )* };
}

forget_kind!(Value by as_value_ref: AggregateValueEnum, ArrayValue, BasicValueEnum, CallSiteValue, FloatValue, FunctionValue, GlobalValue,
    InstructionValue, IntValue, MetadataValue, PhiValue, PointerValue, VectorValue);
forget_kind!(Type by as_type_ref: ArrayType, BasicTypeEnum, FloatType, IntType, PointerType, ScalableVectorType, StructType,
    VectorType, VoidType);

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.print_to_string().to_string_lossy())
    }
}

impl fmt::Debug for Type<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.print_to_string().to_string_lossy())
    }
}

//! Arithmetic, comparisons, casts and aggregates: one builder call each, for scalars and vectors alike.
//!
//! inkwell types each of these by operand (integer, float, vector); rustc's builder does not know which
//! it holds, and LLVM does not care.

use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::types::AnyTypeEnum;
use inkwell::values::{AnyValueEnum, InstructionOpcode};
use inkwell::{FloatPredicate, IntPredicate};
use llvm_sys::core::*;
use llvm_sys::prelude::LLVMValueRef;
use llvm_sys::{LLVMIntPredicate, LLVMOpcode, LLVMRealPredicate};

use super::raw;

/// The name of an unnamed value.
pub(super) const UNNAMED: *const std::ffi::c_char = c"".as_ptr();

/// A binary operation without flags.
#[derive(Copy, Clone, Debug)]
pub(crate) enum BinaryOp {
    Add,
    Sub,
    Mul,
    UDiv,
    SDiv,
    URem,
    SRem,
    Shl,
    LShr,
    AShr,
    And,
    Or,
    Xor,
    FAdd,
    FSub,
    FMul,
    FDiv,
    FRem,
}

/// What the operands of an integer operation promise (LangRef: `nuw`, `nsw`, `exact`, `disjoint`).
#[derive(Copy, Clone, Debug)]
pub(crate) enum Promise {
    NoUnsignedWrap,
    NoSignedWrap,
    NoWrap,
    Exact,
    Disjoint,
}

/// `lhs op rhs`.
pub(crate) fn binary<'ll>(
    builder: &Builder<'ll>,
    op: BinaryOp,
    lhs: AnyValueEnum<'ll>,
    rhs: AnyValueEnum<'ll>,
) -> AnyValueEnum<'ll> {
    let opcode = match op {
        BinaryOp::Add => LLVMOpcode::LLVMAdd,
        BinaryOp::Sub => LLVMOpcode::LLVMSub,
        BinaryOp::Mul => LLVMOpcode::LLVMMul,
        BinaryOp::UDiv => LLVMOpcode::LLVMUDiv,
        BinaryOp::SDiv => LLVMOpcode::LLVMSDiv,
        BinaryOp::URem => LLVMOpcode::LLVMURem,
        BinaryOp::SRem => LLVMOpcode::LLVMSRem,
        BinaryOp::Shl => LLVMOpcode::LLVMShl,
        BinaryOp::LShr => LLVMOpcode::LLVMLShr,
        BinaryOp::AShr => LLVMOpcode::LLVMAShr,
        BinaryOp::And => LLVMOpcode::LLVMAnd,
        BinaryOp::Or => LLVMOpcode::LLVMOr,
        BinaryOp::Xor => LLVMOpcode::LLVMXor,
        BinaryOp::FAdd => LLVMOpcode::LLVMFAdd,
        BinaryOp::FSub => LLVMOpcode::LLVMFSub,
        BinaryOp::FMul => LLVMOpcode::LLVMFMul,
        BinaryOp::FDiv => LLVMOpcode::LLVMFDiv,
        BinaryOp::FRem => LLVMOpcode::LLVMFRem,
    };
    // SAFETY: builder and operands are of one live context.
    unsafe {
        raw::wrap(LLVMBuildBinOp(
            raw::builder(builder),
            opcode,
            raw::value(lhs),
            raw::value(rhs),
            UNNAMED,
        ))
    }
}

/// Adds a promise to the operation that computed `value`; a folded constant needs none.
pub(crate) fn promise<'ll>(value: AnyValueEnum<'ll>, promise: Promise) -> AnyValueEnum<'ll> {
    let inst = raw::value(value);
    if raw::is_instruction(inst) {
        // SAFETY: `inst` is an instruction of an opcode that carries the flag: the caller just built it.
        unsafe {
            match promise {
                Promise::NoUnsignedWrap => LLVMSetNUW(inst, 1),
                Promise::NoSignedWrap => LLVMSetNSW(inst, 1),
                Promise::NoWrap => {
                    LLVMSetNUW(inst, 1);
                    LLVMSetNSW(inst, 1);
                }
                Promise::Exact => LLVMSetExact(inst, 1),
                Promise::Disjoint => LLVMSetIsDisjoint(inst, 1),
            }
        }
    }
    value
}

/// Which liberties the optimiser has with a float operation (LangRef, "Fast-Math Flags").
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum FloatMode {
    /// `fast`: everything, with undefined behaviour for NaN and infinity.
    Fast,
    /// Reassociation, contraction, reciprocals and no signed zeros: never undefined (rust-lang/rust#136469).
    Algebraic,
    /// Reassociation only, for unordered reductions.
    Reassociate,
    /// No signed zeros: `min`/`max` that may return either zero.
    NoSignedZeros,
}

/// Gives the float operation that computed `value` the liberties of `mode`.
pub(crate) fn set_float_mode<'ll>(value: AnyValueEnum<'ll>, mode: FloatMode) -> AnyValueEnum<'ll> {
    use llvm_sys::{
        LLVMFastMathAll, LLVMFastMathAllowContract, LLVMFastMathAllowReassoc, LLVMFastMathAllowReciprocal,
        LLVMFastMathNoSignedZeros,
    };
    let flags = match mode {
        FloatMode::Fast => LLVMFastMathAll,
        FloatMode::Algebraic => {
            LLVMFastMathAllowReassoc
                | LLVMFastMathAllowContract
                | LLVMFastMathNoSignedZeros
                | LLVMFastMathAllowReciprocal
        }
        FloatMode::Reassociate => LLVMFastMathAllowReassoc,
        FloatMode::NoSignedZeros => LLVMFastMathNoSignedZeros,
    };
    let inst = raw::value(value);
    // SAFETY: only instructions are asked, and only those that can carry the flags get them.
    unsafe {
        if raw::is_instruction(inst) && LLVMCanValueUseFastMathFlags(inst) != 0 {
            LLVMSetFastMathFlags(inst, flags);
        }
    }
    value
}

/// `-value` of an integer.
pub(crate) fn negate<'ll>(builder: &Builder<'ll>, value: AnyValueEnum<'ll>) -> AnyValueEnum<'ll> {
    // SAFETY: builder and operand are of one live context.
    unsafe { raw::wrap(LLVMBuildNeg(raw::builder(builder), raw::value(value), UNNAMED)) }
}

/// `-value` of a float: flips the sign bit, of NaN too.
pub(crate) fn float_negate<'ll>(builder: &Builder<'ll>, value: AnyValueEnum<'ll>) -> AnyValueEnum<'ll> {
    // SAFETY: as above.
    unsafe { raw::wrap(LLVMBuildFNeg(raw::builder(builder), raw::value(value), UNNAMED)) }
}

/// `!value`: every bit flipped.
pub(crate) fn invert<'ll>(builder: &Builder<'ll>, value: AnyValueEnum<'ll>) -> AnyValueEnum<'ll> {
    // SAFETY: as above.
    unsafe { raw::wrap(LLVMBuildNot(raw::builder(builder), raw::value(value), UNNAMED)) }
}

/// A cast by an LLVM instruction.
pub(crate) fn cast<'ll>(
    builder: &Builder<'ll>,
    op: InstructionOpcode,
    value: AnyValueEnum<'ll>,
    to: AnyTypeEnum<'ll>,
) -> AnyValueEnum<'ll> {
    // SAFETY: as above; the opcode is one of the casts.
    unsafe {
        raw::wrap(LLVMBuildCast(
            raw::builder(builder),
            op.into(),
            raw::value(value),
            raw::type_(to),
            UNNAMED,
        ))
    }
}

/// `lhs pred rhs` of integers or pointers.
pub(crate) fn compare_ints<'ll>(
    builder: &Builder<'ll>,
    predicate: IntPredicate,
    lhs: AnyValueEnum<'ll>,
    rhs: AnyValueEnum<'ll>,
) -> AnyValueEnum<'ll> {
    let predicate: LLVMIntPredicate = predicate.into();
    // SAFETY: as above.
    unsafe {
        raw::wrap(LLVMBuildICmp(
            raw::builder(builder),
            predicate,
            raw::value(lhs),
            raw::value(rhs),
            UNNAMED,
        ))
    }
}

/// `lhs pred rhs` of floats.
pub(crate) fn compare_floats<'ll>(
    builder: &Builder<'ll>,
    predicate: FloatPredicate,
    lhs: AnyValueEnum<'ll>,
    rhs: AnyValueEnum<'ll>,
) -> AnyValueEnum<'ll> {
    let predicate: LLVMRealPredicate = predicate.into();
    // SAFETY: as above.
    unsafe {
        raw::wrap(LLVMBuildFCmp(
            raw::builder(builder),
            predicate,
            raw::value(lhs),
            raw::value(rhs),
            UNNAMED,
        ))
    }
}

/// `condition ? yes : no`, lane by lane if the condition is a vector.
pub(crate) fn select<'ll>(
    builder: &Builder<'ll>,
    condition: AnyValueEnum<'ll>,
    yes: AnyValueEnum<'ll>,
    no: AnyValueEnum<'ll>,
) -> AnyValueEnum<'ll> {
    let (condition, yes, no) = (raw::value(condition), raw::value(yes), raw::value(no));
    // SAFETY: as above.
    unsafe {
        raw::wrap(LLVMBuildSelect(
            raw::builder(builder),
            condition,
            yes,
            no,
            UNNAMED,
        ))
    }
}

/// Lane `index` of `vector`.
pub(crate) fn extract_element<'ll>(
    builder: &Builder<'ll>,
    vector: AnyValueEnum<'ll>,
    index: AnyValueEnum<'ll>,
) -> AnyValueEnum<'ll> {
    // SAFETY: as above.
    unsafe {
        raw::wrap(LLVMBuildExtractElement(
            raw::builder(builder),
            raw::value(vector),
            raw::value(index),
            UNNAMED,
        ))
    }
}

/// `vector` with `element` in lane `index`.
pub(crate) fn insert_element<'ll>(
    builder: &Builder<'ll>,
    vector: AnyValueEnum<'ll>,
    element: AnyValueEnum<'ll>,
    index: AnyValueEnum<'ll>,
) -> AnyValueEnum<'ll> {
    let (vector, element, index) = (raw::value(vector), raw::value(element), raw::value(index));
    // SAFETY: as above.
    unsafe {
        raw::wrap(LLVMBuildInsertElement(
            raw::builder(builder),
            vector,
            element,
            index,
            UNNAMED,
        ))
    }
}

/// Lanes of `a` and `b` picked by the constant `mask`.
pub(crate) fn shuffle<'ll>(
    builder: &Builder<'ll>,
    a: AnyValueEnum<'ll>,
    b: AnyValueEnum<'ll>,
    mask: AnyValueEnum<'ll>,
) -> AnyValueEnum<'ll> {
    let (a, b, mask) = (raw::value(a), raw::value(b), raw::value(mask));
    // SAFETY: as above.
    unsafe { raw::wrap(LLVMBuildShuffleVector(raw::builder(builder), a, b, mask, UNNAMED)) }
}

/// Field `index` of a first-class aggregate.
pub(crate) fn extract_value<'ll>(
    builder: &Builder<'ll>,
    aggregate: AnyValueEnum<'ll>,
    index: u32,
) -> AnyValueEnum<'ll> {
    // SAFETY: as above.
    unsafe {
        raw::wrap(LLVMBuildExtractValue(
            raw::builder(builder),
            raw::value(aggregate),
            index,
            UNNAMED,
        ))
    }
}

/// `aggregate` with `element` as field `index`.
pub(crate) fn insert_value<'ll>(
    builder: &Builder<'ll>,
    aggregate: AnyValueEnum<'ll>,
    element: AnyValueEnum<'ll>,
    index: u32,
) -> AnyValueEnum<'ll> {
    let (aggregate, element) = (raw::value(aggregate), raw::value(element));
    // SAFETY: as above.
    unsafe {
        raw::wrap(LLVMBuildInsertValue(
            raw::builder(builder),
            aggregate,
            element,
            index,
            UNNAMED,
        ))
    }
}

/// A phi of `incoming` values, at the builder's place, which must be the head of its block.
pub(crate) fn phi<'ll>(
    builder: &Builder<'ll>,
    ty: AnyTypeEnum<'ll>,
    incoming: &[(AnyValueEnum<'ll>, BasicBlock<'ll>)],
) -> AnyValueEnum<'ll> {
    let mut values: Vec<LLVMValueRef> = incoming.iter().map(|&(v, _)| raw::value(v)).collect();
    let mut blocks: Vec<_> = incoming.iter().map(|&(_, b)| raw::block(b)).collect();
    // SAFETY: as above; the two arrays have the same length.
    unsafe {
        let phi = LLVMBuildPhi(raw::builder(builder), raw::type_(ty), UNNAMED);
        LLVMAddIncoming(
            phi,
            values.as_mut_ptr(),
            blocks.as_mut_ptr(),
            incoming.len() as u32,
        );
        raw::wrap(phi)
    }
}

/// Fetches the next variadic argument of type `ty` (LangRef, `va_arg`).
pub(crate) fn va_arg<'ll>(
    builder: &Builder<'ll>,
    list: AnyValueEnum<'ll>,
    ty: AnyTypeEnum<'ll>,
) -> AnyValueEnum<'ll> {
    // SAFETY: as above.
    unsafe {
        raw::wrap(LLVMBuildVAArg(
            raw::builder(builder),
            raw::value(list),
            raw::type_(ty),
            UNNAMED,
        ))
    }
}

/// Adds an edge to a phi that [`phi`] made.
pub(crate) fn add_incoming<'ll>(phi: AnyValueEnum<'ll>, value: AnyValueEnum<'ll>, from: BasicBlock<'ll>) {
    let (mut value, mut from) = (raw::value(value), raw::block(from));
    // SAFETY: as above; one value, one block.
    unsafe { LLVMAddIncoming(raw::value(phi), &mut value, &mut from, 1) }
}

/// Names a parameter or the result of an instruction that has no name yet; constants have none.
pub(crate) fn name_value(value: AnyValueEnum<'_>, name: &str) {
    let raw = raw::value(value);
    let mut len = 0;
    // SAFETY: type tests of a live value; LLVM copies `name.len()` bytes.
    unsafe {
        let nameable = !LLVMIsAArgument(raw).is_null() || raw::is_instruction(raw);
        LLVMGetValueName2(raw, &mut len);
        if nameable && len == 0 {
            LLVMSetValueName2(raw, name.as_ptr().cast(), name.len());
        }
    }
}

//! Calls of rustc's intrinsics, and of LLVM's through `link_llvm_intrinsics`.
//!
//! rustc calls an intrinsic by name. Each file knows the names of its subject and answers `None` to any
//! other; a name that no file knows has a body in `core`, which is then called.

mod catch;
mod declare;
mod integer;
mod llvm;
mod math;
mod memory;
mod platform;
mod retag;
mod scalable;
mod simd;

use rustc_abi::BackendRepr;
use rustc_codegen_ssa::RetagInfo;
use rustc_codegen_ssa::mir::IntrinsicResult;
use rustc_codegen_ssa::mir::operand::{OperandRef, OperandValue};
use rustc_codegen_ssa::mir::place::PlaceValue;
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::layout::TyAndLayout;
use rustc_middle::ty::{GenericArgsRef, Instance};
use rustc_span::{ErrorGuaranteed, Span, Symbol, sym};

pub(crate) use declare::IntrinsicCache;

use crate::codegen::builder::Builder;
use crate::llvm::Value;

/// One call of an intrinsic, as rustc hands it over.
pub(super) struct Call<'a, 'll, 'tcx> {
    pub(super) name: Symbol,
    pub(super) generics: GenericArgsRef<'tcx>,
    pub(super) args: &'a [OperandRef<'tcx, Value<'ll>>],
    pub(super) result: TyAndLayout<'tcx>,
    pub(super) place: Option<PlaceValue<Value<'ll>>>,
    pub(super) span: Span,
}

impl<'ll> Call<'_, 'll, '_> {
    /// Argument `index` as one SSA value.
    pub(super) fn arg(&self, index: usize) -> Value<'ll> {
        self.args[index].immediate()
    }

    /// Where the result goes, for an intrinsic whose result is not a scalar.
    pub(super) fn place(&self) -> PlaceValue<Value<'ll>> {
        self.place.expect("rustc gives a place for results in memory")
    }
}

/// What became of a call.
pub(super) enum Outcome<'ll> {
    /// The result, as one value of the result's immediate type.
    Value(Value<'ll>),
    /// The result as rustc's operand: a scalar, a pair, or nothing.
    Operand(OperandValue<Value<'ll>>),
    /// The result is in its place.
    InPlace,
    /// The call was wrong, and has been reported.
    Error(ErrorGuaranteed),
}

/// Intrinsics that have a body in `core`, but are generated here instead.
pub(crate) fn replaced_intrinsics() -> Vec<Symbol> {
    vec![
        sym::carrying_mul_add,
        sym::carryless_mul,
        sym::ceil,
        sym::copysignf128,
        sym::copysignf16,
        sym::copysignf32,
        sym::copysignf64,
        sym::cos,
        sym::exp,
        sym::exp2,
        sym::floor,
        sym::fma,
        sym::integer_max,
        sym::integer_min,
        sym::log,
        sym::log10,
        sym::log2,
        sym::powf,
        sym::powi,
        sym::round,
        sym::round_ties_even,
        sym::sin,
        sym::sqrt,
        sym::trunc,
        sym::unchecked_funnel_shl,
        sym::unchecked_funnel_shr,
    ]
}

impl<'ll, 'tcx> IntrinsicCallBuilderMethods<'tcx> for Builder<'_, 'll, 'tcx> {
    fn codegen_intrinsic_call(
        &mut self,
        instance: Instance<'tcx>,
        args: &[OperandRef<'tcx, Value<'ll>>],
        result_layout: TyAndLayout<'tcx>,
        result_place: Option<PlaceValue<Value<'ll>>>,
        span: Span,
    ) -> IntrinsicResult<'tcx, Value<'ll>> {
        let name = self.cx.tcx.item_name(instance.def_id());
        let generics = instance.args;
        let call = Call {
            name,
            generics,
            args,
            result: result_layout,
            place: result_place,
            span,
        };
        let outcome = if name.as_str().starts_with("simd_") {
            Some(self.simd_intrinsic(&call))
        } else {
            self.math_intrinsic(&call)
                .or_else(|| self.integer_intrinsic(&call))
                .or_else(|| self.memory_intrinsic(&call))
                .or_else(|| self.platform_intrinsic(&call))
                .or_else(|| self.scalable_intrinsic(&call))
        };
        match outcome {
            None => IntrinsicResult::Fallback(Instance::new_raw(instance.def_id(), instance.args)),
            Some(Outcome::Error(reported)) => IntrinsicResult::Err(reported),
            Some(Outcome::InPlace) => IntrinsicResult::WroteIntoPlace,
            Some(Outcome::Operand(operand)) => IntrinsicResult::Operand(operand),
            Some(Outcome::Value(value)) => match result_layout.backend_repr {
                BackendRepr::Memory { .. } => {
                    if !result_layout.is_zst() {
                        self.store_to_place(value, call.place());
                    }
                    IntrinsicResult::WroteIntoPlace
                }
                _ => {
                    let operand = OperandRef::from_immediate_or_packed_pair(self, value, result_layout);
                    IntrinsicResult::Operand(operand.val)
                }
            },
        }
    }

    fn codegen_llvm_intrinsic_call(
        &mut self,
        instance: Instance<'tcx>,
        args: &[OperandRef<'tcx, Value<'ll>>],
        _is_cleanup: bool,
    ) -> Value<'ll> {
        self.call_llvm_intrinsic(instance, args)
    }

    fn abort_immediate(&mut self) {
        self.call_intrinsic("llvm.trap", &[], &[]);
    }

    fn assume(&mut self, val: Value<'ll>) {
        if self.optimizing() {
            self.call_intrinsic("llvm.assume", &[], &[val]);
        }
    }

    fn expect(&mut self, cond: Value<'ll>, expected: bool) -> Value<'ll> {
        if !self.optimizing() {
            return cond;
        }
        let expected = self.cx.const_bool(expected);
        self.call_intrinsic("llvm.expect", &[self.cx.types.i1], &[cond, expected])
    }

    fn ctpop(&mut self, val: Value<'ll>) -> Value<'ll> {
        let count = self.call_intrinsic("llvm.ctpop", &[self.cx.val_ty(val)], &[val]);
        self.intcast(count, self.cx.types.i32, false)
    }

    fn type_checked_load(&mut self, _vtable: Value<'ll>, _offset: u64, _typeid: &[u8]) -> Value<'ll> {
        // rustc asks for it only with `-Zvirtual-function-elimination`, which is rejected at the start.
        self.cx.tcx.dcx().span_fatal(
            self.span,
            "`-Zvirtual-function-elimination` is not supported by this backend",
        )
    }

    fn va_start(&mut self, val: Value<'ll>) {
        self.call_intrinsic("llvm.va_start", &[self.cx.val_ty(val)], &[val]);
    }

    fn retag_mem(&mut self, place: Value<'ll>, info: &RetagInfo<Value<'ll>>) {
        self.retag("__rust_retag_mem", self.cx.types.void, place, info);
    }

    fn retag_reg(&mut self, ptr: Value<'ll>, info: &RetagInfo<Value<'ll>>) -> Value<'ll> {
        self.retag("__rust_retag_reg", self.cx.types.ptr, ptr, info)
    }
}

//! Integer functions: bits, minima and maxima, saturation, wide products.

use rustc_codegen_ssa::diagnostics::InvalidMonomorphization;
use rustc_codegen_ssa::traits::*;
use rustc_span::{Symbol, sym};

use super::{Call, Outcome};
use crate::codegen::builder::Builder;
use crate::llvm::Value;

/// The intrinsics that take integers of any one type.
const INTEGER_FUNCTIONS: [Symbol; 14] = [
    sym::bitreverse,
    sym::bswap,
    sym::carryless_mul,
    sym::ctlz,
    sym::ctlz_nonzero,
    sym::ctpop,
    sym::cttz,
    sym::cttz_nonzero,
    sym::integer_max,
    sym::integer_min,
    sym::saturating_add,
    sym::saturating_sub,
    sym::unchecked_funnel_shl,
    sym::unchecked_funnel_shr,
];

impl<'ll, 'tcx> Builder<'_, 'll, 'tcx> {
    pub(super) fn integer_intrinsic(&mut self, call: &Call<'_, 'll, 'tcx>) -> Option<Outcome<'ll>> {
        let name = call.name;
        match name {
            sym::carrying_mul_add => return Some(Outcome::Value(self.carrying_mul_add(call))),
            known if INTEGER_FUNCTIONS.contains(&known) => {}
            _ => return None,
        }
        let ty = call.args[0].layout.ty;
        if !ty.is_integral() {
            let span = call.span;
            return Some(Outcome::Error(
                self.cx
                    .tcx
                    .dcx()
                    .emit_err(InvalidMonomorphization::BasicIntegerType { span, name, ty }),
            ));
        }
        Some(Outcome::Value(self.integer_function(call, ty.is_signed())))
    }

    fn integer_function(&mut self, call: &Call<'_, 'll, 'tcx>, signed: bool) -> Value<'ll> {
        let first = call.arg(0);
        let ty = self.cx.val_ty(first);
        let binary = match (call.name, signed) {
            (sym::integer_max, true) => "llvm.smax",
            (sym::integer_max, false) => "llvm.umax",
            (sym::integer_min, true) => "llvm.smin",
            (sym::integer_min, false) => "llvm.umin",
            (sym::saturating_add, true) => "llvm.sadd.sat",
            (sym::saturating_add, false) => "llvm.uadd.sat",
            (sym::saturating_sub, true) => "llvm.ssub.sat",
            (sym::saturating_sub, false) => "llvm.usub.sat",
            (sym::carryless_mul, _) => "llvm.clmul",
            (sym::ctpop, _) => return self.ctpop(first),
            (sym::bitreverse, _) => return self.call_intrinsic("llvm.bitreverse", &[ty], &[first]),
            // A byte has nothing to swap, and LLVM no intrinsic for it.
            (sym::bswap, _) if ty == self.cx.types.i8 => return first,
            (sym::bswap, _) => return self.call_intrinsic("llvm.bswap", &[ty], &[first]),
            (sym::unchecked_funnel_shl, _) => return self.funnel_shift("llvm.fshl", call),
            (sym::unchecked_funnel_shr, _) => return self.funnel_shift("llvm.fshr", call),
            (sym::ctlz | sym::ctlz_nonzero, _) => {
                return self.count_zeros("llvm.ctlz", first, call.name == sym::ctlz_nonzero);
            }
            _ => return self.count_zeros("llvm.cttz", first, call.name == sym::cttz_nonzero),
        };
        self.call_intrinsic(binary, &[ty], &[first, call.arg(1)])
    }

    /// Counts zeros from one end, as a `u32`. With `nonzero`, zero is undefined behaviour.
    fn count_zeros(&mut self, name: &'static str, value: Value<'ll>, nonzero: bool) -> Value<'ll> {
        let zero_is_poison = self.cx.const_bool(nonzero);
        let count = self.call_intrinsic(name, &[self.cx.val_ty(value)], &[value, zero_is_poison]);
        self.intcast(count, self.cx.types.i32, false)
    }

    fn funnel_shift(&mut self, name: &'static str, call: &Call<'_, 'll, 'tcx>) -> Value<'ll> {
        let (high, low) = (call.arg(0), call.arg(1));
        let ty = self.cx.val_ty(high);
        let amount = self.intcast(call.arg(2), ty, false);
        self.call_intrinsic(name, &[ty], &[high, low, amount])
    }

    /// `a * b + c + d` in twice the width, which it cannot exceed, as its low and its high half.
    fn carrying_mul_add(&mut self, call: &Call<'_, 'll, 'tcx>) -> Value<'ll> {
        let (size, signed) = call.generics.type_at(0).int_size_and_signed(self.cx.tcx);
        let (narrow, wide) = (self.cx.int_type(size.bits()), self.cx.int_type(size.bits() * 2));
        let [a, b, c, d] = [0, 1, 2, 3].map(|index| self.intcast(call.arg(index), wide, signed));
        let all = if signed {
            let product = self.unchecked_smul(a, b);
            let sum = self.unchecked_sadd(product, c);
            self.unchecked_sadd(sum, d)
        } else {
            let product = self.unchecked_umul(a, b);
            let sum = self.unchecked_uadd(product, c);
            self.unchecked_uadd(sum, d)
        };
        let low = self.trunc(all, narrow);
        let shifted = self.lshr(all, self.cx.const_uint(wide, size.bits()));
        let high = self.trunc(shifted, narrow);
        let pair = self
            .cx
            .const_poison(self.cx.struct_type(&[narrow, narrow], false));
        let pair = self.insert_value(pair, low, 0);
        self.insert_value(pair, high, 1)
    }
}

//! Intrinsics about memory: volatile access, comparison of bytes, prefetching, hiding values.

use rustc_abi::{Align, BackendRepr};
use rustc_codegen_ssa::common::IntPredicate;
use rustc_codegen_ssa::diagnostics::InvalidMonomorphization;
use rustc_codegen_ssa::mir::operand::OperandValue;
use rustc_codegen_ssa::mir::place::{PlaceRef, PlaceValue};
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::layout::LayoutOf;
use rustc_span::sym;

use super::{Call, Outcome};
use crate::codegen::builder::Builder;
use crate::llvm::Value;
use crate::llvm::asm::{InlineAsm, inline_asm};
use crate::llvm::metadata::MetadataKind;

impl<'ll, 'tcx> Builder<'_, 'll, 'tcx> {
    pub(super) fn memory_intrinsic(&mut self, call: &Call<'_, 'll, 'tcx>) -> Option<Outcome<'ll>> {
        Some(match call.name {
            sym::volatile_load => self.load_volatile(call, call.result.align.abi),
            sym::unaligned_volatile_load => self.load_volatile(call, Align::ONE),
            sym::raw_eq => self.raw_eq(call),
            sym::compare_bytes => Outcome::Value(self.compare_bytes(call.arg(0), call.arg(1), call.arg(2))),
            sym::prefetch_read_data => self.prefetch(call, false, true),
            sym::prefetch_write_data => self.prefetch(call, true, true),
            sym::prefetch_read_instruction => self.prefetch(call, false, false),
            sym::prefetch_write_instruction => self.prefetch(call, true, false),
            sym::ptr_mask => {
                let (pointer, mask) = (call.arg(0), call.arg(1));
                let overloads = [self.cx.val_ty(pointer), self.cx.types.isize];
                Outcome::Value(self.call_intrinsic("llvm.ptrmask", &overloads, &[pointer, mask]))
            }
            sym::black_box => self.black_box(call),
            sym::is_val_statically_known => Outcome::Value(match call.args[0].val {
                OperandValue::Immediate(value) => {
                    self.call_intrinsic("llvm.is.constant", &[self.cx.val_ty(value)], &[value])
                }
                // LLVM can be asked of first-class values only.
                _ => self.cx.const_bool(false),
            }),
            sym::select_unpredictable => self.select_unpredictable(call),
            _ => return None,
        })
    }

    fn load_volatile(&mut self, call: &Call<'_, 'll, 'tcx>, align: Align) -> Outcome<'ll> {
        let (pointer, layout) = (call.arg(0), call.result);
        if layout.is_zst() {
            return Outcome::Operand(OperandValue::ZeroSized);
        }
        if let BackendRepr::Scalar(scalar) = layout.backend_repr {
            let load = self.volatile_load(self.cx.type_from_scalar(scalar), pointer, align);
            let value = self.to_immediate_scalar(load, scalar);
            return Outcome::Operand(OperandValue::Immediate(value));
        }
        // One access of all bytes at once, by way of memory: no part is left out or read twice.
        let place = match call.place {
            Some(val) => PlaceRef { val, layout },
            None => PlaceRef::alloca(self, layout),
        };
        let value = self.volatile_load(self.cx.int_type(layout.size.bits()), pointer, align);
        self.store(value, place.val.llval, layout.align.abi);
        match call.place {
            Some(_) => Outcome::InPlace,
            None => Outcome::Operand(self.load_operand(place).val),
        }
    }

    /// `memcmp`, which LLVM expands where the length is small and known.
    fn compare_bytes(&mut self, a: Value<'ll>, b: Value<'ll>, len: Value<'ll>) -> Value<'ll> {
        let types = &self.cx.types;
        let signature =
            self.cx
                .function_type(&[types.ptr, types.ptr, types.isize], self.cx.type_int(), false);
        let memcmp = self.cx.declare_c_function("memcmp", signature);
        let order = self.call_function(memcmp, &[a, b, len]);
        self.intcast(order, self.cx.types.i32, true)
    }

    fn raw_eq(&mut self, call: &Call<'_, 'll, 'tcx>) -> Outcome<'ll> {
        let ty = call.generics.type_at(0);
        let layout = self.cx.layout_of(ty);
        let (a, b) = (call.arg(0), call.arg(1));
        let as_integer = match layout.backend_repr {
            BackendRepr::Scalar(_) | BackendRepr::ScalarPair { .. } => true,
            BackendRepr::SimdVector { .. } => false,
            BackendRepr::SimdScalableVector { .. } => {
                let (span, name) = (call.span, call.name);
                let error = InvalidMonomorphization::NonScalableType { span, name, ty };
                return Outcome::Error(self.cx.tcx.dcx().emit_err(error));
            }
            // What fits two registers is compared there.
            BackendRepr::Memory { .. } => layout.size <= self.cx.tcx.data_layout.pointer_size() * 2,
        };
        Outcome::Value(if layout.is_zst() {
            self.cx.const_bool(true)
        } else if as_integer {
            let integer = self.cx.int_type(layout.size.bits());
            let a = self.load(integer, a, layout.align.abi);
            let b = self.load(integer, b, layout.align.abi);
            self.icmp(IntPredicate::IntEQ, a, b)
        } else {
            let order = self.compare_bytes(a, b, self.cx.const_usize(layout.size.bytes()));
            self.icmp(IntPredicate::IntEQ, order, self.cx.const_i32(0))
        })
    }

    fn prefetch(&mut self, call: &Call<'_, 'll, 'tcx>, write: bool, data: bool) -> Outcome<'ll> {
        let pointer = call.arg(0);
        let locality = self.cx.const_i32(call.generics.const_at(1).to_leaf().to_i32());
        let (write, data) = (self.cx.const_i32(write.into()), self.cx.const_i32(data.into()));
        self.call_intrinsic(
            "llvm.prefetch",
            &[self.cx.val_ty(pointer)],
            &[pointer, write, locality, data],
        );
        Outcome::Operand(OperandValue::ZeroSized)
    }

    /// Hides where a value comes from: an empty assembly takes its address and may change all memory.
    fn black_box(&mut self, call: &Call<'_, 'll, 'tcx>) -> Outcome<'ll> {
        let place = PlaceRef {
            val: call.place(),
            layout: call.result,
        };
        call.args[0].val.store(self, place);
        let (params, args): (&[_], &[_]) = match call.result.is_zst() {
            true => (&[], &[]),
            false => (&[self.cx.types.ptr], &[place.val.llval]),
        };
        let ty = self.cx.function_type(params, self.cx.types.void, false);
        let constraints = if args.is_empty() {
            "~{memory}"
        } else {
            "r,~{memory}"
        };
        let asm = InlineAsm {
            text: "",
            constraints,
            side_effects: true,
            align_stack: false,
            intel: false,
            can_unwind: false,
        };
        crate::llvm::calls::call(&self.ll, (ty, inline_asm(ty, asm)), args, &[]);
        Outcome::InPlace
    }

    /// A choice that the branch predictor would get wrong: kept as a conditional move.
    fn select_unpredictable(&mut self, call: &Call<'_, 'll, 'tcx>) -> Outcome<'ll> {
        let condition = call.arg(0);
        let choose = |bx: &mut Self, yes, no| {
            let chosen = bx.select(condition, yes, no);
            // A folded constant is no instruction, and needs no hint.
            if chosen.instruction().is_some() {
                bx.annotate(chosen, MetadataKind::Unpredictable, &[]);
            }
            chosen
        };
        match (call.args[1].val, call.args[2].val) {
            (OperandValue::ZeroSized, OperandValue::ZeroSized) => Outcome::Operand(OperandValue::ZeroSized),
            (OperandValue::Ref(yes), OperandValue::Ref(no)) => {
                let from = choose(self, yes.llval, no.llval);
                let chosen = OperandValue::Ref(PlaceValue::new_sized(from, yes.align.min(no.align)));
                chosen.store(
                    self,
                    PlaceRef {
                        val: call.place(),
                        layout: call.result,
                    },
                );
                Outcome::InPlace
            }
            (OperandValue::Immediate(yes), OperandValue::Immediate(no)) => {
                Outcome::Value(choose(self, yes, no))
            }
            (OperandValue::Pair(yes_a, yes_b), OperandValue::Pair(no_a, no_b)) => {
                let (a, b) = (choose(self, yes_a, no_a), choose(self, yes_b, no_b));
                Outcome::Operand(OperandValue::Pair(a, b))
            }
            _ => unreachable!("two operands of one layout have one form"),
        }
    }
}

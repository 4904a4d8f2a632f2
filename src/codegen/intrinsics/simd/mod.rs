//! SIMD: operations on all lanes of a vector (`core::intrinsics::simd`).
//!
//! Each file checks the types that it is called with, since the declarations in `core` are generic over
//! anything; what does not fit is the same error as in any other backend.

mod arithmetic;
mod cast;
mod lanes;
mod memory;
mod reduce;

use rustc_codegen_ssa::diagnostics::InvalidMonomorphization;
use rustc_codegen_ssa::mir::operand::OperandValue;
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::Ty;
use rustc_middle::ty::layout::LayoutOf;
use rustc_span::{ErrorGuaranteed, sym};

use super::{Call, Outcome};
use crate::codegen::builder::Builder;
use crate::codegen::layout::LayoutExt;
use crate::llvm::{Type, Value};

/// The result of an operation, or the report of why there is none.
type Lanes<'ll> = Result<Value<'ll>, ErrorGuaranteed>;

/// Number and type of the lanes of a vector type.
type Shape<'tcx> = (u64, Ty<'tcx>);

impl<'ll, 'tcx> Builder<'_, 'll, 'tcx> {
    pub(super) fn simd_intrinsic(&mut self, call: &Call<'_, 'll, 'tcx>) -> Outcome<'ll> {
        match self.simd_operation(call) {
            Ok(value) => Outcome::Value(value),
            Err(reported) => Outcome::Error(reported),
        }
    }

    fn simd_operation(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        match call.name {
            sym::simd_splat => self.simd_splat(call),
            sym::simd_shuffle => self.simd_shuffle(call),
            sym::simd_shuffle_const_generic => self.simd_shuffle_const(call),
            sym::simd_insert | sym::simd_insert_dyn => self.simd_insert(call),
            sym::simd_extract | sym::simd_extract_dyn => self.simd_extract(call),
            sym::simd_select => self.simd_select(call),
            sym::simd_select_bitmask => self.simd_select_bitmask(call),
            sym::simd_bitmask => self.simd_bitmask(call),
            sym::simd_gather => self.simd_gather(call),
            sym::simd_scatter => self.simd_scatter(call),
            sym::simd_masked_load => self.simd_masked_load(call),
            sym::simd_masked_store => self.simd_masked_store(call),
            sym::simd_arith_offset => self.simd_arith_offset(call),
            sym::simd_cast | sym::simd_as => self.simd_cast(call),
            sym::simd_cast_ptr => self.simd_cast_ptr(call),
            sym::simd_expose_provenance => self.simd_expose_provenance(call),
            sym::simd_with_exposed_provenance => self.simd_with_exposed_provenance(call),
            name if name.as_str().starts_with("simd_reduce_") => self.simd_reduce(call),
            _ => self.simd_arithmetic(call),
        }
    }

    /// Reports that the call is wrong.
    fn simd_error<T>(&self, error: InvalidMonomorphization<'tcx>) -> Result<T, ErrorGuaranteed> {
        Err(self.cx.tcx.dcx().emit_err(error))
    }

    /// The shape of `ty`, or the error that `wrong` words.
    fn simd_shape(
        &self,
        ty: Ty<'tcx>,
        wrong: impl FnOnce(Ty<'tcx>) -> InvalidMonomorphization<'tcx>,
    ) -> Result<Shape<'tcx>, ErrorGuaranteed> {
        if ty.is_simd() {
            Ok(ty.simd_size_and_type(self.cx.tcx))
        } else {
            self.simd_error(wrong(ty))
        }
    }

    /// The shape of the first argument, which must be a vector.
    fn simd_input(&self, call: &Call<'_, 'll, 'tcx>) -> Result<Shape<'tcx>, ErrorGuaranteed> {
        let (span, name) = (call.span, call.name);
        let ty = call.args[0].layout.ty;
        self.simd_shape(ty, |ty| InvalidMonomorphization::SimdInput { span, name, ty })
    }

    /// The shape of the result, which must be a vector.
    fn simd_output(&self, call: &Call<'_, 'll, 'tcx>) -> Result<Shape<'tcx>, ErrorGuaranteed> {
        let (span, name) = (call.span, call.name);
        self.simd_shape(call.result.ty, |ty| InvalidMonomorphization::SimdReturn {
            span,
            name,
            ty,
        })
    }

    /// The LLVM vector type of a shape.
    fn simd_type(&self, (lanes, element): Shape<'tcx>) -> Type<'ll> {
        self.cx
            .vector_type(self.cx.layout_of(element).llvm_type(self.cx), lanes as u32)
    }

    /// The LLVM type of the result. A vector whose size is no power of two lives in memory as an array.
    fn simd_result_type(&self, call: &Call<'_, 'll, 'tcx>) -> Type<'ll> {
        match call.result.ty.is_simd() {
            true => self.simd_type(call.result.ty.simd_size_and_type(self.cx.tcx)),
            false => call.result.immediate_llvm_type(self.cx),
        }
    }

    /// Argument `index`, loaded as a vector if it is one that lives in memory.
    fn simd_arg(&mut self, call: &Call<'_, 'll, 'tcx>, index: usize) -> Value<'ll> {
        let arg = call.args[index];
        match arg.val {
            OperandValue::Ref(place) if arg.layout.ty.is_simd() => {
                let ty = self.simd_type(arg.layout.ty.simd_size_and_type(self.cx.tcx));
                self.load_from_place(ty, place)
            }
            _ => arg.immediate(),
        }
    }

    /// The result must have as many lanes as the input.
    fn simd_same_length(
        &self,
        call: &Call<'_, 'll, 'tcx>,
        in_len: u64,
        out_len: u64,
    ) -> Result<(), ErrorGuaranteed> {
        if in_len == out_len {
            return Ok(());
        }
        let (span, name, ret_ty) = (call.span, call.name, call.result.ty);
        let in_ty = call.args[0].layout.ty;
        self.simd_error(InvalidMonomorphization::ReturnLengthInputType {
            span,
            name,
            in_len,
            in_ty,
            ret_ty,
            out_len,
        })
    }

    /// A vector mask as a vector of bits. A lane is all ones or all zeros, so its highest bit decides; that
    /// is also the bit which the processors' own mask instructions look at.
    fn simd_mask(
        &mut self,
        call: &Call<'_, 'll, 'tcx>,
        mask: Value<'ll>,
        (lanes, element): Shape<'tcx>,
    ) -> Lanes<'ll> {
        if !element.is_integral() {
            let (span, name) = (call.span, call.name);
            return self.simd_error(InvalidMonomorphization::MaskWrongElementType {
                span,
                name,
                ty: element,
            });
        }
        let lane = self.cx.layout_of(element);
        let top = self.cx.const_uint(lane.llvm_type(self.cx), lane.size.bits() - 1);
        let shift = self.cx.const_vector(&vec![top; lanes as usize]);
        let sign = self.lshr(mask, shift);
        Ok(self.trunc(sign, self.cx.vector_type(self.cx.types.i1, lanes as u32)))
    }
}

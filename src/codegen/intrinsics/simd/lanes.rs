//! Lanes: putting them in, taking them out, moving them around, choosing between them.

use rustc_abi::{Align, Size};
use rustc_codegen_ssa::diagnostics::InvalidMonomorphization;
use rustc_codegen_ssa::mir::place::PlaceRef;
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::{self, Ty, UintTy};
use rustc_span::{ErrorGuaranteed, sym};

use super::{Call, Lanes};
use crate::codegen::builder::Builder;
use crate::llvm::{Value, constants};

impl<'ll, 'tcx> Builder<'_, 'll, 'tcx> {
    pub(super) fn simd_splat(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        let (lanes, element) = self.simd_output(call)?;
        if call.args[0].layout.ty != element {
            let (span, name, vector_type) = (call.span, call.name, call.result.ty);
            return self.simd_error(InvalidMonomorphization::ExpectedVectorElementType {
                span,
                name,
                expected_element: element,
                vector_type,
            });
        }
        Ok(self.vector_splat(lanes, call.arg(0)))
    }

    /// The result of a shuffle with `picks` lanes must be of that length and of the input's element type.
    fn simd_shuffle_result(
        &self,
        call: &Call<'_, 'll, 'tcx>,
        picks: u64,
        in_elem: Ty<'tcx>,
    ) -> Result<(), ErrorGuaranteed> {
        let (out_len, out_ty) = self.simd_output(call)?;
        let (span, name, ret_ty) = (call.span, call.name, call.result.ty);
        if out_len != picks {
            return self.simd_error(InvalidMonomorphization::ReturnLength {
                span,
                name,
                in_len: picks,
                ret_ty,
                out_len,
            });
        }
        if in_elem != out_ty {
            let in_ty = call.args[0].layout.ty;
            return self.simd_error(InvalidMonomorphization::ReturnElement {
                span,
                name,
                in_elem,
                in_ty,
                ret_ty,
                out_ty,
            });
        }
        Ok(())
    }

    fn simd_index_error<T>(
        &self,
        call: &Call<'_, 'll, 'tcx>,
        arg_idx: u64,
        total_len: u128,
    ) -> Result<T, ErrorGuaranteed> {
        let (span, name) = (call.span, call.name);
        self.simd_error(InvalidMonomorphization::SimdIndexOutOfBounds {
            span,
            name,
            arg_idx,
            total_len,
        })
    }

    /// `simd_shuffle`, whose third argument is a constant vector of lane numbers.
    pub(super) fn simd_shuffle(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        let (in_len, in_elem) = self.simd_input(call)?;
        let (span, name, ty) = (call.span, call.name, call.args[2].layout.ty);
        let (picks, index_ty) =
            self.simd_shape(ty, |ty| InvalidMonomorphization::SimdShuffle { span, name, ty })?;
        if !matches!(index_ty.kind(), ty::Uint(UintTy::U32)) {
            return self.simd_error(InvalidMonomorphization::SimdShuffle { span, name, ty });
        }
        self.simd_shuffle_result(call, picks, in_elem)?;
        let total = u128::from(in_len) * 2;
        let mask = self.simd_arg(call, 2);
        for lane in 0..picks {
            let index = constants::element(mask, lane as u32)
                .and_then(|index| self.cx.const_to_opt_u128(index, false));
            if index.is_none_or(|index| index >= total) {
                return self.simd_index_error(call, lane, total);
            }
        }
        let (a, b) = (self.simd_arg(call, 0), self.simd_arg(call, 1));
        Ok(self.shuffle_vector(a, b, mask))
    }

    /// `simd_shuffle_const_generic`, whose lane numbers are a const generic.
    pub(super) fn simd_shuffle_const(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        let (in_len, in_elem) = self.simd_input(call)?;
        let indices = call.generics[2].expect_const().to_branch();
        self.simd_shuffle_result(call, indices.len() as u64, in_elem)?;
        let total = u128::from(in_len) * 2;
        let mut mask = Vec::with_capacity(indices.len());
        for (lane, index) in indices.iter().enumerate() {
            let index = index.to_leaf().to_u32();
            if u128::from(index) >= total {
                return self.simd_index_error(call, lane as u64, total);
            }
            mask.push(self.cx.const_u32(index));
        }
        let (a, b) = (self.simd_arg(call, 0), self.simd_arg(call, 1));
        let mask = self.cx.const_vector(&mask);
        Ok(self.shuffle_vector(a, b, mask))
    }

    /// The lane number of an insertion or an extraction; a constant one must be in range.
    fn simd_lane(&mut self, call: &Call<'_, 'll, 'tcx>, lanes: u64) -> Lanes<'ll> {
        let index = call.arg(1);
        if matches!(call.name, sym::simd_insert_dyn | sym::simd_extract_dyn) {
            return Ok(index);
        }
        match self.cx.const_to_opt_u128(index, false) {
            Some(known) if known < u128::from(lanes) => Ok(self.cx.const_u32(known as u32)),
            _ => self.simd_index_error(call, 1, lanes.into()),
        }
    }

    pub(super) fn simd_insert(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        let (lanes, in_elem) = self.simd_input(call)?;
        let out_ty = call.args[2].layout.ty;
        if in_elem != out_ty {
            let (span, name, in_ty) = (call.span, call.name, call.args[0].layout.ty);
            return self.simd_error(InvalidMonomorphization::InsertedType {
                span,
                name,
                in_elem,
                in_ty,
                out_ty,
            });
        }
        let index = self.simd_lane(call, lanes)?;
        let vector = self.simd_arg(call, 0);
        Ok(self.insert_element(vector, call.arg(2), index))
    }

    pub(super) fn simd_extract(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        let (lanes, in_elem) = self.simd_input(call)?;
        self.simd_returns_element(call, in_elem)?;
        let index = self.simd_lane(call, lanes)?;
        let vector = self.simd_arg(call, 0);
        Ok(self.extract_element(vector, index))
    }

    /// The result must be one element of the input.
    pub(super) fn simd_returns_element(
        &self,
        call: &Call<'_, 'll, 'tcx>,
        in_elem: Ty<'tcx>,
    ) -> Result<(), ErrorGuaranteed> {
        let (span, name, ret_ty) = (call.span, call.name, call.result.ty);
        if ret_ty == in_elem {
            return Ok(());
        }
        let in_ty = call.args[0].layout.ty;
        self.simd_error(InvalidMonomorphization::ReturnType {
            span,
            name,
            in_elem,
            in_ty,
            ret_ty,
        })
    }

    pub(super) fn simd_select(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        let (m_len, element) = self.simd_input(call)?;
        let (span, name) = (call.span, call.name);
        let (v_len, _) = self.simd_shape(call.args[1].layout.ty, |ty| {
            InvalidMonomorphization::SimdArgument { span, name, ty }
        })?;
        if m_len != v_len {
            return self.simd_error(InvalidMonomorphization::MismatchedLengths {
                span,
                name,
                m_len,
                v_len,
            });
        }
        let mask = self.simd_arg(call, 0);
        let mask = self.simd_mask(call, mask, (m_len, element))?;
        let (yes, no) = (self.simd_arg(call, 1), self.simd_arg(call, 2));
        Ok(self.select(mask, yes, no))
    }

    /// Whether `ty` holds a bit mask of `lanes` bits: an integer of at least a byte, or an array of bytes.
    fn bitmask_form(&self, ty: Ty<'tcx>, lanes: u64) -> Option<Bitmask> {
        let (bits, bytes) = bitmask_size(lanes);
        match ty.kind() {
            ty::Uint(uint) if uint.bit_width() == Some(bits) => Some(Bitmask::Integer),
            ty::Int(int) if int.bit_width() == Some(bits) => Some(Bitmask::Integer),
            ty::Array(element, len)
                if matches!(element.kind(), ty::Uint(UintTy::U8))
                    && len.try_to_target_usize(self.cx.tcx) == Some(bytes) =>
            {
                Some(Bitmask::Bytes)
            }
            _ => None,
        }
    }

    pub(super) fn simd_select_bitmask(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        let (span, name) = (call.span, call.name);
        let (lanes, _) = self.simd_shape(call.args[1].layout.ty, |ty| {
            InvalidMonomorphization::SimdArgument { span, name, ty }
        })?;
        let (expected_int_bits, expected_bytes) = bitmask_size(lanes);
        let mask_ty = call.args[0].layout.ty;
        let mask = match self.bitmask_form(mask_ty, lanes) {
            Some(Bitmask::Integer) => call.arg(0),
            Some(Bitmask::Bytes) => {
                let place = PlaceRef::alloca(self, call.args[0].layout);
                call.args[0].val.store(self, place);
                self.load(self.cx.int_type(expected_bytes * 8), place.val.llval, Align::ONE)
            }
            None => {
                return self.simd_error(InvalidMonomorphization::InvalidBitmask {
                    span,
                    name,
                    mask_ty,
                    expected_int_bits,
                    expected_bytes,
                });
            }
        };
        let bits = self.cx.int_type(lanes);
        let narrow = if self.cx.val_ty(mask) == bits {
            mask
        } else {
            self.trunc(mask, bits)
        };
        let mask = self.bitcast(narrow, self.cx.vector_type(self.cx.types.i1, lanes as u32));
        let (yes, no) = (self.simd_arg(call, 1), self.simd_arg(call, 2));
        Ok(self.select(mask, yes, no))
    }

    pub(super) fn simd_bitmask(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        let shape = self.simd_input(call)?;
        let lanes = shape.0;
        let (expected_int_bits, expected_bytes) = bitmask_size(lanes);
        let mask = self.simd_arg(call, 0);
        let mask = self.simd_mask(call, mask, shape)?;
        let bits: Value<'ll> = self.bitcast(mask, self.cx.int_type(lanes));
        match self.bitmask_form(call.result.ty, lanes) {
            Some(Bitmask::Integer) if lanes == expected_int_bits => Ok(bits),
            Some(Bitmask::Integer) => Ok(self.zext(bits, self.cx.int_type(expected_int_bits))),
            Some(Bitmask::Bytes) => {
                let whole = self.cx.int_type(expected_bytes * 8);
                let wide = if lanes == expected_bytes * 8 {
                    bits
                } else {
                    self.zext(bits, whole)
                };
                let slot = self.alloca(Size::from_bytes(expected_bytes), Align::ONE);
                self.store(wide, slot, Align::ONE);
                Ok(self.load(self.cx.byte_array(expected_bytes), slot, Align::ONE))
            }
            None => {
                let (span, name, ret_ty) = (call.span, call.name, call.result.ty);
                self.simd_error(InvalidMonomorphization::CannotReturn {
                    span,
                    name,
                    ret_ty,
                    expected_int_bits,
                    expected_bytes,
                })
            }
        }
    }
}

/// What a bit mask is held in.
enum Bitmask {
    Integer,
    Bytes,
}

/// The size of a bit mask: as an integer in bits, as an array in bytes.
fn bitmask_size(lanes: u64) -> (u64, u64) {
    (lanes.max(8).next_power_of_two(), lanes.div_ceil(8))
}

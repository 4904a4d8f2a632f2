//! Conversions of all lanes: numbers to numbers, pointers to addresses and back.

use rustc_codegen_ssa::diagnostics::InvalidMonomorphization;
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::layout::HasTypingEnv;
use rustc_middle::ty::{self, Ty, UintTy};
use rustc_span::{ErrorGuaranteed, sym};

use super::{Call, Lanes};
use crate::codegen::builder::Builder;

impl<'ll, 'tcx> Builder<'_, 'll, 'tcx> {
    /// `simd_cast` (undefined where a float does not fit) and `simd_as` (saturating, as `as`).
    pub(super) fn simd_cast(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        let (in_len, in_elem) = self.simd_input(call)?;
        let (out_len, out_elem) = self.simd_output(call)?;
        self.simd_same_length(call, in_len, out_len)?;
        let value = self.simd_arg(call, 0);
        if in_elem == out_elem {
            return Ok(value);
        }
        let to = self.simd_result_type(call);
        let numeric = |ty: Ty<'tcx>| ty.is_integral() || ty.is_floating_point();
        if !numeric(in_elem) || !numeric(out_elem) {
            let (span, name, ret_ty) = (call.span, call.name, call.result.ty);
            let in_ty = call.args[0].layout.ty;
            return self.simd_error(InvalidMonomorphization::UnsupportedCast {
                span,
                name,
                in_ty,
                in_elem,
                ret_ty,
                out_elem,
            });
        }
        let bits = |ty: Ty<'tcx>| ty.primitive_size(self.cx.tcx).bits();
        let widening = bits(in_elem).cmp(&bits(out_elem));
        let saturating = call.name == sym::simd_as;
        Ok(
            match (in_elem.is_floating_point(), out_elem.is_floating_point()) {
                (false, false) => match widening {
                    std::cmp::Ordering::Greater => self.trunc(value, to),
                    std::cmp::Ordering::Equal => value,
                    std::cmp::Ordering::Less if in_elem.is_signed() => self.sext(value, to),
                    std::cmp::Ordering::Less => self.zext(value, to),
                },
                (false, true) if in_elem.is_signed() => self.sitofp(value, to),
                (false, true) => self.uitofp(value, to),
                (true, false) if saturating => self.cast_float_to_int(out_elem.is_signed(), value, to),
                (true, false) if out_elem.is_signed() => self.fptosi(value, to),
                (true, false) => self.fptoui(value, to),
                (true, true) => match widening {
                    std::cmp::Ordering::Greater => self.fptrunc(value, to),
                    std::cmp::Ordering::Equal => value,
                    std::cmp::Ordering::Less => self.fpext(value, to),
                },
            },
        )
    }

    /// Both vectors of a conversion of pointers, which must have the same length.
    fn simd_pair(&self, call: &Call<'_, 'll, 'tcx>) -> Result<(Ty<'tcx>, Ty<'tcx>), ErrorGuaranteed> {
        let (in_len, in_elem) = self.simd_input(call)?;
        let (out_len, out_elem) = self.simd_output(call)?;
        self.simd_same_length(call, in_len, out_len)?;
        Ok((in_elem, out_elem))
    }

    fn expect_pointer(&self, call: &Call<'_, 'll, 'tcx>, ty: Ty<'tcx>) -> Result<Ty<'tcx>, ErrorGuaranteed> {
        match *ty.kind() {
            ty::RawPtr(pointee, _) => Ok(pointee),
            _ => self.simd_error(InvalidMonomorphization::ExpectedPointer {
                span: call.span,
                name: call.name,
                ty,
            }),
        }
    }

    fn expect_usize(&self, call: &Call<'_, 'll, 'tcx>, ty: Ty<'tcx>) -> Result<(), ErrorGuaranteed> {
        match ty.kind() {
            ty::Uint(UintTy::Usize) => Ok(()),
            _ => self.simd_error(InvalidMonomorphization::ExpectedUsize {
                span: call.span,
                name: call.name,
                ty,
            }),
        }
    }

    pub(super) fn simd_cast_ptr(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        let (from, to) = self.simd_pair(call)?;
        for ty in [from, to] {
            let pointee = self.expect_pointer(call, ty)?;
            let tcx = self.cx.tcx;
            let metadata =
                pointee.ptr_metadata_ty(tcx, |ty| tcx.normalize_erasing_regions(self.typing_env(), ty));
            if !metadata.is_unit() {
                let (span, name) = (call.span, call.name);
                return self.simd_error(InvalidMonomorphization::CastWidePointer { span, name, ty });
            }
        }
        Ok(self.simd_arg(call, 0))
    }

    pub(super) fn simd_expose_provenance(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        let (from, to) = self.simd_pair(call)?;
        self.expect_pointer(call, from)?;
        self.expect_usize(call, to)?;
        let (pointers, ty) = (self.simd_arg(call, 0), self.simd_result_type(call));
        Ok(self.ptrtoint(pointers, ty))
    }

    pub(super) fn simd_with_exposed_provenance(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        let (from, to) = self.simd_pair(call)?;
        self.expect_usize(call, from)?;
        self.expect_pointer(call, to)?;
        let (addresses, ty) = (self.simd_arg(call, 0), self.simd_result_type(call));
        Ok(self.inttoptr(addresses, ty))
    }
}

//! Vectors and memory: gathering, scattering, masked loads and stores, vectors of pointers.

use inkwell::attributes::AttributeLoc;
use rustc_codegen_ssa::diagnostics::{ExpectedPointerMutability, InvalidMonomorphization};
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::layout::LayoutOf;
use rustc_middle::ty::{self, SimdAlign, Ty};
use rustc_span::ErrorGuaranteed;

use super::{Call, Lanes, Shape};
use crate::codegen::builder::Builder;
use crate::llvm::{Value, calls};

impl<'ll, 'tcx> Builder<'_, 'll, 'tcx> {
    /// The shapes of the second and third argument, which must have as many lanes as the first.
    fn simd_three(&self, call: &Call<'_, 'll, 'tcx>) -> Result<[Shape<'tcx>; 3], ErrorGuaranteed> {
        let (span, name) = (call.span, call.name);
        let [in_ty, second, third] = [0, 1, 2].map(|index| call.args[index].layout.ty);
        let first = self.simd_shape(in_ty, |ty| InvalidMonomorphization::SimdFirst { span, name, ty })?;
        let second_shape = self.simd_shape(second, |ty| InvalidMonomorphization::SimdSecond {
            span,
            name,
            ty,
        })?;
        let third_shape =
            self.simd_shape(third, |ty| InvalidMonomorphization::SimdThird { span, name, ty })?;
        let in_len = first.0;
        if second_shape.0 != in_len {
            let (arg_ty, out_len) = (second, second_shape.0);
            let error = InvalidMonomorphization::SecondArgumentLength {
                span,
                name,
                in_len,
                in_ty,
                arg_ty,
                out_len,
            };
            return self.simd_error(error);
        }
        if third_shape.0 != in_len {
            let (arg_ty, out_len) = (third, third_shape.0);
            let error = InvalidMonomorphization::ThirdArgumentLength {
                span,
                name,
                in_len,
                in_ty,
                arg_ty,
                out_len,
            };
            return self.simd_error(error);
        }
        Ok([first, second_shape, third_shape])
    }

    /// `pointer` must point to `in_elem`, the element of `in_ty`.
    fn expect_pointer_to(
        &self,
        call: &Call<'_, 'll, 'tcx>,
        (pointer, expected_element): (Ty<'tcx>, Ty<'tcx>),
        (in_ty, in_elem): (Ty<'tcx>, Ty<'tcx>),
        mutability: ExpectedPointerMutability,
    ) -> Result<(), ErrorGuaranteed> {
        let must_write = matches!(mutability, ExpectedPointerMutability::Mut);
        if matches!(*pointer.kind(), ty::RawPtr(pointee, m) if pointee == in_elem && (m.is_mut() || !must_write))
        {
            return Ok(());
        }
        let (span, name, second_arg) = (call.span, call.name, call.args[1].layout.ty);
        self.simd_error(InvalidMonomorphization::ExpectedElementType {
            span,
            name,
            expected_element,
            second_arg,
            in_elem,
            in_ty,
            mutability,
        })
    }

    fn expect_result(&self, call: &Call<'_, 'll, 'tcx>, in_ty: Ty<'tcx>) -> Result<(), ErrorGuaranteed> {
        self.simd_output(call)?;
        let (span, name, ret_ty) = (call.span, call.name, call.result.ty);
        if ret_ty == in_ty {
            return Ok(());
        }
        self.simd_error(InvalidMonomorphization::ExpectedReturnType {
            span,
            name,
            in_ty,
            ret_ty,
        })
    }

    /// Calls a masked memory intrinsic whose pointer is parameter `pointer`, aligned to `align` bytes.
    fn masked(
        &mut self,
        name: &'static str,
        args: [Value<'ll>; 3],
        overloads: [usize; 2],
        pointer: u32,
        align: u64,
    ) -> Value<'ll> {
        // The overloads are the types of the vector and of the pointers; a load's vector is its result.
        let types = overloads.map(|index| self.cx.val_ty(args[index]));
        let result = self.call_intrinsic(name, &types, &args);
        if let Some(call) = calls::call_site_of(result) {
            call.add_attribute(AttributeLoc::Param(pointer), self.cx.align_attribute(align));
        }
        result
    }

    pub(super) fn simd_gather(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        let [(_, element), (_, pointer), mask] = self.simd_three(call)?;
        let in_ty = call.args[0].layout.ty;
        self.expect_result(call, in_ty)?;
        self.expect_pointer_to(
            call,
            (pointer, pointer),
            (in_ty, element),
            ExpectedPointerMutability::Not,
        )?;
        let [otherwise, pointers, lanes] = [0, 1, 2].map(|index| self.simd_arg(call, index));
        let mask = self.simd_mask(call, lanes, mask)?;
        let align = self.cx.layout_of(element).align.abi.bytes();
        Ok(self.masked(
            "llvm.masked.gather",
            [pointers, mask, otherwise],
            [2, 0],
            0,
            align,
        ))
    }

    pub(super) fn simd_scatter(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        let [(_, element), (_, pointer), mask] = self.simd_three(call)?;
        let in_ty = call.args[0].layout.ty;
        self.expect_pointer_to(
            call,
            (pointer, pointer),
            (in_ty, element),
            ExpectedPointerMutability::Mut,
        )?;
        let [values, pointers, lanes] = [0, 1, 2].map(|index| self.simd_arg(call, index));
        let mask = self.simd_mask(call, lanes, mask)?;
        let align = self.cx.layout_of(element).align.abi.bytes();
        Ok(self.masked("llvm.masked.scatter", [values, pointers, mask], [0, 1], 1, align))
    }

    /// Mask, values and alignment of a masked load or store.
    fn masked_access(
        &mut self,
        call: &Call<'_, 'll, 'tcx>,
        mutability: ExpectedPointerMutability,
    ) -> Result<(Value<'ll>, u64), ErrorGuaranteed> {
        let (span, name) = (call.span, call.name);
        let shape = self.simd_input(call)?;
        let values_ty = call.args[2].layout.ty;
        let (values, element) = self.simd_shape(values_ty, |ty| InvalidMonomorphization::SimdThird {
            span,
            name,
            ty,
        })?;
        if values != shape.0 {
            let (in_len, in_ty, arg_ty) = (shape.0, call.args[0].layout.ty, values_ty);
            return self.simd_error(InvalidMonomorphization::ThirdArgumentLength {
                span,
                name,
                in_len,
                in_ty,
                arg_ty,
                out_len: values,
            });
        }
        let pointer = call.args[1].layout.ty;
        self.expect_pointer_to(call, (pointer, element), (values_ty, element), mutability)?;
        let align = match call.generics[3].expect_const().to_branch()[0]
            .to_leaf()
            .to_simd_alignment()
        {
            SimdAlign::Unaligned => 1,
            SimdAlign::Element => self.cx.layout_of(element).align.abi.bytes(),
            SimdAlign::Vector => self.cx.layout_of(values_ty).align.abi.bytes(),
        };
        let lanes = self.simd_arg(call, 0);
        Ok((self.simd_mask(call, lanes, shape)?, align))
    }

    pub(super) fn simd_masked_load(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        let (mask, align) = self.masked_access(call, ExpectedPointerMutability::Not)?;
        self.expect_result(call, call.args[2].layout.ty)?;
        let otherwise = self.simd_arg(call, 2);
        Ok(self.masked(
            "llvm.masked.load",
            [call.arg(1), mask, otherwise],
            [2, 0],
            0,
            align,
        ))
    }

    pub(super) fn simd_masked_store(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        let (mask, align) = self.masked_access(call, ExpectedPointerMutability::Mut)?;
        let values = self.simd_arg(call, 2);
        Ok(self.masked("llvm.masked.store", [values, call.arg(1), mask], [0, 1], 1, align))
    }

    /// Pointers moved by lane-wise offsets in elements, wrapping.
    pub(super) fn simd_arith_offset(&mut self, call: &Call<'_, 'll, 'tcx>) -> Lanes<'ll> {
        let (_, element) = self.simd_input(call)?;
        let Some(pointee) = element.builtin_deref(true) else {
            let (span, name) = (call.span, call.name);
            return self.simd_error(InvalidMonomorphization::ExpectedPointer {
                span,
                name,
                ty: element,
            });
        };
        let ty = self.cx.backend_type(self.cx.layout_of(pointee));
        let (pointers, offsets) = (self.simd_arg(call, 0), self.simd_arg(call, 1));
        Ok(self.gep(ty, pointers, &[offsets]))
    }
}

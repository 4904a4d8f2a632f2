//! LLVM types, and the LLVM type of every Rust layout.
#![allow(unused_imports, unused_variables, dead_code)] // SKELETON: remove
use inkwell::context::Context;
use inkwell::types::FunctionType;
use inkwell::values::FunctionValue;
use rustc_abi::{AddressSpace, Float, Reg};
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::TyCtxt;
use rustc_middle::ty::layout::TyAndLayout;
use rustc_middle::ty::{self, Instance, Ty};
use rustc_span::Span;
use rustc_target::callconv::{CastTarget, FnAbi};

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::codegen::values::{Type, Value};

impl<'ll, 'tcx> BaseTypeCodegenMethods for CodegenCx<'ll, 'tcx> {
    fn type_i8(&self) -> Type<'ll> {
        todo!()
    }

    fn type_i16(&self) -> Type<'ll> {
        todo!()
    }

    fn type_i32(&self) -> Type<'ll> {
        todo!()
    }

    fn type_i64(&self) -> Type<'ll> {
        todo!()
    }

    fn type_i128(&self) -> Type<'ll> {
        todo!()
    }

    fn type_isize(&self) -> Type<'ll> {
        todo!()
    }

    fn type_f16(&self) -> Type<'ll> {
        todo!()
    }

    fn type_f16b(&self) -> Type<'ll> {
        todo!()
    }

    fn type_f32(&self) -> Type<'ll> {
        todo!()
    }

    fn type_f64(&self) -> Type<'ll> {
        todo!()
    }

    fn type_f128(&self) -> Type<'ll> {
        todo!()
    }

    fn type_ppcf128(&self) -> Type<'ll> {
        todo!()
    }

    fn type_func(&self, args: &[Type<'ll>], ret: Type<'ll>) -> FunctionType<'ll> {
        todo!()
    }

    fn type_ptr(&self) -> Type<'ll> {
        todo!()
    }

    fn type_ptr_ext(&self, address_space: AddressSpace) -> Type<'ll> {
        todo!()
    }

    fn vector_element_type_and_length(&self, ty: Type<'ll>) -> Option<(Type<'ll>, u64)> {
        todo!()
    }

    fn float_type(&self, ty: Type<'ll>) -> Option<Float> {
        todo!()
    }

    fn int_width(&self, ty: Type<'ll>) -> Option<u64> {
        todo!()
    }

    fn val_ty(&self, v: Value<'ll>) -> Type<'ll> {
        todo!()
    }
}

impl<'ll, 'tcx> LayoutTypeCodegenMethods<'tcx> for CodegenCx<'ll, 'tcx> {
    fn backend_type(&self, layout: TyAndLayout<'tcx>) -> Type<'ll> {
        todo!()
    }

    fn cast_backend_type(&self, ty: &CastTarget) -> Type<'ll> {
        todo!()
    }

    fn fn_decl_backend_type(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> FunctionType<'ll> {
        todo!()
    }

    fn fn_ptr_backend_type(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> Type<'ll> {
        todo!()
    }

    fn reg_backend_type(&self, ty: &Reg) -> Type<'ll> {
        todo!()
    }

    fn immediate_backend_type(&self, layout: TyAndLayout<'tcx>) -> Type<'ll> {
        todo!()
    }

    fn scalar_pair_element_backend_type(
        &self,
        layout: TyAndLayout<'tcx>,
        index: usize,
        immediate: bool,
    ) -> Type<'ll> {
        todo!()
    }
}

impl<'ll, 'tcx> TypeMembershipCodegenMethods<'tcx> for CodegenCx<'ll, 'tcx> {}

/// The LLVM types that are asked for again and again, and the types of layouts met before.
pub(crate) struct TypeCache<'ll, 'tcx> {
    pub(crate) void: Type<'ll>,
    pub(crate) i1: Type<'ll>,
    pub(crate) i8: Type<'ll>,
    pub(crate) i16: Type<'ll>,
    pub(crate) i32: Type<'ll>,
    pub(crate) i64: Type<'ll>,
    pub(crate) i128: Type<'ll>,
    /// The integer as wide as a pointer.
    pub(crate) isize: Type<'ll>,
    pub(crate) ptr: Type<'ll>,
    _lowered: std::marker::PhantomData<&'tcx ()>,
}

impl<'ll, 'tcx> TypeCache<'ll, 'tcx> {
    pub(crate) fn new(context: &'ll Context, tcx: TyCtxt<'tcx>) -> Self {
        todo!()
    }
}

//! The LLVM type of every Rust layout: in memory, and as an SSA value.

use inkwell::types::FunctionType;
use rustc_abi::{BackendRepr, FieldsShape, Primitive, Reg, RegKind, Scalar, Size, Variants};
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::Ty;
use rustc_middle::ty::layout::TyAndLayout;
use rustc_target::callconv::{CastTarget, FnAbi, Uniform};

use crate::codegen::abi::FnAbiExt;
use crate::codegen::context::CodegenCx;
use crate::llvm::Type;

/// The LLVM types of a layout.
///
/// A value that LLVM keeps in registers has a type of its own. Memory is bytes: rustc addresses fields
/// by their offset, so the type of an aggregate only has to have its size, and is an array of units.
pub(crate) trait LayoutExt<'tcx> {
    /// The type in memory: what a load reads, and the stride of an index.
    fn llvm_type<'ll>(&self, cx: &CodegenCx<'ll, 'tcx>) -> Type<'ll>;
    /// The type as an SSA value.
    fn immediate_llvm_type<'ll>(&self, cx: &CodegenCx<'ll, 'tcx>) -> Type<'ll>;
}

impl<'tcx> LayoutExt<'tcx> for TyAndLayout<'tcx> {
    fn llvm_type<'ll>(&self, cx: &CodegenCx<'ll, 'tcx>) -> Type<'ll> {
        if let BackendRepr::Scalar(scalar) = self.backend_repr {
            return cx.type_from_scalar(scalar);
        }
        let variant = match self.variants {
            Variants::Single { index } => Some(index),
            Variants::Empty | Variants::Multiple { .. } => None,
        };
        let key = (self.ty, variant);
        if let Some(&known) = cx.types.lowered.borrow().get(&key) {
            return known;
        }
        let ty = lower(cx, *self);
        cx.types.lowered.borrow_mut().insert(key, ty);
        ty
    }

    fn immediate_llvm_type<'ll>(&self, cx: &CodegenCx<'ll, 'tcx>) -> Type<'ll> {
        match self.backend_repr {
            BackendRepr::Scalar(scalar) => scalar_type(cx, scalar, true),
            BackendRepr::ScalarPair { a, b, .. } => {
                cx.struct_type(&[scalar_type(cx, a, true), scalar_type(cx, b, true)], false)
            }
            _ => self.llvm_type(cx),
        }
    }
}

fn scalar_type<'ll>(cx: &CodegenCx<'ll, '_>, scalar: Scalar, immediate: bool) -> Type<'ll> {
    if immediate && scalar.is_bool() {
        cx.types.i1
    } else {
        cx.type_from_scalar(scalar)
    }
}

fn lower<'ll, 'tcx>(cx: &CodegenCx<'ll, 'tcx>, layout: TyAndLayout<'tcx>) -> Type<'ll> {
    let lanes = |count: u64| u32::try_from(count).expect("rustc limits vectors to 2^15 lanes");
    match layout.backend_repr {
        BackendRepr::Scalar(_) => unreachable!("scalars are not cached"),
        BackendRepr::SimdVector { element, count } => {
            cx.vector_type(cx.type_from_scalar(element), lanes(count.as_u64()))
        }
        BackendRepr::SimdScalableVector {
            element,
            count,
            number_of_vectors,
        } => {
            // A scalable vector of booleans is a predicate register: one bit a lane.
            let vector = cx.scalable_vector_type(scalar_type(cx, element, true), lanes(count.as_u64()));
            match usize::from(number_of_vectors.0) {
                1 => vector,
                several => cx.struct_type(&vec![vector; several], false),
            }
        }
        BackendRepr::ScalarPair { .. } | BackendRepr::Memory { .. } => match layout.fields {
            // An array of scalars keeps its element type: constants of it stay readable.
            FieldsShape::Array { count, .. } if !layout.is_unsized() => {
                let element = layout.field(cx, 0);
                match element.backend_repr {
                    BackendRepr::Scalar(_) => cx.array_type(element.llvm_type(cx), count),
                    _ => memory_of(cx, layout),
                }
            }
            _ => memory_of(cx, layout),
        },
    }
}

/// Memory of the layout's size, in units that give LLVM its alignment too.
fn memory_of<'ll, 'tcx>(cx: &CodegenCx<'ll, 'tcx>, layout: TyAndLayout<'tcx>) -> Type<'ll> {
    let unit = layout.align.abi.bytes().min(8);
    let size = layout.size.bytes();
    match size % unit {
        0 => cx.array_type(cx.int_type(unit * 8), size / unit),
        _ => cx.byte_array(size),
    }
}

impl<'ll> CodegenCx<'ll, '_> {
    /// The type of one machine register of a calling convention.
    pub(crate) fn register_type(&self, reg: &Reg) -> Type<'ll> {
        match (reg.kind, reg.size.bits()) {
            (RegKind::Integer, bits) => self.int_type(bits),
            (RegKind::Float, 16) => self.types.f16,
            (RegKind::Float, 32) => self.types.f32,
            (RegKind::Float, 64) => self.types.f64,
            (RegKind::Float, 128) => self.types.f128,
            (RegKind::PpcF128, _) => self.types.ppc_f128,
            (RegKind::Float, bits) => unreachable!("no ABI passes a float of {bits} bits"),
            (RegKind::Vector { hint_vector_elem }, bits) => {
                let element = match hint_vector_elem {
                    Primitive::Int(integer, _) => self.type_from_integer(integer),
                    Primitive::Float(float) => self.type_from_float(float),
                    Primitive::Pointer(space) => self.type_ptr_ext(space),
                };
                let lanes = bits / hint_vector_elem.size(self).bits();
                self.vector_type(element, lanes as u32)
            }
        }
    }

    /// The type in which a value is cast to registers: the prefix registers, then the rest in units.
    fn cast_type(&self, target: &CastTarget) -> Type<'ll> {
        let Uniform {
            unit,
            total,
            is_consecutive,
        } = target.rest;
        // A tail shorter than a unit is rounded up: the value is copied through a large enough slot.
        let units = if total == Size::ZERO {
            0
        } else {
            total.bytes().div_ceil(unit.size.bytes())
        };
        let unit_type = self.register_type(&unit);
        match (target.prefix.is_empty(), units, is_consecutive) {
            // On big-endian targets `[1 x unit]` may be passed in the other half of its slot, so an ABI
            // that wants the array asks for it by `is_consecutive`.
            (true, 1, false) => unit_type,
            (true, ..) => self.array_type(unit_type, units),
            (false, ..) => {
                let mut parts: Vec<Type<'ll>> =
                    target.prefix.iter().map(|reg| self.register_type(reg)).collect();
                parts.extend(std::iter::repeat_n(unit_type, units as usize));
                self.struct_type(&parts, false)
            }
        }
    }
}

impl<'ll, 'tcx> LayoutTypeCodegenMethods<'tcx> for CodegenCx<'ll, 'tcx> {
    fn backend_type(&self, layout: TyAndLayout<'tcx>) -> Type<'ll> {
        layout.llvm_type(self)
    }

    fn cast_backend_type(&self, ty: &CastTarget) -> Type<'ll> {
        self.cast_type(ty)
    }

    fn fn_decl_backend_type(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> FunctionType<'ll> {
        fn_abi.llvm_type(self)
    }

    fn fn_ptr_backend_type(&self, fn_abi: &FnAbi<'tcx, Ty<'tcx>>) -> Type<'ll> {
        fn_abi.llvm_pointer_type(self)
    }

    fn reg_backend_type(&self, ty: &Reg) -> Type<'ll> {
        self.register_type(ty)
    }

    fn immediate_backend_type(&self, layout: TyAndLayout<'tcx>) -> Type<'ll> {
        layout.immediate_llvm_type(self)
    }

    fn scalar_pair_element_backend_type(
        &self,
        layout: TyAndLayout<'tcx>,
        index: usize,
        immediate: bool,
    ) -> Type<'ll> {
        match (layout.backend_repr, index) {
            (BackendRepr::ScalarPair { a, .. }, 0) => scalar_type(self, a, immediate),
            (BackendRepr::ScalarPair { b, .. }, 1) => scalar_type(self, b, immediate),
            (repr, _) => unreachable!("{repr:?} has no element {index}"),
        }
    }
}

//! LLVM types, each looked up once per codegen unit.

use std::cell::RefCell;

use inkwell::AddressSpace as LlvmAddressSpace;
use inkwell::context::Context;
use inkwell::types::{AnyType, AnyTypeEnum, FunctionType};
use inkwell::values::FunctionValue;
use rustc_abi::VariantIdx;
use rustc_abi::{AddressSpace, Float, HasDataLayout};
use rustc_codegen_ssa::traits::*;
use rustc_data_structures::fx::FxHashMap;
use rustc_middle::ty::{Ty, TyCtxt};

use crate::codegen::context::CodegenCx;
use crate::llvm::metadata::{self, MetadataKind};
use crate::llvm::{Type, Value};

/// The LLVM types that are asked for again and again, and the types of layouts met before.
pub(crate) struct TypeCache<'ll, 'tcx> {
    pub(crate) void: Type<'ll>,
    pub(crate) i1: Type<'ll>,
    pub(crate) i8: Type<'ll>,
    pub(crate) i16: Type<'ll>,
    pub(crate) i32: Type<'ll>,
    pub(crate) i64: Type<'ll>,
    pub(crate) i128: Type<'ll>,
    /// The integer as wide as a pointer of address space 0.
    pub(crate) isize: Type<'ll>,
    pub(crate) f16: Type<'ll>,
    pub(crate) bf16: Type<'ll>,
    pub(crate) f32: Type<'ll>,
    pub(crate) f64: Type<'ll>,
    pub(crate) f128: Type<'ll>,
    pub(crate) ppc_f128: Type<'ll>,
    pub(crate) ptr: Type<'ll>,
    /// The types of layouts that are not scalars, by Rust type and, within an enum, variant.
    pub(super) lowered: RefCell<FxHashMap<(Ty<'tcx>, Option<VariantIdx>), Type<'ll>>>,
}

impl<'ll, 'tcx> TypeCache<'ll, 'tcx> {
    pub(crate) fn new(context: &'ll Context, tcx: TyCtxt<'tcx>) -> Self {
        let pointer_bits = tcx.data_layout().pointer_size().bits() as u32;
        let integer = |bits: u32| -> Type<'ll> {
            let bits = std::num::NonZero::new(bits).expect("no integer has zero bits");
            context
                .custom_width_int_type(bits)
                .expect("LLVM has integers up to 2^23 bits")
                .into()
        };
        TypeCache {
            void: context.void_type().into(),
            i1: context.bool_type().into(),
            i8: context.i8_type().into(),
            i16: context.i16_type().into(),
            i32: context.i32_type().into(),
            i64: context.i64_type().into(),
            i128: context.i128_type().into(),
            isize: integer(pointer_bits),
            f16: context.f16_type().into(),
            bf16: context.bf16_type().into(),
            f32: context.f32_type().into(),
            f64: context.f64_type().into(),
            f128: context.f128_type().into(),
            ppc_f128: context.ppc_f128_type().into(),
            ptr: context.ptr_type(LlvmAddressSpace::default()).into(),
            lowered: RefCell::default(),
        }
    }
}

impl<'ll> CodegenCx<'ll, '_> {
    /// The integer type of `bits` bits.
    pub(crate) fn int_type(&self, bits: u64) -> Type<'ll> {
        match bits {
            1 => self.types.i1,
            8 => self.types.i8,
            16 => self.types.i16,
            32 => self.types.i32,
            64 => self.types.i64,
            128 => self.types.i128,
            _ => {
                let bits = u32::try_from(bits).ok().and_then(std::num::NonZero::new);
                let bits = bits.expect("no integer has zero or 2^32 bits");
                self.llcx
                    .custom_width_int_type(bits)
                    .expect("LLVM has integers up to 2^23 bits")
                    .into()
            }
        }
    }

    /// `[len x element]`.
    pub(crate) fn array_type(&self, element: Type<'ll>, len: u64) -> Type<'ll> {
        crate::llvm::types::array(element, len)
    }

    /// `[len x i8]`: the type of memory of which only the size matters.
    pub(crate) fn byte_array(&self, len: u64) -> Type<'ll> {
        self.array_type(self.types.i8, len)
    }

    /// `<lanes x element>`.
    pub(crate) fn vector_type(&self, element: Type<'ll>, lanes: u32) -> Type<'ll> {
        crate::llvm::types::vector(element, lanes)
    }

    /// `<vscale x lanes x element>`.
    pub(crate) fn scalable_vector_type(&self, element: Type<'ll>, lanes: u32) -> Type<'ll> {
        crate::llvm::types::scalable_vector(element, lanes)
    }

    /// A literal struct of `fields`.
    pub(crate) fn struct_type(&self, fields: &[Type<'ll>], packed: bool) -> Type<'ll> {
        crate::llvm::types::structure(self.llcx, fields, packed)
    }

    /// The signature `ret (args)`, variadic or not.
    pub(crate) fn function_type(
        &self,
        args: &[Type<'ll>],
        ret: Type<'ll>,
        variadic: bool,
    ) -> FunctionType<'ll> {
        crate::llvm::types::function(args, ret, variadic)
    }
}

impl<'ll, 'tcx> BaseTypeCodegenMethods for CodegenCx<'ll, 'tcx> {
    fn type_i8(&self) -> Type<'ll> {
        self.types.i8
    }

    fn type_i16(&self) -> Type<'ll> {
        self.types.i16
    }

    fn type_i32(&self) -> Type<'ll> {
        self.types.i32
    }

    fn type_i64(&self) -> Type<'ll> {
        self.types.i64
    }

    fn type_i128(&self) -> Type<'ll> {
        self.types.i128
    }

    fn type_isize(&self) -> Type<'ll> {
        self.types.isize
    }

    fn type_f16(&self) -> Type<'ll> {
        self.types.f16
    }

    fn type_f16b(&self) -> Type<'ll> {
        self.types.bf16
    }

    fn type_f32(&self) -> Type<'ll> {
        self.types.f32
    }

    fn type_f64(&self) -> Type<'ll> {
        self.types.f64
    }

    fn type_f128(&self) -> Type<'ll> {
        self.types.f128
    }

    fn type_ppcf128(&self) -> Type<'ll> {
        self.types.ppc_f128
    }

    fn type_func(&self, args: &[Type<'ll>], ret: Type<'ll>) -> FunctionType<'ll> {
        self.function_type(args, ret, false)
    }

    fn type_ptr(&self) -> Type<'ll> {
        self.types.ptr
    }

    fn type_ptr_ext(&self, address_space: AddressSpace) -> Type<'ll> {
        match address_space.0 {
            0 => self.types.ptr,
            space => {
                let space = LlvmAddressSpace::try_from(space).expect("LLVM has 2^24 address spaces");
                self.llcx.ptr_type(space).into()
            }
        }
    }

    fn vector_element_type_and_length(&self, ty: Type<'ll>) -> Option<(Type<'ll>, u64)> {
        match ty.as_any_type_enum() {
            AnyTypeEnum::VectorType(v) => Some((v.get_element_type().into(), v.get_size().into())),
            AnyTypeEnum::ScalableVectorType(v) => Some((v.get_element_type().into(), v.get_size().into())),
            _ => None,
        }
    }

    fn float_type(&self, ty: Type<'ll>) -> Option<Float> {
        let known = [
            (self.types.f16, Float::F16),
            (self.types.bf16, Float::F16B),
            (self.types.f32, Float::F32),
            (self.types.f64, Float::F64),
            (self.types.f128, Float::F128),
            (self.types.ppc_f128, Float::PpcF128),
        ];
        known
            .into_iter()
            .find_map(|(float, kind)| (float == ty).then_some(kind))
    }

    fn int_width(&self, ty: Type<'ll>) -> Option<u64> {
        match ty.as_any_type_enum() {
            AnyTypeEnum::IntType(int) => Some(u64::from(int.get_bit_width())),
            _ => None,
        }
    }

    fn val_ty(&self, v: Value<'ll>) -> Type<'ll> {
        v.ty()
    }
}

/// Type identifiers of functions, for control-flow integrity: a call checks that its callee has one.
impl<'ll, 'tcx> TypeMembershipCodegenMethods<'tcx> for CodegenCx<'ll, 'tcx> {
    fn add_type_metadata(&self, function: FunctionValue<'ll>, typeid: &[u8]) {
        let node = self.type_id_node(typeid);
        metadata::add_to_global(function.as_global_value(), MetadataKind::Type, node);
    }

    fn set_type_metadata(&self, function: FunctionValue<'ll>, typeid: &[u8]) {
        let node = self.type_id_node(typeid);
        metadata::set_on_global(function.as_global_value(), MetadataKind::Type, node);
    }

    fn add_kcfi_type_metadata(&self, function: FunctionValue<'ll>, typeid: u32) {
        let node = self.kcfi_node(typeid);
        metadata::add_to_global(function.as_global_value(), MetadataKind::KcfiType, node);
    }

    fn set_kcfi_type_metadata(&self, function: FunctionValue<'ll>, typeid: u32) {
        let node = self.kcfi_node(typeid);
        metadata::set_on_global(function.as_global_value(), MetadataKind::KcfiType, node);
    }
}

impl<'ll> CodegenCx<'ll, '_> {
    /// LangRef, "Type Metadata": the offset of the address point, and the identifier.
    fn type_id_node(&self, typeid: &[u8]) -> metadata::Metadata<'ll> {
        let offset = metadata::constant(self.const_usize(0));
        metadata::node(self.llcx, &[offset, metadata::string(self.llcx, typeid)])
    }

    /// The hash that stands before a function's entry (LangRef, "kcfi_type Metadata").
    fn kcfi_node(&self, typeid: u32) -> metadata::Metadata<'ll> {
        metadata::node(self.llcx, &[metadata::constant(self.const_u32(typeid))])
    }
}

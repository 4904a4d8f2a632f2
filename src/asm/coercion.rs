//! How a value travels into and out of the register of an asm operand.
//!
//! Rust says which types a register class holds; LLVM has its own idea of them, and for some pairs of the
//! two it selects no instruction, or a wrong register. A [`Coercion`] is the type that both agree on, and
//! the way there and back. The way always has the same three steps: the value is taken as another type of
//! its size (`bits`), that is put into something larger (`container`), and that again is taken as the type that
//! LLVM wants in the constraint (`constraint_type`). Most values need none of them.

use inkwell::types::{AnyType, AnyTypeEnum};
use rustc_abi::{BackendRepr, Endian, Float, Integer, Primitive};
use rustc_codegen_ssa::traits::*;
use rustc_hir::def_id::DefId;
use rustc_middle::ty::layout::TyAndLayout;
use rustc_span::{Symbol, sym};
use rustc_target::asm::*;

use super::classes::{Width, is_general_purpose};
use crate::codegen::LayoutExt;
use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::llvm::{Type, Value, constants};

/// See the module's documentation.
#[derive(Copy, Clone, Debug)]
pub(super) struct Coercion<'ll> {
    /// The type of the value itself.
    value: Type<'ll>,
    bits: Option<Type<'ll>>,
    container: Container<'ll>,
    constraint_type: Option<Type<'ll>>,
    width: Width,
}

/// What a value is put into.
#[derive(Copy, Clone, Debug)]
enum Container<'ll> {
    Itself,
    /// One lane of a vector; the others are undefined.
    Lane {
        vector: Type<'ll>,
        lane: u64,
    },
    /// The first half of a vector of twice as many lanes.
    HalfVector {
        lanes: u64,
    },
    /// The low bits of an integer, zero-extended.
    LowBits {
        wide: Type<'ll>,
    },
    /// The low bits of an integer whose other bits are ones. A float of fewer bits than its register is
    /// only valid in this form on RISC-V and LoongArch ("NaN boxing").
    NanBox {
        wide: Type<'ll>,
        ones: u128,
    },
}

/// What the steps depend on.
struct Shape<'ll, 'a, 'tcx> {
    cx: &'a CodegenCx<'ll, 'tcx>,
    function: DefId,
    element: Primitive,
    /// Of a vector of fixed length.
    lanes: Option<u64>,
    bytes: u64,
}

impl<'ll> Coercion<'ll> {
    /// The coercion of a value of `layout` in a register of `class`, in `function`.
    pub(super) fn new<'tcx>(
        cx: &CodegenCx<'ll, 'tcx>,
        class: InlineAsmRegClass,
        layout: TyAndLayout<'tcx>,
        function: DefId,
    ) -> Self {
        let value = layout.immediate_llvm_type(cx);
        let (element, lanes) = match layout.backend_repr {
            BackendRepr::Scalar(scalar) => (scalar.primitive(), None),
            BackendRepr::SimdVector { element, count } => (element.primitive(), Some(count.as_u64())),
            _ => {
                return Coercion {
                    width: Width::Scalable,
                    ..Coercion::plain(value, 0)
                };
            }
        };
        let bytes = layout.size.bytes();
        let shape = Shape {
            cx,
            function,
            element,
            lanes,
            bytes,
        };
        shape.steps(class, Coercion::plain(value, bytes))
    }

    fn plain(value: Type<'ll>, bytes: u64) -> Self {
        Coercion {
            value,
            bits: None,
            container: Container::Itself,
            constraint_type: None,
            width: Width::Bytes(bytes),
        }
    }

    /// The coercion of a discarded output: a value of any type that the class takes under the function's
    /// target features. Nothing if there is no such type.
    pub(super) fn of_discarded(
        cx: &CodegenCx<'ll, '_>,
        class: InlineAsmRegClass,
        function: DefId,
    ) -> Option<Self> {
        let arch = cx.asm_arch();
        let features = cx.tcx.asm_target_features(function);
        let types = class.supported_types(arch, true);
        let is_enabled = |feature: Option<Symbol>| feature.is_none_or(|feature| features.contains(&feature));
        let enabled: Vec<InlineAsmType> = types
            .iter()
            .filter(|&&(_, feature)| is_enabled(feature))
            .map(|&(ty, _)| ty)
            .collect();
        // A type as wide as the register where that changes its name; one that needs no steps where it can.
        let preferred = match class {
            InlineAsmRegClass::X86(
                X86InlineAsmRegClass::xmm_reg | X86InlineAsmRegClass::ymm_reg | X86InlineAsmRegClass::zmm_reg,
            ) => &[InlineAsmType::F32][..],
            _ => &[InlineAsmType::VecI32(4), InlineAsmType::I32],
        };
        let preferred = preferred.iter().find(|ty| enabled.contains(ty));
        let ty = *preferred.or(enabled.first())?;
        let (element, lanes) = match ty {
            InlineAsmType::I8 => (int(Integer::I8), None),
            InlineAsmType::I16 => (int(Integer::I16), None),
            InlineAsmType::I32 => (int(Integer::I32), None),
            InlineAsmType::I64 => (int(Integer::I64), None),
            InlineAsmType::I128 => (int(Integer::I128), None),
            InlineAsmType::F16 => (Primitive::Float(Float::F16), None),
            InlineAsmType::F32 => (Primitive::Float(Float::F32), None),
            InlineAsmType::F64 => (Primitive::Float(Float::F64), None),
            InlineAsmType::F128 => (Primitive::Float(Float::F128), None),
            InlineAsmType::VecI8(n) => (int(Integer::I8), Some(n)),
            InlineAsmType::VecI16(n) => (int(Integer::I16), Some(n)),
            InlineAsmType::VecI32(n) => (int(Integer::I32), Some(n)),
            InlineAsmType::VecI64(n) => (int(Integer::I64), Some(n)),
            InlineAsmType::VecI128(n) => (int(Integer::I128), Some(n)),
            InlineAsmType::VecF16(n) => (Primitive::Float(Float::F16), Some(n)),
            InlineAsmType::VecF32(n) => (Primitive::Float(Float::F32), Some(n)),
            InlineAsmType::VecF64(n) => (Primitive::Float(Float::F64), Some(n)),
            InlineAsmType::VecF128(n) => (Primitive::Float(Float::F128), Some(n)),
            // The predicate registers; every class with other scalable types has a fixed one before them.
            _ => {
                let predicate = cx.scalable_vector_type(cx.types.i1, 16);
                return Some(Coercion {
                    width: Width::Unknown,
                    ..Coercion::plain(predicate, 0)
                });
            }
        };
        let element_type = match element {
            Primitive::Int(integer, _) => cx.type_from_integer(integer),
            Primitive::Float(float) => cx.type_from_float(float),
            Primitive::Pointer(_) => unreachable!("asm types are named by size"),
        };
        let value = match lanes {
            Some(lanes) => cx.vector_type(element_type, lanes as u32),
            None => element_type,
        };
        let bytes = element.size(cx).bytes() * lanes.unwrap_or(1);
        let shape = Shape {
            cx,
            function,
            element,
            lanes,
            bytes,
        };
        Some(shape.steps(class, Coercion::plain(value, bytes)))
    }

    /// The type of the operand in the constraint.
    pub(super) fn asm_type(&self) -> Type<'ll> {
        self.constraint_type.unwrap_or(match self.container {
            Container::Itself => self.bits.unwrap_or(self.value),
            Container::Lane { vector, .. } => vector,
            Container::HalfVector { lanes } => {
                let AnyTypeEnum::VectorType(half) = self.bits.unwrap_or(self.value).as_any_type_enum() else {
                    unreachable!("only vectors are doubled")
                };
                crate::llvm::types::vector(half.get_element_type().into(), 2 * lanes as u32)
            }
            Container::LowBits { wide } | Container::NanBox { wide, .. } => wide,
        })
    }

    /// How wide the operand is, for the choice of a register's name.
    pub(super) fn width(&self) -> Width {
        self.width
    }

    /// Prepares `value` to be an operand.
    pub(super) fn to_asm(&self, bx: &mut Builder<'_, 'll, '_>, value: Value<'ll>) -> Value<'ll> {
        let value = match self.bits {
            Some(bits) => bx.reinterpret(value, bits),
            None => value,
        };
        let value = match self.container {
            Container::Itself => value,
            Container::Lane { vector, lane } => {
                let index = bx.const_i32(lane as i32);
                bx.insert_element(constants::poison(vector), value, index)
            }
            Container::HalfVector { lanes } => {
                let poison = constants::poison(bx.val_ty(value));
                let mask: Vec<Value<'ll>> = (0..2 * lanes).map(|lane| bx.const_i32(lane as i32)).collect();
                bx.shuffle_vector(value, poison, constants::vector(&mask))
            }
            Container::LowBits { wide } => bx.zext(value, wide),
            Container::NanBox { wide, ones } => {
                let value = bx.zext(value, wide);
                bx.or(value, constants::integer(wide, ones))
            }
        };
        match self.constraint_type {
            Some(constraint_type) => bx.reinterpret(value, constraint_type),
            None => value,
        }
    }

    /// Takes the value out of the operand's result: [`Self::to_asm`], backwards.
    pub(super) fn from_asm(&self, bx: &mut Builder<'_, 'll, '_>, result: Value<'ll>) -> Value<'ll> {
        let bits = self.bits.unwrap_or(self.value);
        let result = match (self.constraint_type, self.container) {
            (None, _) => result,
            (Some(_), Container::Itself) => return bx.reinterpret(result, self.value),
            (Some(_), Container::Lane { vector, .. }) => bx.reinterpret(result, vector),
            (Some(_), Container::LowBits { wide } | Container::NanBox { wide, .. }) => {
                bx.reinterpret(result, wide)
            }
            (Some(_), Container::HalfVector { .. }) => unreachable!("a doubled vector is taken as it is"),
        };
        let result = match self.container {
            Container::Itself => result,
            Container::Lane { lane, .. } => {
                let index = bx.const_i32(lane as i32);
                bx.extract_element(result, index)
            }
            Container::HalfVector { lanes } => {
                let poison = constants::poison(bx.val_ty(result));
                let mask: Vec<Value<'ll>> = (0..lanes).map(|lane| bx.const_i32(lane as i32)).collect();
                bx.shuffle_vector(result, poison, constants::vector(&mask))
            }
            Container::LowBits { .. } | Container::NanBox { .. } => bx.trunc(result, bits),
        };
        match self.bits {
            Some(_) => bx.reinterpret(result, self.value),
            None => result,
        }
    }
}

fn int(integer: Integer) -> Primitive {
    Primitive::Int(integer, false)
}

impl<'ll> Shape<'ll, '_, '_> {
    /// Which steps a class needs, beginning with none.
    fn steps(&self, class: InlineAsmRegClass, plain: Coercion<'ll>) -> Coercion<'ll> {
        let is_float = |which: Float| self.element == Primitive::Float(which);
        let as_bits = |bits: Type<'ll>| Coercion {
            bits: Some(bits),
            ..plain
        };
        match class {
            InlineAsmRegClass::X86(class) => self.x86(class, plain),
            InlineAsmRegClass::AArch64(class) => self.aarch64(class, plain),
            InlineAsmRegClass::PowerPC(PowerPCInlineAsmRegClass::vreg | PowerPCInlineAsmRegClass::vsreg) => {
                self.powerpc_vector(plain)
            }
            InlineAsmRegClass::Arm(class) if class != ArmInlineAsmRegClass::reg => self.arm_vector(plain),
            InlineAsmRegClass::Mips(class) => self.mips(class, plain),
            InlineAsmRegClass::RiscV(RiscVInlineAsmRegClass::freg)
                if is_float(Float::F16) && !self.has_feature(&[sym::zfhmin, sym::zfh]) =>
            {
                self.nan_boxed(plain)
            }
            InlineAsmRegClass::LoongArch(LoongArchInlineAsmRegClass::freg) if is_float(Float::F16) => {
                self.nan_boxed(plain)
            }
            class if is_general_purpose(class) && matches!(self.element, Primitive::Float(_)) => {
                as_bits(self.cx.int_type(self.bytes * 8))
            }
            _ => plain,
        }
    }

    fn has_feature(&self, any_of: &[Symbol]) -> bool {
        let features = self.cx.tcx.asm_target_features(self.function);
        any_of.iter().any(|feature| features.contains(feature))
    }

    /// The scalar in lane `lane` of a vector of `lanes`.
    fn in_lane(&self, element: Type<'ll>, lanes: u64, lane: u64, plain: Coercion<'ll>) -> Coercion<'ll> {
        Coercion {
            bits: (element != plain.value).then_some(element),
            container: Container::Lane {
                vector: self.cx.vector_type(element, lanes as u32),
                lane,
            },
            ..plain
        }
    }

    fn x86(&self, class: X86InlineAsmRegClass, plain: Coercion<'ll>) -> Coercion<'ll> {
        let types = &self.cx.types;
        let as_bits = |bits: Type<'ll>| Coercion {
            bits: Some(bits),
            ..plain
        };
        let vector_of = |element: Type<'ll>, lanes: u64| self.cx.vector_type(element, lanes as u32);
        if is_general_purpose(InlineAsmRegClass::X86(class)) {
            // LLVM moves a float into such a register and out again right at the asm. A conversion before the
            // asm keeps its result in another register for longer, and at level 0, where LLVM takes registers
            // as they come, an operand of the four of `reg_abcd` could be left without one. In these four, a
            // double is no type that LLVM knows: there it is converted, by every backend.
            let is_double = self.element == Primitive::Float(Float::F64);
            return match class == X86InlineAsmRegClass::reg_abcd && is_double {
                true => as_bits(types.i64),
                false => plain,
            };
        }
        match (self.element, self.lanes) {
            // LLVM takes a half as a number that it may convert; the bits are what was asked for.
            (Primitive::Float(Float::F16), None) => self.in_lane(types.i16, 8, 0, plain),
            (_, Some(_)) if self.bytes == 64 => as_bits(vector_of(types.f64, 8)),
            (Primitive::Float(Float::F16), Some(lanes)) => as_bits(vector_of(types.i16, lanes)),
            // A 128-bit integer is no legal type in a vector register that is named explicitly.
            (Primitive::Int(Integer::I128, _), None) => as_bits(vector_of(types.i64, 2)),
            (Primitive::Float(Float::F128), None) if self.cx.asm_arch() == InlineAsmArch::X86 => {
                as_bits(vector_of(types.i32, 4))
            }
            _ => plain,
        }
    }

    fn aarch64(&self, class: AArch64InlineAsmRegClass, plain: Coercion<'ll>) -> Coercion<'ll> {
        let types = &self.cx.types;
        match (class, self.lanes) {
            (AArch64InlineAsmRegClass::reg, _) => match self.element {
                Primitive::Float(_) => Coercion {
                    bits: Some(self.cx.int_type(self.bytes * 8)),
                    ..plain
                },
                _ => plain,
            },
            (AArch64InlineAsmRegClass::vreg, None) if self.bytes == 1 => self.in_lane(types.i8, 8, 0, plain),
            // For the lower half of the registers LLVM takes 16-byte types only.
            (AArch64InlineAsmRegClass::vreg_low16, None) if self.bytes < 16 => {
                let element = match self.element {
                    Primitive::Pointer(_) => types.i64,
                    _ => plain.value,
                };
                Coercion {
                    width: Width::Bytes(16),
                    ..self.in_lane(element, 16 / self.bytes, 0, plain)
                }
            }
            (AArch64InlineAsmRegClass::vreg_low16, Some(lanes)) if self.bytes == 8 => Coercion {
                container: Container::HalfVector { lanes },
                width: Width::Bytes(16),
                ..plain
            },
            _ => plain,
        }
    }

    fn arm_vector(&self, plain: Coercion<'ll>) -> Coercion<'ll> {
        let types = &self.cx.types;
        let bits = match (self.element, self.lanes, self.bytes) {
            (Primitive::Float(Float::F16), Some(lanes), _) => self.cx.vector_type(types.i16, lanes as u32),
            (Primitive::Float(_), ..) | (_, Some(_), _) => return plain,
            (Primitive::Pointer(_), None, _) => {
                // A pointer is an integer first.
                return Coercion {
                    bits: Some(types.i32),
                    constraint_type: Some(types.f32),
                    ..plain
                };
            }
            (_, None, 4) => types.f32,
            (_, None, 8) => types.f64,
            _ => return plain,
        };
        Coercion {
            bits: Some(bits),
            ..plain
        }
    }

    /// A scalar in a vector register is in the element that the instructions for scalars look at.
    fn powerpc_vector(&self, plain: Coercion<'ll>) -> Coercion<'ll> {
        let types = &self.cx.types;
        match (self.element, self.lanes) {
            (Primitive::Float(Float::F128), None) => Coercion {
                bits: Some(self.cx.vector_type(types.f64, 2)),
                ..plain
            },
            (Primitive::Float(float), None) => {
                let lanes = 16 / self.bytes;
                let from_left = if float == Float::F16 { 3 } else { 0 };
                let lane = match self.cx.tcx.sess.target.endian {
                    Endian::Little => lanes - 1 - from_left,
                    Endian::Big => from_left,
                };
                self.in_lane(plain.value, lanes, lane, plain)
            }
            _ => plain,
        }
    }

    fn mips(&self, class: MipsInlineAsmRegClass, plain: Coercion<'ll>) -> Coercion<'ll> {
        let types = &self.cx.types;
        let wide = types.i32;
        match (class, self.element, self.lanes) {
            (_, Primitive::Float(Float::F16), None) => Coercion {
                bits: Some(types.i16),
                container: Container::LowBits { wide },
                constraint_type: (class != MipsInlineAsmRegClass::reg).then_some(types.f32),
                ..plain
            },
            (MipsInlineAsmRegClass::reg, Primitive::Float(_), None) => Coercion {
                bits: Some(self.cx.int_type(self.bytes * 8)),
                ..plain
            },
            (MipsInlineAsmRegClass::reg, _, None) if self.bytes < 4 => Coercion {
                container: Container::LowBits { wide },
                ..plain
            },
            _ => plain,
        }
    }

    fn nan_boxed(&self, plain: Coercion<'ll>) -> Coercion<'ll> {
        let types = &self.cx.types;
        Coercion {
            bits: Some(types.i16),
            container: Container::NanBox {
                wide: types.i32,
                ones: 0xffff_0000,
            },
            constraint_type: Some(types.f32),
            ..plain
        }
    }
}

impl<'ll> Builder<'_, 'll, '_> {
    /// `value` as the type `ty` of the same size.
    fn reinterpret(&mut self, value: Value<'ll>, ty: Type<'ll>) -> Value<'ll> {
        if value.ty() == ty {
            return value;
        }
        match (value.ty().as_any_type_enum(), ty.as_any_type_enum()) {
            (AnyTypeEnum::PointerType(_), AnyTypeEnum::IntType(_)) => self.ptrtoint(value, ty),
            (AnyTypeEnum::IntType(_), AnyTypeEnum::PointerType(_)) => self.inttoptr(value, ty),
            _ => self.bitcast(value, ty),
        }
    }
}

impl CodegenCx<'_, '_> {
    /// The architecture whose registers and syntax the crate's asm uses.
    pub(super) fn asm_arch(&self) -> InlineAsmArch {
        self.tcx
            .sess
            .asm_arch
            .expect("rustc rejects asm on targets without an assembler")
    }
}

//! Numbers, characters, `!` and `()`.
//!
//! ```text
//! DW_TAG_base_type "i32"    DW_AT_encoding DW_ATE_signed     DW_AT_byte_size 4
//! DW_TAG_base_type "char"   DW_AT_encoding DW_ATE_UTF        DW_AT_byte_size 4
//! DW_TAG_base_type "()"     DW_AT_encoding DW_ATE_unsigned   DW_AT_byte_size 0
//! DW_TAG_typedef   "usize"  DW_AT_type u64
//! ```
//!
//! `usize` is another name of `u64`, so that lldb, which takes both for C's `unsigned long`, can still tell types
//! apart by their names (llvm/llvm-project#196812).
//!
//! Microsoft's debuggers know C's types by C's names, and Rust's as other names of those: `u8` is a typedef of
//! `unsigned __int8`. They have neither `f16` nor `f128`: `intrinsic.natvis` shows them from structures of bits.

use inkwell::debug_info::DIType;
use rustc_abi::Size;
use rustc_codegen_ssa::debuginfo::type_names::cpp_like_debuginfo;
use rustc_middle::ty::layout::LayoutOf;
use rustc_middle::ty::{self, FloatTy, IntTy, List, Ty, UintTy};
use rustc_span::bug;

use super::identity::TypeId;
use crate::codegen::context::CodegenCx;
use crate::llvm::debuginfo::NO_FLAGS;

/// How the bits of a base type are read (`DW_ATE_…`, DWARF 5, 7.8).
#[derive(Clone, Copy)]
#[repr(u32)]
enum Encoding {
    Boolean = 0x02,
    Float = 0x04,
    Signed = 0x05,
    Unsigned = 0x07,
    Utf = 0x10,
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    pub(super) fn scalar_node(&self, ty: Ty<'tcx>) -> DIType<'ll> {
        let microsoft = cpp_like_debuginfo(self.tcx);
        match *ty.kind() {
            ty::Never => self.base_type("!", ty, Encoding::Unsigned),
            ty::Bool => self.base_type("bool", ty, Encoding::Boolean),
            ty::Char => self.base_type("char", ty, Encoding::Utf),
            ty::Int(IntTy::Isize) => self.synonym("isize", self.type_node(self.int_of_pointer_size(true))),
            ty::Uint(UintTy::Usize) => self.synonym("usize", self.type_node(self.int_of_pointer_size(false))),
            ty::Int(int) if microsoft => {
                let base = format!("__int{}", self.layout_of(ty).size.bits());
                self.synonym(int.name_str(), self.base_type(&base, ty, Encoding::Signed))
            }
            ty::Uint(uint) if microsoft => {
                let base = format!("unsigned __int{}", self.layout_of(ty).size.bits());
                self.synonym(uint.name_str(), self.base_type(&base, ty, Encoding::Unsigned))
            }
            ty::Float(float) if microsoft => match float {
                FloatTy::F16 => self.float_as_bits(ty, "f16", self.tcx.types.u16, &["bits"]),
                FloatTy::F32 => self.synonym("f32", self.base_type("float", ty, Encoding::Float)),
                FloatTy::F64 => self.synonym("f64", self.base_type("double", ty, Encoding::Float)),
                // All of Microsoft's targets have the low half first.
                FloatTy::F128 => {
                    self.float_as_bits(ty, "f128", self.tcx.types.u64, &["low_bits", "high_bits"])
                }
            },
            ty::Int(int) => self.base_type(int.name_str(), ty, Encoding::Signed),
            ty::Uint(uint) => self.base_type(uint.name_str(), ty, Encoding::Unsigned),
            ty::Float(float) => self.base_type(float.name_str(), ty, Encoding::Float),
            _ => bug!("{ty:?} is not a scalar"),
        }
    }

    /// `()`. C++ has no such type, so that Microsoft's debuggers get a structure without members.
    pub(super) fn unit_node(&self, ty: Ty<'tcx>) -> DIType<'ll> {
        match cpp_like_debuginfo(self.tcx) {
            true => self.tuple_node(ty, List::empty()),
            false => self.base_type("()", ty, Encoding::Unsigned),
        }
    }

    fn base_type(&self, name: &str, ty: Ty<'tcx>, encoding: Encoding) -> DIType<'ll> {
        self.sized_base_type(name, self.layout_of(ty).size, encoding)
    }

    fn sized_base_type(&self, name: &str, size: Size, encoding: Encoding) -> DIType<'ll> {
        self.debug()
            .builder
            .create_basic_type(name, size.bits(), encoding as u32, NO_FLAGS)
            .expect("the name is not empty")
            .as_type()
    }

    /// Another name of a type.
    fn synonym(&self, name: &str, of: DIType<'ll>) -> DIType<'ll> {
        let debug = self.debug();
        let nowhere = debug.nowhere();
        debug
            .builder
            .create_typedef(of, name, nowhere.file, nowhere.line, debug.unit, 0)
            .as_type()
    }

    fn int_of_pointer_size(&self, signed: bool) -> Ty<'tcx> {
        let types = &self.tcx.types;
        match (self.layout_of(types.usize).size.bits(), signed) {
            (16, true) => types.i16,
            (16, false) => types.u16,
            (32, true) => types.i32,
            (32, false) => types.u32,
            (64, true) => types.i64,
            (64, false) => types.u64,
            (bits, _) => bug!("no target has pointers of {bits} bits"),
        }
    }

    fn float_as_bits(&self, ty: Ty<'tcx>, name: &str, bits: Ty<'tcx>, parts: &[&str]) -> DIType<'ll> {
        let layout = self.layout_of(ty);
        let part = self.layout_of(bits);
        let composite = self.plain_structure(name, layout.size, layout.align.abi);
        let members = |owner| {
            let member = |(index, &name): (usize, &&str)| {
                self.field(owner, name, part, part.size * index as u64, NO_FLAGS)
            };
            parts.iter().enumerate().map(member).collect()
        };
        self.compose(TypeId::Whole(ty), &composite, members, Vec::new)
    }

    /// What stands for a function pointer within its own type.
    pub(super) fn recursion_node(&self) -> DIType<'ll> {
        let size = self.layout_of(self.tcx.types.usize).size;
        self.sized_base_type("<recur_type>", size, Encoding::Unsigned)
    }
}

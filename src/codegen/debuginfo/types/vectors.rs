//! SIMD vectors whose length only the processor knows: `svint32_t` of AArch64's SVE.
//!
//! ```text
//! DW_TAG_typedef "svint32_t"
//!   DW_AT_type  DW_TAG_array_type  DW_AT_GNU_vector  DW_AT_type i32
//!                 DW_TAG_subrange_type
//!                   DW_AT_upper_bound  DW_OP_constu 2, DW_OP_bregx VG+0, DW_OP_mul, DW_OP_constu 1, DW_OP_minus
//! ```
//!
//! The register VG counts the vector's granules of 64 bits (DWARF for the Arm 64-bit Architecture, "DWARF register
//! names"). Vectors of a fixed length are structures that hold an array.

use inkwell::debug_info::DIType;
use rustc_codegen_ssa::traits::ConstCodegenMethods;
use rustc_middle::ty::layout::LayoutOf;
use rustc_middle::ty::{AdtDef, Ty};

use crate::codegen::context::CodegenCx;
use crate::llvm::debuginfo::{self, Nodes};
use crate::llvm::metadata;

// DWARF's operations (DWARF 5, 7.7.1).
const CONSTANT: u64 = 0x10;
const MINUS: u64 = 0x1c;
const TIMES: u64 = 0x1e;
const REGISTER: u64 = 0x92;

/// The number of the register VG.
const GRANULES: u64 = 46;

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    pub(super) fn scalable_vector_node(&self, ty: Ty<'tcx>, adt: AdtDef<'tcx>) -> DIType<'ll> {
        let (lanes, element, vectors) = ty
            .scalable_vector_parts(self.tcx)
            .expect("the type is a scalable vector");
        let debug = self.debug();
        let builder = &debug.builder;
        // Lanes are counted for the shortest vector there is, of two granules.
        let per_granule = u64::from(lanes) * u64::from(vectors.0) / 2;
        let last = [
            CONSTANT,
            per_granule,
            REGISTER,
            GRANULES,
            0,
            TIMES,
            CONSTANT,
            1,
            MINUS,
        ];
        let bounds = debuginfo::computed_subrange(
            builder,
            metadata::constant(self.const_i64(0)),
            debuginfo::expression(builder, &last),
        );
        // A mask is a vector of bits, which no type has the size of.
        let (element, stride) = match element.is_bool() {
            true => (self.tcx.types.u8, Some(metadata::constant(self.const_i64(1)))),
            false => (element, None),
        };
        let align = self.layout_of(ty).align.bits() as u32;
        let vector = debuginfo::scalable_vector(
            builder,
            align,
            self.type_node(element),
            Nodes::of(builder, &[bounds]),
            stride,
        );
        let place = self.place_of_type(adt.did());
        let scope = self.scope_around(adt.did());
        builder
            .create_typedef(vector, &self.type_name(ty), place.file, place.line, scope, align)
            .as_type()
    }
}

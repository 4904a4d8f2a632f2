//! Arrays, slices and strings.
//!
//! ```text
//! [u8; 4]:     DW_TAG_array_type  DW_AT_type u8
//!                DW_TAG_subrange_type  DW_AT_count 4
//! [u8], str:   DW_TAG_array_type  DW_AT_type u8
//!                DW_TAG_subrange_type                  (no count)
//! ```
//!
//! Slices are met behind pointers only, and those are shown by their first element; they are pointed to themselves
//! where they end a struct.

use std::ops::Range;

use inkwell::debug_info::DIType;
use rustc_middle::ty::layout::LayoutOf;
use rustc_middle::ty::{self, Ty};
use rustc_span::bug;

use crate::codegen::context::CodegenCx;

/// As LLVM counts: from 0, for -1 elements.
const OF_UNKNOWN_LENGTH: Range<i64> = Range { start: 0, end: -1 };

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    pub(super) fn array_node(&self, ty: Ty<'tcx>, element: Ty<'tcx>) -> DIType<'ll> {
        let ty::Array(_, len) = ty.kind() else {
            bug!("{ty:?} is not an array")
        };
        let len = len
            .try_to_target_usize(self.tcx)
            .expect("lengths are known when code is generated");
        self.sequence(ty, element, 0..len as i64)
    }

    pub(super) fn slice_node(&self, ty: Ty<'tcx>, element: Ty<'tcx>) -> DIType<'ll> {
        self.sequence(ty, element, OF_UNKNOWN_LENGTH)
    }

    fn sequence(&self, ty: Ty<'tcx>, element: Ty<'tcx>, range: Range<i64>) -> DIType<'ll> {
        let element = self.type_node(element);
        let layout = self.layout_of(ty);
        let (size, align) = (layout.size.bits(), layout.align.abi.bits() as u32);
        self.debug()
            .builder
            .create_array_type(element, size, align, &[range])
            .as_type()
    }
}

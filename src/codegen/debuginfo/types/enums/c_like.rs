//! Enums without fields, as C has them.
//!
//! ```rust
//! enum Ordering { Less = -1, Equal = 0, Greater = 1 }
//! ```
//! ```text
//! DW_TAG_enumeration_type "Ordering"  DW_AT_enum_class true  DW_AT_type i8  DW_AT_byte_size 1
//!   DW_TAG_enumerator "Less"     DW_AT_const_value -1
//!   DW_TAG_enumerator "Equal"    DW_AT_const_value 0
//!   DW_TAG_enumerator "Greater"  DW_AT_const_value 1
//! ```

use std::borrow::Cow;

use inkwell::debug_info::{DIScope, DIType};
use rustc_codegen_ssa::debuginfo::tag_base_type;
use rustc_middle::ty::layout::{LayoutOf, TyAndLayout};
use rustc_middle::ty::{AdtDef, Ty};

use crate::codegen::context::CodegenCx;
use crate::codegen::debuginfo::sources::Place;
use crate::llvm::debuginfo::{self, NO_FLAGS, Nodes, Outline};

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    pub(super) fn c_like_node(&self, layout: TyAndLayout<'tcx>, adt: AdtDef<'tcx>) -> DIType<'ll> {
        let values = adt.discriminants(self.tcx);
        let enumerators = values.map(|(index, value)| (adt.variant(index).name.as_str().into(), value.val));
        self.enumeration(
            &self.type_name(layout.ty),
            self.scope_around(adt.did()),
            self.place_of_type(adt.did()),
            tag_base_type(self.tcx, layout),
            enumerators,
        )
    }

    /// An enumeration of `enumerators`, numbers of the integer type `base`.
    pub(super) fn enumeration<'a>(
        &self,
        name: &str,
        scope: DIScope<'ll>,
        place: Place<'ll>,
        base: Ty<'tcx>,
        enumerators: impl Iterator<Item = (Cow<'a, str>, u128)>,
    ) -> DIType<'ll> {
        let builder = &self.debug().builder;
        let layout = self.layout_of(base);
        let bits = layout.size.bits();
        let unsigned = !base.is_signed();
        let enumerators: Vec<_> = enumerators
            .map(|(name, value)| debuginfo::enumerator(builder, &name, value, bits, unsigned))
            .collect();
        let outline = Outline {
            scope: Some(scope),
            name,
            file: place.file,
            line: place.line,
            size: bits,
            align: layout.align.abi.bits() as u32,
            flags: NO_FLAGS,
            unique_id: "",
        };
        let underlying = self.type_node(base);
        debuginfo::enumeration(builder, &outline, Nodes::of(builder, &enumerators), underlying)
    }
}

//! Function pointers, and the types of functions themselves.
//!
//! ```text
//! fn(u8) -> bool:  DW_TAG_pointer_type "fn(u8) -> bool"  DW_AT_byte_size 8
//!                    DW_AT_type  DW_TAG_subroutine_type  DW_AT_type bool
//!                                  DW_TAG_formal_parameter  DW_AT_type u8
//! ```
//!
//! The type of one function, which has no value and no size, looks like a pointer of size 0. A function may return
//! itself, by `fn again() -> impl Copy { again }`; LLVM cannot make such a type, and there `<recur_type>` stands for it.

use inkwell::debug_info::DIType;
use rustc_abi::{Align, Size};
use rustc_middle::ty::layout::{HasTypingEnv, LayoutOf};
use rustc_middle::ty::{self, Ty};

use super::identity::TypeId;
use crate::codegen::context::CodegenCx;
use crate::llvm::debuginfo;

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    pub(super) fn function_pointer_node(&self, ty: Ty<'tcx>) -> DIType<'ll> {
        let debug = self.debug();
        let id = TypeId::Whole(ty);
        let marker = *debug.types.recursion.get_or_init(|| self.recursion_node());
        debug.types.keep(id, marker);
        let signature = self
            .tcx
            .normalize_erasing_late_bound_regions(self.typing_env(), ty.fn_sig(self.tcx));
        let mut nodes = Vec::with_capacity(signature.inputs().len() + 1);
        let output = signature.output();
        nodes.push((!output.is_unit()).then(|| self.type_node(output)));
        nodes.extend(
            signature
                .inputs()
                .iter()
                .map(|&input| Some(self.type_node(input))),
        );
        debug.types.forget(id);
        let function = debuginfo::as_type(debuginfo::subroutine_type(&debug.builder, &nodes));
        let (size, align) = match ty.kind() {
            ty::FnDef(..) => (Size::ZERO, Align::ONE),
            _ => {
                let layout = self.layout_of(ty);
                (layout.size, layout.align.abi)
            }
        };
        self.address_of_type(&self.type_name(ty), function, size, align)
    }
}

//! References, raw pointers and `Box`: one word, or two.
//!
//! ```text
//! &u8:          DW_TAG_pointer_type "&u8"  DW_AT_type u8
//! &[u8], &str:  DW_TAG_structure_type "&[u8]"
//!                 DW_TAG_member "data_ptr"  DW_AT_type *u8           DW_AT_data_member_location 0
//!                 DW_TAG_member "length"    DW_AT_type usize         DW_AT_data_member_location 8
//! &dyn Animal:  DW_TAG_structure_type "&dyn zoo::Animal"
//!                 DW_TAG_member "pointer"   DW_AT_type *dyn Animal   DW_AT_data_member_location 0
//!                 DW_TAG_member "vtable"    DW_AT_type &[usize; 4]   DW_AT_data_member_location 8
//! ```
//!
//! What counts is the end of what is pointed to: a pointer to `struct Packet { len: u32, body: [u8] }` has the length
//! of `body` beside it.

use inkwell::AddressSpace;
use inkwell::debug_info::DIType;
use rustc_abi::{Align, Size};
use rustc_middle::ty::layout::{HasTypingEnv, LayoutOf, WIDE_PTR_ADDR, WIDE_PTR_EXTRA};
use rustc_middle::ty::{self, Ty};
use rustc_span::bug;

use super::composite::Member;
use super::identity::TypeId;
use crate::codegen::context::CodegenCx;
use crate::llvm::debuginfo::NO_FLAGS;

/// What stands beside the address.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Beside {
    Nothing,
    Length,
    Vtable,
}

impl<'ll, 'tcx> CodegenCx<'ll, 'tcx> {
    /// The pointer `ty` to `pointee`; `ty` may be a `Box` that is nothing but a pointer.
    pub(super) fn pointer_node(&self, ty: Ty<'tcx>, pointee: Ty<'tcx>) -> DIType<'ll> {
        // A slice is shown by the address of its first element.
        let target = match *pointee.kind() {
            ty::Slice(element) => self.type_node(element),
            ty::Str => self.type_node(self.tcx.types.u8),
            _ => self.type_node(pointee),
        };
        let name = self.qualified_name(ty);
        let (address, beside) = match self.beside_pointer_to(pointee) {
            Beside::Nothing => {
                let layout = self.layout_of(ty);
                return self.address_of_type(&name, target, layout.size, layout.align.abi);
            }
            Beside::Length => ("data_ptr", "length"),
            Beside::Vtable => ("pointer", "vtable"),
        };
        let layout = self.layout_of(ty);
        // The fields of a `Box` are those of its layers of wrappers; its two words are a raw pointer's.
        let words = match ty.is_box() {
            true => self.layout_of(Ty::new_mut_ptr(self.tcx, pointee)),
            false => layout,
        };
        let composite = self.plain_structure(&name, layout.size, layout.align.abi);
        let members = |owner| {
            let first = words.field(self, WIDE_PTR_ADDR);
            let thin = Member {
                name: address,
                ty: self.address_of_type("", target, first.size, first.align.abi),
                size: first.size,
                align: first.align.abi,
                offset: words.fields.offset(WIDE_PTR_ADDR),
                flags: NO_FLAGS,
                place: self.debug().nowhere(),
            };
            let second = words.field(self, WIDE_PTR_EXTRA);
            let offset = words.fields.offset(WIDE_PTR_EXTRA);
            vec![
                self.member(owner, &thin),
                self.field(owner, beside, second, offset, NO_FLAGS),
            ]
        };
        self.compose(TypeId::Whole(ty), &composite, members, Vec::new)
    }

    /// A plain address.
    pub(super) fn address_of_type(
        &self,
        name: &str,
        target: DIType<'ll>,
        size: Size,
        align: Align,
    ) -> DIType<'ll> {
        self.debug()
            .builder
            .create_pointer_type(
                name,
                target,
                size.bits(),
                align.bits() as u32,
                AddressSpace::default(),
            )
            .as_type()
    }

    fn beside_pointer_to(&self, pointee: Ty<'tcx>) -> Beside {
        let tail = self.tcx.struct_tail_for_codegen(pointee, self.typing_env());
        if self.layout_of(tail).is_sized() {
            return Beside::Nothing;
        }
        match tail.kind() {
            ty::Slice(_) | ty::Str => Beside::Length,
            ty::Dynamic(..) => Beside::Vtable,
            ty::Foreign(_) => Beside::Nothing,
            _ => bug!("nothing else than slices, trait objects and foreign types is unsized: {tail:?}"),
        }
    }
}

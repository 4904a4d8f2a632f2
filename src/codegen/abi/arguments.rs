//! Incoming arguments and returned values, stored where the Rust code expects them.

use rustc_codegen_ssa::MemFlags;
use rustc_codegen_ssa::mir::operand::{OperandRef, OperandValue};
use rustc_codegen_ssa::mir::place::{PlaceRef, PlaceValue};
use rustc_codegen_ssa::mir::store_cast;
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::Ty;
use rustc_target::callconv::{ArgAbi, CastTarget, PassMode};

use crate::codegen::builder::Builder;
use crate::llvm::{Value, calls};

impl AbiBuilderMethods for Builder<'_, '_, '_> {
    fn get_param(&mut self, index: usize) -> Self::Value {
        calls::parameter(self.llfn(), index as u32)
    }
}

impl<'ll, 'tcx> ArgAbiBuilderMethods<'tcx> for Builder<'_, 'll, 'tcx> {
    fn store_fn_arg(
        &mut self,
        arg_abi: &ArgAbi<'tcx, Ty<'tcx>>,
        idx: &mut usize,
        dst: PlaceRef<'tcx, Value<'ll>>,
    ) {
        let mut next = || {
            let value = self.get_param(*idx);
            *idx += 1;
            value
        };
        match arg_abi.mode {
            PassMode::Ignore => {}
            PassMode::Pair(..) => {
                let (first, second) = (next(), next());
                OperandValue::Pair(first, second).store(self, dst);
            }
            PassMode::Direct(_) | PassMode::Cast { .. } | PassMode::Indirect { .. } => {
                let value = next();
                self.store_arg(arg_abi, value, dst);
            }
            PassMode::IndirectUnsized { .. } => {
                unreachable!("an unsized argument stays where its caller put it")
            }
        }
    }

    fn store_arg(
        &mut self,
        arg_abi: &ArgAbi<'tcx, Ty<'tcx>>,
        val: Value<'ll>,
        dst: PlaceRef<'tcx, Value<'ll>>,
    ) {
        let layout = arg_abi.layout;
        match &arg_abi.mode {
            PassMode::Ignore => {}
            PassMode::Direct(_) | PassMode::Pair(..) => {
                OperandRef::from_immediate_or_packed_pair(self, val, layout)
                    .val
                    .store(self, dst);
            }
            PassMode::Indirect { attrs, .. } => {
                let align = attrs.pointee_align.unwrap_or(layout.align.abi);
                OperandValue::Ref(PlaceValue::new_sized(val, align)).store(self, dst);
            }
            PassMode::Cast { cast, .. } => self.store_registers(cast, val, dst),
            PassMode::IndirectUnsized { .. } => {
                unreachable!("an unsized argument stays where its caller put it")
            }
        }
    }
}

impl<'ll, 'tcx> Builder<'_, 'll, 'tcx> {
    /// Stores a value that came in registers. They may hold more bytes than the value has, or fewer than
    /// its alignment wants, so it goes by a slot that fits the registers.
    fn store_registers(&mut self, cast: &CastTarget, val: Value<'ll>, dst: PlaceRef<'tcx, Value<'ll>>) {
        let (size, align) = (cast.size(self), cast.align(self));
        let slot = self.alloca(size, align);
        self.lifetime_start(slot, size);
        store_cast(self, cast, val, slot, align);
        let bytes = cast.unaligned_size(self).bytes().min(dst.layout.size.bytes());
        let (to, to_align) = (dst.val.llval, dst.layout.align.abi);
        let bytes = self.cx.const_usize(bytes);
        self.memcpy(to, to_align, slot, align, bytes, MemFlags::empty(), None);
        self.lifetime_end(slot, size);
    }
}

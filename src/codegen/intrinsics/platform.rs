//! Intrinsics that depend on the platform: unwinding, variadic arguments, debuggers, return addresses.

use rustc_abi::AddressSpace;
use rustc_codegen_ssa::mir::operand::OperandValue;
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::layout::LayoutOf;
use rustc_span::sym;
use rustc_target::spec::Arch;

use super::{Call, Outcome};
use crate::codegen::builder::Builder;
use crate::llvm::Value;

impl<'ll, 'tcx> Builder<'_, 'll, 'tcx> {
    pub(super) fn platform_intrinsic(&mut self, call: &Call<'_, 'll, 'tcx>) -> Option<Outcome<'ll>> {
        Some(match call.name {
            sym::catch_unwind => Outcome::Value(self.catch_unwind(call.arg(0), call.arg(1), call.arg(2))),
            sym::breakpoint | sym::resumable_breakpoint => {
                self.call_intrinsic("llvm.debugtrap", &[], &[]);
                Outcome::Operand(OperandValue::ZeroSized)
            }
            sym::va_arg => Outcome::Value(crate::codegen::abi::variadic::next_argument(
                self,
                call.args[0],
                call.result,
            )),
            sym::return_address => Outcome::Value(match self.cx.tcx.sess.target.arch {
                // WebAssembly keeps return addresses where the program cannot see them.
                Arch::Wasm32 | Arch::Wasm64 => self.cx.const_null(self.cx.types.ptr),
                _ => {
                    let this_frame = self.cx.const_i32(0);
                    self.call_intrinsic("llvm.returnaddress", &[self.cx.types.ptr], &[this_frame])
                }
            }),
            // Annotations go into PDB files, which this backend does not describe code in.
            sym::codeview_annotation => Outcome::Operand(OperandValue::ZeroSized),
            sym::amdgpu_dispatch_ptr => {
                let packet = self.call_intrinsic("llvm.amdgcn.dispatch.ptr", &[], &[]);
                // It is in constant memory, which the generic address space includes.
                Outcome::Value(self.pointercast(packet, self.cx.types.ptr))
            }
            sym::gpu_launch_sized_workgroup_mem => Outcome::Value(self.launch_sized_memory(call)),
            sym::autodiff | sym::offload | sym::offload_get_num_devices => {
                let message = format!("the intrinsic `{}` is not supported by this backend", call.name);
                Outcome::Error(self.cx.tcx.dcx().span_err(call.span, message))
            }
            _ => return None,
        })
    }

    /// Memory that the threads of a workgroup share, as long as the launch of the kernel says: LLVM's targets for GPUs lay
    /// all variables of this kind over each other, aligned as the strictest.
    fn launch_sized_memory(&mut self, call: &Call<'_, 'll, 'tcx>) -> Value<'ll> {
        let cx = self.cx;
        let pointee = call
            .result
            .ty
            .builtin_deref(true)
            .expect("the result is a pointer");
        let space = AddressSpace::GPU_WORKGROUP
            .0
            .try_into()
            .expect("LLVM has this space");
        let memory = cx.llmod.add_global(cx.byte_array(0), Some(space), "");
        memory.set_alignment(cx.layout_of(pointee).align.abi.bytes() as u32);
        memory
            .as_pointer_value()
            .const_address_space_cast(cx.types.ptr.pointer())
            .into()
    }
}

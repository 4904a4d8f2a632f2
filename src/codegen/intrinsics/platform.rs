//! Intrinsics that depend on the platform: unwinding, variadic arguments, debuggers, return addresses.

use rustc_codegen_ssa::mir::operand::OperandValue;
use rustc_codegen_ssa::traits::*;
use rustc_span::sym;
use rustc_target::spec::Arch;

use super::{Call, Outcome};
use crate::codegen::builder::Builder;

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
            sym::autodiff
            | sym::offload
            | sym::offload_get_num_devices
            | sym::gpu_launch_sized_workgroup_mem
            | sym::amdgpu_dispatch_ptr
            | sym::sve_tuple_create2
            | sym::sve_tuple_create3
            | sym::sve_tuple_create4
            | sym::sve_tuple_get
            | sym::sve_tuple_set => {
                let message = format!("the intrinsic `{}` is not supported by this backend", call.name);
                Outcome::Error(self.cx.tcx.dcx().span_err(call.span, message))
            }
            _ => return None,
        })
    }
}

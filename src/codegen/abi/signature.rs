//! The LLVM signature of a function, as rustc's ABI description lays it down.

use inkwell::types::FunctionType;
use rustc_abi::{HasDataLayout, Reg};
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::Ty;
use rustc_middle::ty::layout::LayoutOf;
use rustc_target::callconv::{ArgAbi, FnAbi, PassMode};

use crate::codegen::context::CodegenCx;
use crate::codegen::layout::LayoutExt;
use crate::llvm::Type;

/// What LLVM has to know of a function's ABI.
pub(crate) trait FnAbiExt<'tcx> {
    /// The signature.
    fn llvm_type<'ll>(&self, cx: &CodegenCx<'ll, 'tcx>) -> FunctionType<'ll>;
    /// The type of a pointer to such a function: some targets keep code in an address space of its own.
    fn llvm_pointer_type<'ll>(&self, cx: &CodegenCx<'ll, 'tcx>) -> Type<'ll>;
}

impl<'tcx> FnAbiExt<'tcx> for FnAbi<'tcx, Ty<'tcx>> {
    fn llvm_type<'ll>(&self, cx: &CodegenCx<'ll, 'tcx>) -> FunctionType<'ll> {
        let mut params = Vec::with_capacity(self.args.len() + 1);
        let result = match &self.ret.mode {
            PassMode::Ignore => cx.types.void,
            PassMode::Direct(_) | PassMode::Pair(..) => self.ret.layout.immediate_llvm_type(cx),
            PassMode::Cast { cast, .. } => cx.cast_backend_type(cast),
            PassMode::Indirect { address_space, .. } => {
                params.push(address_space.map_or(cx.types.ptr, |space| cx.type_ptr_ext(space)));
                cx.types.void
            }
            PassMode::IndirectUnsized { .. } => unreachable!("Rust has no unsized results"),
        };
        // What a call passes beyond the declared parameters is for the caller to know.
        let declared = if self.c_variadic {
            self.fixed_count as usize
        } else {
            self.args.len()
        };
        for arg in &self.args[..declared] {
            push_params(cx, arg, &mut params);
        }
        cx.function_type(&params, result, self.c_variadic)
    }

    fn llvm_pointer_type<'ll>(&self, cx: &CodegenCx<'ll, 'tcx>) -> Type<'ll> {
        cx.type_ptr_ext(cx.data_layout().instruction_address_space)
    }
}

/// Appends the LLVM parameters of one Rust argument: none, one, or two.
fn push_params<'ll, 'tcx>(
    cx: &CodegenCx<'ll, 'tcx>,
    arg: &ArgAbi<'tcx, Ty<'tcx>>,
    params: &mut Vec<Type<'ll>>,
) {
    let halves = |layout| [0, 1].map(|index| cx.scalar_pair_element_backend_type(layout, index, true));
    match &arg.mode {
        PassMode::Ignore => {}
        PassMode::Direct(_) => params.push(arg.layout.immediate_llvm_type(cx)),
        PassMode::Pair(..) => params.extend(halves(arg.layout)),
        // A wide pointer to the argument: its address, and its length or vtable.
        PassMode::IndirectUnsized { .. } => {
            params.extend(halves(cx.layout_of(Ty::new_mut_ptr(cx.tcx, arg.layout.ty))));
        }
        PassMode::Indirect { address_space, .. } => {
            params.push(address_space.map_or(cx.types.ptr, |space| cx.type_ptr_ext(space)));
        }
        PassMode::Cast { cast, pad_i32_count } => {
            let padding = cx.register_type(&Reg::i32());
            params.extend(std::iter::repeat_n(padding, usize::from(*pad_i32_count)));
            params.push(cx.cast_backend_type(cast));
        }
    }
}

//! How arguments and results cross a function boundary: LLVM signatures, attributes and the stores of incoming arguments.
#![allow(unused_imports, unused_variables, dead_code)] // SKELETON: remove
use rustc_codegen_ssa::mir::place::PlaceRef;
use rustc_codegen_ssa::traits::*;
use rustc_middle::ty::{self, Instance, Ty};
use rustc_span::Span;
use rustc_target::callconv::{ArgAbi, FnAbi};

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::codegen::values::{Type, Value};

impl<'ll, 'tcx> AbiBuilderMethods for Builder<'_, 'll, 'tcx> {
    fn get_param(&mut self, index: usize) -> Value<'ll> {
        todo!()
    }
}

impl<'ll, 'tcx> ArgAbiBuilderMethods<'tcx> for Builder<'_, 'll, 'tcx> {
    fn store_fn_arg(
        &mut self,
        arg_abi: &ArgAbi<'tcx, Ty<'tcx>>,
        idx: &mut usize,
        dst: PlaceRef<'tcx, Value<'ll>>,
    ) {
        todo!()
    }

    fn store_arg(
        &mut self,
        arg_abi: &ArgAbi<'tcx, Ty<'tcx>>,
        val: Value<'ll>,
        dst: PlaceRef<'tcx, Value<'ll>>,
    ) {
        todo!()
    }
}

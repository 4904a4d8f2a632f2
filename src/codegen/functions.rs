//! Functions as values: their declarations, the personality, and the entry point.
#![allow(unused_imports, unused_variables, dead_code)] // SKELETON: remove
use inkwell::types::FunctionType;
use inkwell::values::FunctionValue;
use rustc_codegen_ssa::traits::*;
use rustc_data_structures::fx::FxHashMap;
use rustc_middle::ty::{self, Instance, Ty};
use rustc_session::{PointerAuthSchema, Session};
use rustc_span::Span;
use rustc_span::Symbol;
use std::cell::RefCell;

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::codegen::values::{Type, Value};

impl<'ll, 'tcx> MiscCodegenMethods<'tcx> for CodegenCx<'ll, 'tcx> {
    fn vtables(&self) -> &RefCell<FxHashMap<(Ty<'tcx>, Option<ty::ExistentialTraitRef<'tcx>>), Value<'ll>>> {
        todo!()
    }

    fn get_fn(&self, instance: Instance<'tcx>) -> FunctionValue<'ll> {
        todo!()
    }

    fn get_fn_addr(
        &self,
        instance: Instance<'tcx>,
        pointer_auth_schema: Option<&PointerAuthSchema>,
    ) -> Value<'ll> {
        todo!()
    }

    fn eh_personality(&self) -> FunctionValue<'ll> {
        todo!()
    }

    fn sess(&self) -> &Session {
        todo!()
    }

    fn set_frame_pointer_type(&self, llfn: FunctionValue<'ll>) {
        todo!()
    }

    fn apply_target_cpu_attr(&self, llfn: FunctionValue<'ll>) {
        todo!()
    }

    fn declare_c_main(&self, fn_type: FunctionType<'ll>) -> Option<FunctionValue<'ll>> {
        todo!()
    }

    fn intrinsic_call_expects_place_always(&self, name: Symbol) -> bool {
        todo!()
    }
}

/// The functions that this codegen unit refers to.
#[derive(Default)]
pub(crate) struct FunctionCache<'ll, 'tcx> {
    pub(crate) instances: RefCell<FxHashMap<Instance<'tcx>, FunctionValue<'ll>>>,
}

//! Constants: scalars, strings, aggregates and the pointers inside them.
#![allow(unused_imports, unused_variables, dead_code)] // SKELETON: remove
use std::cell::RefCell;

use inkwell::values::GlobalValue;
use rustc_abi as abi;
use rustc_codegen_ssa::traits::*;
use rustc_data_structures::fx::FxHashMap;
use rustc_middle::mir::interpret::Scalar;
use rustc_middle::ty::{self, Instance, Ty};
use rustc_session::PointerAuthSchema;
use rustc_span::Span;

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::codegen::values::{Type, Value};

impl<'ll, 'tcx> ConstCodegenMethods for CodegenCx<'ll, 'tcx> {
    fn const_null(&self, t: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    fn const_undef(&self, t: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    fn const_poison(&self, t: Type<'ll>) -> Value<'ll> {
        todo!()
    }

    fn const_bool(&self, val: bool) -> Value<'ll> {
        todo!()
    }

    fn const_i8(&self, i: i8) -> Value<'ll> {
        todo!()
    }

    fn const_i16(&self, i: i16) -> Value<'ll> {
        todo!()
    }

    fn const_i32(&self, i: i32) -> Value<'ll> {
        todo!()
    }

    fn const_i64(&self, i: i64) -> Value<'ll> {
        todo!()
    }

    fn const_int(&self, t: Type<'ll>, i: i64) -> Value<'ll> {
        todo!()
    }

    fn const_u8(&self, i: u8) -> Value<'ll> {
        todo!()
    }

    fn const_u32(&self, i: u32) -> Value<'ll> {
        todo!()
    }

    fn const_u64(&self, i: u64) -> Value<'ll> {
        todo!()
    }

    fn const_u128(&self, i: u128) -> Value<'ll> {
        todo!()
    }

    fn const_usize(&self, i: u64) -> Value<'ll> {
        todo!()
    }

    fn const_uint(&self, t: Type<'ll>, i: u64) -> Value<'ll> {
        todo!()
    }

    fn const_uint_big(&self, t: Type<'ll>, u: u128) -> Value<'ll> {
        todo!()
    }

    fn const_real(&self, t: Type<'ll>, val: f64) -> Value<'ll> {
        todo!()
    }

    fn const_str(&self, s: &str) -> (Value<'ll>, Value<'ll>) {
        todo!()
    }

    fn const_struct(&self, elts: &[Value<'ll>], packed: bool) -> Value<'ll> {
        todo!()
    }

    fn const_vector(&self, elts: &[Value<'ll>]) -> Value<'ll> {
        todo!()
    }

    fn const_to_opt_uint(&self, v: Value<'ll>) -> Option<u64> {
        todo!()
    }

    fn const_to_opt_u128(&self, v: Value<'ll>, sign_ext: bool) -> Option<u128> {
        todo!()
    }

    fn scalar_to_backend_with_pac(
        &self,
        cv: Scalar,
        layout: abi::Scalar,
        llty: Type<'ll>,
        schema: Option<&PointerAuthSchema>,
    ) -> Value<'ll> {
        todo!()
    }

    fn const_ptr_byte_offset(&self, val: Value<'ll>, offset: abi::Size) -> Value<'ll> {
        todo!()
    }
}

/// Constants of this codegen unit that were made before.
#[derive(Default)]
pub(crate) struct ConstantCache<'ll> {
    /// The global that holds a string, by the string.
    pub(crate) strings: RefCell<FxHashMap<String, GlobalValue<'ll>>>,
}

//! LLVM's own intrinsics: looked up once per codegen unit, name and overload, then called.

use std::cell::RefCell;

use inkwell::intrinsics::Intrinsic;
use inkwell::types::{BasicType, BasicTypeEnum};
use inkwell::values::FunctionValue;
use rustc_data_structures::fx::FxHashMap;
use rustc_hir::def_id::DefId;

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::llvm::{Type, Value};

/// Declarations of LLVM intrinsics, by base name and the types that they are overloaded on.
#[derive(Default)]
pub(crate) struct IntrinsicCache<'ll> {
    /// Intrinsics overloaded on at most one type, which are nearly all: no allocation to look them up.
    simple: RefCell<FxHashMap<(&'static str, Option<Type<'ll>>), FunctionValue<'ll>>>,
    /// Intrinsics that the library names itself, by their declaration.
    pub(super) linked: RefCell<FxHashMap<DefId, FunctionValue<'ll>>>,
    /// Of those, the ones that LLVM has replaced by others.
    pub(super) outdated: RefCell<Vec<FunctionValue<'ll>>>,
    general: RefCell<FxHashMap<(&'static str, Vec<Type<'ll>>), FunctionValue<'ll>>>,
}

impl<'ll> CodegenCx<'ll, '_> {
    /// The declaration of the LLVM intrinsic `name` (without the overload suffix, as `"llvm.ctpop"`),
    /// overloaded on `overloads` in the order in which LangRef names them.
    ///
    /// Panics if LLVM has no such intrinsic: `name` is always a literal of this crate.
    pub(crate) fn intrinsic(&self, name: &'static str, overloads: &[Type<'ll>]) -> FunctionValue<'ll> {
        match overloads {
            [] | [_] => {
                let key = (name, overloads.first().copied());
                if let Some(&known) = self.intrinsics.simple.borrow().get(&key) {
                    return known;
                }
                let function = self.declare_intrinsic(name, overloads);
                self.intrinsics.simple.borrow_mut().insert(key, function);
                function
            }
            _ => {
                let key = (name, overloads.to_vec());
                if let Some(&known) = self.intrinsics.general.borrow().get(&key) {
                    return known;
                }
                let function = self.declare_intrinsic(name, overloads);
                self.intrinsics.general.borrow_mut().insert(key, function);
                function
            }
        }
    }

    fn declare_intrinsic(&self, name: &'static str, overloads: &[Type<'ll>]) -> FunctionValue<'ll> {
        let intrinsic = Intrinsic::find(name).unwrap_or_else(|| panic!("LLVM has no intrinsic `{name}`"));
        let types: Vec<BasicTypeEnum<'ll>> = overloads.iter().map(|ty| ty.as_basic_type_enum()).collect();
        intrinsic
            .get_declaration(self.llmod, &types)
            .unwrap_or_else(|| panic!("`{name}` is not overloaded on {types:?}"))
    }
}

impl<'ll> Builder<'_, 'll, '_> {
    /// Calls the LLVM intrinsic `name` overloaded on `overloads` ([`CodegenCx::intrinsic`]) and returns its result.
    pub(crate) fn call_intrinsic(
        &mut self,
        name: &'static str,
        overloads: &[Type<'ll>],
        args: &[Value<'ll>],
    ) -> Value<'ll> {
        let function = self.cx.intrinsic(name, overloads);
        self.call_function(function, args)
    }
}

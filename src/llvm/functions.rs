//! Functions of a module: looking them up and declaring them.

use inkwell::module::Module;
use inkwell::types::FunctionType;
use inkwell::values::{AsValueRef, FunctionValue, GlobalValue};
use llvm_sys::core::LLVMGetOrInsertFunction;

use super::safe::functions;

/// The function `name`, declared with type `ty` if the module has none of that name.
pub(crate) fn get_or_declare<'ll>(
    module: &Module<'ll>,
    name: &str,
    ty: FunctionType<'ll>,
) -> FunctionValue<'ll> {
    get_or_insert(module, name, ty).expect("LLVM returns a function")
}

functions! {
    fn get_or_insert<'ll>(module: &Module<'ll>, name: &str as usize, ty: FunctionType<'ll>) -> Option<FunctionValue<'ll>>
        = LLVMGetOrInsertFunction;
}

/// The global as a function, if it is one.
pub(crate) fn as_function(global: GlobalValue<'_>) -> Option<FunctionValue<'_>> {
    // SAFETY: a live value; inkwell asks whether it is a function.
    unsafe { FunctionValue::new(global.as_value_ref()) }
}

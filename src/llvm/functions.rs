//! Functions of a module: looking them up and declaring them.

use inkwell::module::Module;
use inkwell::types::{AsTypeRef, FunctionType};
use inkwell::values::{AsValueRef, FunctionValue, GlobalValue};
use llvm_sys::core::LLVMGetOrInsertFunction;

/// The function `name`, declared with type `ty` if the module has none of that name.
pub(crate) fn get_or_declare<'ll>(
    module: &Module<'ll>,
    name: &str,
    ty: FunctionType<'ll>,
) -> FunctionValue<'ll> {
    // SAFETY: LLVM reads `name.len()` bytes; module and type are of one context.
    unsafe {
        let raw = LLVMGetOrInsertFunction(
            module.as_mut_ptr(),
            name.as_ptr().cast(),
            name.len(),
            ty.as_type_ref(),
        );
        FunctionValue::new(raw).expect("LLVM returns a function")
    }
}

/// The global as a function, if it is one.
pub(crate) fn as_function(global: GlobalValue<'_>) -> Option<FunctionValue<'_>> {
    // SAFETY: a live value; inkwell asks whether it is a function.
    unsafe { FunctionValue::new(global.as_value_ref()) }
}

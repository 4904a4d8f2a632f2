//! Global variables, functions and aliases: what inkwell's `GlobalValue` and `Module` do not cover.
//!
//! `LLVMGetInitializer` is asked here where the kind of the initial value does not matter, for which inkwell would ask.

use std::ffi::CStr;

use inkwell::module::{Linkage, Module};
use inkwell::values::{GlobalValue, PointerValue};
use llvm_sys::core::*;

use super::safe::functions;
use super::values::{Type, Value};

functions! {
    /// Whether a value is the address of a function or a variable itself, not one that was loaded or computed.
    pub(crate) fn is_global(value: Value<'_>) -> bool = LLVMIsAGlobalValue;

    /// Whether a value is the address of a variable itself.
    pub(super) fn is_variable(value: Value<'_>) -> bool = LLVMIsAGlobalVariable;

    /// Whether the variable has an initial value already.
    pub(crate) fn has_initializer(global: GlobalValue<'_>) -> bool = LLVMGetInitializer;

    fn initializer<'ll>(global: GlobalValue<'ll>) -> Option<Value<'ll>> = LLVMGetInitializer;
    fn variable<'ll>(module: &Module<'ll>, name: &str as usize) -> Option<GlobalValue<'ll>>
        = LLVMGetNamedGlobalWithLength;
    fn function<'ll>(module: &Module<'ll>, name: &str as usize) -> Option<GlobalValue<'ll>>
        = LLVMGetNamedFunctionWithLength;
    fn alias<'ll>(
        module: &Module<'ll>,
        ty: Type<'ll>,
        address_space: u32,
        aliasee: GlobalValue<'ll>,
        name: &CStr
    ) -> GlobalValue<'ll> = LLVMAddAlias2;
    fn first_alias<'ll>(module: &Module<'ll>) -> Option<GlobalValue<'ll>> = LLVMGetFirstGlobalAlias;
    fn next_alias<'ll>(alias: GlobalValue<'ll>) -> Option<GlobalValue<'ll>> = LLVMGetNextGlobalAlias;
    fn first_ifunc<'ll>(module: &Module<'ll>) -> Option<GlobalValue<'ll>> = LLVMGetFirstGlobalIFunc;
    fn next_ifunc<'ll>(ifunc: GlobalValue<'ll>) -> Option<GlobalValue<'ll>> = LLVMGetNextGlobalIFunc;
}

/// The global called `name`, if the module has one: a variable, a function or an alias.
pub(crate) fn named<'ll>(module: &Module<'ll>, name: &str) -> Option<GlobalValue<'ll>> {
    variable(module, name).or_else(|| function(module, name))
}

/// The functions, variables, aliases and ifuncs that the module defines for the linker to see.
pub(super) fn definitions<'ll>(module: &Module<'ll>) -> Vec<GlobalValue<'ll>> {
    let is_visible = |global: &GlobalValue<'ll>| {
        !global.is_declaration()
            && !matches!(
                global.get_linkage(),
                // The last is a copy to look at: the definition is elsewhere.
                Linkage::Internal | Linkage::Private | Linkage::AvailableExternally
            )
    };
    module
        .get_functions()
        .map(|function| function.as_global_value())
        .chain(module.get_globals())
        .chain(std::iter::successors(first_alias(module), |&alias| {
            next_alias(alias)
        }))
        .chain(std::iter::successors(first_ifunc(module), |&ifunc| {
            next_ifunc(ifunc)
        }))
        .filter(is_visible)
        .collect()
}

/// The variables that the module defines and the linker resolves to one definition, second names included.
pub(crate) fn variable_definitions<'ll>(module: &Module<'ll>) -> Vec<GlobalValue<'ll>> {
    let mut all = definitions(module);
    all.retain(|global| {
        !global.get_value_type().is_function_type()
            && matches!(global.get_linkage(), Linkage::External | Linkage::WeakAny)
    });
    all
}

/// Adds a second name for `aliasee`, which has type `ty`.
pub(crate) fn add_alias<'ll>(
    module: &Module<'ll>,
    ty: Type<'ll>,
    aliasee: GlobalValue<'ll>,
    name: &CStr,
) -> GlobalValue<'ll> {
    alias(module, ty, 0, aliasee, name)
}

/// The initial value of an immutable global variable, if `pointer` is the address of one.
pub(crate) fn constant_initializer(pointer: Value<'_>) -> Option<Value<'_>> {
    let is_constant = is_variable(pointer) && pointer.global().is_constant();
    is_constant.then(|| initializer(pointer.global())).flatten()
}

/// Puts the global into a COMDAT group of its own name, so that the linker keeps one of many copies.
pub(crate) fn set_own_comdat(module: &Module<'_>, global: GlobalValue<'_>) {
    global.set_comdat(module.get_or_insert_comdat(&symbol_name(global)));
}

/// The name that the linker will see.
pub(crate) fn symbol_name(global: GlobalValue<'_>) -> String {
    global.get_name().to_string_lossy().into_owned()
}

/// The global that a pointer is the address of: the pointer must be one, not computed from one.
pub(crate) fn of_address(pointer: PointerValue<'_>) -> GlobalValue<'_> {
    let value = Value::from(pointer);
    assert!(is_global(value), "{pointer:?} is the address of a global");
    value.global()
}

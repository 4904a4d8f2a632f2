//! Symbols made local to their module: possible where the module is all there is, as after fat LTO.
//!
//! LLVM has a pass for it, but the pass takes the names to keep as text in the pipeline, where `;` and `>`
//! end a name; a symbol may hold either (`#[export_name = "foo;bar"]`). So it is done here, symbol by symbol.
//!
//! inkwell takes no symbol out of its group: that is `LLVMSetComdat` with none.

use std::collections::{HashMap, HashSet};

use inkwell::DLLStorageClass;
use inkwell::comdat::{Comdat, ComdatSelectionKind};
use inkwell::module::{Linkage, Module};
use inkwell::values::GlobalValue;
use llvm_sys::LLVMComdat;
use llvm_sys::comdat::LLVMSetComdat;
use llvm_sys::core::*;

use super::globals::{self, is_global, is_variable};
use super::safe::functions;
use super::values::Value;

/// What the code generator itself calls for stack protectors, after the last pass that could see the use.
const USED_BY_CODE_GENERATOR: [&str; 3] = ["__stack_chk_fail", "__stack_chk_guard", "__ssp_canary_word"];

/// Makes every definition local that is not in `keep` and that nothing in the module says others use.
pub(crate) fn internalize(module: &Module<'_>, keep: &[&str]) {
    let mut keep: HashSet<&[u8]> = keep.iter().map(|name| name.as_bytes()).collect();
    keep.extend(USED_BY_CODE_GENERATOR.map(str::as_bytes));
    let globals = globals::definitions(module);
    let used = used_by_linker(module);
    let is_kept = |global: GlobalValue<'_>| {
        used.contains(&global.into()) || keep.contains(global.get_name().to_bytes()) || is_for_others(global)
    };

    // The linker keeps or drops a COMDAT group as a whole, so one symbol that is kept keeps the group's others.
    let mut groups: HashMap<*mut LLVMComdat, Group> = HashMap::new();
    for &global in &globals {
        if let Some(comdat) = comdat(global.into()) {
            let group = groups.entry(comdat.as_mut_ptr()).or_default();
            group.members += 1;
            group.is_kept |= is_kept(global);
        }
    }
    let mut hidden = 0;
    for &global in &globals {
        let comdat = comdat(global.into());
        let group = comdat.and_then(|comdat| groups.get(&comdat.as_mut_ptr()));
        if is_kept(global) || group.is_some_and(|group| group.is_kept) {
            continue;
        }
        // A local symbol has no equals elsewhere. A group of one is then no group; one of several still ties its
        // sections together.
        match (comdat, group) {
            (Some(comdat), Some(group)) if group.members > 1 => {
                comdat.set_selection_kind(ComdatSelectionKind::NoDuplicates);
            }
            (Some(_), Some(_)) if is_object(global.into()) => {
                set_comdat(global, None);
            }
            _ => {}
        }
        // Local linkage resets the visibility.
        global.set_linkage(Linkage::Internal);
        hidden += 1;
    }
    tracing::debug!(hidden, of = globals.len(), "symbols made local");
}

/// A COMDAT group (LangRef, "Comdats").
#[derive(Default)]
struct Group {
    members: usize,
    is_kept: bool,
}

functions! {
    fn set_comdat(global: GlobalValue<'_>, comdat: Option<Comdat>) = LLVMSetComdat;
    fn is_alias(value: Value<'_>) -> bool = LLVMIsAGlobalAlias;
    fn is_constant_expression(value: Value<'_>) -> bool = LLVMIsAConstantExpr;
    /// Whether it is a function or a variable.
    fn is_object(value: Value<'_>) -> bool = LLVMIsAGlobalObject;
    fn aliasee<'ll>(alias: Value<'ll>) -> Value<'ll> = LLVMAliasGetAliasee;
}

/// The members of `llvm.used`, of which even the linker does not see the use (LangRef): an array of constants, each a
/// global or a cast of one.
fn used_by_linker<'ll>(module: &Module<'ll>) -> HashSet<Value<'ll>> {
    let list = module.get_global("llvm.used");
    let Some(array) = list.and_then(|list| list.get_initializer()) else {
        return HashSet::new();
    };
    let array = Value::from(array);
    (0..array.operand_count().max(0) as u32)
        .map(|index| behind_casts(array.operand(index)))
        .collect()
}

/// The global that a constant is made from.
fn behind_casts(mut constant: Value<'_>) -> Value<'_> {
    while !is_global(constant) && is_constant_expression(constant) && constant.operand_count() > 0 {
        constant = constant.operand(0);
    }
    constant
}

/// Whether the definition itself says that others use it.
fn is_for_others(global: GlobalValue<'_>) -> bool {
    // Constructors, and the lists of what is used (LangRef, "Intrinsic Global Variables").
    global.get_name().to_bytes().starts_with(b"llvm.")
        || global.get_dll_storage_class() == DLLStorageClass::Export
        || is_variable(global.into()) && global.is_externally_initialized()
}

/// The COMDAT group that a symbol is in, if it is in one. An alias is in that of what it names.
fn comdat(mut symbol: Value<'_>) -> Option<Comdat> {
    while is_alias(symbol) {
        symbol = behind_casts(aliasee(symbol));
    }
    // Only functions and variables can be asked.
    is_object(symbol).then(|| symbol.global().get_comdat()).flatten()
}

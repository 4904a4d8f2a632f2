//! Symbols made local to their module: possible where the module is all there is, as after fat LTO.
//!
//! LLVM has a pass for it, but the pass takes the names to keep as text in the pipeline, where `;` and `>`
//! end a name; a symbol may hold either (`#[export_name = "foo;bar"]`). So it is done here, symbol by symbol.

use std::collections::{HashMap, HashSet};

use inkwell::module::Module;
use llvm_sys::comdat::{LLVMComdatSelectionKind, LLVMGetComdat, LLVMSetComdat, LLVMSetComdatSelectionKind};
use llvm_sys::core::*;
use llvm_sys::prelude::{LLVMModuleRef, LLVMValueRef};
use llvm_sys::{LLVMComdat, LLVMDLLStorageClass, LLVMLinkage};

use super::globals;

/// What the code generator itself calls for stack protectors, after the last pass that could see the use.
const USED_BY_CODE_GENERATOR: [&str; 3] = ["__stack_chk_fail", "__stack_chk_guard", "__ssp_canary_word"];

/// Makes every definition local that is not in `keep` and that nothing in the module says others use.
pub(crate) fn internalize(module: &Module<'_>, keep: &[&str]) {
    let raw = module.as_mut_ptr();
    let mut keep: HashSet<&[u8]> = keep.iter().map(|name| name.as_bytes()).collect();
    keep.extend(USED_BY_CODE_GENERATOR.map(str::as_bytes));
    let globals = globals::definitions(module);
    let used = used_by_linker(raw);
    let is_kept = |global| used.contains(&global) || keep.contains(name(global)) || is_for_others(global);

    // The linker keeps or drops a COMDAT group as a whole, so one symbol that is kept keeps the group's others.
    let mut groups: HashMap<*mut LLVMComdat, Group> = HashMap::new();
    for &global in &globals {
        let comdat = comdat(global);
        if !comdat.is_null() {
            let group = groups.entry(comdat).or_default();
            group.members += 1;
            group.is_kept |= is_kept(global);
        }
    }
    let mut hidden = 0;
    for &global in &globals {
        let comdat = comdat(global);
        let group = groups.get(&comdat);
        if is_kept(global) || group.is_some_and(|group| group.is_kept) {
            continue;
        }
        // SAFETY: global and group are live and of this module. Local linkage resets the visibility.
        unsafe {
            // A local symbol has no equals elsewhere. A group of one is then no group; one of several still
            // ties its sections together.
            match group {
                Some(group) if group.members > 1 => LLVMSetComdatSelectionKind(
                    comdat,
                    LLVMComdatSelectionKind::LLVMNoDuplicatesComdatSelectionKind,
                ),
                Some(_) if LLVMIsAGlobalObject(global).is_null() => {}
                Some(_) => LLVMSetComdat(global, std::ptr::null_mut()),
                None => {}
            }
            LLVMSetLinkage(global, LLVMLinkage::LLVMInternalLinkage);
        }
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

/// The members of `llvm.used`, of which even the linker does not see the use (LangRef).
fn used_by_linker(module: LLVMModuleRef) -> HashSet<LLVMValueRef> {
    // SAFETY: the list is an array of constants, each a global or a cast of one.
    unsafe {
        let list = LLVMGetNamedGlobal(module, c"llvm.used".as_ptr());
        if list.is_null() || LLVMGetInitializer(list).is_null() {
            return HashSet::new();
        }
        let array = LLVMGetInitializer(list);
        (0..LLVMGetNumOperands(array).max(0) as u32)
            .map(|index| behind_casts(LLVMGetOperand(array, index)))
            .collect()
    }
}

/// The global that a constant is made from.
fn behind_casts(mut constant: LLVMValueRef) -> LLVMValueRef {
    // SAFETY: type tests of a live constant; casts have one operand.
    unsafe {
        while LLVMIsAGlobalValue(constant).is_null()
            && !LLVMIsAConstantExpr(constant).is_null()
            && LLVMGetNumOperands(constant) > 0
        {
            constant = LLVMGetOperand(constant, 0);
        }
    }
    constant
}

/// Whether the definition itself says that others use it.
fn is_for_others(global: LLVMValueRef) -> bool {
    // Constructors, and the lists of what is used (LangRef, "Intrinsic Global Variables").
    if name(global).starts_with(b"llvm.") {
        return true;
    }
    // SAFETY: the global is live; the last question is asked of variables only.
    unsafe {
        LLVMGetDLLStorageClass(global) == LLVMDLLStorageClass::LLVMDLLExportStorageClass
            || !LLVMIsAGlobalVariable(global).is_null() && LLVMIsExternallyInitialized(global) != 0
    }
}

/// The COMDAT group that a symbol is in, or null. An alias is in that of what it names.
fn comdat(mut global: LLVMValueRef) -> *mut LLVMComdat {
    // SAFETY: as above; only functions and variables are asked for their group.
    unsafe {
        while !LLVMIsAGlobalAlias(global).is_null() {
            global = behind_casts(LLVMAliasGetAliasee(global));
        }
        match LLVMIsAGlobalObject(global).is_null() {
            true => std::ptr::null_mut(),
            false => LLVMGetComdat(global),
        }
    }
}

fn name<'a>(global: LLVMValueRef) -> &'a [u8] {
    let mut len = 0;
    // SAFETY: LLVM returns `len` bytes that live as long as the symbol keeps its name, which is longer than
    // anything here.
    unsafe { std::slice::from_raw_parts(LLVMGetValueName2(global, &mut len).cast(), len) }
}

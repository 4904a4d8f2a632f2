//! Global variables, functions and aliases: what inkwell's `GlobalValue` does not cover.

use inkwell::module::{Linkage, Module};
use inkwell::types::AsTypeRef;
use inkwell::values::{AsValueRef, GlobalValue, PointerValue};
use llvm_sys::core::*;
use llvm_sys::prelude::{LLVMModuleRef, LLVMValueRef};
use llvm_sys::{LLVMLinkage, LLVMThreadLocalMode, LLVMTypeKind};

use super::values::{Type, Value};

/// How code finds the copy of a variable that belongs to its thread ("ELF Handling For Thread-Local Storage").
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum ThreadLocal {
    GeneralDynamic,
    LocalDynamic,
    InitialExec,
    LocalExec,
}

/// The global called `name`, if the module has one: a variable, a function or an alias.
pub(crate) fn named<'ll>(module: &Module<'ll>, name: &str) -> Option<GlobalValue<'ll>> {
    // SAFETY: LLVM reads `name.len()` bytes; what it returns is a live global of the module.
    unsafe {
        let found = LLVMGetNamedGlobalWithLength(module.as_mut_ptr(), name.as_ptr().cast(), name.len());
        let found = match found.is_null() {
            true => LLVMGetNamedFunctionWithLength(module.as_mut_ptr(), name.as_ptr().cast(), name.len()),
            false => found,
        };
        (!found.is_null()).then(|| GlobalValue::new(found))
    }
}

/// The functions, variables, aliases and ifuncs that the module defines for the linker to see.
pub(super) fn definitions(module: &Module<'_>) -> Vec<LLVMValueRef> {
    type First = unsafe extern "C" fn(LLVMModuleRef) -> LLVMValueRef;
    type Next = unsafe extern "C" fn(LLVMValueRef) -> LLVMValueRef;
    let lists: [(First, Next); 4] = [
        (LLVMGetFirstFunction, LLVMGetNextFunction),
        (LLVMGetFirstGlobal, LLVMGetNextGlobal),
        (LLVMGetFirstGlobalAlias, LLVMGetNextGlobalAlias),
        (LLVMGetFirstGlobalIFunc, LLVMGetNextGlobalIFunc),
    ];
    let mut all = Vec::new();
    for (first, next) in lists {
        // SAFETY: the module is live; each list ends with null.
        unsafe {
            let mut global = first(module.as_mut_ptr());
            while !global.is_null() {
                let is_visible = LLVMIsDeclaration(global) == 0
                    && !matches!(
                        LLVMGetLinkage(global),
                        LLVMLinkage::LLVMInternalLinkage
                            | LLVMLinkage::LLVMPrivateLinkage
                            // A copy to look at: the definition is elsewhere.
                            | LLVMLinkage::LLVMAvailableExternallyLinkage
                    );
                if is_visible {
                    all.push(global);
                }
                global = next(global);
            }
        }
    }
    all
}

/// The variables that the module defines and the linker resolves to one definition, second names included.
pub(crate) fn variable_definitions<'ll>(module: &Module<'ll>) -> Vec<GlobalValue<'ll>> {
    let is_one_variable = |&global: &LLVMValueRef| {
        // SAFETY: questions about a live global.
        unsafe {
            LLVMGetTypeKind(LLVMGlobalGetValueType(global)) != LLVMTypeKind::LLVMFunctionTypeKind
                && matches!(
                    LLVMGetLinkage(global),
                    LLVMLinkage::LLVMExternalLinkage | LLVMLinkage::LLVMWeakAnyLinkage
                )
        }
    };
    let wrap = |global| {
        // SAFETY: the list holds live globals of the module.
        unsafe { GlobalValue::new(global) }
    };
    definitions(module)
        .into_iter()
        .filter(is_one_variable)
        .map(wrap)
        .collect()
}

/// Adds a variable of type `ty`. LLVM renames it if the name is taken; an empty name is none.
pub(crate) fn add_variable<'ll>(
    module: &Module<'ll>,
    ty: Type<'ll>,
    name: &std::ffi::CStr,
) -> GlobalValue<'ll> {
    // SAFETY: module and type are of one live context.
    unsafe {
        GlobalValue::new(LLVMAddGlobal(
            module.as_mut_ptr(),
            ty.as_type_ref(),
            name.as_ptr(),
        ))
    }
}

/// Adds a nameless variable of type `ty` in an address space, which something else defines.
pub(crate) fn add_variable_in<'ll>(module: &Module<'ll>, ty: Type<'ll>, space: u32) -> GlobalValue<'ll> {
    // SAFETY: as above.
    unsafe {
        GlobalValue::new(LLVMAddGlobalInAddressSpace(
            module.as_mut_ptr(),
            ty.as_type_ref(),
            c"".as_ptr(),
            space,
        ))
    }
}

/// Adds a second name for `aliasee`, which has type `ty`.
pub(crate) fn add_alias<'ll>(
    module: &Module<'ll>,
    ty: Type<'ll>,
    aliasee: GlobalValue<'ll>,
    name: &std::ffi::CStr,
) -> GlobalValue<'ll> {
    // SAFETY: as above.
    unsafe {
        GlobalValue::new(LLVMAddAlias2(
            module.as_mut_ptr(),
            ty.as_type_ref(),
            0,
            aliasee.as_value_ref(),
            name.as_ptr(),
        ))
    }
}

/// Sets the initial value.
pub(crate) fn set_initializer(global: GlobalValue<'_>, value: Value<'_>) {
    // SAFETY: the value is a constant of the global's type: the caller made the one for the other.
    unsafe { LLVMSetInitializer(global.as_value_ref(), value.as_value_ref()) }
}

/// The initial value of an immutable global variable, if `pointer` is the address of one.
pub(crate) fn constant_initializer(pointer: Value<'_>) -> Option<Value<'_>> {
    let raw = pointer.as_value_ref();
    // SAFETY: type tests of live values; the initialiser of a live global is live.
    unsafe {
        if LLVMIsAGlobalVariable(raw).is_null() || LLVMIsGlobalConstant(raw) == 0 {
            return None;
        }
        let init = LLVMGetInitializer(raw);
        (!init.is_null()).then(|| Value::new(init))
    }
}

/// Whether the global has an initial value already.
pub(crate) fn has_initializer(global: GlobalValue<'_>) -> bool {
    // SAFETY: the global is live.
    unsafe { !LLVMGetInitializer(global.as_value_ref()).is_null() }
}

/// Whether a value is the address of a function or a variable itself, not one that was loaded or computed.
pub(crate) fn is_global(value: Value<'_>) -> bool {
    // SAFETY: a type test of a live value.
    unsafe { !LLVMIsAGlobalValue(value.as_value_ref()).is_null() }
}

/// Makes a variable thread-local.
pub(crate) fn set_thread_local(global: GlobalValue<'_>, mode: ThreadLocal) {
    let mode = match mode {
        ThreadLocal::GeneralDynamic => LLVMThreadLocalMode::LLVMGeneralDynamicTLSModel,
        ThreadLocal::LocalDynamic => LLVMThreadLocalMode::LLVMLocalDynamicTLSModel,
        ThreadLocal::InitialExec => LLVMThreadLocalMode::LLVMInitialExecTLSModel,
        ThreadLocal::LocalExec => LLVMThreadLocalMode::LLVMLocalExecTLSModel,
    };
    // SAFETY: the global is a live variable.
    unsafe { LLVMSetThreadLocalMode(global.as_value_ref(), mode) }
}

/// Puts the global into a COMDAT group of its own name, so that the linker keeps one of many copies.
pub(crate) fn set_own_comdat(module: &Module<'_>, global: GlobalValue<'_>) {
    let mut len = 0;
    // SAFETY: module and global are live; the name is NUL-terminated.
    unsafe {
        let name = LLVMGetValueName2(global.as_value_ref(), &mut len);
        let comdat = llvm_sys::comdat::LLVMGetOrInsertComdat(module.as_mut_ptr(), name);
        llvm_sys::comdat::LLVMSetComdat(global.as_value_ref(), comdat);
    }
}

/// The name that the linker will see.
pub(crate) fn symbol_name(global: GlobalValue<'_>) -> String {
    let mut len = 0;
    // SAFETY: LLVM returns a pointer to `len` bytes that live as long as the name stays as it is.
    unsafe {
        let name = LLVMGetValueName2(global.as_value_ref(), &mut len);
        String::from_utf8_lossy(std::slice::from_raw_parts(name.cast(), len)).into_owned()
    }
}

/// The global that a pointer is the address of: the pointer must be one, not computed from one.
pub(crate) fn of_address(pointer: PointerValue<'_>) -> GlobalValue<'_> {
    // SAFETY: a type test of a live value, then the wrapping of what it was tested to be.
    unsafe {
        let raw = pointer.as_value_ref();
        assert!(
            !LLVMIsAGlobalValue(raw).is_null(),
            "{pointer:?} is the address of a global"
        );
        GlobalValue::new(raw)
    }
}

/// Renames the global; an empty name is none.
pub(crate) fn set_symbol_name(global: GlobalValue<'_>, name: &str) {
    // SAFETY: LLVM copies `name.len()` bytes.
    unsafe { LLVMSetValueName2(global.as_value_ref(), name.as_ptr().cast(), name.len()) }
}

/// Appends `globals` to the array `name` (`llvm.used`, `llvm.compiler.used`), which keeps them alive.
pub(crate) fn keep_alive<'ll>(
    module: &Module<'ll>,
    pointer: Type<'ll>,
    name: &std::ffi::CStr,
    globals: &[GlobalValue<'ll>],
) {
    let mut elements: Vec<_> = globals.iter().map(|global| global.as_value_ref()).collect();
    // SAFETY: the elements are live constants of pointer type, all of the module's context.
    unsafe {
        let array = LLVMConstArray2(
            pointer.as_type_ref(),
            elements.as_mut_ptr(),
            elements.len() as u64,
        );
        let list = LLVMAddGlobal(module.as_mut_ptr(), LLVMTypeOf(array), name.as_ptr());
        LLVMSetInitializer(list, array);
        GlobalValue::new(list).set_linkage(Linkage::Appending);
        LLVMSetSection(list, c"llvm.metadata".as_ptr());
    }
}

/// Adds a private constant of `bytes` in `section`.
pub(crate) fn embed_bytes(module: &Module<'_>, name: &std::ffi::CStr, section: &str, bytes: &[u8]) {
    // SAFETY: the module is live, and LLVM copies the bytes by their length.
    unsafe {
        let context = LLVMGetModuleContext(module.as_mut_ptr());
        let data = LLVMConstStringInContext2(context, bytes.as_ptr().cast(), bytes.len(), 1);
        let global = LLVMAddGlobal(module.as_mut_ptr(), LLVMTypeOf(data), name.as_ptr());
        LLVMSetInitializer(global, data);
        LLVMSetGlobalConstant(global, 1);
        let global = GlobalValue::new(global);
        global.set_linkage(Linkage::Private);
        global.set_section(Some(section));
    }
}

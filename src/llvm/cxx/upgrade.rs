//! Intrinsics that LLVM had once, and replaces by what it has now ("auto-upgrade").
//!
//! LLVM does so for bitcode of older versions. `core::arch` names some of them too, until its next change.

use inkwell::context::Context;
use inkwell::types::FunctionType;
use inkwell::values::FunctionValue;

use crate::llvm::safe::Handle;

unsafe extern "C" {
    /// `bool llvm::UpgradeIntrinsicFunction(Function *F, Function *&NewFn,
    /// bool CanUpgradeDebugIntrinsicsToRecords)`: whether calls of `F` are to be replaced.
    #[link_name = "_ZN4llvm24UpgradeIntrinsicFunctionEPNS_8FunctionERS1_b"]
    safe fn cxx_upgrade_intrinsic_function<'ll>(
        function: Handle<FunctionValue<'ll>>,
        replacement: &mut Handle<Option<FunctionValue<'ll>>>,
        debug_records: bool,
    ) -> bool;
    /// `void llvm::UpgradeCallsToIntrinsic(Function *F)`: replaces the calls, and removes `F`.
    #[link_name = "_ZN4llvm23UpgradeCallsToIntrinsicEPNS_8FunctionE"]
    fn cxx_upgrade_calls_to_intrinsic(function: Handle<FunctionValue<'_>>);
}

/// Whether `name`, with that signature, is an intrinsic of the past.
pub(crate) fn is_outdated<'ll>(context: &'ll Context, name: &str, signature: FunctionType<'ll>) -> bool {
    // To ask is to begin with the replacement, so a module that is not needed is asked.
    let scratch = context.create_module("upgrade");
    let function = scratch.add_function(name, signature, None);
    cxx_upgrade_intrinsic_function(function.into(), &mut None.into(), false)
}

/// Replaces the calls of an intrinsic of the past, and the intrinsic: it must not be used after that.
pub(crate) fn upgrade_calls(function: FunctionValue<'_>) {
    // SAFETY: the function is alive, and the caller gives it up.
    unsafe { cxx_upgrade_calls_to_intrinsic(function.into()) }
}

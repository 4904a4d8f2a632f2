//! The removal of blocks that nothing leads to.

use inkwell::values::{AsValueRef, FunctionValue};
use llvm_sys::LLVMValue;

unsafe extern "C" {
    /// `bool llvm::EliminateUnreachableBlocks(Function &F, DomTreeUpdater *DTU = nullptr,
    /// bool KeepOneInputPHIs = false)`, of `llvm/Transforms/Utils/BasicBlockUtils.h`.
    #[link_name = "_ZN4llvm26EliminateUnreachableBlocksERNS_8FunctionEPNS_14DomTreeUpdaterEb"]
    fn cxx_eliminate_unreachable_blocks(
        function: *mut LLVMValue,
        updater: *const u8,
        keep_one_input_phis: bool,
    ) -> bool;
}

/// Removes the blocks of `function` that cannot be reached from its entry.
pub(crate) fn eliminate_unreachable_blocks(function: FunctionValue<'_>) {
    // SAFETY: the function is live; without an updater, LLVM has no dominator tree to keep; no block that is removed is
    // used afterwards, for building the function has ended.
    unsafe { cxx_eliminate_unreachable_blocks(function.as_value_ref(), std::ptr::null(), false) };
}

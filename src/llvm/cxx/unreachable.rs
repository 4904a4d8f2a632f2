//! The removal of blocks that nothing leads to.

use inkwell::values::FunctionValue;

use crate::llvm::safe::Handle;

unsafe extern "C" {
    /// `bool llvm::EliminateUnreachableBlocks(Function &F, DomTreeUpdater *DTU = nullptr,
    /// bool KeepOneInputPHIs = false)`, of `llvm/Transforms/Utils/BasicBlockUtils.h`. It is never given an updater: there
    /// is no dominator tree to keep.
    #[link_name = "_ZN4llvm26EliminateUnreachableBlocksERNS_8FunctionEPNS_14DomTreeUpdaterEb"]
    safe fn cxx_eliminate_unreachable_blocks(
        function: Handle<FunctionValue<'_>>,
        updater: Option<&Updater>,
        keep_one_input_phis: bool,
    ) -> bool;
}

/// A `llvm::DomTreeUpdater`, of which we make none.
#[repr(C)]
struct Updater([u8; 0]);

/// Removes the blocks of `function` that cannot be reached from its entry.
pub(crate) fn eliminate_unreachable_blocks(function: FunctionValue<'_>) {
    cxx_eliminate_unreachable_blocks(function.into(), None, false);
}

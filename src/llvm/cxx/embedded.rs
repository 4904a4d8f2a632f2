//! The bitcode that the pass `EmbedBitcodePass` leaves in the module, taken out of it again.
//!
//! The pass runs in the middle of the pipeline `fatlto-pre-link`, whose two halves have no names of their own.

use std::ffi::c_void;

use inkwell::module::Module;
use inkwell::values::AsValueRef;
use llvm_sys::core::LLVMGetNamedMetadata;
use llvm_sys::prelude::LLVMNamedMDNodeRef;
use llvm_sys::{LLVMModule, LLVMValue};

use super::calling::FunctionRef;
use crate::llvm::globals;

type ShouldRemove = unsafe extern "C" fn(*const c_void, *const LLVMValue) -> bool;

unsafe extern "C" {
    /// `void llvm::removeFromUsedLists(Module &M, function_ref<bool(Constant *)> ShouldRemove)`
    #[link_name = "_ZN4llvm19removeFromUsedListsERNS_6ModuleENS_12function_refIFbPNS_8ConstantEEEE"]
    fn cxx_remove_from_used_lists(module: *mut LLVMModule, should_remove: FunctionRef<'_, ShouldRemove>);
    /// `void llvm::NamedMDNode::eraseFromParent()`
    #[link_name = "_ZN4llvm11NamedMDNode15eraseFromParentEv"]
    fn cxx_erase_named_metadata(node: LLVMNamedMDNodeRef);
}

/// The bitcode, if the pass has run; the module is then as if it had not.
pub(crate) fn take_embedded(module: &Module<'_>) -> Option<Vec<u8>> {
    let global = globals::named(module, "llvm.embedded.object")?;
    let raw = global.as_value_ref();
    let content = global.get_initializer().map(|content| content.into_array_value());
    let bitcode = content.as_ref().and_then(|content| content.as_const_string());
    let bitcode = bitcode
        .expect("the pass makes a constant array of bytes")
        .to_vec();
    // SAFETY: the variable is used by `llvm.compiler.used` and by metadata only, and not touched after it is deleted.
    unsafe {
        let is_it = FunctionRef::new(is_same as ShouldRemove, &raw);
        cxx_remove_from_used_lists(module.as_mut_ptr(), is_it);
        erase_named_metadata(module, c"llvm.embedded.objects");
        global.delete();
    }
    Some(bitcode)
}

unsafe extern "C" fn is_same(closure: *const c_void, constant: *const LLVMValue) -> bool {
    // SAFETY: `closure` is the address of the value that `take_embedded` lends.
    unsafe { *closure.cast::<*const LLVMValue>() == constant }
}

/// Removes the module's named metadata `name`, if there is any.
pub(super) fn erase_named_metadata(module: &Module<'_>, name: &std::ffi::CStr) {
    // SAFETY: the node belongs to the module, which is alive.
    unsafe {
        let node = LLVMGetNamedMetadata(module.as_mut_ptr(), name.as_ptr(), name.count_bytes());
        if !node.is_null() {
            cxx_erase_named_metadata(node);
        }
    }
}

//! The order of a module's named lists, which LLVM-C only appends to.
//!
//! inkwell counts a list's nodes by a name that is UTF-8 and copied for it (`LLVMGetNamedMetadataNumOperands`).

use std::ffi::CStr;

use inkwell::module::Module;
use llvm_sys::core::{LLVMGetNamedMetadata, LLVMGetNamedMetadataNumOperands};
use llvm_sys::prelude::{LLVMMetadataRef, LLVMNamedMDNodeRef};

unsafe extern "C" {
    /// `void llvm::NamedMDNode::setOperand(unsigned I, MDNode *New)`.
    #[link_name = "_ZN4llvm11NamedMDNode10setOperandEjPNS_6MDNodeE"]
    fn cxx_set_operand(list: LLVMNamedMDNodeRef, index: u32, node: LLVMMetadataRef);
}

/// Puts `nodes` into the list `name`, which has as many.
pub(crate) fn set_operands(module: &Module<'_>, name: &CStr, nodes: &[LLVMMetadataRef]) {
    // SAFETY: the module is live; the indexes are those that LLVM has, and the nodes live ones of its context.
    unsafe {
        let list = LLVMGetNamedMetadata(module.as_mut_ptr(), name.as_ptr(), name.count_bytes());
        let count = LLVMGetNamedMetadataNumOperands(module.as_mut_ptr(), name.as_ptr());
        assert!(
            count as usize == nodes.len(),
            "the list has as many nodes as before"
        );
        for (index, &node) in (0..).zip(nodes) {
            cxx_set_operand(list, index, node);
        }
    }
}

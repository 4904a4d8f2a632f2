//! The order of a module's named lists, which LLVM-C only appends to.

use std::marker::PhantomData;
use std::ptr::NonNull;

use inkwell::module::Module;
use llvm_sys::LLVMOpaqueNamedMDNode;
use llvm_sys::core::{LLVMGetNamedMetadata, LLVMGetOrInsertNamedMetadata};
use llvm_sys::prelude::LLVMNamedMDNodeRef;

use crate::llvm::metadata::Metadata;
use crate::llvm::safe::{FromRaw, Handle, Raw, functions};

unsafe extern "C" {
    /// `void llvm::NamedMDNode::setOperand(unsigned I, MDNode *New)`.
    #[link_name = "_ZN4llvm11NamedMDNode10setOperandEjPNS_6MDNodeE"]
    fn cxx_set_operand<'ll>(
        list: Handle<Option<NamedMetadata<'ll>>>,
        index: u32,
        node: Handle<Metadata<'ll>>,
    );
}

functions! {
    /// The module's list `name`, if it has one.
    pub(crate) fn named<'ll>(module: &Module<'ll>, name: &[u8] as usize) -> Option<NamedMetadata<'ll>>
        = LLVMGetNamedMetadata;

    /// The module's list `name`, which it has from then on.
    pub(crate) fn get_or_insert<'ll>(module: &Module<'ll>, name: &[u8] as usize) -> NamedMetadata<'ll>
        = LLVMGetOrInsertNamedMetadata;
}

/// A list of nodes that a module has by its name.
#[repr(transparent)]
#[derive(Copy, Clone)]
pub(crate) struct NamedMetadata<'ll>(NonNull<LLVMOpaqueNamedMDNode>, PhantomData<&'ll ()>);

// SAFETY: a list that is alive.
unsafe impl Raw for NamedMetadata<'_> {
    type Raw = LLVMNamedMDNodeRef;
    fn raw(self) -> LLVMNamedMDNodeRef {
        self.0.as_ptr()
    }
}

impl FromRaw<LLVMNamedMDNodeRef> for NamedMetadata<'_> {
    unsafe fn from_raw(raw: LLVMNamedMDNodeRef) -> Self {
        NamedMetadata(
            NonNull::new(raw).expect("LLVM makes a list or aborts"),
            PhantomData,
        )
    }
}

/// Puts `nodes` into the list `name`, which has as many.
pub(crate) fn set_operands<'ll>(module: &Module<'ll>, name: &str, nodes: &[Metadata<'ll>]) {
    assert!(
        module.get_global_metadata_size(name) as usize == nodes.len(),
        "the list has as many nodes as before"
    );
    let list = named(module, name.as_bytes());
    for (index, &node) in (0..).zip(nodes) {
        // SAFETY: the index is one that the list has.
        unsafe { cxx_set_operand(list.into(), index, node.into()) };
    }
}

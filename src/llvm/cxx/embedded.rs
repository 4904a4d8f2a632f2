//! The bitcode that the pass `EmbedBitcodePass` leaves in the module, taken out of it again.
//!
//! The pass runs in the middle of the pipeline `fatlto-pre-link`, whose two halves have no names of their own.

use inkwell::module::Module;
use inkwell::values::GlobalValue;

use super::calling::FunctionRef;
use super::named_metadata::{NamedMetadata, named};
use crate::llvm::safe::Handle;
use crate::llvm::{Value, globals};

type ShouldRemove<'ll> = extern "C" fn(&GlobalValue<'ll>, Handle<Value<'ll>>) -> bool;

unsafe extern "C" {
    /// `void llvm::removeFromUsedLists(Module &M, function_ref<bool(Constant *)> ShouldRemove)`
    #[link_name = "_ZN4llvm19removeFromUsedListsERNS_6ModuleENS_12function_refIFbPNS_8ConstantEEEE"]
    safe fn cxx_remove_from_used_lists<'ll>(
        module: Handle<&Module<'ll>>,
        should_remove: FunctionRef<'_, ShouldRemove<'ll>>,
    );
    /// `void llvm::NamedMDNode::eraseFromParent()`
    #[link_name = "_ZN4llvm11NamedMDNode15eraseFromParentEv"]
    fn cxx_erase_named_metadata(node: Handle<NamedMetadata<'_>>);
}

/// The bitcode, if the pass has run; the module is then as if it had not.
pub(crate) fn take_embedded(module: &Module<'_>) -> Option<Vec<u8>> {
    let global = globals::named(module, "llvm.embedded.object")?;
    let content = global.get_initializer().map(|content| content.into_array_value());
    let bitcode = content.as_ref().and_then(|content| content.as_const_string());
    let bitcode = bitcode
        .expect("the pass makes a constant array of bytes")
        .to_vec();
    let is_it = FunctionRef::new(is_same as ShouldRemove<'_>, &global);
    cxx_remove_from_used_lists(module.into(), is_it);
    erase_named_metadata(module, b"llvm.embedded.objects");
    // SAFETY: the variable was used by `llvm.compiler.used` and by metadata only, and is not touched any more.
    unsafe { global.delete() };
    Some(bitcode)
}

extern "C" fn is_same<'ll>(global: &GlobalValue<'ll>, constant: Handle<Value<'ll>>) -> bool {
    Value::from(*global) == constant.get()
}

/// Removes the module's named metadata `name`, if there is any.
pub(super) fn erase_named_metadata(module: &Module<'_>, name: &[u8]) {
    if let Some(node) = named(module, name) {
        // SAFETY: the node belongs to the module, which is alive, and nothing else refers to it.
        unsafe { cxx_erase_named_metadata(node.into()) }
    }
}

//! The assembly of a module that stands outside of functions.
//!
//! A module has a list of such pieces, each with the processor and the features that it is written for (LangRef,
//! "Module-Level Inline Assembly"). `LLVMGetModuleInlineAsm` gives a fatal error where there is more than one, and
//! does not say how many there are.
//!
//! ```cpp
//! class Module {
//!   …
//!   SmallVector<GlobalAsmFragment, 0> GlobalScopeAsm;
//! struct Module::GlobalAsmFragment {
//!   std::string Asm;
//!   GlobalAsmProperties Props;
//! };
//! ```

use std::mem::offset_of;
use std::sync::OnceLock;

use inkwell::context::Context;
use inkwell::module::Module;

use super::containers::SmallVector;
use super::{CxxString, layout};
use crate::llvm::modules::append_assembly;

/// `llvm::Module::GlobalAsmFragment`.
#[repr(C)]
struct Fragment {
    text: CxxString,
    features: CxxString,
    cpu: CxxString,
}

const _: () = {
    assert!(size_of::<Fragment>() == layout::ASSEMBLY_PIECE_SIZE);
    assert!(offset_of!(Fragment, text) == layout::ASSEMBLY_PIECE_TEXT);
    assert!(size_of::<SmallVector<Fragment>>() == layout::ASSEMBLY_PIECES_SIZE);
};

/// The list of a module's pieces. Nothing but its length is to be looked at before it is known to be one.
fn fragments<'a>(module: &'a Module<'_>) -> &'a SmallVector<Fragment> {
    // SAFETY: the module is live, and larger than what is read.
    unsafe { &*module.as_mut_ptr().byte_add(layout::MODULE_ASSEMBLY).cast() }
}

/// Whether a module lies in memory as we read it. Asked once.
fn layout_holds() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        const PROBE: &str = "# a piece of assembly that is not in the string itself\n";
        let context = Context::create();
        let module = context.create_module("probe");
        let empty = fragments(&module).len() == 0;
        append_assembly(&module, PROBE.as_bytes());
        // Only if the list has one piece is its text read.
        let list = fragments(&module);
        empty && list.len() == 1 && list.as_slice().iter().all(|piece| piece.text.text() == PROBE)
    })
}

fn checked<'a>(module: &'a Module<'_>) -> &'a [Fragment] {
    assert!(layout_holds(), "this LLVM lays out `Module` differently");
    fragments(module).as_slice()
}

/// Whether the module has any.
pub(crate) fn has_module_assembly(module: &Module<'_>) -> bool {
    !checked(module).is_empty()
}

/// All of it, one piece after the other.
pub(crate) fn module_assembly(module: &Module<'_>) -> String {
    checked(module).iter().map(|piece| piece.text.text()).collect()
}

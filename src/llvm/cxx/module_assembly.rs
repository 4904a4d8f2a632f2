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
use llvm_sys::core::LLVMAppendModuleInlineAsm;
use llvm_sys::prelude::LLVMModuleRef;

use super::{CxxString, layout, slice_or_empty};

/// `llvm::SmallVector<GlobalAsmFragment, 0>`.
#[repr(C)]
struct Fragments {
    begin: *const Fragment,
    len: u32,
    capacity: u32,
}

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
    assert!(size_of::<Fragments>() == layout::ASSEMBLY_PIECES_SIZE);
};

/// # Safety
/// `module` must be live, and lie in memory as `layout` says.
unsafe fn fragments<'a>(module: LLVMModuleRef) -> &'a [Fragment] {
    let object: *const u8 = module.cast();
    // SAFETY: promised by the caller; LLVM keeps `len` pieces at `begin`.
    unsafe {
        let list = &*object.add(layout::MODULE_ASSEMBLY).cast::<Fragments>();
        slice_or_empty(list.begin, list.len as usize)
    }
}

/// Whether a module lies in memory as we read it. Asked once.
fn layout_holds() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| {
        const PROBE: &str = "# a piece of assembly that is not in the string itself\n";
        let context = Context::create();
        let module = context.create_module("probe");
        // SAFETY: the module is live, and larger than what is read; only if the list has one piece is its text read.
        unsafe {
            let raw = module.as_mut_ptr();
            let object: *const u8 = raw.cast();
            let list = &*object.add(layout::MODULE_ASSEMBLY).cast::<Fragments>();
            let empty = list.len == 0;
            LLVMAppendModuleInlineAsm(raw, PROBE.as_ptr().cast(), PROBE.len());
            empty && list.len == 1 && !list.begin.is_null() && fragments(raw)[0].text.text() == PROBE
        }
    })
}

fn checked<'a>(module: &'a Module<'_>) -> &'a [Fragment] {
    assert!(layout_holds(), "this LLVM lays out `Module` differently");
    // SAFETY: the module is live, and `layout_holds`.
    unsafe { fragments(module.as_mut_ptr()) }
}

/// Whether the module has any.
pub(crate) fn has_module_assembly(module: &Module<'_>) -> bool {
    !checked(module).is_empty()
}

/// All of it, one piece after the other.
pub(crate) fn module_assembly(module: &Module<'_>) -> String {
    // SAFETY: LLVM owns the strings, and nothing changes the module while they are read.
    checked(module)
        .iter()
        .map(|piece| unsafe { piece.text.text() })
        .collect()
}

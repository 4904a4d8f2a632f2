//! Linkage, visibility and names: how symbols meet those of other codegen units.

use std::cell::Cell;
use std::ffi::CString;

use inkwell::GlobalVisibility;
use inkwell::module::Linkage as LlvmLinkage;
use inkwell::values::GlobalValue;
use rustc_attr_ir::Linkage;
use rustc_codegen_ssa::traits::*;
use rustc_hir::def_id::LOCAL_CRATE;
use rustc_middle::mono::Visibility;
use rustc_session::Session;
use rustc_target::spec::SymbolVisibility;

use crate::codegen::context::CodegenCx;

/// Counts the names that a codegen unit has made up.
#[derive(Default)]
pub(crate) struct NameCounter(Cell<u64>);

/// Rust's linkage in LLVM's words.
pub(crate) fn linkage_to_llvm(linkage: Linkage) -> LlvmLinkage {
    match linkage {
        Linkage::External => LlvmLinkage::External,
        Linkage::Internal => LlvmLinkage::Internal,
        Linkage::AvailableExternally => LlvmLinkage::AvailableExternally,
        Linkage::LinkOnceAny => LlvmLinkage::LinkOnceAny,
        Linkage::LinkOnceODR => LlvmLinkage::LinkOnceODR,
        Linkage::WeakAny => LlvmLinkage::WeakAny,
        Linkage::WeakODR => LlvmLinkage::WeakODR,
        Linkage::ExternalWeak => LlvmLinkage::ExternalWeak,
    }
}

/// Rust's visibility in LLVM's words.
pub(crate) fn visibility_to_llvm(visibility: Visibility) -> GlobalVisibility {
    match visibility {
        Visibility::Default => GlobalVisibility::Default,
        Visibility::Hidden => GlobalVisibility::Hidden,
        Visibility::Protected => GlobalVisibility::Protected,
    }
}

impl<'ll> CodegenCx<'ll, '_> {
    /// A name for something local to this module, which no item can have: it holds a dot.
    pub(crate) fn unique_name(&self, prefix: &str) -> CString {
        let number = self.names.0.replace(self.names.0.get() + 1);
        CString::new(format!("{prefix}.{number}")).expect("no NUL in a literal")
    }

    /// Sets linkage and visibility of a definition.
    pub(crate) fn set_linkage(&self, global: GlobalValue<'ll>, linkage: Linkage, visibility: Visibility) {
        global.set_linkage(linkage_to_llvm(linkage));
        // Every Rust program has its own compiler-builtins; a dynamic library must not offer its copy
        // to others (rust-lang/rust#73135).
        let visibility = match linkage != Linkage::Internal && self.tcx.is_compiler_builtins(LOCAL_CRATE) {
            true => GlobalVisibility::Hidden,
            false => visibility_to_llvm(visibility),
        };
        // LLVM allows local symbols the default visibility only.
        global.set_visibility(if linkage == Linkage::Internal {
            GlobalVisibility::Default
        } else {
            visibility
        });
    }
}

/// The visibility of symbols that no attribute speaks of.
pub(crate) fn default_visibility(sess: &Session) -> Visibility {
    match sess.default_visibility() {
        SymbolVisibility::Hidden => Visibility::Hidden,
        SymbolVisibility::Protected => Visibility::Protected,
        SymbolVisibility::Interposable => Visibility::Default,
    }
}

/// Whether symbols of other libraries must be marked for the linker: on Windows, where they are
/// reached through a table of pointers.
pub(crate) fn uses_dll_storage(cx: &CodegenCx<'_, '_>) -> bool {
    cx.sess().target.is_like_windows
}

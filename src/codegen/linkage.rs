//! Linkage, visibility and names: how symbols meet those of other codegen units.

use std::cell::Cell;

use inkwell::GlobalVisibility;
use inkwell::module::Linkage as LlvmLinkage;
use inkwell::values::GlobalValue;
use rustc_attr_ir::Linkage;
use rustc_codegen_ssa::common::{i686_decorated_name, is_using_dlltool};
use rustc_codegen_ssa::traits::*;
use rustc_hir::def_id::{DefId, LOCAL_CRATE};
use rustc_middle::mono::Visibility;
use rustc_session::Session;
use rustc_structures::CrateType;
use rustc_target::spec::{Arch, RelocModel, SymbolVisibility};

use crate::codegen::context::CodegenCx;
use crate::llvm::cxx;

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
    pub(crate) fn unique_name(&self, prefix: &str) -> String {
        let number = self.names.0.replace(self.names.0.get() + 1);
        format!("{prefix}.{number}")
    }

    /// The linkage of what this unit defines. `extern_weak` says that there may be no definition; LLVM's own
    /// answer to it on one is a crash.
    pub(super) fn linkage_of_definition(&self, def_id: DefId, linkage: Linkage) -> Linkage {
        if linkage != Linkage::ExternalWeak {
            return linkage;
        }
        self.tcx.dcx().span_err(
            self.tcx.def_span(def_id),
            "`extern_weak` linkage is for declarations in an `extern` block, and this is a definition; \
             a definition that others may replace has `weak` linkage",
        );
        Linkage::External
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
        if self.is_dso_local(global, linkage == Linkage::AvailableExternally) {
            cxx::set_dso_local(global);
        }
    }

    /// Marks a declaration whose definition will be in the same linked file.
    pub(crate) fn set_declaration_locality(&self, global: GlobalValue<'ll>) {
        if self.is_dso_local(global, true) {
            cxx::set_dso_local(global);
        }
    }

    /// The symbol by which the item `name` of a `raw-dylib` library is imported, where it is not just the name:
    /// on 32-bit Windows, where the linker sees functions with their convention and the size of their
    /// parameters (`_f@8`). The library that rustc makes for the linker has it decorated in full, variables not
    /// at all; one that `dlltool` makes has everything named as the DLL does. LLVM is to add nothing.
    pub(super) fn raw_import_name(&self, def_id: DefId, name: &str, is_function: bool) -> Option<String> {
        let target = &self.tcx.sess.target;
        if target.arch != Arch::X86 {
            return None;
        }
        let library = self.tcx.native_library(def_id)?;
        let mut imports = library.dll_imports.iter();
        let import = imports.find(|import| import.name.as_str() == name)?;
        let as_exported = is_using_dlltool(target);
        (is_function || as_exported).then(|| i686_decorated_name(import, as_exported, true, !as_exported))
    }

    /// Whether code may assume that a symbol, which LLVM does not know to be local by its linkage or
    /// visibility, is in the same linked file: then no table of addresses is needed to reach it.
    /// `is_declaration`: some other object defines it.
    fn is_dso_local(&self, global: GlobalValue<'ll>, is_declaration: bool) -> bool {
        let sess = self.tcx.sess;
        let target = &sess.target;
        let model = sess.relocation_model();
        let only_executables = || {
            self.tcx
                .crate_types()
                .iter()
                .all(|kind| matches!(kind, CrateType::Executable))
        };
        if !is_declaration && only_executables() {
            return true;
        }
        if target.arch == Arch::PowerPC64 || target.is_like_darwin {
            // The one reaches data through its table anyway, the other marks symbols its own way.
            return false;
        }
        if model == RelocModel::Pie && !is_declaration {
            return true;
        }
        // The linker can copy a variable of a library into the program, but not one of a thread.
        let thread_local = global.is_thread_local();
        !thread_local
            && sess
                .direct_access_external_data()
                .unwrap_or(model == RelocModel::Static)
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

//! The `__imp_` pointers of a Windows rlib's statics.
//!
//! On Windows, code reaches a variable of another DLL through a pointer in the import table: the linker calls
//! that of `X` `__imp_X`. When a crate is compiled, it is not known whether another one will be linked into the
//! same file or come as a DLL, so its statics are always reached that way (`dllimport`). An rlib therefore
//! brings the pointers along; for functions, linkers help themselves (rust-lang/rust#26591, #27438).

use rustc_codegen_ssa::back::write::CodegenContext;

use crate::llvm::{cxx, globals};
use crate::session::ModuleRefs;

/// The counters of profiles, which no Rust code names.
const NOT_OF_RUST: &str = "__llvm_profile_";

/// Adds a pointer for every static that the module defines for others, if the crate may become part of a file
/// with crates that were compiled without knowing it.
pub(crate) fn add(cgcx: &CodegenContext, refs: ModuleRefs<'_>) {
    if !cgcx.msvc_imps_needed {
        return;
    }
    let pointer = refs.context.ptr_type(inkwell::AddressSpace::default());
    for variable in globals::variable_definitions(refs.module) {
        if globals::symbol_name(variable).starts_with(NOT_OF_RUST) {
            continue;
        }
        // The variable's name as the linker sees it, on 32-bit x86 with an underscore; `\x01` keeps LLVM from
        // putting one before the whole.
        let name = format!("\x01__imp_{}", cxx::mangled_name(variable));
        let import = refs.module.add_global(pointer, None, &name);
        import.set_initializer(&variable.as_pointer_value());
        import.set_linkage(variable.get_linkage());
    }
}

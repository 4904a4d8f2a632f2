//! Tells whoever watches a crate's inputs that this library is one of them.
//!
//! cargo and sccache know of a codegen backend only the flag that names it. A library that was rebuilt or
//! replaced under the same name would leave them with what the old one compiled. Both read the list of files
//! that rustc says it has used (`--emit=dep-info`): cargo compares the times of these files, sccache their
//! contents. So the library that is loaded is put on the list, like the manifests of `-Zembed-manifest` or a
//! file that a proc macro has read, whichever way rustc was told to load it: by a path, by name, by a profile.

use std::ffi::c_void;
use std::path::{Path, PathBuf};

use rustc_session::Session;
use rustc_span::Symbol;

use crate::compatibility::library_of;

/// Puts this library on the list of files that the session depends on. It must be called before rustc writes
/// the list, which it does after macros were expanded. Calling it again changes nothing.
pub(crate) fn depend_on_library(sess: &Session) {
    let Some(library) = library() else {
        tracing::warn!(
            "cannot tell which file this backend was loaded from; builds may not notice a new one"
        );
        return;
    };
    // The list is text (a makefile's): rustc itself has no better for paths that are not UTF-8.
    let mut files = sess.file_depinfo.borrow_mut();
    for path in shim(&library).iter().chain([&library]) {
        let path = path.to_string_lossy();
        tracing::debug!(%path, "dependency on the backend");
        files.insert(Symbol::intern(&path));
    }
}

/// What `fixed install` has put beside the library, to load it by name. sccache sends the list's files to a machine
/// that compiles for this one, where an earlier shim, sent with the toolchain, would load an earlier library.
fn shim(library: &Path) -> Option<PathBuf> {
    let name = concat!("librustc_codegen_fixed-", env!("FIXED_RUSTC_RELEASE"), ".so");
    Some(library.with_file_name(name)).filter(|shim| shim.is_file())
}

/// The file that this code was loaded from.
fn library() -> Option<PathBuf> {
    let file = library_of(depend_on_library as *const c_void)?;
    // The loader keeps the name that it was given, which may be relative to where rustc was started.
    std::path::absolute(file).ok()
}

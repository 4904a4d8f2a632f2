//! The check at load time: this rustc and this LLVM are the ones that the backend was built for.
//!
//! The codegen traits change from nightly to nightly, and so do the layouts that `llvm::cxx` relies on.
//! Anything but the exact pair is turned away with words, before any of it is used.

use rustc_session::EarlySession;

use crate::llvm::process;

/// Ends the session with an error unless rustc and LLVM are those that the backend was built for.
pub(crate) fn check(sess: &EarlySession) {
    let rustc = rustc_interface::util::rustc_version_str().unwrap_or("of unknown version");
    let commit = env!("FIXED_RUSTC_COMMIT");
    // The version string ends in `(commit date)`, the commit cut to nine digits.
    let same_rustc = rustc.contains(&commit[..9.min(commit.len())]);
    let (major, minor, patch) = process::version();
    let llvm = format!("{major}.{minor}.{patch}");
    if same_rustc && llvm == env!("FIXED_LLVM_VERSION") {
        return;
    }
    let toolchain = env!("FIXED_TOOLCHAIN");
    sess.dcx().fatal(format!(
        "the codegen backend `fixed` was built for rustc {} ({commit}) with LLVM {}, but this is rustc {rustc} \
         with LLVM {llvm}; use the toolchain it was built for (`rustup toolchain install {toolchain}`, then \
         `rustc +{toolchain} …`), or build the backend with this one",
        env!("FIXED_RUSTC_RELEASE"),
        env!("FIXED_LLVM_VERSION"),
    ))
}

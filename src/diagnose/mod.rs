//! Checks on LLVM modules, and LLVM's words turned into rustc diagnostics.

//! Which calls have an unwind edge: those that can unwind, or all that rustc gives one.
//!
//! The environment variable `FIXED_UNWIND_EDGES` takes `all`: each call that has an unwind edge in the MIR becomes an
//! `invoke`, as `rustc_codegen_llvm` does it, and not only those of functions that can unwind
//! (`codegen::unwinding`). It is for comparing the two backends' code: `fixed diff` sets it.

use std::sync::OnceLock;

/// The name of the variable.
pub(crate) const VARIABLE: &str = "FIXED_UNWIND_EDGES";

/// Whether each is kept.
pub(crate) fn keeps_all() -> bool {
    static KEEPS: OnceLock<bool> = OnceLock::new();
    *KEEPS.get_or_init(|| std::env::var_os(VARIABLE).is_some_and(|value| value == "all"))
}

/// A value of the variable that means nothing, to be reported.
pub(crate) fn unknown_value() -> Option<String> {
    let value = std::env::var_os(VARIABLE)?;
    (!value.is_empty() && !keeps_all()).then(|| value.to_string_lossy().into_owned())
}

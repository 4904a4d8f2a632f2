//! A switch for tests and for teaching: lower asm as it was, or is, lowered elsewhere, wrongly.
//!
//! The environment variable `FIXED_ASM_TEACHING` takes
//! * `plain`: no workarounds for LLVM's code generator. An asm that may unwind is invoked itself, and labels
//!   with outputs become a `callbr` with results. This is what `rustc_codegen_llvm` does today.
//! * `store-after-invoke`: the same, and outputs are stored right behind the `invoke`, in the block that it
//!   has ended. This is what `rustc_codegen_llvm` did until rust-lang/rust#95864. The verifier, which looks
//!   at every function that holds an asm, rejects it.
//!
//! Nothing else reads it, and cargo does not know of it: it is not for real code. Incremental compilation
//! compiles anew what was compiled under another value.

use std::sync::OnceLock;

/// Which wrong lowering is asked for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Lesson {
    Plain,
    StoreAfterInvoke,
}

/// The name of the variable.
pub(crate) const VARIABLE: &str = "FIXED_ASM_TEACHING";

fn lesson() -> Option<Lesson> {
    static LESSON: OnceLock<Option<Lesson>> = OnceLock::new();
    *LESSON.get_or_init(|| match std::env::var(VARIABLE).as_deref() {
        Ok("plain") => Some(Lesson::Plain),
        Ok("store-after-invoke") => Some(Lesson::StoreAfterInvoke),
        _ => None,
    })
}

/// A value of the variable that means nothing, to be reported.
pub(crate) fn unknown_lesson() -> Option<String> {
    let value = std::env::var_os(VARIABLE)?;
    (!value.is_empty() && lesson().is_none()).then(|| value.to_string_lossy().into_owned())
}

/// Whether LLVM is trusted with what it gets wrong.
pub(super) fn plain() -> bool {
    lesson().is_some()
}

/// Whether outputs are stored where the `invoke` stands.
pub(super) fn stores_after_invoke() -> bool {
    lesson() == Some(Lesson::StoreAfterInvoke)
}

//! The plain lowering of asm, and the one of 2022: a switch for tests and for showing the difference.
//!
//! The environment variable `FIXED_ASM_LOWERING` takes
//! * `plain`: no workarounds for LLVM's code generator. An asm that may unwind is invoked itself, and labels
//!   with outputs become a `callbr` with results. This is what `rustc_codegen_llvm` does today.
//! * `store-after-invoke`: the same, and outputs are stored right behind the `invoke`, in the block that it
//!   has ended. This is what `rustc_codegen_llvm` did until rust-lang/rust#95864. The verifier, which looks
//!   at every unit before LLVM's passes do, rejects it. In a coroutine this befalls every asm with outputs, be it able
//!   to unwind or not: rustc then gave each a clean-up edge, which is how the probes of an `async fn` ran into it.
//!
//! Nothing else reads it, and cargo does not know of it: it is not for real code. Incremental compilation
//! compiles anew what was compiled under another value.

use std::sync::OnceLock;

/// Which wrong lowering is asked for.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
enum Lowering {
    Plain,
    StoreAfterInvoke,
}

/// The name of the variable.
pub(crate) const VARIABLE: &str = "FIXED_ASM_LOWERING";

fn asked() -> Option<Lowering> {
    static ASKED: OnceLock<Option<Lowering>> = OnceLock::new();
    *ASKED.get_or_init(|| match std::env::var(VARIABLE).as_deref() {
        Ok("plain") => Some(Lowering::Plain),
        Ok("store-after-invoke") => Some(Lowering::StoreAfterInvoke),
        _ => None,
    })
}

/// A value of the variable that means nothing, to be reported.
pub(crate) fn unknown_value() -> Option<String> {
    let value = std::env::var_os(VARIABLE)?;
    (!value.is_empty() && asked().is_none()).then(|| value.to_string_lossy().into_owned())
}

/// Whether LLVM is trusted with what it gets wrong.
pub(crate) fn is_plain() -> bool {
    asked().is_some()
}

/// Whether outputs are stored where the `invoke` stands.
pub(crate) fn stores_after_invoke() -> bool {
    asked() == Some(Lowering::StoreAfterInvoke)
}

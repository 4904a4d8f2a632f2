//! Funclet pads (`catchpad`, `cleanuppad`): the handlers of MSVC and WebAssembly exceptions.

use inkwell::values::InstructionValue;

/// A funclet: the pad that opens it. Calls made inside name the pad in a `funclet` operand bundle
/// (LangRef, "Funclet Operand Bundles").
#[derive(Debug)]
pub(crate) struct Funclet<'ll> {
    pub(crate) pad: InstructionValue<'ll>,
}

//! LLVM's verifier: whether what we built is well-formed IR (LangRef, "Well-Formedness").

use inkwell::module::Module;
use inkwell::values::FunctionValue;
use rustc_errors::{DiagCtxtHandle, ErrorGuaranteed};

use super::demangle::{demangled, demangled_text};
use super::spans::span_of;
use crate::llvm;

/// A function that the verifier rejects, and why.
struct BrokenFunction {
    symbol: String,
    words: String,
}

/// Verifies `function`; an error holds LLVM's words.
pub(crate) fn verify_function(function: FunctionValue<'_>) -> Result<(), String> {
    llvm::verify_function(function).map_err(|words| demangled_text(words.trim_end()))
}

/// Verifies `module`; an error holds LLVM's words, by function where they are about functions.
pub(crate) fn verify_module(module: &Module<'_>) -> Result<(), String> {
    let Err(words) = module.verify() else {
        return Ok(());
    };
    let mut messages: Vec<String> = broken_functions(module)
        .map(|broken| format!("in function `{}`: {}", demangled(&broken.symbol), broken.words))
        .collect();
    if messages.is_empty() {
        messages.push(demangled_text(words.to_string().trim_end()));
    }
    Err(messages.join("\n"))
}

/// Verifies `module`, and reports what is broken at the functions' places in the source.
pub(crate) fn report_broken_functions(
    dcx: DiagCtxtHandle<'_>,
    module: &Module<'_>,
    when: &str,
) -> Result<(), ErrorGuaranteed> {
    let Err(words) = module.verify() else {
        return Ok(());
    };
    let module_name = module.get_name().to_string_lossy();
    let mut reported = None;
    for broken in broken_functions(module) {
        let name = demangled(&broken.symbol);
        let mut error = dcx.struct_err(format!(
            "LLVM rejects the code of `{name}` {when}: {}",
            broken.words
        ));
        if let Some(span) = span_of(&broken.symbol) {
            error.span(span);
        }
        error.note(format!("in module `{module_name}`, function `{}`", broken.symbol));
        reported = Some(error.emit_err());
    }
    let reported = reported.unwrap_or_else(|| {
        let words = demangled_text(words.to_string().trim_end());
        let message = format!("LLVM rejects module `{module_name}` {when}: {words}");
        dcx.struct_err(message).emit_err()
    });
    Err(reported)
}

/// The functions of `module` that are broken by themselves. The verifier's words for a whole module do not
/// say which function each of them is about.
fn broken_functions<'ll>(module: &Module<'ll>) -> impl Iterator<Item = BrokenFunction> {
    module.get_functions().filter_map(|function| {
        let words = verify_function(function).err()?;
        let symbol = function.get_name().to_string_lossy().into_owned();
        Some(BrokenFunction { symbol, words })
    })
}

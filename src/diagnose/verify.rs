//! LLVM's verifier: whether what we built is well-formed IR (LangRef, "Well-Formedness").

use inkwell::module::Module;
use inkwell::values::FunctionValue;
use rustc_errors::{Diag, DiagCtxtHandle};
use rustc_span::Span;

use super::demangle::{demangled, demangled_text};
use super::spans::span_of;
use crate::llvm::{cxx, modules};

/// A function that the verifier rejects, and why.
struct BrokenFunction {
    symbol: String,
    words: String,
}

/// Verifies a function that the compiler has just built, whose code at `span` is to be shown if it is broken.
pub(crate) fn check_function(dcx: DiagCtxtHandle<'_>, function: FunctionValue<'_>, span: Span) {
    if let Err(words) = verify_function(function) {
        let symbol = function.get_name().to_string_lossy().into_owned();
        let broken = BrokenFunction { symbol, words };
        let mut error = broken.error(dcx, "before LLVM has done anything to it", Some(span));
        error.note("this is a bug of the codegen backend, not of the program");
        error.emit_err().raise_fatal();
    }
}

impl BrokenFunction {
    fn error<'a>(&self, dcx: DiagCtxtHandle<'a>, when: &str, span: Option<Span>) -> Diag<'a> {
        let name = demangled(&self.symbol);
        let mut error = dcx.struct_err(format!(
            "LLVM rejects the code of `{name}` {when}: {}",
            self.words
        ));
        if let Some(span) = span.or_else(|| span_of(&self.symbol)) {
            error.span(span);
        }
        error.note(format!("the function's symbol is `{}`", self.symbol));
        error
    }
}

/// Verifies `function`; an error holds LLVM's words.
fn verify_function(function: FunctionValue<'_>) -> Result<(), String> {
    cxx::verify_function(function).map_err(|words| demangled_text(words.trim_end()))
}

/// Verifies `module`. What is broken is reported at the functions' places in the source, and ends the work on
/// the module. `when` says what LLVM has or has not done to the module yet.
pub(crate) fn check_module(dcx: DiagCtxtHandle<'_>, module: &Module<'_>, when: &str) {
    let Err(words) = modules::verify(module) else {
        return;
    };
    let module_name = module.get_name().to_string_lossy();
    let mut reported = None;
    for broken in broken_functions(module) {
        let mut error = broken.error(dcx, when, None);
        error.note(format!("in module `{module_name}`"));
        reported = Some(error.emit_err());
    }
    let reported = reported.unwrap_or_else(|| {
        let words = demangled_text(words.trim_end());
        dcx.struct_err(format!("LLVM rejects module `{module_name}` {when}: {words}"))
            .emit_err()
    });
    reported.raise_fatal()
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

//! LLVM's verifier: whether a module is well-formed IR (LangRef, "Well-Formedness").

use inkwell::module::Module;
use inkwell::values::FunctionValue;
use rustc_errors::{DiagCtxtHandle, ErrorGuaranteed};

use super::demangle::demangled_text;
use super::rejected::RejectedFunction;
use crate::llvm::listing::Listing;
use crate::llvm::{cxx, modules};

/// Verifies `function`; an error holds LLVM's words.
pub(crate) fn verify_function(function: FunctionValue<'_>) -> Result<(), String> {
    cxx::verify_function(function)
}

/// Verifies `module`. What is broken is reported at the functions' places in the source, and ends the work on
/// the module. `when` says what LLVM has or has not done to the module yet.
pub(crate) fn check_module(dcx: DiagCtxtHandle<'_>, module: &Module<'_>, when: &'static str) {
    let Err(words) = modules::verify(module) else {
        return;
    };
    let module_name = module.get_name().to_string_lossy();
    let mut reported = None;
    // The verifier's words for a whole module do not say which function each of them is about.
    for function in module.get_functions() {
        if let Err(words) = verify_function(function) {
            let symbol = function.get_name().to_string_lossy().into_owned();
            let mut rejected = RejectedFunction::new(module_name.clone().into_owned(), symbol, &words, when);
            let listing = Listing::of(function);
            let position = rejected.finding.culprit(&listing);
            rejected.show(&listing, position, &|_| None);
            reported = Some(rejected.report(dcx));
        }
    }
    let reported = reported.unwrap_or_else(|| reject_module(dcx, &module_name, when, &words));
    reported.raise_fatal()
}

/// Reports a module that the verifier rejects for what is in none of its functions.
pub(crate) fn reject_module(
    dcx: DiagCtxtHandle<'_>,
    module_name: &str,
    when: &str,
    words: &str,
) -> ErrorGuaranteed {
    let words = demangled_text(words.trim_end());
    dcx.struct_err(format!("LLVM rejects module `{module_name}` {when}: {words}"))
        .emit_err()
}

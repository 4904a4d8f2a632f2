//! Checks on LLVM modules, and LLVM's words turned into rustc diagnostics.

use std::cell::RefCell;

use inkwell::context::Context;
use inkwell::module::Module;
use rustc_codegen_ssa::back::write::{CodegenContext, SharedEmitter};

use crate::llvm::{modules, process};

thread_local! {
    static STAGE: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

pub(crate) struct StageGuard;

/// Says what LLVM is doing.
pub(crate) fn enter(what: &str) -> StageGuard {
    STAGE.with_borrow_mut(|stages| stages.push(what.to_owned()));
    StageGuard
}

impl Drop for StageGuard {
    fn drop(&mut self) {
        STAGE.with_borrow_mut(|stages| stages.pop());
    }
}

pub(crate) struct DiagnosticScope;

impl DiagnosticScope {
    pub(crate) fn enter(_: &Context, _: &CodegenContext, _: &SharedEmitter, _: &str) -> Self {
        DiagnosticScope
    }
}

pub(crate) fn verify_module(module: &Module<'_>) -> Result<(), String> {
    modules::verify(module)
}

pub(crate) fn install_fatal_error_handler() {
    process::on_fatal_error(|reason| {
        let stages = STAGE.with_borrow(|stages| stages.join(", "));
        eprintln!("error: LLVM failed ({stages}): {reason}");
        std::process::exit(1);
    });
}

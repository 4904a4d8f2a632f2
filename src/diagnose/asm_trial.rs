//! Which block of a module's assembly LLVM dies of.
//!
//! The assembler reads all `global_asm!` and naked functions of a module in one go, and notes nowhere how far it
//! came. When it has died, each block is assembled on its own, on a thread that may die of it too.

use std::cell::Cell;
use std::ffi::CString;
use std::mem::ManuallyDrop;
use std::rc::Rc;

use inkwell::OptimizationLevel;
use inkwell::context::Context;
use inkwell::module::Module;
use inkwell::targets::{CodeModel, RelocMode, Target, TargetTriple};

use super::asm_blocks::global_blocks;
use super::scope::listening;
use crate::llvm::cxx;
use crate::llvm::machine::{self, FileKind};

thread_local! {
    static IS_TRIAL: Cell<bool> = const { Cell::new(false) };
}

/// Whether an error of LLVM's on this thread is only looked for, and must not be reported.
pub(super) fn is_trial() -> bool {
    IS_TRIAL.get()
}

/// A module's assembly, and what it is for.
#[derive(Debug)]
pub(super) struct ModuleAssembly {
    text: String,
    triple: String,
}

impl ModuleAssembly {
    /// That of `module`, if it has one.
    pub(super) fn of(module: &Module<'_>) -> Option<Rc<Self>> {
        cxx::has_module_assembly(module).then(|| {
            Rc::new(ModuleAssembly {
                text: cxx::module_assembly(module),
                triple: module.get_triple().as_str().to_string_lossy().into_owned(),
            })
        })
    }

    /// The cookie of the first block on which the assembler dies.
    pub(super) fn deadly_block(&self) -> Option<u64> {
        let mut syntax = "";
        for block in global_blocks(&self.text) {
            let text = format!("{syntax}\n{}", block.text);
            if block.cookie != 0 && kills_assembler(text, self.triple.clone()) {
                return Some(block.cookie);
            }
            // What stands before a block's marker belongs to it.
            let mut lines = block.text.lines().rev();
            syntax = match lines.find(|line| line.ends_with("_syntax")) {
                Some(".intel_syntax") => ".intel_syntax",
                Some(".att_syntax") => ".att_syntax",
                _ => syntax,
            };
        }
        None
    }
}

fn kills_assembler(text: String, triple: String) -> bool {
    let trial = std::thread::Builder::new().spawn(move || {
        IS_TRIAL.set(true);
        assemble(&text, &triple)
    });
    trial.is_ok_and(|thread| thread.join().is_err())
}

fn assemble(text: &str, triple: &str) {
    let triple = TargetTriple::create(triple);
    let machine = Target::from_triple(&triple).ok().and_then(|target| {
        let level = OptimizationLevel::None;
        target.create_target_machine(&triple, "", "", level, RelocMode::Default, CodeModel::Default)
    });
    let (Some(machine), Ok(dir)) = (machine, tempfile::tempdir()) else {
        return;
    };
    // Nothing of LLVM's may be freed after it has died.
    let machine = ManuallyDrop::new(machine);
    let context = ManuallyDrop::new(Context::create());
    let module = ManuallyDrop::new(context.create_module("trial"));
    module.set_triple(&triple);
    module.set_inline_assembly(text);
    let path = dir.path().join("trial.o").into_os_string().into_encoded_bytes();
    let Ok(path) = CString::new(path) else { return };
    let (written, said) = listening(&context, || {
        machine::emit(&machine, &module, FileKind::Object, &path)
    });
    tracing::debug!(?written, said, "LLVM survives this block");
}

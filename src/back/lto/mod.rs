//! Link-time optimisation: fat, where all modules become one, and thin, where each takes what it needs of others.

mod fat;
mod inputs;
mod thin;

use inkwell::targets::TargetMachine;
use rustc_codegen_ssa::traits::WriteBackendMethods;

use crate::llvm::cxx::ThinLink;
use crate::llvm::modules::Bitcode;
use crate::session::ModuleLlvm;

pub(crate) use fat::run as run_fat;
pub(crate) use thin::{ACROSS_UNITS, optimize as optimize_thin, run as run_thin};

/// The backend that the modules are of. Which one it is, is for the crate's root to know: all that LTO asks of it is
/// that its modules are LLVM's.
pub(crate) trait LlvmBackend:
    WriteBackendMethods<
        Module = ModuleLlvm,
        TargetMachine = TargetMachine,
        ModuleBuffer = Bitcode,
        ThinData = Option<ThinLink>,
    >
{
}

impl<B> LlvmBackend for B where
    B: WriteBackendMethods<
            Module = ModuleLlvm,
            TargetMachine = TargetMachine,
            ModuleBuffer = Bitcode,
            ThinData = Option<ThinLink>,
        >
{
}

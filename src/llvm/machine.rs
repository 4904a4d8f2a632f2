//! Target machines, and what LLVM knows of the machine it runs on.
//!
//! Fatal errors unwind out of `LLVMTargetMachineEmitToFile`, out of which inkwell says that nothing unwinds.

use std::ffi::CStr;

use inkwell::module::Module;
use inkwell::targets::{Target, TargetMachine, TargetTriple};
use llvm_sys::target_machine::*;

use super::cxx::{self, Options, Request};
use super::fatal::interruptible;
use super::safe::{Handle, Message};

unsafe extern "C-unwind" {
    // Not the declaration of `llvm-sys`: a fatal error unwinds out of it.
    safe fn LLVMTargetMachineEmitToFile(
        machine: Handle<&TargetMachine>,
        module: Handle<&Module<'_>>,
        path: Handle<&CStr>,
        kind: LLVMCodeGenFileType,
        message: &mut Option<Message>,
    ) -> std::ffi::c_int;
}

/// What a target machine is made from. Absent models are LLVM's default for the target.
#[derive(Clone, Debug)]
pub(crate) struct Description {
    pub(crate) triple: String,
    pub(crate) cpu: String,
    pub(crate) features: String,
    pub(crate) abi: String,
    pub(crate) level: LLVMCodeGenOptLevel,
    pub(crate) relocation: LLVMRelocMode,
    pub(crate) code_model: LLVMCodeModel,
    pub(crate) options: Options,
}

pub(crate) use llvm_sys::target_machine::{
    LLVMCodeGenOptLevel as Level, LLVMCodeModel as CodeModel, LLVMRelocMode as Relocation,
};

/// Makes the machine, or returns LLVM's words on why it cannot.
pub(crate) fn create(description: &Description) -> Result<TargetMachine, String> {
    // In LLVM's normal form the parts are where code looks for them: in `x86_64-pc-cygwin`, the system.
    let triple = TargetMachine::normalize_triple(&TargetTriple::create(&description.triple));
    let target = Target::from_triple(&triple).map_err(|words| words.to_string())?;
    let request = Request {
        triple: triple.as_str(),
        cpu: &description.cpu,
        features: &description.features,
        abi: &description.abi,
        level: description.level,
        relocation: description.relocation,
        code_model: description.code_model,
    };
    cxx::make_machine(&target, &request, &description.options)?
        .ok_or_else(|| format!("LLVM makes no target machine for {:?}", description.triple))
}

/// The processor at hand.
pub(crate) struct HostProcessor {
    pub(crate) name: String,
    /// Its features in LLVM's notation.
    pub(crate) features: Vec<String>,
}

/// Asks LLVM for the processor at hand.
pub(crate) fn host() -> HostProcessor {
    let name = TargetMachine::get_host_cpu_name().to_string();
    let features = TargetMachine::get_host_cpu_features().to_string();
    let features = features
        .split(',')
        .filter(|feature| !feature.is_empty())
        .map(str::to_owned)
        .collect();
    HostProcessor { name, features }
}

/// What kind of file code is written to.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    Assembly,
    Object,
}

/// Runs the code generator over `module` and writes the result to `path`, or returns LLVM's words.
/// The code generator changes the module: it is of no use afterwards but to be printed.
pub(crate) fn emit(
    machine: &TargetMachine,
    module: &Module<'_>,
    kind: FileKind,
    path: &CStr,
) -> Result<(), String> {
    let kind = match kind {
        FileKind::Assembly => LLVMCodeGenFileType::LLVMAssemblyFile,
        FileKind::Object => LLVMCodeGenFileType::LLVMObjectFile,
    };
    let mut message = None;
    let failed = interruptible(|| {
        LLVMTargetMachineEmitToFile(machine.into(), module.into(), path.into(), kind, &mut message)
    });
    match failed {
        0 => Ok(()),
        _ => Err(message.map(Message::into_text).unwrap_or_default()),
    }
}

//! A target machine to ask questions of, not to compile with.

use inkwell::targets::{Target, TargetMachine, TargetMachineOptions, TargetTriple};
use rustc_codegen_ssa::back::versioned_llvm_target;
use rustc_session::EarlySession;

use super::cpu::target_cpu;
use super::init::require_init;
use crate::llvm::Subtarget;

/// A machine with the session's target and processor, and `features` on top.
pub(super) fn machine_with(sess: &EarlySession, features: &[String]) -> TargetMachine {
    require_init();
    let name = versioned_llvm_target(sess);
    let triple = TargetMachine::normalize_triple(&TargetTriple::create(&name));
    let options = TargetMachineOptions::new()
        .set_cpu(&target_cpu(sess))
        .set_features(&features.join(","))
        .set_abi(sess.target.llvm_abiname.desc());
    let machine = Target::from_triple(&triple)
        .map_err(|words| words.to_string())
        .and_then(|target| {
            let machine = target.create_target_machine_from_options(&triple, options);
            machine.ok_or_else(|| "the target has no code generator".to_owned())
        });
    machine.unwrap_or_else(|words| {
        sess.dcx().fatal(format!(
            "could not create LLVM TargetMachine for triple: {name}: {words}"
        ))
    })
}

/// The processor of `machine`, which says what it can do.
pub(super) fn subtarget<'m>(sess: &EarlySession, machine: &'m TargetMachine) -> Subtarget<'m> {
    Subtarget::of(machine).unwrap_or_else(|| {
        sess.dcx().fatal(
            "the LLVM that is loaded was built with other options than rustc's own: \
             its target machines cannot be read",
        )
    })
}

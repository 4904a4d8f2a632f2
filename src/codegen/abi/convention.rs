//! Calling conventions: Rust's canonical ABIs by LLVM's numbers.

use rustc_abi::{ArmCall, CanonAbi, InterruptKind, X86Call};
use rustc_session::Session;
use rustc_target::spec::Arch;

use crate::llvm::convention as number;

/// LLVM's number for `abi` on the session's target.
pub(crate) fn llvm_convention(sess: &Session, abi: CanonAbi) -> u32 {
    let arch = &sess.target.arch;
    match abi {
        // Security-extension calls are told apart by attributes, naked functions have no convention at all.
        CanonAbi::C | CanonAbi::Rust | CanonAbi::Custom => number::C,
        CanonAbi::Arm(ArmCall::CCmseNonSecureCall | ArmCall::CCmseNonSecureEntry) => number::C,
        CanonAbi::Arm(ArmCall::Aapcs) => number::ARM_AAPCS,
        CanonAbi::RustCold => number::PRESERVE_MOST,
        CanonAbi::RustPreserveNone if matches!(arch, Arch::X86_64 | Arch::AArch64) => number::PRESERVE_NONE,
        CanonAbi::RustPreserveNone => number::C,
        CanonAbi::RustTail if matches!(arch, Arch::X86 | Arch::X86_64 | Arch::AArch64) => number::TAIL,
        CanonAbi::RustTail => sess
            .dcx()
            .fatal("extern \"tail\" is only supported on x86, x86_64 and aarch64"),
        CanonAbi::Swift => number::SWIFT,
        CanonAbi::GpuKernel => match arch {
            Arch::AmdGpu => number::AMDGPU_KERNEL,
            Arch::Nvptx64 => number::PTX_KERNEL,
            other => sess
                .dcx()
                .fatal(format!("extern \"gpu-kernel\" is not supported on {other}")),
        },
        CanonAbi::Interrupt(kind) => match kind {
            InterruptKind::Avr => number::AVR_INTERRUPT,
            InterruptKind::AvrNonBlocking => number::AVR_SIGNAL,
            InterruptKind::Msp430 => number::MSP430_INTERRUPT,
            InterruptKind::X86 => number::X86_INTERRUPT,
            // An attribute says which of the two it is.
            InterruptKind::RiscvMachine | InterruptKind::RiscvSupervisor => number::C,
        },
        CanonAbi::X86(call) => match call {
            X86Call::Fastcall => number::X86_FASTCALL,
            X86Call::Stdcall => number::X86_STDCALL,
            X86Call::SysV64 => number::X86_64_SYSV,
            X86Call::Thiscall => number::X86_THISCALL,
            X86Call::Vectorcall => number::X86_VECTORCALL,
            X86Call::Win64 => number::WIN64,
        },
    }
}

//! The targets of the sysroot's LLVM.
//!
//! `LLVM_InitializeAll*` are inline functions of LLVM's C headers; `llvm-sys` compiles them from C when
//! it finds an `llvm-config`. Without one they are not defined, although inkwell refers to them, so they
//! are defined here, for the targets that this libLLVM really holds.

/// Defines one `LLVM_InitializeAll…` as the sequence of the targets' own functions.
macro_rules! for_each_target {
    ($($all:ident, $part:ident;)*) => { $(
        for_each_target! { @define $all, $part,
            AArch64 AMDGPU ARM AVR BPF CSKY Hexagon LoongArch M68k MSP430 Mips NVPTX PowerPC RISCV Sparc SystemZ WebAssembly X86 Xtensa }
    )* };
    (@define $all:ident, $part:ident, $($target:ident)*) => {
        /// Registers this part of every target. The module's first lines say why it is defined here.
        #[unsafe(no_mangle)]
        pub extern "C" fn $all() {
            unsafe extern "C" { $(fn ${concat(LLVMInitialize, $target, $part)}();)* }
            // SAFETY: libLLVM exports these functions; each may be called any number of times.
            unsafe { $(${concat(LLVMInitialize, $target, $part)}();)* }
        }
    };
}

for_each_target! {
    LLVM_InitializeAllTargetInfos, TargetInfo;
    LLVM_InitializeAllTargets, Target;
    LLVM_InitializeAllTargetMCs, TargetMC;
    LLVM_InitializeAllAsmPrinters, AsmPrinter;
}

macro_rules! for_each_parser {
    ($all:ident, $part:ident, $($target:ident)*) => {
        /// Registers this part of every target that has it (NVPTX has neither).
        #[unsafe(no_mangle)]
        pub extern "C" fn $all() {
            unsafe extern "C" { $(fn ${concat(LLVMInitialize, $target, $part)}();)* }
            // SAFETY: libLLVM exports these functions; each may be called any number of times.
            unsafe { $(${concat(LLVMInitialize, $target, $part)}();)* }
        }
    };
}

for_each_parser! { LLVM_InitializeAllAsmParsers, AsmParser,
AArch64 AMDGPU ARM AVR BPF CSKY Hexagon LoongArch M68k MSP430 Mips PowerPC RISCV Sparc SystemZ WebAssembly X86 Xtensa }
for_each_parser! { LLVM_InitializeAllDisassemblers, Disassembler,
AArch64 AMDGPU ARM AVR BPF CSKY Hexagon LoongArch M68k MSP430 Mips PowerPC RISCV Sparc SystemZ WebAssembly X86 Xtensa }

/// Defines the functions that register the host's own target. Zero is success.
macro_rules! native {
    ($($native:ident: $($part:ident)*;)*) => { $(
        /// Registers this part of the host's target. The module's first lines say why it is defined here.
        #[unsafe(no_mangle)]
        pub extern "C" fn $native() -> i32 {
            #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
            unsafe extern "C" { $(#[link_name = concat!("LLVMInitializeX86", stringify!($part))] fn $part();)* }
            #[cfg(target_arch = "aarch64")]
            unsafe extern "C" { $(#[link_name = concat!("LLVMInitializeAArch64", stringify!($part))] fn $part();)* }
            // SAFETY: as above.
            unsafe { $($part();)* }
            0
        }
    )* };
}

native! {
    LLVM_InitializeNativeTarget: TargetInfo Target TargetMC;
    LLVM_InitializeNativeAsmParser: AsmParser;
    LLVM_InitializeNativeAsmPrinter: AsmPrinter;
    LLVM_InitializeNativeDisassembler: Disassembler;
}

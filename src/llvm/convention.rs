//! LLVM's numbers of calling conventions (`llvm/IR/CallingConv.h`), of which LLVM-C names only some.
//!
//! `tests/backend/llvm_layout.rs` compares them with LLVM's own header.

/// Defines a constant for each convention, and the table of all of them.
macro_rules! conventions {
    ($($name:ident = $number:literal: $enumerator:ident;)*) => {
        $(pub(crate) const $name: u32 = $number;)*

        /// Every convention: LLVM's name for it, and its number.
        #[allow(dead_code)] // The test includes this file; the library needs no table.
        pub(crate) const ROWS: &[(&str, u32)] = &[$((stringify!($enumerator), $number)),*];
    };
}

conventions! {
    C = 0: C;
    PRESERVE_MOST = 14: PreserveMost;
    SWIFT = 16: Swift;
    TAIL = 18: Tail;
    PRESERVE_NONE = 21: PreserveNone;
    X86_STDCALL = 64: X86_StdCall;
    X86_FASTCALL = 65: X86_FastCall;
    ARM_AAPCS = 67: ARM_AAPCS;
    MSP430_INTERRUPT = 69: MSP430_INTR;
    X86_THISCALL = 70: X86_ThisCall;
    PTX_KERNEL = 71: PTX_Kernel;
    X86_64_SYSV = 78: X86_64_SysV;
    WIN64 = 79: Win64;
    X86_VECTORCALL = 80: X86_VectorCall;
    X86_INTERRUPT = 83: X86_INTR;
    AVR_INTERRUPT = 84: AVR_INTR;
    AVR_SIGNAL = 85: AVR_SIGNAL;
    AMDGPU_KERNEL = 91: AMDGPU_KERNEL;
}

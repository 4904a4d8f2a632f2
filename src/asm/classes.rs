//! What a Rust register or register class is called in LLVM's constraint strings.
//!
//! Rust names classes by what they hold (Reference, "Inline assembly", register classes); LLVM names them
//! by letters that GCC gave them (LangRef, "Supported Constraint Code List").

use std::borrow::Cow;

use rustc_target::asm::*;

/// How wide the value in a register is, where the choice of the register's name depends on it.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(super) enum Width {
    /// So many bytes.
    Bytes(u64),
    /// A scalable vector.
    Scalable,
    /// It is not read: the operand is a discarded output.
    Unknown,
}

/// The constraint that asks for `reg`, without the signs for its direction.
pub(super) fn constraint(reg: InlineAsmRegOrRegClass, width: Width) -> Cow<'static, str> {
    match reg {
        InlineAsmRegOrRegClass::Reg(reg) => format!("{{{}}}", register_name(reg, width)).into(),
        InlineAsmRegOrRegClass::RegClass(class) => class_code(class).into(),
    }
}

/// The name by which LLVM knows an explicit register, for a value of `width`.
pub(super) fn register_name(reg: InlineAsmReg, width: Width) -> Cow<'static, str> {
    let name = reg.name();
    match reg {
        // The three names of a vector register differ in width, and LLVM goes by the type.
        InlineAsmReg::X86(reg) => match reg.reg_class() {
            X86InlineAsmRegClass::xmm_reg | X86InlineAsmRegClass::ymm_reg | X86InlineAsmRegClass::zmm_reg => {
                let letter = match width {
                    Width::Bytes(64) => 'z',
                    Width::Bytes(32) => 'y',
                    _ => 'x',
                };
                format!("{letter}mm{}", index(&name)).into()
            }
            _ => name,
        },
        InlineAsmReg::AArch64(reg) => {
            let letter = match (reg.reg_class(), width) {
                (AArch64InlineAsmRegClass::reg, Width::Bytes(8) | Width::Unknown) => 'x',
                (AArch64InlineAsmRegClass::reg, _) => 'w',
                (AArch64InlineAsmRegClass::vreg | AArch64InlineAsmRegClass::vreg_low16, width) => match width
                {
                    Width::Bytes(16) | Width::Unknown => 'q',
                    Width::Bytes(4) => 's',
                    Width::Bytes(2) => 'h',
                    // A byte travels as the first lane of eight.
                    Width::Bytes(_) => 'd',
                    Width::Scalable => 'z',
                },
                _ => return name,
            };
            // The frame pointer and the link register have two names each.
            let number = match &*name {
                "fp" => "29",
                "lr" => "30",
                name => index(name),
            };
            format!("{letter}{number}").into()
        }
        InlineAsmReg::Arm(_) if name == "r14" => "lr".into(),
        // `r5:4` is the double register `d2`, and `v3:2` the vector pair `w1`.
        InlineAsmReg::Hexagon(reg) => {
            let low = name.split_once(':').map(|(_, low)| low);
            match (reg.reg_class(), low.and_then(|low| low.parse::<u32>().ok())) {
                (HexagonInlineAsmRegClass::reg_pair, Some(low)) => format!("d{}", low / 2).into(),
                (HexagonInlineAsmRegClass::vreg_pair, Some(low)) => format!("w{}", low / 2).into(),
                _ => name,
            }
        }
        // Rust numbers wide registers by their first single one, as the assembler does; LLVM counts them.
        InlineAsmReg::Sparc(reg) => {
            let number = index(&name).parse::<u32>();
            match (reg.reg_class(), number) {
                (SparcInlineAsmRegClass::dreg, Ok(first)) => format!("d{}", first / 2).into(),
                (SparcInlineAsmRegClass::qreg, Ok(first)) => format!("q{}", first / 4).into(),
                _ => name,
            }
        }
        _ => name,
    }
}

/// The digits at the end of a register's name.
fn index(name: &str) -> &str {
    name.trim_start_matches(|c: char| !c.is_ascii_digit())
}

/// The constraint code of a class. Classes that can only be clobbered have none: `operands` sees to it
/// that they do not come here. However long, it is one table, by architecture, which the compiler sees to be complete.
fn class_code(class: InlineAsmRegClass) -> &'static str {
    use rustc_target::asm as t;
    match class {
        InlineAsmRegClass::X86(class) => match class {
            X86InlineAsmRegClass::reg => "r",
            X86InlineAsmRegClass::reg_abcd => "Q",
            X86InlineAsmRegClass::reg_byte => "q",
            X86InlineAsmRegClass::xmm_reg | X86InlineAsmRegClass::ymm_reg => "x",
            X86InlineAsmRegClass::zmm_reg => "v",
            X86InlineAsmRegClass::kreg => "^Yk",
            X86InlineAsmRegClass::kreg0
            | X86InlineAsmRegClass::mmx_reg
            | X86InlineAsmRegClass::x87_reg
            | X86InlineAsmRegClass::tmm_reg => clobber_only(class),
        },
        InlineAsmRegClass::AArch64(class) => match class {
            AArch64InlineAsmRegClass::reg => "r",
            AArch64InlineAsmRegClass::vreg => "w",
            AArch64InlineAsmRegClass::vreg_low16 => "x",
            AArch64InlineAsmRegClass::preg => "@3Upa",
            AArch64InlineAsmRegClass::ffr => clobber_only(class),
        },
        InlineAsmRegClass::Arm(class) => match class {
            ArmInlineAsmRegClass::reg => "r",
            ArmInlineAsmRegClass::sreg
            | ArmInlineAsmRegClass::dreg_low16
            | ArmInlineAsmRegClass::qreg_low8 => "t",
            ArmInlineAsmRegClass::sreg_low16
            | ArmInlineAsmRegClass::dreg_low8
            | ArmInlineAsmRegClass::qreg_low4 => "x",
            ArmInlineAsmRegClass::dreg | ArmInlineAsmRegClass::qreg => "w",
        },
        InlineAsmRegClass::Amdgpu(class) => match class {
            t::AmdgpuInlineAsmRegClass::Sgpr(_) => "s",
            t::AmdgpuInlineAsmRegClass::Vgpr(_) => "v",
        },
        InlineAsmRegClass::RiscV(class) => match class {
            RiscVInlineAsmRegClass::reg => "r",
            RiscVInlineAsmRegClass::freg => "f",
            RiscVInlineAsmRegClass::vreg => clobber_only(class),
        },
        InlineAsmRegClass::Nvptx(class) => match class {
            NvptxInlineAsmRegClass::reg16 => "h",
            NvptxInlineAsmRegClass::reg32 => "r",
            NvptxInlineAsmRegClass::reg64 => "l",
        },
        InlineAsmRegClass::PowerPC(class) => match class {
            PowerPCInlineAsmRegClass::reg => "r",
            PowerPCInlineAsmRegClass::reg_nonzero => "b",
            PowerPCInlineAsmRegClass::freg => "f",
            PowerPCInlineAsmRegClass::vreg => "v",
            PowerPCInlineAsmRegClass::vsreg => "^wa",
            PowerPCInlineAsmRegClass::cr
            | PowerPCInlineAsmRegClass::ctr
            | PowerPCInlineAsmRegClass::lr
            | PowerPCInlineAsmRegClass::xer
            | PowerPCInlineAsmRegClass::spe_acc => clobber_only(class),
        },
        InlineAsmRegClass::Hexagon(class) => match class {
            HexagonInlineAsmRegClass::reg | HexagonInlineAsmRegClass::reg_pair => "r",
            HexagonInlineAsmRegClass::vreg | HexagonInlineAsmRegClass::vreg_pair => "v",
            HexagonInlineAsmRegClass::preg | HexagonInlineAsmRegClass::qreg => clobber_only(class),
        },
        InlineAsmRegClass::LoongArch(class) => match class {
            LoongArchInlineAsmRegClass::reg => "r",
            LoongArchInlineAsmRegClass::freg
            | LoongArchInlineAsmRegClass::vreg
            | LoongArchInlineAsmRegClass::xreg => "f",
        },
        InlineAsmRegClass::Mips(class) => match class {
            MipsInlineAsmRegClass::reg => "r",
            MipsInlineAsmRegClass::freg | MipsInlineAsmRegClass::wreg => "f",
        },
        InlineAsmRegClass::S390x(class) => match class {
            S390xInlineAsmRegClass::reg => "r",
            S390xInlineAsmRegClass::reg_addr => "a",
            S390xInlineAsmRegClass::freg => "f",
            S390xInlineAsmRegClass::vreg => "v",
            S390xInlineAsmRegClass::areg => clobber_only(class),
        },
        InlineAsmRegClass::Sparc(class) => match class {
            SparcInlineAsmRegClass::reg => "r",
            SparcInlineAsmRegClass::freg => "f",
            SparcInlineAsmRegClass::dreg | SparcInlineAsmRegClass::qreg => "e",
            SparcInlineAsmRegClass::yreg => clobber_only(class),
        },
        InlineAsmRegClass::Wasm(WasmInlineAsmRegClass::local) => "r",
        InlineAsmRegClass::Xtensa(class) => match class {
            XtensaInlineAsmRegClass::reg => "r",
            XtensaInlineAsmRegClass::freg => "f",
            XtensaInlineAsmRegClass::sreg | XtensaInlineAsmRegClass::breg => clobber_only(class),
        },
        InlineAsmRegClass::Bpf(class) => match class {
            BpfInlineAsmRegClass::reg => "r",
            BpfInlineAsmRegClass::wreg => "w",
        },
        InlineAsmRegClass::Avr(class) => match class {
            AvrInlineAsmRegClass::reg => "r",
            AvrInlineAsmRegClass::reg_upper => "d",
            AvrInlineAsmRegClass::reg_pair => "r",
            AvrInlineAsmRegClass::reg_iw => "w",
            AvrInlineAsmRegClass::reg_ptr => "e",
        },
        InlineAsmRegClass::Msp430(Msp430InlineAsmRegClass::reg) => "r",
        InlineAsmRegClass::M68k(class) => match class {
            M68kInlineAsmRegClass::reg => "r",
            M68kInlineAsmRegClass::reg_addr => "a",
            M68kInlineAsmRegClass::reg_data => "d",
        },
        InlineAsmRegClass::CSKY(class) => match class {
            CSKYInlineAsmRegClass::reg => "r",
            CSKYInlineAsmRegClass::freg => "f",
        },
        InlineAsmRegClass::SpirV(class) => unreachable!("LLVM has no SPIR-V here, and no class {class:?}"),
        InlineAsmRegClass::Err => unreachable!("rustc has reported the register"),
    }
}

fn clobber_only(class: impl std::fmt::Debug) -> ! {
    unreachable!("the operands of class {class:?} are clobbers")
}

/// Whether values of the class are held as integers, whatever their type: a general-purpose register.
pub(super) fn is_general_purpose(class: InlineAsmRegClass) -> bool {
    matches!(
        class,
        InlineAsmRegClass::X86(
            X86InlineAsmRegClass::reg | X86InlineAsmRegClass::reg_abcd | X86InlineAsmRegClass::reg_byte
        ) | InlineAsmRegClass::AArch64(AArch64InlineAsmRegClass::reg)
            | InlineAsmRegClass::Arm(ArmInlineAsmRegClass::reg)
            | InlineAsmRegClass::RiscV(RiscVInlineAsmRegClass::reg)
            | InlineAsmRegClass::LoongArch(LoongArchInlineAsmRegClass::reg)
            | InlineAsmRegClass::Mips(MipsInlineAsmRegClass::reg)
            | InlineAsmRegClass::Hexagon(HexagonInlineAsmRegClass::reg | HexagonInlineAsmRegClass::reg_pair)
            | InlineAsmRegClass::Nvptx(_)
    )
}

/// The letter that makes LLVM print a register as `modifier` wants it (LangRef, "Asm template argument
/// modifiers"), or the way Rust prints it by default.
pub(super) fn modifier(
    arch: InlineAsmArch,
    class: InlineAsmRegClass,
    modifier: Option<char>,
) -> Option<char> {
    match class {
        InlineAsmRegClass::X86(X86InlineAsmRegClass::reg | X86InlineAsmRegClass::reg_abcd) => {
            Some(match modifier {
                None if arch == InlineAsmArch::X86_64 => 'q',
                None | Some('e') => 'k',
                Some('r') => 'q',
                Some('x') => 'w',
                Some('l') => 'b',
                Some(other) => other,
            })
        }
        InlineAsmRegClass::X86(
            class @ (X86InlineAsmRegClass::xmm_reg
            | X86InlineAsmRegClass::ymm_reg
            | X86InlineAsmRegClass::zmm_reg),
        ) => {
            let own = match class {
                X86InlineAsmRegClass::zmm_reg => 'z',
                X86InlineAsmRegClass::ymm_reg => 'y',
                _ => 'x',
            };
            Some(match modifier.unwrap_or(own) {
                'z' => 'g',
                'y' => 't',
                _ => 'x',
            })
        }
        InlineAsmRegClass::X86(_) => None,
        // `v0` is how LLVM prints the register when nothing is said.
        InlineAsmRegClass::AArch64(AArch64InlineAsmRegClass::vreg | AArch64InlineAsmRegClass::vreg_low16) => {
            modifier.filter(|&letter| letter != 'v')
        }
        InlineAsmRegClass::AArch64(AArch64InlineAsmRegClass::reg) => Some(modifier.unwrap_or('x')),
        InlineAsmRegClass::Arm(class) => match class {
            ArmInlineAsmRegClass::dreg
            | ArmInlineAsmRegClass::dreg_low16
            | ArmInlineAsmRegClass::dreg_low8 => Some('P'),
            ArmInlineAsmRegClass::qreg
            | ArmInlineAsmRegClass::qreg_low8
            | ArmInlineAsmRegClass::qreg_low4 => Some(modifier.unwrap_or('q')),
            _ => modifier,
        },
        InlineAsmRegClass::LoongArch(LoongArchInlineAsmRegClass::vreg) => Some(modifier.unwrap_or('w')),
        InlineAsmRegClass::LoongArch(LoongArchInlineAsmRegClass::xreg) => Some(modifier.unwrap_or('u')),
        InlineAsmRegClass::Mips(MipsInlineAsmRegClass::wreg) => Some(modifier.unwrap_or('w')),
        InlineAsmRegClass::PowerPC(PowerPCInlineAsmRegClass::vsreg) => Some(modifier.unwrap_or('x')),
        // Of a pair, `h` and `l` are the halves, which LLVM calls second and first.
        InlineAsmRegClass::Avr(
            AvrInlineAsmRegClass::reg_pair | AvrInlineAsmRegClass::reg_iw | AvrInlineAsmRegClass::reg_ptr,
        ) => match modifier {
            Some('h') => Some('B'),
            Some('l') => Some('A'),
            other => other,
        },
        _ => modifier,
    }
}

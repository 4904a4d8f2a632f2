//! What `options(…)` says to LLVM: flags of the asm, clobbers, and attributes of the call.

use std::borrow::Cow;

use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::values::CallSiteValue;
use rustc_ast::InlineAsmOptions;
use rustc_target::asm::InlineAsmArch;

use crate::codegen::context::CodegenCx;

/// What the asm leaves behind in flags and status registers, unless it says `preserves_flags` (Reference,
/// "Inline assembly", `asm.options.supported-options.preserves_flags` lists them per architecture).
pub(super) fn flag_clobbers(arch: InlineAsmArch) -> &'static [&'static str] {
    match arch {
        InlineAsmArch::X86 | InlineAsmArch::X86_64 => &["~{dirflag}", "~{fpsr}", "~{flags}"],
        InlineAsmArch::Arm | InlineAsmArch::AArch64 | InlineAsmArch::Arm64EC | InlineAsmArch::S390x => {
            &["~{cc}"]
        }
        InlineAsmArch::RiscV32 | InlineAsmArch::RiscV64 => {
            &["~{fflags}", "~{vtype}", "~{vl}", "~{vxsat}", "~{vxrm}"]
        }
        InlineAsmArch::LoongArch32 | InlineAsmArch::LoongArch64 => &[
            "~{$fcc0}", "~{$fcc1}", "~{$fcc2}", "~{$fcc3}", "~{$fcc4}", "~{$fcc5}", "~{$fcc6}", "~{$fcc7}",
        ],
        // LLVM's `icc` is `xcc` too, on 64-bit processors.
        InlineAsmArch::Sparc | InlineAsmArch::Sparc64 => {
            &["~{icc}", "~{fcc0}", "~{fcc1}", "~{fcc2}", "~{fcc3}"]
        }
        InlineAsmArch::Avr => &["~{sreg}"],
        InlineAsmArch::Msp430 => &["~{sr}"],
        InlineAsmArch::M68k => &["~{ccr}"],
        InlineAsmArch::CSKY => &["~{psr}"],
        InlineAsmArch::Amdgpu
        | InlineAsmArch::Bpf
        | InlineAsmArch::Hexagon
        | InlineAsmArch::Mips
        | InlineAsmArch::Mips64
        | InlineAsmArch::Nvptx64
        | InlineAsmArch::PowerPC
        | InlineAsmArch::PowerPC64
        | InlineAsmArch::SpirV
        | InlineAsmArch::Wasm32
        | InlineAsmArch::Wasm64
        | InlineAsmArch::Xtensa => &[],
    }
}

/// Adds to `clobbers` what the options do not exclude.
pub(super) fn add_clobbers(
    clobbers: &mut Vec<Cow<'static, str>>,
    arch: InlineAsmArch,
    options: InlineAsmOptions,
) {
    if !options.contains(InlineAsmOptions::PRESERVES_FLAGS) {
        clobbers.extend(flag_clobbers(arch).iter().copied().map(Cow::Borrowed));
    }
    if !options.contains(InlineAsmOptions::NOMEM) {
        clobbers.push(Cow::Borrowed("~{memory}"));
    }
}

/// Whether the text is in Intel's syntax.
pub(super) fn is_intel(arch: InlineAsmArch, options: InlineAsmOptions) -> bool {
    matches!(arch, InlineAsmArch::X86 | InlineAsmArch::X86_64)
        && !options.contains(InlineAsmOptions::ATT_SYNTAX)
}

/// Says at a call of the asm what it does to memory, and whether it returns.
///
/// `writes_slot`: the asm writes to memory of ours beside what its options say.
pub(super) fn describe_call(
    cx: &CodegenCx<'_, '_>,
    call: CallSiteValue<'_>,
    options: InlineAsmOptions,
    writes_slot: bool,
) {
    let table = &cx.attributes.table;
    let add = |attribute: Attribute| call.add_attribute(AttributeLoc::Function, attribute);
    let pure = options.contains(InlineAsmOptions::PURE);
    if pure {
        add(table.will_return);
    }
    if !options.contains(InlineAsmOptions::MAY_UNWIND) {
        add(table.no_unwind);
    }
    if writes_slot {
        return;
    }
    let nomem = options.contains(InlineAsmOptions::NOMEM);
    let readonly = options.contains(InlineAsmOptions::READONLY);
    match (pure, nomem, readonly) {
        (true, true, _) => add(table.memory_none),
        (true, false, true) => add(table.memory_read),
        // Not pure: it may have effects that the program cannot see, and must not be moved over others.
        (false, true, _) => add(table.memory_inaccessible),
        (false, false, true) => add(table.memory_read_and_inaccessible),
        (_, false, false) => {}
    }
}

//! Which line of Rust source a line of assembly comes from, for debuggers.
//!
//! An asm within a function carries its lines to the code generator ([`asm_lines`]); assembly outside of functions
//! gets a unit of debug information of its own ([`super::unit`]). CodeView has no part in it.

use inkwell::values::CallSiteValue;
use rustc_span::{Span, hygiene};
use rustc_target::asm::InlineAsmArch;
use rustc_target::spec::DebuginfoKind;

use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::llvm::asm_lines::{self, Line};

/// Tells the lines of an asm, where it has several. `around` is the function that it is in.
pub(super) fn attach<'ll>(bx: &Builder<'_, 'll, '_>, call: CallSiteValue<'ll>, lines: &[Span], around: Span) {
    let cx = bx.cx;
    if lines.len() < 2 || !has_line_tables(cx) || bx.ll.get_current_debug_location().is_none() {
        return;
    }
    let lines = places(cx, lines, around);
    // All of it may come from one line, of a macro.
    if lines.iter().any(|line| *line != lines[0]) {
        asm_lines::attach(cx.llcx, cx.llmod, call, &lines);
    }
}

/// Where lines come from, seen from `around`, as it is with other code of macros.
pub(super) fn places<'ll>(cx: &CodegenCx<'ll, '_>, lines: &[Span], around: Span) -> Vec<Line<'ll>> {
    let spans = lines
        .iter()
        .map(|&line| hygiene::walk_chain_collapsed(line, around));
    spans.map(|span| cx.line_of(span)).collect()
}

/// Whether there are line tables, and an assembler that knows `.loc` and the other directives as GNU's does.
pub(super) fn has_line_tables(cx: &CodegenCx<'_, '_>) -> bool {
    let is_known = match cx.asm_arch() {
        InlineAsmArch::X86
        | InlineAsmArch::X86_64
        | InlineAsmArch::Arm
        | InlineAsmArch::AArch64
        | InlineAsmArch::RiscV32
        | InlineAsmArch::RiscV64
        | InlineAsmArch::LoongArch32
        | InlineAsmArch::LoongArch64
        | InlineAsmArch::Mips
        | InlineAsmArch::Mips64
        | InlineAsmArch::PowerPC
        | InlineAsmArch::PowerPC64
        | InlineAsmArch::S390x => true,
        InlineAsmArch::Amdgpu
        | InlineAsmArch::Arm64EC
        | InlineAsmArch::Avr
        | InlineAsmArch::Bpf
        | InlineAsmArch::CSKY
        | InlineAsmArch::Hexagon
        | InlineAsmArch::M68k
        | InlineAsmArch::Msp430
        | InlineAsmArch::Nvptx64
        | InlineAsmArch::Sparc
        | InlineAsmArch::Sparc64
        | InlineAsmArch::SpirV
        | InlineAsmArch::Wasm32
        | InlineAsmArch::Wasm64
        | InlineAsmArch::Xtensa => false,
    };
    let is_dwarf = match cx.tcx.sess.target.debuginfo_kind {
        DebuginfoKind::Dwarf | DebuginfoKind::DwarfDsym => true,
        DebuginfoKind::Pdb => false,
    };
    is_known && is_dwarf && cx.debug.is_some()
}

//! `asm goto` with outputs: labels as places in the text.
//!
//! LLVM has `callbr` for an asm that jumps to basic blocks. Without outputs, it is right. With outputs, its
//! code generator copies a result out of its register on the fall-through edge only: on the others it reads
//! a stack slot that was never written, or a register of the wrong kind (see `README.md` here). So an asm
//! with labels *and* outputs is made an ordinary call, whose results are right by construction. Each label
//! is a local label after the user's text, where the label's number is put down, and control falls out at
//! the end; a `switch` on the number goes to the label's block. This costs a move and a predictable branch.

use inkwell::attributes::AttributeLoc;
use inkwell::values::CallSiteValue;
use rustc_abi::{Align, Size};
use rustc_codegen_ssa::traits::*;
use rustc_target::asm::InlineAsmArch;

use super::template::push;
use crate::codegen::builder::Builder;
use crate::llvm::{Type, Value};

/// How an asm says by which way it was left: 0 for falling through, else one more than the label's index.
pub(super) struct Dispatch<'ll> {
    /// Where the number is written, if not to a register.
    pub(super) slot: Option<Value<'ll>>,
    syntax: Syntax,
}

/// How the number is put down, and how control goes to the end. None of it may touch the flags.
#[derive(Copy, Clone)]
struct Syntax {
    /// `{n}` is the number, `{o}` the operand.
    set: &'static str,
    jump: &'static str,
}

impl<'ll> Dispatch<'ll> {
    /// The dispatch for the target, or nothing if it has none: then `callbr` has to do.
    pub(super) fn new(bx: &mut Builder<'_, 'll, '_>, intel: bool) -> Option<Self> {
        let syntax = |set, jump| Syntax { set, jump };
        let syntax = match bx.cx.asm_arch() {
            // The asm may use all registers there are, so the number goes to memory.
            InlineAsmArch::X86 | InlineAsmArch::X86_64 => {
                let slot = bx.alloca(Size::from_bytes(4), Align::from_bytes(4).expect("a power of two"));
                let syntax = match intel {
                    true => syntax("mov dword ptr {o}, {n}", "jmp"),
                    false => syntax("movl $${n}, {o}", "jmp"),
                };
                return Some(Dispatch {
                    slot: Some(slot),
                    syntax,
                });
            }
            InlineAsmArch::AArch64 | InlineAsmArch::Arm64EC => syntax("mov {o:w}, #{n}", "b"),
            InlineAsmArch::Arm => syntax("mov {o}, #{n}", "b"),
            InlineAsmArch::RiscV32 | InlineAsmArch::RiscV64 => syntax("li {o}, {n}", "j"),
            InlineAsmArch::LoongArch32 | InlineAsmArch::LoongArch64 => syntax("ori {o}, $$zero, {n}", "b"),
            InlineAsmArch::PowerPC | InlineAsmArch::PowerPC64 => syntax("li {o}, {n}", "b"),
            InlineAsmArch::S390x => syntax("lhi {o}, {n}", "j"),
            _ => return None,
        };
        Some(Dispatch { slot: None, syntax })
    }

    /// The constraint of the number.
    pub(super) fn constraint(&self) -> &'static str {
        match self.slot {
            Some(_) => "=*m",
            // Written when all inputs have been read: it may share a register with one.
            None => "=r",
        }
    }

    /// The number of the last result, if it is one.
    pub(super) fn result_type(&self, bx: &Builder<'_, 'll, '_>) -> Option<Type<'ll>> {
        self.slot.is_none().then_some(bx.cx.types.i32)
    }

    /// The name of the label with `index`. `uid` is another number wherever LLVM puts the text, should it
    /// copy it.
    pub(super) fn push_label(&self, text: &mut String, index: usize) {
        push(text, format_args!("${{:private}}asm_label_{index}_${{:uid}}"));
    }

    /// Appends the labels to the user's text. `operand` is LLVM's number of the number's operand.
    pub(super) fn finish(&self, text: &mut String, operand: usize, labels: usize, falls_through: bool) {
        let end = "${:private}asm_end_${:uid}";
        if falls_through {
            self.set(text, operand, 0);
            push(text, format_args!("\n\t{} {end}", self.syntax.jump));
        }
        for index in 0..labels {
            text.push('\n');
            self.push_label(text, index);
            text.push(':');
            self.set(text, operand, index + 1);
            if index + 1 < labels {
                push(text, format_args!("\n\t{} {end}", self.syntax.jump));
            }
        }
        push(text, format_args!("\n{end}:"));
    }

    fn set(&self, text: &mut String, operand: usize, number: usize) {
        let line = self
            .syntax
            .set
            .replace("{o:w}", &format!("${{{operand}:w}}"))
            .replace("{o}", &format!("${{{operand}}}"))
            .replace("{n}", &number.to_string());
        push(text, format_args!("\n\t{line}"));
    }

    /// Says what the number's memory is, at the call: `m` through a pointer wants a type.
    pub(super) fn describe_call(&self, bx: &Builder<'_, 'll, '_>, call: CallSiteValue<'ll>) {
        if self.slot.is_some() {
            let ty = bx.cx.element_type_attribute(bx.cx.types.i32);
            call.add_attribute(AttributeLoc::Param(0), ty);
        }
    }

    /// The number, after the call.
    pub(super) fn number(
        &self,
        bx: &mut Builder<'_, 'll, '_>,
        last_result: Option<Value<'ll>>,
    ) -> Value<'ll> {
        match (self.slot, last_result) {
            (Some(slot), _) => {
                let ty = bx.cx.types.i32;
                bx.load(ty, slot, Align::from_bytes(4).expect("a power of two"))
            }
            (None, Some(number)) => number,
            (None, None) => unreachable!("the number is in memory or a result"),
        }
    }
}

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
use rustc_hir::def_id::DefId;
use rustc_target::asm::InlineAsmArch;

use super::loan::Loan;
use super::operands::Operands;
use super::results::Results;
use super::template::push;
use crate::codegen::builder::Builder;
use crate::llvm::{Type, Value};

/// How an asm says by which way it was left: 0 for falling through, else one more than the label's index.
pub(super) struct Dispatch<'ll> {
    home: Home<'ll>,
    syntax: Syntax,
}

/// Where the number is, behind the asm.
enum Home<'ll> {
    /// In memory, through an output that Rust knows nothing of.
    Slot(Value<'ll>),
    /// In a register, as an output that Rust knows nothing of.
    Register,
    /// In the register of an output.
    Loan(Loan<'ll>),
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
    pub(super) fn new(
        bx: &mut Builder<'_, 'll, '_>,
        operands: &Operands<'ll, '_>,
        function: DefId,
        intel: bool,
    ) -> Option<Self> {
        let syntax = |set, jump| Syntax { set, jump };
        let syntax = match bx.cx.asm_arch() {
            // The asm may use all registers there are, so the number goes to memory.
            InlineAsmArch::X86 | InlineAsmArch::X86_64 => {
                let slot = bx.alloca(Size::from_bytes(4), Align::from_bytes(4).expect("a power of two"));
                let syntax = match intel {
                    true => syntax("mov dword ptr {o}, {n}", "jmp"),
                    false => syntax("movl $${n}, {o}", "jmp"),
                };
                let home = Home::Slot(slot);
                return Some(Dispatch { home, syntax });
            }
            InlineAsmArch::AArch64 | InlineAsmArch::Arm64EC => syntax("mov {o:w}, #{n}", "b"),
            InlineAsmArch::Arm => syntax("mov {o}, #{n}", "b"),
            InlineAsmArch::RiscV32 | InlineAsmArch::RiscV64 => syntax("li {o}, {n}", "j"),
            InlineAsmArch::LoongArch32 | InlineAsmArch::LoongArch64 => syntax("ori {o}, $$zero, {n}", "b"),
            InlineAsmArch::PowerPC | InlineAsmArch::PowerPC64 => syntax("li {o}, {n}", "b"),
            InlineAsmArch::S390x => syntax("lhi {o}, {n}", "j"),
            _ => return None,
        };
        let home = Loan::new(bx.cx, operands, function).map_or(Home::Register, Home::Loan);
        Some(Dispatch { home, syntax })
    }

    /// Whether the asm may need every register there is.
    pub(super) fn is_crowded(&self) -> bool {
        matches!(self.home, Home::Loan(_))
    }

    /// Where the number is in memory, if it is.
    pub(super) fn slot(&self) -> Option<Value<'ll>> {
        match self.home {
            Home::Slot(slot) => Some(slot),
            Home::Register | Home::Loan(_) => None,
        }
    }

    /// The constraint of the output behind those that Rust knows of, if there is one.
    pub(super) fn constraint(&self) -> Option<&'static str> {
        match &self.home {
            Home::Slot(_) => Some("=*m"),
            // Written when all inputs have been read: it may share a register with one.
            Home::Register => Some("=r"),
            Home::Loan(loan) => Some(loan.refuge.as_ref()?.constraint),
        }
    }

    /// The type of the result behind those that Rust knows of, if there is one.
    pub(super) fn result_type(&self, bx: &Builder<'_, 'll, '_>) -> Option<Type<'ll>> {
        match &self.home {
            Home::Slot(_) => None,
            Home::Register => Some(bx.cx.types.i32),
            Home::Loan(loan) => Some(loan.refuge.as_ref()?.float),
        }
    }

    /// The name of the label with `index`. `uid` is another number wherever LLVM puts the text, should it
    /// copy it.
    pub(super) fn push_label(&self, text: &mut String, index: usize) {
        push(text, format_args!("${{:private}}asm_label_{index}_${{:uid}}"));
    }

    /// Appends the labels to the user's text. `outputs` is how many outputs Rust knows of.
    pub(super) fn finish(&self, text: &mut String, outputs: usize, labels: usize, falls_through: bool) {
        let end = "${:private}asm_end_${:uid}";
        if falls_through {
            self.set(text, outputs, 0);
            push(text, format_args!("\n\t{} {end}", self.syntax.jump));
        }
        for index in 0..labels {
            text.push('\n');
            self.push_label(text, index);
            text.push(':');
            self.set(text, outputs, index + 1);
            if index + 1 < labels {
                push(text, format_args!("\n\t{} {end}", self.syntax.jump));
            }
        }
        push(text, format_args!("\n{end}:"));
    }

    fn set(&self, text: &mut String, outputs: usize, number: usize) {
        let operand = match &self.home {
            Home::Slot(_) | Home::Register => outputs,
            Home::Loan(loan) => {
                if let Some(refuge) = &loan.refuge {
                    push_line(text, refuge.instruction, &[('o', loan.output), ('f', outputs)]);
                }
                loan.output
            }
        };
        let set = self.syntax.set.replace("{n}", &number.to_string());
        push_line(text, &set, &[('o', operand)]);
    }

    /// Says what the number's memory is, at the call: `m` through a pointer wants a type.
    pub(super) fn describe_call(&self, bx: &Builder<'_, 'll, '_>, call: CallSiteValue<'ll>) {
        if self.slot().is_some() {
            let ty = bx.cx.element_type_attribute(bx.cx.types.i32);
            call.add_attribute(AttributeLoc::Param(0), ty);
        }
    }

    /// The number, after the call.
    pub(super) fn number(&self, bx: &mut Builder<'_, 'll, '_>, results: Results<'ll>) -> Value<'ll> {
        let ty = bx.cx.types.i32;
        match &self.home {
            Home::Slot(slot) => bx.load(ty, *slot, Align::from_bytes(4).expect("a power of two")),
            Home::Register => results.last(bx),
            Home::Loan(loan) => {
                let register = results.get(bx, loan.output);
                match bx.cx.int_width(bx.cx.val_ty(register)) {
                    Some(_) => bx.intcast(register, ty, false),
                    None => bx.ptrtoint(register, ty),
                }
            }
        }
    }

    /// The value of the output with `index`, of type `ty`, after the call.
    pub(super) fn output(
        &self,
        bx: &mut Builder<'_, 'll, '_>,
        results: Results<'ll>,
        index: usize,
        ty: Type<'ll>,
    ) -> Value<'ll> {
        match &self.home {
            Home::Loan(Loan {
                output,
                refuge: Some(refuge),
            }) if *output == index => {
                let float = results.last(bx);
                refuge.restore(bx, float, ty)
            }
            _ => results.get(bx, index),
        }
    }
}

/// Appends a line, in which `{x}` is LLVM's operand of that letter, and `{x:w}` the same with the modifier `w`.
fn push_line(text: &mut String, line: &str, operands: &[(char, usize)]) {
    text.push_str("\n\t");
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let (placeholder, after) = after.split_once('}').expect("the lines are ours");
        let (letter, modifier) = placeholder.split_at(1);
        let operand = operands.iter().find(|(name, _)| letter.starts_with(*name));
        let (_, number) = operand.expect("the lines name their operands");
        push(text, format_args!("${{{number}{modifier}}}"));
        rest = after;
    }
    text.push_str(rest);
}

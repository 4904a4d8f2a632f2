//! Registers of which there are few, at level 0.
//!
//! Without optimisation, LLVM's allocator (`RegAllocFast`) gives an asm's operands their registers one after the
//! other, and never takes one back for an operand that could have had any other: it may be that the last of
//! x86's `reg_abcd` finds its four registers taken by `reg` operands, and the asm is rejected. Which ones were
//! taken before hangs on what stands around the asm, down to the order of instructions; that is the same as with the
//! in-tree backend for most plain asms, and never where [`super::unwinding`] and [`super::goto`] take a detour.
//! So where there are enough operands for it to happen, those of such a class are given registers by name, if there
//! is a way to give each one its own: that always holds where any allocator finds one. The operands of the other
//! classes are as good as each other, and any order serves them.

use rustc_codegen_ssa::traits::*;
use rustc_session::config::OptLevel;
use rustc_target::asm::*;

use super::classes::is_general_purpose;
use crate::codegen::builder::Builder;
use crate::codegen::context::CodegenCx;
use crate::session::asm_lowering;

/// The registers with a high byte, as LLVM names them for values of every width. `bx` is last: what is not needed
/// need not be saved.
const ABCD: [&str; 4] = ["{ax}", "{cx}", "{dx}", "{bx}"];

/// When an operand has its register: with the inputs, with the outputs.
#[derive(Copy, Clone)]
struct Time {
    before: bool,
    after: bool,
}

/// Who has which of [`ABCD`], with the inputs and with the outputs.
#[derive(Copy, Clone, Default)]
struct Taken {
    before: [bool; ABCD.len()],
    after: [bool; ABCD.len()],
}

impl Taken {
    fn is_free(&self, register: usize, time: Time) -> bool {
        !(time.before && self.before[register] || time.after && self.after[register])
    }

    fn take(&mut self, register: usize, time: Time) {
        self.before[register] |= time.before;
        self.after[register] |= time.after;
    }

    fn is_in_use(&self, register: usize) -> bool {
        self.before[register] || self.after[register]
    }
}

/// For each operand the constraint of its register, if it is to be named. Empty if none is.
pub(super) fn settle<'a, 'll, 'tcx>(
    cx: &CodegenCx<'ll, 'tcx>,
    operands: &[InlineAsmOperandRef<'tcx, Builder<'a, 'll, 'tcx>>],
) -> Vec<Option<&'static str>> {
    let arch = cx.asm_arch();
    let is_x86 = matches!(arch, InlineAsmArch::X86 | InlineAsmArch::X86_64);
    if !is_x86 || cx.tcx.sess.opts.optimize != OptLevel::No || asm_lowering::is_plain() {
        return Vec::new();
    }
    let mut taken = Taken::default();
    let mut choosy = Vec::new();
    let mut others = 0;
    for (index, operand) in operands.iter().enumerate() {
        let Some((reg, time)) = register_and_time(operand) else {
            continue;
        };
        match reg {
            InlineAsmRegOrRegClass::Reg(InlineAsmReg::X86(reg)) => {
                if let Some(register) = abcd(reg) {
                    taken.take(register, time);
                    others += 1;
                }
            }
            InlineAsmRegOrRegClass::RegClass(InlineAsmRegClass::X86(class)) if has_few(class, arch) => {
                choosy.push((index, time));
            }
            InlineAsmRegOrRegClass::RegClass(class) if is_general_purpose(class) => others += 1,
            _ => {}
        }
    }
    let mut chosen = Vec::with_capacity(choosy.len());
    let suffice = choosy.len() + others <= ABCD.len();
    if choosy.is_empty() || suffice || !assign(&choosy, taken, &mut chosen) {
        return Vec::new();
    }
    let mut named = vec![None; operands.len()];
    for (&(index, _), register) in choosy.iter().zip(chosen) {
        named[index] = Some(ABCD[register]);
    }
    named
}

/// Finds a register for each of `choosy`; whether there is a way.
fn assign(choosy: &[(usize, Time)], taken: Taken, chosen: &mut Vec<usize>) -> bool {
    let Some((&(_, time), rest)) = choosy.split_first() else {
        return true;
    };
    // One that an input and an output can share leaves another to the operands of other classes.
    let shared = (0..ABCD.len()).filter(|&register| taken.is_in_use(register));
    let fresh = (0..ABCD.len()).filter(|&register| !taken.is_in_use(register));
    for register in shared
        .chain(fresh)
        .filter(|&register| taken.is_free(register, time))
    {
        let mut next = taken;
        next.take(register, time);
        chosen.push(register);
        if assign(rest, next, chosen) {
            return true;
        }
        chosen.pop();
    }
    false
}

fn register_and_time<'a, 'll, 'tcx>(
    operand: &InlineAsmOperandRef<'tcx, Builder<'a, 'll, 'tcx>>,
) -> Option<(InlineAsmRegOrRegClass, Time)> {
    let time = |before, after| Time { before, after };
    match *operand {
        InlineAsmOperandRef::In { reg, .. } => Some((reg, time(true, false))),
        // An early output may be written while inputs are still to be read.
        InlineAsmOperandRef::Out { reg, late, .. } => Some((reg, time(!late, true))),
        InlineAsmOperandRef::InOut { reg, .. } => Some((reg, time(true, true))),
        _ => None,
    }
}

/// Whether a class can have no registers but those of [`ABCD`].
fn has_few(class: X86InlineAsmRegClass, arch: InlineAsmArch) -> bool {
    match class {
        X86InlineAsmRegClass::reg_abcd => true,
        X86InlineAsmRegClass::reg_byte => arch == InlineAsmArch::X86,
        _ => false,
    }
}

/// Which of [`ABCD`] an explicit register is, or is a part of.
fn abcd(reg: X86InlineAsmReg) -> Option<usize> {
    match reg {
        X86InlineAsmReg::ax | X86InlineAsmReg::al | X86InlineAsmReg::ah => Some(0),
        X86InlineAsmReg::cx | X86InlineAsmReg::cl | X86InlineAsmReg::ch => Some(1),
        X86InlineAsmReg::dx | X86InlineAsmReg::dl | X86InlineAsmReg::dh => Some(2),
        X86InlineAsmReg::bx | X86InlineAsmReg::bl | X86InlineAsmReg::bh => Some(3),
        _ => None,
    }
}

//! Which instructions the options of an asm permit, and which registers its operands may have.

use crate::program::*;

/// Whether the instruction keeps the promises that the options make.
pub fn permits(options: Options, op: &Op) -> bool {
    if options.preserves_flags && changes_flags(op) {
        return false;
    }
    match op {
        Op::Push(..) | Op::StackOffset(_) => !options.nostack,
        Op::TableWord(..) | Op::Load(..) => !options.nomem,
        Op::Store(..) => !options.nomem && !options.readonly,
        Op::Call(callee, _) => {
            !options.nomem
                && !options.readonly
                && !options.nostack
                && !options.preserves_flags
                && (options.may_unwind || *callee != Callee::Maybe)
        }
        _ => true,
    }
}

/// Whether it changes flags, those of floating-point exceptions included.
fn changes_flags(op: &Op) -> bool {
    match op {
        Op::Binary(name, ..) => *name != "mov",
        Op::Unary(name, ..) => !matches!(*name, "not" | "bswap"),
        Op::Jump(_, condition) => condition.is_some(),
        Op::Rotate(..) | Op::Flag { .. } | Op::Pick { .. } | Op::StackOffset(_) => true,
        Op::Zero(_) | Op::Float(..) | Op::Call(..) => true,
        _ => false,
    }
}

/// Whether options and operands go together.
pub fn consistent(asm: &Asm) -> Result<(), &'static str> {
    let options = asm.options;
    let labels = asm.operands.iter().any(|o| matches!(o.role, Role::Label(_)));
    let stores = asm
        .operands
        .iter()
        .any(|o| o.role.place().is_some_and(|place| place.var().is_some()));
    if options.pure && (!stores || labels || options.noreturn || options.nomem == options.readonly) {
        return Err("pure needs an output, and nomem or readonly");
    }
    if options.nomem && options.readonly {
        return Err("nomem and readonly exclude each other");
    }
    if options.may_unwind && labels {
        return Err("labels exclude unwinding");
    }
    let jumps_last = matches!(asm.ops.last(), Some(Op::Jump(_, None)));
    if options.noreturn && !(labels && jumps_last) {
        return Err("noreturn needs a last jump");
    }
    let calls = asm.ops.iter().any(|op| matches!(op, Op::Call(..)));
    if calls && asm.clobber_abi.is_none() {
        return Err("a call needs clobber_abi");
    }
    if asm.clobber_abi.is_some() {
        let chosen = |o: &Operand| o.reg.is_class() && o.role.place().is_some();
        if asm.operands.iter().any(chosen) {
            return Err("clobber_abi needs explicit outputs");
        }
    }
    registers(asm)
}

/// Whether no register is used twice, other than for an input and a late output.
fn registers(asm: &Asm) -> Result<(), &'static str> {
    for (index, first) in asm.operands.iter().enumerate() {
        for second in &asm.operands[index + 1..] {
            let shared = first.reg.physical().is_some() && first.reg.physical() == second.reg.physical();
            let late = |o: &Operand| matches!(o.role, Role::Out(true, _));
            let input = |o: &Operand| matches!(o.role, Role::In(_));
            if shared && !(late(first) && input(second) || input(first) && late(second)) {
                return Err("a register is used twice");
            }
            let (Some(a), Some(b)) = (first.role.place(), second.role.place()) else {
                continue;
            };
            if a.var().is_some() && a.var() == b.var() {
                return Err("two outputs go to one place");
            }
        }
    }
    Ok(())
}

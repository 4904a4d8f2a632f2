//! Random asms: operands, options, and instructions that suit them.

use super::Generator;
use crate::model::machine::Machine;
use crate::model::{check, rules};
use crate::program::*;

/// What an asm is for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Compute,
    Jump,
    Call,
}

/// The instructions so far, and the state that they lead to.
struct Draft<'a> {
    machine: Machine<'a>,
    ops: Vec<Op>,
}

impl Draft<'_> {
    /// Appends an instruction if it is valid here.
    fn push(&mut self, op: Option<Op>) -> bool {
        let Some(op) = op else { return false };
        let mut next = self.machine.clone();
        let valid = next.step(&op).is_ok();
        if valid {
            self.machine = next;
            self.ops.push(op);
        }
        valid
    }
}

impl Generator {
    /// An asm. The locals that it initializes can be used from here on.
    pub(super) fn asm(&mut self) -> Stmt {
        self.asms += 1;
        let purpose = match self.rng.u32(..20) {
            0..10 => Purpose::Compute,
            10..16 => Purpose::Jump,
            _ => Purpose::Call,
        };
        let ready = self.ready.len();
        let mut asm = loop {
            self.ready.truncate(ready);
            self.in_operand = true;
            let mut asm = self.operands(purpose);
            self.in_operand = false;
            asm.options = self.options(&asm, purpose);
            asm.ops = self.ops(&asm, purpose);
            if check::check_asm(&asm).is_ok() {
                break asm;
            }
        };
        for operand in &asm.operands {
            if let Some(Place::Fresh(var)) = operand.role.place() {
                self.ready.push(var);
            }
        }
        for operand in &mut asm.operands {
            if let Role::Label(body) = &mut operand.role {
                *body = self.label();
            }
        }
        Stmt::Asm(Box::new(asm))
    }

    fn operands(&mut self, purpose: Purpose) -> Asm {
        let mut asm = Asm {
            operands: Vec::new(),
            ops: Vec::new(),
            options: Options::default(),
            named: self.rng.bool(),
            joined: self.chance(20),
            clobber_abi: None,
        };
        let none = |role| Operand {
            reg: Reg::None,
            ty: Ty::WORD,
            role,
        };
        if self.chance(25) {
            let constant = match self.rng.bool() {
                true => Role::Const(self.generic, true),
                false => Role::Const(self.rng.i8(..), false),
            };
            asm.operands.push(none(constant));
        }
        if purpose == Purpose::Call {
            self.call_operands(&mut asm);
        } else {
            // Now and then as many as there may be, in general-purpose registers.
            let crowded = self.chance(20);
            let most = self.pick(&[2, 4, 4, 7, 7, 12]);
            let count = match crowded {
                true => self.rng.usize(5..=9),
                false => self.rng.usize(1..=most),
            };
            for _ in 0..count {
                let reg = match crowded {
                    true => self.pick(&[Reg::Any, Reg::Any, Reg::Any, Reg::Abcd, Reg::Abcd, Reg::Byte]),
                    false => self.register(&asm),
                };
                self.add_operand(&mut asm, reg, crowded);
            }
            if self.chance(12) {
                let input = Role::In(Expr::MemoryPtr);
                asm.operands.push(Operand {
                    reg: Reg::Any,
                    ty: Ty::Ptr,
                    role: input,
                });
            }
        }
        if purpose == Purpose::Jump {
            for _ in 0..self.pick(&[1, 1, 1, 2, 3]) {
                asm.operands.push(none(Role::Label(Vec::new())));
            }
        }
        let pointer_out = |o: &Operand| o.ty == Ty::Ptr && matches!(o.role, Role::Out(..));
        if asm.operands.iter().any(pointer_out) || self.chance(15) {
            asm.operands.push(none(Role::SymTable));
        }
        self.rng.shuffle(&mut asm.operands);
        asm
    }

    fn add_operand(&mut self, asm: &mut Asm, reg: Reg, crowded: bool) {
        let ty = self.type_in(reg);
        let role = self.role(asm, ty);
        let count = |wanted: fn(Reg) -> bool| asm.operands.iter().filter(|o| wanted(o.reg)).count();
        let room = crowded
            || reg.is_vector()
            || count(|reg| reg != Reg::None && !reg.is_vector()) < 10
                && (!is_legacy(reg) || count(is_legacy) < 2)
                && (reg != Reg::Abcd || count(|reg| reg == Reg::Abcd) == 0);
        asm.operands.push(Operand { reg, ty, role });
        if !room || rules::consistent(asm).is_err() {
            asm.operands.pop();
        }
    }

    fn register(&mut self, asm: &Asm) -> Reg {
        let explicit = self.chance(30);
        let reg = match self.rng.u32(..20) {
            0..11 if explicit => Reg::Gpr(self.rng.usize(..GPRS.len())),
            0..10 => Reg::Any,
            10 => Reg::Abcd,
            11..13 if explicit => Reg::Low(self.rng.usize(..GPRS.len())),
            11..13 => Reg::Byte,
            13..16 if self.avx && explicit => Reg::NamedYmm(self.rng.usize(..16)),
            13..16 if self.avx => Reg::Ymm,
            _ if explicit => Reg::NamedXmm(self.rng.usize(..16)),
            _ => Reg::Xmm,
        };
        // An input and a late output may have the same register.
        let shared = |o: &&Operand| matches!(o.role, Role::In(_) | Role::Out(true, _)) && !o.reg.is_class();
        match asm.operands.iter().find(shared) {
            Some(operand) if operand.reg != Reg::None && self.chance(10) => operand.reg,
            _ => reg,
        }
    }

    fn role(&mut self, asm: &Asm, ty: Ty) -> Role {
        let mut input = ty;
        if let (Ty::U(bits), true) = (ty, self.chance(20)) {
            input = Ty::I(bits);
        }
        match self.rng.u32(..20) {
            0..6 => Role::In(self.expr(ty)),
            6..9 => Role::Out(false, self.place(asm, ty)),
            9..12 => Role::Out(true, self.place(asm, ty)),
            12 => {
                let vars: Vec<Var> = self
                    .ready
                    .iter()
                    .copied()
                    .filter(|&var| self.vars[var] == ty)
                    .collect();
                if vars.is_empty() {
                    return Role::In(self.expr(ty));
                }
                // `inout(reg) x`
                let var = self.pick(&vars);
                Role::InOut(self.rng.bool(), Expr::Var(var), Place::Existing(var))
            }
            13..17 => Role::InOut(false, self.expr(input), self.place(asm, ty)),
            _ => Role::InOut(true, self.expr(input), self.place(asm, ty)),
        }
    }

    fn place(&mut self, asm: &Asm, ty: Ty) -> Place {
        let taken: Vec<_> = asm
            .operands
            .iter()
            .filter_map(|o| o.role.place()?.var())
            .collect();
        let free = |&var: &Var| self.vars[var] == ty && !taken.contains(&var);
        let existing: Vec<Var> = self.ready.iter().copied().filter(free).collect();
        match self.rng.u32(..10) {
            0..2 => Place::Discard,
            2..5 if !existing.is_empty() => Place::Existing(self.pick(&existing)),
            _ => Place::Fresh(self.local(ty)),
        }
    }

    fn call_operands(&mut self, asm: &mut Asm) {
        asm.clobber_abi = Some(self.pick(&["C", "C", "sysv64", "system"]));
        let callee = self.pick(&[
            Callee::Mix,
            Callee::Note,
            Callee::Maybe,
            Callee::Maybe,
            Callee::Negate,
        ]);
        let mut add = |reg, ty, role| asm.operands.push(Operand { reg, ty, role });
        if self.chance(60) {
            add(Reg::None, Ty::WORD, Role::SymFn(callee));
        } else {
            add(Reg::Any, Ty::Ptr, Role::In(Expr::Fn(callee)));
        }
        if callee == Callee::Negate {
            let (input, out) = (self.expr(Ty::F(64)), self.local(Ty::F(64)));
            add(
                XMM0,
                Ty::F(64),
                Role::InOut(self.rng.bool(), input, Place::Fresh(out)),
            );
        } else {
            for reg in [RDI, RSI] {
                let input = self.word();
                let role = match self.rng.u32(..3) {
                    0 => Role::In(input),
                    late => Role::InOut(late == 1, input, Place::Discard),
                };
                add(reg, Ty::WORD, role);
            }
            if self.chance(85) {
                let ty = self.pick(&[Ty::WORD, Ty::WORD, Ty::I(64), Ty::I(32), Ty::U(16)]);
                let out = self.local(ty);
                add(RAX, ty, Role::Out(self.chance(70), Place::Fresh(out)));
            }
        }
        for _ in 0..self.pick(&[0, 0, 1, 2, 4]) {
            // What keeps its value across the call.
            let reg = Reg::Gpr(self.rng.usize(9..GPRS.len()));
            let ty = self.type_in(reg);
            let role = self.role(asm, ty);
            asm.operands.push(Operand { reg, ty, role });
            if rules::consistent(asm) == Err("a register is used twice") {
                asm.operands.pop();
            }
        }
        if self.chance(20) {
            let input = self.word();
            asm.operands.push(Operand {
                reg: Reg::Any,
                ty: Ty::WORD,
                role: Role::In(input),
            });
        }
    }

    fn options(&mut self, asm: &Asm, purpose: Purpose) -> Options {
        let mut options = Options {
            att_syntax: self.chance(25),
            ..Options::default()
        };
        if purpose == Purpose::Call {
            let maybe = |o: &Operand| {
                matches!(
                    &o.role,
                    Role::SymFn(Callee::Maybe) | Role::In(Expr::Fn(Callee::Maybe))
                )
            };
            options.may_unwind = asm.operands.iter().any(maybe) || self.chance(15);
            return options;
        }
        match self.rng.u32(..10) {
            0..3 => options.nomem = true,
            3..5 => options.readonly = true,
            _ => {}
        }
        options.preserves_flags = self.chance(25);
        options.nostack = self.chance(40);
        options.noreturn = purpose == Purpose::Jump && self.chance(20);
        options.may_unwind = purpose == Purpose::Compute && self.chance(10);
        let stores = asm
            .operands
            .iter()
            .any(|o| o.role.place().is_some_and(|place| place.var().is_some()));
        options.pure = purpose == Purpose::Compute
            && options.nomem != options.readonly
            && stores
            && !options.may_unwind
            && self.rng.bool();
        options
    }

    fn ops(&mut self, asm: &Asm, purpose: Purpose) -> Vec<Op> {
        let mut draft = Draft {
            machine: Machine::new(asm, [0; 4], |_| [0; 4]),
            ops: Vec::new(),
        };
        let slots = |wanted: &dyn Fn(&Operand) -> bool| -> Vec<Slot> {
            (0..asm.operands.len())
                .filter(|&slot| wanted(&asm.operands[slot]))
                .collect()
        };
        let early = slots(&|o| o.role.place().is_some() && !o.role.is_late());
        let mut late = slots(&|o| o.role.is_late());
        let labels = slots(&|o| matches!(o.role, Role::Label(_)));
        for &slot in &early {
            if matches!(asm.operands[slot].role, Role::Out(..)) {
                self.initialize(asm, &mut draft, slot);
            }
        }
        self.mix(asm, &mut draft, &early, &labels);
        if purpose == Purpose::Call {
            let function = |o: &Operand| matches!(o.role, Role::SymFn(_) | Role::In(Expr::Fn(_)));
            if let Some(&through) = slots(&function).first() {
                let (Role::SymFn(callee) | Role::In(Expr::Fn(callee))) = asm.operands[through].role else {
                    unreachable!("it was looked for");
                };
                draft.push(Some(Op::Call(callee, through)));
            }
        }
        self.rng.shuffle(&mut late);
        for &slot in &late {
            let called = purpose == Purpose::Call && draft.machine.has(slot);
            if !called && (matches!(asm.operands[slot].role, Role::Out(..)) || self.chance(60)) {
                self.initialize(asm, &mut draft, slot);
            }
        }
        for &slot in &early {
            // A call takes some away again.
            if asm.operands[slot].role.place() != Some(Place::Discard) && !draft.machine.has(slot) {
                self.initialize(asm, &mut draft, slot);
            }
        }
        let all: Vec<_> = early.into_iter().chain(late).collect();
        self.mix(asm, &mut draft, &all, &labels);
        if asm.options.noreturn || !labels.is_empty() && self.chance(15) {
            let label = self.pick(&labels);
            draft.push(Some(Op::Jump(label, None)));
        }
        draft.ops
    }

    /// Some instructions that write some of these operands.
    fn mix(&mut self, asm: &Asm, draft: &mut Draft, slots: &[Slot], labels: &[Slot]) {
        for _ in 0..self.rng.usize(..6) {
            if !slots.is_empty() {
                let slot = self.pick(slots);
                let op = self.instruction(asm, slot);
                draft.push(op);
            }
            if self.chance(20) {
                let op = self.store(asm);
                draft.push(op);
            }
            if !labels.is_empty() && self.chance(35) {
                let label = self.pick(labels);
                let jump = self
                    .condition(asm)
                    .map(|condition| Op::Jump(label, Some(condition)));
                draft.push(jump);
            }
        }
    }

    /// Gives an operand a value, whatever it takes.
    fn initialize(&mut self, asm: &Asm, draft: &mut Draft, slot: Slot) {
        for _ in 0..4 {
            let op = self.instruction(asm, slot);
            if draft.push(op) && draft.machine.has(slot) {
                return;
            }
        }
        let Operand { reg, ty, .. } = asm.operands[slot];
        if ty == Ty::Ptr {
            let symbol = asm.operands.iter().position(|o| o.role == Role::SymTable);
            draft.push(symbol.map(|symbol| Op::TableAddress(slot, symbol)));
        } else if reg.is_vector() {
            draft.push(Some(Op::Zero(slot)));
        } else {
            let number = self.rng.i8(..).into();
            draft.push(Some(Op::Binary("mov", reg.bits(), slot, Src::Imm(number))));
        }
    }
}

/// Whether it is one of the four registers with a high byte, which there are few of.
fn is_legacy(reg: Reg) -> bool {
    matches!(reg, Reg::Abcd | Reg::Gpr(0..3) | Reg::Low(0..3))
}

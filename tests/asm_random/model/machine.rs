//! The registers of an asm, and what instructions do to them.
//!
//! The same code computes results and decides which instructions may be generated: an instruction
//! that reads what is not defined there, or writes what it must not, is refused whatever the values are.

use super::rules;
use crate::program::*;

/// The words of the static `TABLE`.
pub const TABLE: [u64; 16] = [
    0x3,
    0x0123_4567_89ab_cdef,
    0x4d,
    u64::MAX,
    1 << 63,
    0x5,
    0x8080,
    0x2_dfdc_1c35,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x3ff8_0000_0000_0000,
    0xc054_a000_0000_0000,
    0x4048_f5c3,
    0,
    0xfedc_ba98_7654_3210,
];

/// Why an asm is not valid.
pub type Invalid = &'static str;

/// Where control goes after an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// To the next one.
    Next,
    /// To a label.
    Jump(Slot),
    /// Up the stack.
    Panic,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Base {
    Table,
    Memory,
    Fn,
}

#[derive(Clone, Copy, Default)]
struct Register {
    value: Bits,
    /// How many of the low bits have a value that is known to us.
    defined: u32,
    /// What it points into if it is a pointer, and how far in if that is the same in each run.
    pointer: Option<(Base, Option<i64>)>,
}

/// The state of an asm while it runs.
#[derive(Clone)]
pub struct Machine<'a> {
    asm: &'a Asm,
    registers: Vec<Register>,
    /// A late output was written. Inputs may be in the same register, so they are gone.
    late: bool,
    /// The local array `memory`.
    pub memory: Bits,
    /// What called functions have logged.
    pub log: Vec<u64>,
}

/// The lowest so many bits.
pub fn low(value: u64, bits: u32) -> u64 {
    if bits >= 64 {
        value
    } else {
        value & ((1 << bits) - 1)
    }
}

/// The number that the bits mean if they are signed.
pub fn signed(value: u64, bits: u32) -> i64 {
    ((value << (64 - bits)) as i64) >> (64 - bits)
}

impl<'a> Machine<'a> {
    /// The state at the beginning, given what the inputs are.
    pub fn new(asm: &'a Asm, memory: Bits, input: impl Fn(&Expr) -> Bits) -> Self {
        let register = |operand: &Operand| {
            let Some(expr) = operand.role.input() else {
                return Register::default();
            };
            let pointer = match expr {
                Expr::MemoryPtr => Some((Base::Memory, Some(0))),
                Expr::Fn(_) => Some((Base::Fn, None)),
                Expr::Lit(Ty::Ptr, bits) => Some((Base::Table, Some(bits[0] as i64))),
                _ if operand.ty == Ty::Ptr => Some((Base::Table, None)),
                _ => None,
            };
            Register {
                value: operand.ty.mask(input(expr)),
                defined: operand.ty.bits(),
                pointer,
            }
        };
        Machine {
            asm,
            registers: asm.operands.iter().map(register).collect(),
            late: false,
            memory,
            log: Vec::new(),
        }
    }

    /// Whether every output has a value, so that the asm may be left.
    pub fn complete(&self) -> Result<(), Invalid> {
        for (operand, register) in self.asm.operands.iter().zip(&self.registers) {
            let Some(Place::Fresh(_) | Place::Existing(_)) = operand.role.place() else {
                continue;
            };
            let table = matches!(register.pointer, Some((Base::Table, _)));
            if register.defined < operand.ty.bits()
                || table != (operand.ty == Ty::Ptr)
                || !table && register.pointer.is_some()
            {
                return Err("an output has no value");
            }
        }
        Ok(())
    }

    /// Whether this output has a value.
    pub fn has(&self, slot: Slot) -> bool {
        self.registers[slot].defined >= self.asm.operands[slot].ty.bits()
    }

    /// The outputs and their places.
    pub fn outputs(&self) -> impl Iterator<Item = (Var, Bits)> + '_ {
        let outputs = self.asm.operands.iter().zip(&self.registers);
        outputs.filter_map(|(operand, register)| {
            let var = operand.role.place()?.var()?;
            Some((var, operand.ty.mask(register.value)))
        })
    }

    /// Where an operand is.
    pub(super) fn reg(&self, slot: Slot) -> Reg {
        self.asm.operands[slot].reg
    }

    fn alive(&self, slot: Slot) -> Result<&Register, Invalid> {
        if self.late && matches!(self.asm.operands[slot].role, Role::In(_)) {
            return Err("the input may have been overwritten");
        }
        Ok(&self.registers[slot])
    }

    /// How many of the low bits of a register have a value.
    pub(super) fn defined(&self, slot: Slot) -> u32 {
        self.registers[slot].defined
    }

    /// Reads a general-purpose register.
    pub(super) fn int(&self, slot: Slot, w: u32) -> Result<u64, Invalid> {
        let register = self.alive(slot)?;
        if self.reg(slot).is_vector() || self.reg(slot).bits() < w {
            return Err("not a general-purpose register of that size");
        }
        if register.defined < w || register.pointer.is_some() {
            return Err("no number is there");
        }
        Ok(low(register.value[0], w))
    }

    fn source(&self, src: Src, w: u32) -> Result<u64, Invalid> {
        let number: i64 = match src {
            Src::Slot(slot) => return self.int(slot, w),
            Src::Imm(number) => number.into(),
            Src::Const(slot) => match self.asm.operands[slot].role {
                Role::Const(number, _) => number.into(),
                _ => return Err("not a constant"),
            },
        };
        if w < 32 && signed(low(number as u64, w), w) != number {
            return Err("the number is too large");
        }
        Ok(low(number as u64, w))
    }

    /// Reads a vector register of which so many bits are used.
    pub(super) fn vector(&self, slot: Slot, bits: u32) -> Result<Bits, Invalid> {
        let register = self.alive(slot)?;
        if !self.reg(slot).is_vector() || self.reg(slot).bits() < bits {
            return Err("not a vector register of that size");
        }
        if register.defined < bits {
            return Err("no vector is there");
        }
        Ok(register.value)
    }

    fn written(&mut self, slot: Slot) -> Result<&mut Register, Invalid> {
        let role = &self.asm.operands[slot].role;
        if role.place().is_none() {
            return Err("not an output");
        }
        self.late |= role.is_late();
        Ok(&mut self.registers[slot])
    }

    /// Writes a general-purpose register, as x86 does: 32 bits clear the others, 8 and 16 keep them.
    pub(super) fn set_int(&mut self, slot: Slot, w: u32, value: u64) -> Result<(), Invalid> {
        if self.reg(slot).is_vector() || self.reg(slot).bits() < w {
            return Err("not a general-purpose register of that size");
        }
        let register = self.written(slot)?;
        if w >= 32 {
            register.value = [low(value, w), 0, 0, 0];
            register.defined = 64;
        } else {
            if register.pointer.is_some() {
                return Err("half a pointer");
            }
            register.value[0] = register.value[0] & !low(u64::MAX, w) | low(value, w);
            register.defined = register.defined.max(w);
        }
        register.pointer = None;
        Ok(())
    }

    /// Writes so many bits of a vector register, of which so many are defined; the rest stays.
    pub(super) fn set_vector(
        &mut self,
        slot: Slot,
        bits: u32,
        defined: u32,
        value: Bits,
    ) -> Result<(), Invalid> {
        if !self.reg(slot).is_vector() || self.reg(slot).bits() < bits {
            return Err("not a vector register of that size");
        }
        let register = self.written(slot)?;
        let words = (bits / 64) as usize;
        register.value[..words].copy_from_slice(&value[..words]);
        register.defined = if defined >= bits {
            register.defined.max(defined)
        } else {
            defined
        };
        Ok(())
    }

    fn set_pointer(&mut self, slot: Slot, pointer: (Base, Option<i64>), value: u64) -> Result<(), Invalid> {
        self.set_int(slot, 64, value)?;
        self.registers[slot].pointer = Some(pointer);
        Ok(())
    }

    /// Executes an instruction.
    pub fn step(&mut self, op: &Op) -> Result<Flow, Invalid> {
        if !rules::permits(self.asm.options, op) {
            return Err("the options do not permit it");
        }
        match *op {
            Op::Jump(label, condition) => return self.jump(label, condition),
            Op::Call(callee, through) => return self.call(callee, through),
            Op::Push(..) | Op::StackOffset(_) | Op::TableAddress(..) | Op::TableWord(..) => {
                self.symbol(op)?
            }
            Op::Load(..) | Op::Store(..) => self.access(op)?,
            Op::Binary(..) | Op::Unary(..) | Op::Rotate(..) | Op::Lea { .. } => self.arithmetic(op)?,
            Op::Extend { .. } | Op::Swap(..) | Op::Flag { .. } | Op::Pick { .. } => self.moves(op)?,
            _ => self.vectors(op)?,
        }
        Ok(Flow::Next)
    }

    fn jump(&self, label: Slot, condition: Option<(u32, Slot, Src, Cond)>) -> Result<Flow, Invalid> {
        self.complete()?;
        let taken = match condition {
            Some((w, a, b, cond)) => self.compare(w, a, b, cond)?,
            None => true,
        };
        Ok(if taken { Flow::Jump(label) } else { Flow::Next })
    }

    fn compare(&self, w: u32, a: Slot, b: Src, cond: Cond) -> Result<bool, Invalid> {
        let (a, b) = (self.int(a, w)?, self.source(b, w)?);
        Ok(match cond {
            Cond::E => a == b,
            Cond::Ne => a != b,
            Cond::B => a < b,
            Cond::Ae => a >= b,
            Cond::L => signed(a, w) < signed(b, w),
            Cond::G => signed(a, w) > signed(b, w),
        })
    }

    fn call(&mut self, callee: Callee, through: Slot) -> Result<Flow, Invalid> {
        let reached = match &self.asm.operands[through].role {
            Role::SymFn(named) => *named == callee,
            Role::In(Expr::Fn(named)) => *named == callee && !self.late,
            _ => false,
        };
        if !reached {
            return Err("no such function to call");
        }
        let find = |reg| {
            self.asm
                .operands
                .iter()
                .position(|o| o.reg == reg && o.role.input().is_some())
        };
        let argument = |reg| find(reg).ok_or("an argument is missing");
        let result;
        let mut value = [0; 4];
        let mut flow = Flow::Next;
        if callee == Callee::Negate {
            result = XMM0;
            value[0] = self.vector(argument(XMM0)?, 64)?[0] ^ (1 << 63);
        } else {
            result = RAX;
            let (a, b) = (self.int(argument(RDI)?, 64)?, self.int(argument(RSI)?, 64)?);
            value[0] = match callee {
                Callee::Mix => a.wrapping_mul(3).wrapping_add(b ^ 0x55),
                Callee::Note => {
                    self.log.push(a ^ b);
                    a.wrapping_add(b)
                }
                Callee::Maybe | Callee::Negate => {
                    if a & 3 == 3 {
                        flow = Flow::Panic;
                    }
                    a.wrapping_mul(7).wrapping_add(b)
                }
            };
        }
        self.late = true;
        for (operand, register) in self.asm.operands.iter().zip(&mut self.registers) {
            // Of the registers that an asm can name, a called function keeps r12 to r15.
            if !matches!(operand.reg, Reg::Gpr(9..)) {
                register.defined = 0;
            }
        }
        let returned = |o: &Operand| o.reg == result && o.role.place().is_some();
        if let Some(slot) = self.asm.operands.iter().position(returned) {
            self.registers[slot] = Register {
                value,
                defined: 64,
                pointer: None,
            };
        }
        Ok(flow)
    }

    fn symbol(&mut self, op: &Op) -> Result<(), Invalid> {
        match *op {
            Op::Push(d, s) => {
                let value = self.int(s, 64)?;
                self.set_int(d, 64, value)
            }
            Op::StackOffset(d) => self.set_int(d, 64, 0),
            Op::TableAddress(d, symbol) if self.asm.operands[symbol].role == Role::SymTable => {
                self.set_pointer(d, (Base::Table, Some(0)), 0)
            }
            Op::TableWord(d, symbol, index) if self.asm.operands[symbol].role == Role::SymTable => {
                self.set_int(d, 64, TABLE[index as usize])
            }
            _ => Err("no such symbol"),
        }
    }

    /// The word that an address is in, and how many bits into it.
    fn place(&self, pointer: Slot, w: u32, disp: i32) -> Result<(Base, usize, u32), Invalid> {
        let Some((base, Some(offset))) = self.alive(pointer)?.pointer else {
            return Err("no pointer is there");
        };
        let offset = offset + i64::from(disp);
        let size = if base == Base::Table { 128 } else { 32 };
        if !(0..size).contains(&offset) || offset % i64::from(w / 8) != 0 {
            return Err("the pointer is out of bounds");
        }
        Ok((base, offset as usize / 8, offset as u32 % 8 * 8))
    }

    fn access(&mut self, op: &Op) -> Result<(), Invalid> {
        match *op {
            Op::Load(w, d, p, disp) => {
                let (base, index, shift) = self.place(p, w, disp)?;
                let word = match base {
                    Base::Table => TABLE[index],
                    _ => self.memory[index],
                };
                self.set_int(d, w, word >> shift)
            }
            Op::Store(w, p, disp, s) => {
                let (base, index, shift) = self.place(p, w, disp)?;
                if base != Base::Memory {
                    return Err("not a place to store to");
                }
                let value = self.int(s, w)?;
                let word = &mut self.memory[index];
                *word = *word & !(low(u64::MAX, w) << shift) | value << shift;
                Ok(())
            }
            _ => unreachable!(),
        }
    }

    fn arithmetic(&mut self, op: &Op) -> Result<(), Invalid> {
        match *op {
            Op::Binary("mov", 64, d, Src::Slot(s)) if self.alive(s)?.pointer.is_some() => {
                let Register { value, pointer, .. } = self.registers[s];
                match pointer {
                    Some((Base::Table, _)) if !self.reg(d).is_vector() => {
                        self.set_pointer(d, pointer.unwrap(), value[0])
                    }
                    _ => Err("not a pointer to copy"),
                }
            }
            Op::Binary(name, w, d, s) => {
                let s = self.source(s, w)?;
                let old = if name == "mov" { 0 } else { self.int(d, w)? };
                let value = match name {
                    "mov" => s,
                    "add" => old.wrapping_add(s),
                    "sub" => old.wrapping_sub(s),
                    "xor" => old ^ s,
                    "and" => old & s,
                    "or" => old | s,
                    "imul" if w > 8 => old.wrapping_mul(s),
                    _ => return Err("no such instruction"),
                };
                self.set_int(d, w, value)
            }
            Op::Unary(name, w, d) => {
                let old = self.int(d, w)?;
                let value = match name {
                    "not" => !old,
                    "neg" => old.wrapping_neg(),
                    "inc" => old.wrapping_add(1),
                    "dec" => old.wrapping_sub(1),
                    "bswap" if w >= 32 => old.swap_bytes() >> (64 - w),
                    _ => return Err("no such instruction"),
                };
                self.set_int(d, w, value)
            }
            Op::Rotate(w, d, by) => {
                let old = self.int(d, w)?;
                self.set_int(d, w, old << by | old >> (w - by))
            }
            Op::Lea {
                w,
                d,
                base,
                index,
                disp,
            } => self.lea(w, d, base, index, disp),
            _ => unreachable!(),
        }
    }

    fn lea(
        &mut self,
        w: u32,
        d: Slot,
        base: Slot,
        index: Option<(Slot, u64)>,
        disp: i32,
    ) -> Result<(), Invalid> {
        let disp = i64::from(disp);
        if let (64, None, Some((Base::Table, offset))) = (w, index, self.alive(base)?.pointer) {
            let value = self.registers[base].value[0].wrapping_add(disp as u64);
            return self.set_pointer(d, (Base::Table, offset.map(|offset| offset + disp)), value);
        }
        let scaled = match index {
            Some((slot, scale)) => self.int(slot, 64)?.wrapping_mul(scale),
            None => 0,
        };
        let value = self.int(base, 64)?.wrapping_add(scaled).wrapping_add(disp as u64);
        self.set_int(d, w, value)
    }

    fn moves(&mut self, op: &Op) -> Result<(), Invalid> {
        match *op {
            Op::Extend {
                signed: true,
                from,
                w,
                d,
                s,
            } => {
                let value = signed(self.int(s, from)?, from) as u64;
                self.set_int(d, w, low(value, w))
            }
            Op::Extend { from, w, d, s, .. } => {
                let value = self.int(s, from)?;
                self.set_int(d, w, value)
            }
            Op::Swap(w, a, b) => {
                if a == b {
                    return Err("one register to exchange");
                }
                let (old_a, old_b) = (self.int(a, w)?, self.int(b, w)?);
                self.set_int(a, w, old_b)?;
                self.set_int(b, w, old_a)
            }
            Op::Flag { w, a, b, cond, d } => {
                let value = self.compare(w, a, b, cond)?;
                self.set_int(d, 8, value.into())
            }
            Op::Pick { w, a, b, cond, d, s } => {
                let (old, other) = (self.int(d, w)?, self.int(s, w)?);
                let value = if self.compare(w, a, b, cond)? { other } else { old };
                self.set_int(d, w, value)
            }
            _ => unreachable!(),
        }
    }
}

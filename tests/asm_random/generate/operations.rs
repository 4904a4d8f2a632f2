//! Random instructions.

use super::Generator;
use crate::program::*;

impl Generator {
    fn slot(&mut self, asm: &Asm, wanted: impl Fn(&Operand) -> bool) -> Option<Slot> {
        let all: Vec<Slot> = (0..asm.operands.len())
            .filter(|&slot| wanted(&asm.operands[slot]))
            .collect();
        (!all.is_empty()).then(|| self.pick(&all))
    }

    /// A general-purpose register of at least so many bits.
    fn gpr(&mut self, asm: &Asm, w: u32) -> Option<Slot> {
        self.slot(asm, |o| !o.reg.is_vector() && o.reg.bits() >= w)
    }

    fn vector(&mut self, asm: &Asm, bits: u32) -> Option<Slot> {
        self.slot(asm, |o| o.reg.is_vector() && o.reg.bits() >= bits)
    }

    fn symbol(&mut self, asm: &Asm) -> Option<Slot> {
        self.slot(asm, |o| o.role == Role::SymTable)
    }

    fn width(&mut self, reg: Reg) -> u32 {
        if reg.bits() == 8 {
            8
        } else {
            self.pick(&[8, 16, 32, 32, 64, 64, 64])
        }
    }

    fn source(&mut self, asm: &Asm, w: u32) -> Option<Src> {
        let constant = self.slot(asm, |o| matches!(o.role, Role::Const(..)));
        match (self.rng.u32(..10), constant) {
            (0..3, Some(slot)) => Some(Src::Const(slot)),
            (0, _) => Some(Src::Imm(self.rng.i32(-2..6))),
            (1..3, _) => Some(Src::Imm(match w {
                8 => self.rng.i8(..).into(),
                16 => self.rng.i16(..).into(),
                _ => self.rng.i32(..),
            })),
            _ => self.gpr(asm, w).map(Src::Slot),
        }
    }

    /// A comparison of two operands.
    pub(super) fn condition(&mut self, asm: &Asm) -> Option<(u32, Slot, Src, Cond)> {
        let w = self.pick(&[8, 16, 32, 64]);
        let a = self.gpr(asm, w)?;
        let b = self.source(asm, w)?;
        let cond = self.pick(&[Cond::E, Cond::Ne, Cond::B, Cond::Ae, Cond::L, Cond::G]);
        Some((w, a, b, cond))
    }

    /// An instruction that writes this operand, and may turn out not to be valid.
    pub(super) fn instruction(&mut self, asm: &Asm, d: Slot) -> Option<Op> {
        let reg = asm.operands[d].reg;
        if asm.operands[d].ty == Ty::Ptr && self.chance(60) {
            return self.pointer(asm, d);
        }
        if reg.is_vector() {
            return if self.chance(40) && reg.bits() == 256 {
                self.wide(asm, d)
            } else {
                self.packed(asm, d)
            };
        }
        let w = self.width(reg);
        match self.rng.u32(..20) {
            0..4 => Some(Op::Binary("mov", w, d, self.source(asm, w)?)),
            4..8 => {
                let name = self.pick(&["add", "sub", "xor", "and", "or"]);
                Some(Op::Binary(name, w, d, self.source(asm, w)?))
            }
            8 if w > 8 => Some(Op::Binary("imul", w, d, Src::Slot(self.gpr(asm, w)?))),
            9 => Some(Op::Unary(self.pick(&["not", "neg", "inc", "dec"]), w, d)),
            10 if w >= 32 => Some(Op::Unary("bswap", w, d)),
            11 => Some(Op::Rotate(w, d, self.rng.u32(1..w))),
            12..15 if w >= 32 => self.lea(asm, w, d),
            15 if w >= 32 => self.extend(asm, w, d),
            16 => Some(Op::Swap(w, d, self.gpr(asm, w)?)),
            17 => self.conditional(asm, d),
            18 if reg.bits() == 64 => self.stack(asm, d),
            19 => self.load(asm, w, d),
            _ => {
                let w = w.max(32);
                Some(Op::FromVector(w, d, self.vector(asm, w)?))
            }
        }
    }

    /// A store through the pointer to the array, if there is one.
    pub(super) fn store(&mut self, asm: &Asm) -> Option<Op> {
        let p = self.slot(asm, |o| o.role.input() == Some(&Expr::MemoryPtr))?;
        let w = self.pick(&[8, 16, 32, 64]);
        let index = self.rng.u32(..256 / w);
        Some(Op::Store(w, p, (index * w / 8) as i32, self.gpr(asm, w)?))
    }

    fn pointer(&mut self, asm: &Asm, d: Slot) -> Option<Op> {
        let pointers = |o: &Operand| o.ty == Ty::Ptr && o.role.input().is_some();
        match self.rng.u32(..3) {
            0 => Some(Op::TableAddress(d, self.symbol(asm)?)),
            1 => Some(Op::Binary("mov", 64, d, Src::Slot(self.slot(asm, pointers)?))),
            _ => Some(Op::Lea {
                w: 64,
                d,
                base: self.slot(asm, pointers)?,
                index: None,
                disp: self.rng.i32(-3..4) * 8,
            }),
        }
    }

    fn lea(&mut self, asm: &Asm, w: u32, d: Slot) -> Option<Op> {
        let index = if self.chance(70) {
            Some((self.gpr(asm, 64)?, self.pick(&[1, 2, 4, 8])))
        } else {
            None
        };
        Some(Op::Lea {
            w,
            d,
            base: self.gpr(asm, 64)?,
            index,
            disp: self.rng.i32(-99..100),
        })
    }

    fn extend(&mut self, asm: &Asm, w: u32, d: Slot) -> Option<Op> {
        let signed = self.rng.bool();
        let from = if signed && w == 64 {
            self.pick(&[8, 16, 32])
        } else {
            self.pick(&[8, 16])
        };
        let s = self.gpr(asm, from)?;
        Some(Op::Extend {
            signed,
            from,
            w,
            d,
            s,
        })
    }

    fn conditional(&mut self, asm: &Asm, d: Slot) -> Option<Op> {
        let (w, a, b, cond) = self.condition(asm)?;
        if asm.operands[d].reg.bits() == 64 && w > 8 && self.rng.bool() {
            let s = self.gpr(asm, w)?;
            return Some(Op::Pick { w, a, b, cond, d, s });
        }
        Some(Op::Flag { w, a, b, cond, d })
    }

    fn stack(&mut self, asm: &Asm, d: Slot) -> Option<Op> {
        match self.rng.u32(..3) {
            0 => Some(Op::StackOffset(d)),
            _ => Some(Op::Push(d, self.gpr(asm, 64)?)),
        }
    }

    fn load(&mut self, asm: &Asm, w: u32, d: Slot) -> Option<Op> {
        if let Some(symbol) = self.symbol(asm).filter(|_| asm.operands[d].reg.bits() == 64) {
            return Some(Op::TableWord(d, symbol, self.rng.i32(0..16)));
        }
        let p = self.slot(asm, |o| o.ty == Ty::Ptr && o.role.input().is_some())?;
        let index = self.rng.u32(..256 / w);
        Some(Op::Load(w, d, p, (index * w / 8) as i32))
    }

    fn packed(&mut self, asm: &Asm, d: Slot) -> Option<Op> {
        match self.rng.u32(..12) {
            0..3 => Some(Op::Vector("movdqa", d, self.vector(asm, 128)?)),
            3..7 => {
                let name = self.pick(&["paddd", "paddq", "psubd", "pxor", "por", "pand", "punpcklqdq"]);
                Some(Op::Vector(name, d, self.vector(asm, 128)?))
            }
            7 => Some(Op::Shuffle(d, self.vector(asm, 128)?, self.rng.u8(..))),
            8..10 => {
                let w = self.pick(&[32, 64]);
                Some(Op::IntoVector(w, d, self.gpr(asm, w)?))
            }
            _ => {
                let w = self.pick(&[32, 64]);
                let name = self.pick(&["add", "sub", "mul"]);
                Some(Op::Float(name, w, d, self.vector(asm, 128)?))
            }
        }
    }

    fn wide(&mut self, asm: &Asm, d: Slot) -> Option<Op> {
        match self.rng.u32(..4) {
            0..2 => {
                let name = self.pick(&["vxorps", "vorps", "vandps"]);
                Some(Op::Wide(name, d, self.vector(asm, 256)?, self.vector(asm, 256)?))
            }
            2 => {
                let (a, s) = (self.vector(asm, 256)?, self.vector(asm, 128)?);
                Some(Op::Insert(d, a, s, self.rng.u8(..2)))
            }
            _ => Some(Op::Extract(d, self.vector(asm, 256)?, self.rng.u8(..2))),
        }
    }
}

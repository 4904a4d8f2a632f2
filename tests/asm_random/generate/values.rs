//! Random types, values and expressions.

use super::Generator;
use crate::program::*;

impl Generator {
    /// A type of locals.
    pub(super) fn plain_type(&mut self) -> Ty {
        let bits = self.pick(&[8, 16, 32, 64]);
        match self.rng.u32(..20) {
            0..6 => Ty::U(bits),
            6..11 => Ty::I(bits),
            11..13 => Ty::F(64),
            13 => Ty::F(32),
            14 => Ty::F(16),
            15 => self.pick(&[Ty::U(128), Ty::I(128)]),
            16 => Ty::Ptr,
            _ => self.vector_type(128),
        }
    }

    pub(super) fn vector_type(&mut self, bits: u32) -> Ty {
        let lanes = self.pick(&[Lanes::Int, Lanes::Int, Lanes::Single, Lanes::Double]);
        Ty::Vector(bits, lanes)
    }

    /// A type that the register can hold.
    pub(super) fn type_in(&mut self, reg: Reg) -> Ty {
        let bits = self.pick(&[16, 32, 32, 64, 64, 64]);
        match reg {
            Reg::Byte | Reg::Low(_) => self.pick(&[Ty::U(8), Ty::I(8)]),
            Reg::Any | Reg::Abcd | Reg::Gpr(_) => match self.rng.u32(..20) {
                0..11 => Ty::U(bits),
                11..16 => Ty::I(bits),
                16..18 => Ty::F(bits),
                18 => Ty::Ptr,
                _ => Ty::WORD,
            },
            Reg::Ymm | Reg::NamedYmm(_) if self.chance(60) => self.vector_type(256),
            _ => match self.rng.u32(..20) {
                0..2 => Ty::U(bits.max(32)),
                2..4 => Ty::I(bits.max(32)),
                4..6 => self.pick(&[Ty::U(128), Ty::I(128)]),
                6..12 => Ty::F(bits),
                _ => self.vector_type(128),
            },
        }
    }

    /// A value, often a special one.
    pub(super) fn bits(&mut self, ty: Ty) -> Bits {
        let mut value = std::array::from_fn(|_| match self.rng.u32(..4) {
            0 => self.rng.u64(..12),
            1 => 1 << self.rng.u32(..64),
            2 => (self.rng.u64(..4)).wrapping_neg(),
            _ => self.rng.u64(..),
        });
        match ty {
            Ty::Ptr => value = [self.rng.u64(..16) * 8, 0, 0, 0],
            Ty::F(16) => value[0] = self.pick(&[0x3c00, 0xc500, 0x7bff, 0x8000, 0x0001, 0x3555]),
            Ty::F(32) if self.chance(70) => {
                let numbers = [1.0_f32, -2.5, 0.1, 1e30, -0.0, 3.0e-39];
                value[0] = self.pick(&numbers).to_bits().into();
            }
            Ty::F(64) if self.chance(70) => {
                let numbers = [1.0_f64, -2.5, 0.1, 1e300, -0.0, 82.5];
                value[0] = self.pick(&numbers).to_bits();
            }
            _ => {}
        }
        ty.mask(value)
    }

    /// An expression of the type.
    pub(super) fn expr(&mut self, ty: Ty) -> Expr {
        let same: Vec<Var> = self.having(|other| other == ty);
        match self.rng.u32(..10) {
            0..5 if !same.is_empty() => Expr::Var(self.pick(&same)),
            5 if !same.is_empty() && ty.is_int() => {
                let addend = Expr::Lit(ty, self.bits(ty));
                Expr::Add(Box::new(Expr::Var(self.pick(&same))), Box::new(addend))
            }
            0..8 if ty.is_int() => self.cast(ty),
            0..8 => match ty {
                Ty::F(bits) => {
                    let bits = self.int_var(bits);
                    bits.map_or_else(|| self.argument(ty), |from| Expr::Reinterpret(ty, Box::new(from)))
                }
                _ => self.argument(ty),
            },
            _ => self.argument(ty),
        }
    }

    /// A word.
    pub(super) fn word(&mut self) -> Expr {
        if !self.in_operand && self.chance(12) {
            Expr::Memory(self.rng.usize(..4))
        } else {
            self.expr(Ty::WORD)
        }
    }

    fn having(&self, wanted: impl Fn(Ty) -> bool) -> Vec<Var> {
        self.ready
            .iter()
            .copied()
            .filter(|&var| wanted(self.vars[var]))
            .collect()
    }

    fn int_var(&mut self, bits: u32) -> Option<Expr> {
        let all = self.having(|ty| ty == Ty::U(bits));
        (!all.is_empty()).then(|| Expr::Var(self.pick(&all)))
    }

    /// An integer made from a local of another type.
    fn cast(&mut self, ty: Ty) -> Expr {
        let all = self.having(|other| other.is_int() || matches!(other, Ty::F(_)));
        if all.is_empty() {
            return self.argument(ty);
        }
        let var = self.pick(&all);
        let mut value = Expr::Var(var);
        if let Ty::F(bits) = self.vars[var] {
            value = Expr::Reinterpret(Ty::U(bits), Box::new(value));
        }
        // An index among the operands can be one that rustc refuses where a label leaves a loop (E0384).
        if !self.in_operand && self.chance(10) {
            value = Expr::Table(Box::new(Expr::Cast(Ty::WORD, Box::new(value))));
        }
        value = Expr::Cast(ty, Box::new(value));
        if self.chance(20) {
            Expr::Opaque(Box::new(value))
        } else {
            value
        }
    }
}

//! Random types.

use std::sync::Arc;

use super::Generator;
use crate::types::{Home, Int, Ty};

impl Generator {
    pub(super) fn int_type(&mut self) -> Int {
        let bits = self.pick(&[8, 8, 16, 32, 32, 64, 64, 128, 0]);
        Int::new(self.chance(50), bits)
    }

    pub(super) fn float_type(&mut self) -> Ty {
        Ty::Float(self.pick(&[16, 32, 32, 64, 64, 64, 128]))
    }

    /// A scalar.
    pub(super) fn scalar(&mut self) -> Ty {
        match self.rng.u32(..20) {
            0..11 => Ty::Int(self.int_type()),
            11..15 => self.float_type(),
            15..17 => Ty::Bool,
            17 => Ty::Char,
            18 => Ty::NonZero(self.int_type()),
            _ => Ty::Ordering,
        }
    }

    pub(super) fn lane(&mut self) -> Ty {
        match self.rng.u32(..4) {
            0 => Ty::Float(self.pick(&[32, 64])),
            _ => Ty::Int(Int::new(self.chance(50), self.pick(&[8, 16, 32, 64]))),
        }
    }

    pub(super) fn simd_type(&mut self) -> Ty {
        let lane = self.lane();
        let count = self.pick(&[2, 4, 4, 8, 16, 1, 3, 5]);
        Ty::Simd(Arc::new(lane), count)
    }

    /// A type that has values.
    pub(super) fn ty(&mut self, depth: u32) -> Ty {
        loop {
            let ty = self.any_type(depth);
            if self.types.inhabited(&ty) && self.types.is_local(&ty, self.scope.home) {
                return ty;
            }
        }
    }

    /// A type, perhaps without values.
    pub(super) fn any_type(&mut self, depth: u32) -> Ty {
        if depth == 0 {
            return self.scalar();
        }
        let inner = depth - 1;
        match self.rng.u32(..40) {
            0..13 => self.scalar(),
            13..25 if !self.types.adts.is_empty() => self.adt_type(inner),
            25..28 => {
                let count = self.rng.usize(1..4);
                Ty::Tuple((0..count).map(|_| self.any_type(inner)).collect())
            }
            28..31 => {
                let count = self.pick(&[0, 1, 2, 3, 4, 5, 8, 17]);
                Ty::Array(Arc::new(self.ty(inner)), count)
            }
            31..35 => Ty::Option(Arc::new(self.any_type(inner))),
            35 => {
                let (a, b) = (self.any_type(inner), self.any_type(inner));
                Ty::Result(Arc::new(a), Arc::new(b))
            }
            36 => Ty::Ref(Arc::new(self.ty(inner))),
            37 => match self.rng.u32(..3) {
                0 => Ty::Str,
                _ => Ty::Slice(Arc::new(self.ty(inner))),
            },
            38 => self.simd_type(),
            39 => self.pick(&[Ty::Unit, Ty::Never]),
            _ => self.scalar(),
        }
    }

    /// One of the structs and enums.
    pub(super) fn adt_type(&mut self, depth: u32) -> Ty {
        let id = self.rng.usize(..self.types.adts.len());
        let adt = self.types.adts[id].clone();
        if adt.home == Home::Binary && self.scope.home == Home::Library {
            return self.scalar();
        }
        let argument = adt.generic.then(|| Arc::new(self.ty(depth.min(1))));
        if let Some(argument) = &argument
            && adt.packed
            && self.types.is_aligned(argument)
        {
            return self.scalar();
        }
        Ty::Adt(id, argument)
    }

    /// The type of a parameter or a result.
    pub(super) fn value_type(&mut self) -> Ty {
        if !self.types.adts.is_empty() && self.chance(45) {
            let ty = self.adt_type(1);
            if self.types.inhabited(&ty) {
                return ty;
            }
        }
        self.ty(2)
    }
}

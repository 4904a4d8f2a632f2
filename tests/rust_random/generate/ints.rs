//! Random integers.

use super::Generator;
use crate::code::{Code, code};
use crate::types::{Int, Ty};

impl Generator {
    /// The bits of an integer, often of a special one.
    pub(super) fn bits(&mut self, int: Int) -> u128 {
        let width = int.width();
        match self.rng.u32(..8) {
            0 => 0,
            1 => self.rng.u128(..12),
            2 => self.rng.u128(..5).wrapping_neg(),
            3 => 1 << self.rng.u32(..width),
            4 => (1_u128 << self.rng.u32(..width)).wrapping_neg(),
            5 => (1 << (width - 1)) - self.rng.u128(..2),
            6 => self.rng.u128(..200),
            _ => self.rng.u128(..),
        }
    }

    pub(super) fn int_literal(&mut self, int: Int) -> Code {
        let bits = self.bits(int);
        int.literal(bits).into()
    }

    /// An integer made of others.
    pub(super) fn int(&mut self, int: Int, depth: u32) -> Code {
        let ty = Ty::Int(int);
        let name = int.name();
        match self.rng.u32(..100) {
            0..14 => {
                let method = self.pick(&[
                    "wrapping_add",
                    "wrapping_sub",
                    "wrapping_mul",
                    "saturating_add",
                    "saturating_sub",
                    "saturating_mul",
                ]);
                self.method(&ty, method, &[&ty], depth)
            }
            14..18 => {
                let operator = self.pick(&["&", "|", "^"]);
                self.infix(&ty, operator, &ty, depth)
            }
            18..24 => {
                let method = self.pick(&["wrapping_shl", "wrapping_shr", "rotate_left", "rotate_right"]);
                let word = Ty::Int(Int::new(false, 32));
                self.method(&ty, method, &[&word], depth)
            }
            24..28 => {
                let (operator, amount) = (self.pick(&["<<", ">>"]), self.int_type());
                let value = self.expr(&ty, depth);
                let amount_value = self.expr(&Ty::Int(amount), depth);
                let mask = amount.literal(u128::from(int.width() - 1));
                code!["(", value, operator, "(", amount_value, " & ", mask, "))"]
            }
            28..34 => {
                let method = self.pick(&[
                    "checked_add",
                    "checked_sub",
                    "checked_mul",
                    "checked_div",
                    "checked_rem",
                    "checked_div_euclid",
                    "checked_rem_euclid",
                ]);
                let some = self.method(&ty, method, &[&ty], depth);
                let otherwise = self.expr(&ty, depth);
                code!["(match ", some, " { Some(a) => a, None => ", otherwise, " })"]
            }
            34..37 => {
                let method = self.pick(&["overflowing_add", "overflowing_sub", "overflowing_mul"]);
                let both = self.method(&ty, method, &[&ty], depth);
                match self.rng.u32(..3) {
                    0 => code![both, ".0"],
                    1 => code!["(", both, ".1 as ", name, ")"],
                    _ => code!["(match ", both, " { (a, true) => !a, (a, false) => a })"],
                }
            }
            37..43 => {
                let mut methods = vec!["swap_bytes", "reverse_bits", "wrapping_neg", "to_be", "to_le"];
                if int.signed {
                    methods.extend(["wrapping_abs", "signum", "saturating_neg", "saturating_abs"]);
                }
                let method = self.pick(&methods);
                self.method(&ty, method, &[], depth)
            }
            43..47 => {
                let method = self.pick(&[
                    "count_ones",
                    "leading_zeros",
                    "trailing_zeros",
                    "count_zeros",
                    "leading_ones",
                    "trailing_ones",
                ]);
                let other = Ty::Int(self.int_type());
                let count = self.method(&other, method, &[], depth);
                code!["(", count, " as ", name, ")"]
            }
            47..49 => code!["(!", self.expr(&ty, depth), ")"],
            49..51 => {
                let power = self.rng.u32(..9);
                code![self.receiver(&ty, depth), format!(".wrapping_pow({power})")]
            }
            51..53 => {
                // Of the type of the same width, signed and not.
                let other = Int::new(!int.signed, int.bits);
                if int.signed {
                    let method = self.pick(&["wrapping_add_unsigned", "saturating_sub_unsigned"]);
                    self.method(&ty, method, &[&Ty::Int(other)], depth)
                } else {
                    let method = self.pick(&["wrapping_add_signed", "saturating_add_signed"]);
                    self.method(&ty, method, &[&Ty::Int(other)], depth)
                }
            }
            53..55 if !int.signed => {
                let both = Ty::Int(Int::new(self.chance(50), int.bits));
                self.method(&both, "abs_diff", &[&both], depth)
            }
            55..57 => {
                let method = self.pick(&["le", "be", "ne"]);
                let value = self.receiver(&ty, depth);
                let back = self.pick(&["le", "be", "ne"]);
                code![
                    format!("{name}::from_{back}_bytes("),
                    value,
                    format!(".to_{method}_bytes())")
                ]
            }
            57..59 if !self.scope.constant => {
                let method = self.pick(&["min", "max"]);
                self.method(&ty, method, &[&ty], depth)
            }
            59..62 if !self.scope.quiet => {
                // It overflows, divides by zero, or shifts too far, as it likes.
                let operator = self.pick(&["+", "-", "*", "/", "%", "<<", ">>"]);
                self.infix(&ty, operator, &ty, depth)
            }
            62..64 => {
                // A division that is always possible.
                let operator = self.pick(&["/", "%"]);
                let value = self.expr(&ty, depth);
                let mut by = self.bits(int) | 1;
                by &= u128::MAX >> (129 - int.width());
                code!["(", value, operator, int.literal(by), ")"]
            }
            64..68 => self
                .cast_of_enum(int, depth)
                .unwrap_or_else(|| self.int_literal(int)),
            68..70 if !int.signed && int.bits != 0 => {
                let (method, carry) = self.pick(&[
                    ("carrying_add", true),
                    ("borrowing_sub", true),
                    ("widening_mul", false),
                ]);
                if carry {
                    let both = self.method(&ty, method, &[&ty, &Ty::Bool], depth);
                    code!["(match ", both, " { (a, c) => a ^ (c as ", name, ") })"]
                } else if int.bits < 128 {
                    // Twice as wide, by its two halves.
                    let wide = Int::new(false, int.bits * 2).name();
                    let (a, b) = (self.expr(&ty, depth), self.expr(&ty, depth));
                    let shift = self.pick(&[0, int.bits]);
                    code![
                        "((",
                        a,
                        " as ",
                        &wide,
                        " * (",
                        b,
                        " as ",
                        &wide,
                        format!(") >> {shift}) as {name})")
                    ]
                } else {
                    self.int_literal(int)
                }
            }
            70..72 => {
                let size = self.pick(&["size_of", "align_of"]);
                let of = self.ty(2);
                code![format!(
                    "(core::mem::{size}::<{}>() as {name})",
                    self.type_name(&of)
                )]
            }
            72..79 if !self.scope.constant => self.by_library(int, depth),
            _ => self.cast(int, depth),
        }
    }

    /// A cast to an integer, of any scalar.
    fn cast(&mut self, int: Int, depth: u32) -> Code {
        let name = int.name();
        let from = match self.rng.u32(..20) {
            0..10 => Ty::Int(self.int_type()),
            10..15 => self.float_type(),
            15..17 => Ty::Bool,
            17 => Ty::Char,
            18 => Ty::Ordering,
            _ => {
                let bits = self.pick(&[16, 32, 64, 128]);
                let float = self.expr(&Ty::Float(bits), depth);
                return code![format!("(bits{bits}("), float, format!(") as {name})")];
            }
        };
        let value = self.expr(&from, depth);
        code!["(", value, " as ", name, ")"]
    }

    /// A cast of an enum without fields.
    fn cast_of_enum(&mut self, int: Int, depth: u32) -> Option<Code> {
        let enums: Vec<Ty> = (0..self.types.adts.len())
            .filter(|&id| !self.types.adts[id].generic)
            .map(|id| Ty::Adt(id, None))
            .filter(|ty| {
                let fieldless = |ty: &Ty| match ty {
                    Ty::Adt(id, _) => match &self.types.adts[*id].kind {
                        crate::types::AdtKind::Enum(all) => {
                            all.iter().all(|variant| variant.fields.is_empty())
                        }
                        _ => false,
                    },
                    _ => false,
                };
                self.types.is_local(ty, self.scope.home) && fieldless(ty)
            })
            .collect();
        if enums.is_empty() {
            return None;
        }
        let ty = self.pick(&enums);
        let value = self.expr(&ty, depth);
        Some(code!["(", value, " as ", int.name(), ")"])
    }

    /// A value that a method can be called on.
    pub(super) fn receiver(&mut self, ty: &Ty, depth: u32) -> Code {
        self.expr(ty, depth)
    }

    pub(super) fn method(&mut self, receiver: &Ty, method: &str, arguments: &[&Ty], depth: u32) -> Code {
        let mut call = code![self.receiver(receiver, depth), ".", method, "("];
        for (index, ty) in arguments.iter().enumerate() {
            if index > 0 {
                call.push(", ");
            }
            call.push(self.expr(ty, depth));
        }
        call.push(")");
        call
    }

    pub(super) fn infix(&mut self, left: &Ty, operator: &str, right: &Ty, depth: u32) -> Code {
        let (a, b) = (self.expr(left, depth), self.expr(right, depth));
        code!["(", a, " ", operator, " ", b, ")"]
    }
}

//! Random floats, booleans, characters.

use super::Generator;
use crate::code::{Code, code};
use crate::types::{Int, Ty};

impl Generator {
    pub(super) fn float_literal(&mut self, bits: u32) -> Code {
        let numbers = [
            "0.0",
            "-0.0",
            "1.0",
            "-1.0",
            "0.5",
            "-2.5",
            "3.0",
            "0.1",
            "65504.0",
            "-7.75",
            "1e4",
            "1e-5",
            "255.0",
            "256.0",
            "-128.5",
            "2147483648.0",
            "9007199254740993.0",
            "1e30",
            "-1.8446744073709552e19",
            "3.4e38",
            "1e-40",
            "1e300",
            "5e-324",
            "170141183460469231731687303715884105728.0",
        ];
        let range = match bits {
            16 => 15,
            32 => 21,
            _ => numbers.len(),
        };
        match self.rng.u32(..12) {
            0 => format!(
                "f{bits}::{}",
                self.pick(&[
                    "INFINITY",
                    "NEG_INFINITY",
                    "NAN",
                    "MAX",
                    "MIN",
                    "MIN_POSITIVE",
                    "EPSILON"
                ])
            ),
            1 => {
                let value = self.bits(Int::new(false, bits));
                format!("f{bits}::from_bits({})", Int::new(false, bits).literal(value))
            }
            _ => format!("({}_f{bits})", numbers[self.rng.usize(..range)]),
        }
        .into()
    }

    pub(super) fn float(&mut self, bits: u32, depth: u32) -> Code {
        let ty = Ty::Float(bits);
        let native = bits == 32 || bits == 64;
        match self.rng.u32(..30) {
            0..10 => {
                let operator = self.pick(&["+", "-", "*", "/", "+", "-", "*", "%"]);
                self.infix(&ty, operator, &ty, depth)
            }
            10..12 => code!["(-", self.expr(&ty, depth), ")"],
            12..19 => {
                let from = match self.rng.u32(..8) {
                    0..5 => Ty::Int(self.int_type()),
                    _ => self.float_type(),
                };
                let value = self.expr(&from, depth);
                code!["(", value, format!(" as f{bits})")]
            }
            19..21 => {
                let value = self.expr(&Ty::Int(Int::new(false, bits)), depth);
                code![format!("f{bits}::from_bits("), value, ")"]
            }
            21..23 => self.method(&ty, "abs", &[], depth),
            23 if !self.scope.constant && native => {
                let method = self.pick(&["sqrt", "floor", "ceil", "trunc", "round", "round_ties_even"]);
                self.method(&ty, method, &[], depth)
            }
            24 if !self.scope.constant && native => self.method(&ty, "mul_add", &[&ty, &ty], depth),
            25 => {
                // The sign of a NaN is left open.
                let sign = self.expr(&ty, depth);
                let value = self.expr(&ty, depth);
                code![
                    "({ let s = ",
                    sign,
                    "; ",
                    value,
                    format!(".copysign(if s != s {{ 1.0_f{bits} }} else {{ s }}) }})")
                ]
            }
            26 if !self.scope.constant => {
                let method = self.pick(&["minimum", "maximum"]);
                if native {
                    self.method(&ty, method, &[&ty], depth)
                } else {
                    self.float_literal(bits)
                }
            }
            _ => self.float_literal(bits),
        }
    }

    pub(super) fn bool(&mut self, depth: u32) -> Code {
        match self.rng.u32(..40) {
            0..12 => {
                let ty = Ty::Int(self.int_type());
                self.compared(&ty, depth)
            }
            12..16 => {
                let ty = self.float_type();
                self.compared(&ty, depth)
            }
            16..22 => {
                let operator = self.pick(&["&&", "||", "&", "|", "^", "==", "!="]);
                self.infix(&Ty::Bool, operator, &Ty::Bool, depth)
            }
            22..24 => code!["(!", self.expr(&Ty::Bool, depth), ")"],
            24 => self.compared(&Ty::Char, depth),
            25..32 if !self.scope.constant => {
                let ty = self.value_type();
                self.compared(&ty, depth)
            }
            32..34 if self.scope.generic => self.compared(&Ty::Param, depth),
            34 => {
                let ty = self.float_type();
                let method = self.pick(&["is_nan", "is_finite", "is_infinite"]);
                self.method(&ty, method, &[], depth)
            }
            35 => {
                let inner = self.ty(1);
                let method = self.pick(&["is_some", "is_none"]);
                let value = self.expr(&Ty::Option(self.shared(inner)), depth);
                code!["(", value, ").", method, "()"]
            }
            36 => {
                let value = self.expr(&Ty::Int(Int::new(false, 8)), depth);
                let range = self.pick(&[
                    "b'0'..=b'9'",
                    "b'a'..=b'f' | b'A'..=b'F'",
                    "0..=3 | 7 | 250..",
                    "..128",
                ]);
                code!["matches!(", value, ", ", range, ")"]
            }
            37 => {
                let int = self.int_type();
                let value = self.receiver(&Ty::Int(Int::new(false, int.bits)), depth);
                code![value, ".is_power_of_two()"]
            }
            _ => {
                let literal = self.pick(&["true", "false"]).into();
                self.opaque(literal)
            }
        }
    }

    /// A comparison of two values.
    fn compared(&mut self, ty: &Ty, depth: u32) -> Code {
        let operator = self.pick(&["<", "<=", "==", "!=", ">", ">="]);
        // A literal of a struct must not follow an operator without parentheses; none of ours does.
        let (a, b) = (self.expr(ty, depth), self.expr(ty, depth));
        if self.scope.constant {
            return code!["(", a, " ", operator, " ", b, ")"];
        }
        match self.rng.u32(..8) {
            0 => code![
                "(core::cmp::PartialOrd::partial_cmp(&",
                a,
                ", &",
                b,
                ") == Some(core::cmp::Ordering::Less))"
            ],
            _ => code!["(", a, " ", operator, " ", b, ")"],
        }
    }

    pub(super) fn char(&mut self, depth: u32) -> Code {
        match self.rng.u32(..6) {
            0..2 => {
                let value = self.expr(&Ty::Int(Int::new(false, 8)), depth);
                code!["(", value, " as char)"]
            }
            2..4 => {
                let value = self.expr(&Ty::Int(Int::new(false, 32)), depth);
                code![
                    "(match char::from_u32(",
                    value,
                    " & 0x1fffff) { Some(c) => c, None => '\\u{7}' })"
                ]
            }
            4 => self.method(&Ty::Char, "to_ascii_uppercase", &[], depth),
            _ => self.char_literal(),
        }
    }

    pub(super) fn char_literal(&mut self) -> Code {
        self.pick(&[
            "'a'",
            "'\\0'",
            "'Z'",
            "'9'",
            "'é'",
            "'\\u{d7ff}'",
            "'\\u{e000}'",
            "'\\u{10ffff}'",
        ])
        .into()
    }

    pub(super) fn nonzero(&mut self, int: Int, depth: u32) -> Code {
        let name = int.name();
        let value = self.expr(&Ty::Int(int), depth);
        let other = self.pick(&["MIN", "MAX"]);
        code![
            format!("(match core::num::NonZero::<{name}>::new("),
            value,
            format!(") {{ Some(a) => a, None => core::num::NonZero::<{name}>::{other} }})")
        ]
    }

    /// A value that the optimizer may not see through, where that can be said.
    pub(super) fn opaque(&mut self, value: Code) -> Code {
        if self.scope.constant || self.chance(40) {
            value
        } else {
            code!["bb(", value, ")"]
        }
    }
}

//! Random vectors.

use super::Generator;
use crate::code::{Code, code, joined};
use crate::types::{Int, Ty};

impl Generator {
    /// A vector of the type made of others.
    pub(super) fn simd(&mut self, ty: &Ty, depth: u32) -> Code {
        let Ty::Simd(lane, count) = ty else {
            return self.leaf(ty);
        };
        let path = "core::simd";
        match self.rng.u32(..12) {
            0..4 => {
                let operators: &[&str] = match **lane {
                    Ty::Float(_) => &["+", "-", "*", "/"],
                    _ => &["+", "-", "*", "&", "|", "^"],
                };
                let operator = self.pick(operators);
                self.infix(ty, operator, ty, depth)
            }
            4 => {
                let value = self.expr(lane, depth);
                code![
                    format!("{path}::Simd::<{}, {count}>::splat(", self.type_name(lane)),
                    value,
                    ")"
                ]
            }
            5 | 6 => {
                let method = self.pick(&["simd_lt", "simd_eq", "simd_ge", "simd_ne"]);
                let from = if method == "simd_lt" || method == "simd_ge" {
                    "cmp::SimdPartialOrd"
                } else {
                    "cmp::SimdPartialEq"
                };
                let (a, b, c, d) = (
                    self.expr(ty, depth),
                    self.expr(ty, depth),
                    self.expr(ty, depth),
                    self.expr(ty, depth),
                );
                code![
                    "({ use core::simd::Select; let m = ",
                    format!("{path}::{from}::{method}("),
                    a,
                    ", ",
                    b,
                    "); m.select(",
                    c,
                    ", ",
                    d,
                    ") })"
                ]
            }
            7 => {
                let order: Vec<String> = (0..*count)
                    .map(|_| self.rng.usize(..count * 2).to_string())
                    .collect();
                let (a, b) = (self.expr(ty, depth), self.expr(ty, depth));
                code![
                    format!("{path}::simd_swizzle!("),
                    a,
                    ", ",
                    b,
                    format!(", [{}])", order.join(", "))
                ]
            }
            8 => {
                let other = Ty::Simd(self.lane().into(), *count);
                let value = self.expr(&other, depth);
                let from = match &other {
                    Ty::Simd(lane, _) if matches!(**lane, Ty::Float(_)) => "SimdFloat",
                    Ty::Simd(lane, _) if matches!(**lane, Ty::Int(Int { signed: true, .. })) => "SimdInt",
                    _ => "SimdUint",
                };
                code![
                    format!("{path}::num::{from}::cast::<{}>(", self.type_name(lane)),
                    value,
                    ")"
                ]
            }
            9 => {
                let method = self.pick(&["rotate_elements_left::<1>", "reverse"]);
                code![self.expr(ty, depth), ".", method, "()"]
            }
            10 if matches!(**lane, Ty::Int(_)) => {
                let method = self.pick(&["simd_min", "simd_max"]);
                let (a, b) = (self.expr(ty, depth), self.expr(ty, depth));
                code![format!("{path}::cmp::SimdOrd::{method}("), a, ", ", b, ")"]
            }
            _ => self.composed(ty, depth, false),
        }
    }

    /// Vectors as a program uses them.
    pub(super) fn vector(&mut self) -> Code {
        if self.chance(40) {
            return self.machine_vector();
        }
        let ty = self.simd_type();
        let Ty::Simd(lane, count) = &ty else {
            return Code::default();
        };
        let local = self.local();
        let value = self.expr(&ty, 3);
        let name = self.type_name(&ty);
        let mut code = code![format!("let mut {local}: {name} = bb("), value, ");\n"].removable();
        self.declare(&local, &ty, true);
        for _ in 0..self.rng.usize(1..4) {
            let tag = self.tag();
            let value = match (self.rng.u32(..6), &**lane) {
                (0 | 1, Ty::Int(int)) => {
                    let method = self.pick(&[
                        "reduce_sum",
                        "reduce_product",
                        "reduce_and",
                        "reduce_or",
                        "reduce_xor",
                        "reduce_min",
                        "reduce_max",
                    ]);
                    let from = if int.signed { "SimdInt" } else { "SimdUint" };
                    code![format!("core::simd::num::{from}::{method}({local})")]
                }
                (2, _) => code![
                    format!("core::simd::cmp::SimdPartialEq::simd_eq({local}, "),
                    self.expr(&ty, 2),
                    ").to_bitmask()"
                ],
                (3, Ty::Int(int)) => {
                    let from = if int.signed { "SimdInt" } else { "SimdUint" };
                    let method = self.pick(&["saturating_add", "saturating_sub"]);
                    code![
                        format!("core::simd::num::{from}::{method}({local}, "),
                        self.expr(&ty, 2),
                        ")"
                    ]
                }
                (4, _) => {
                    let index = self.rng.usize(..*count);
                    code![
                        format!("{{ {local}[bb({index})] = "),
                        self.expr(lane, 1),
                        format!("; {local} }}")
                    ]
                }
                _ => self.expr(&ty, 3),
            };
            code.push(code![format!("log({tag}, "), value, ");\n"].removable());
        }
        code
    }

    /// Instructions by their names.
    fn machine_vector(&mut self) -> Code {
        let word = Ty::Int(Int::new(false, 32));
        let array = |this: &mut Generator| -> Code {
            let items: Vec<Code> = (0..4).map(|_| this.expr(&word, 1)).collect();
            code!["[", joined(items, ", "), "]"]
        };
        let (a, b) = (array(self), array(self));
        let (x, y) = (self.local(), self.local());
        let mut code = code![
            "unsafe {\nuse core::arch::x86_64::*;\n",
            format!("let mut {x}: __m128i = core::mem::transmute::<[u32; 4], _>("),
            a,
            ");\n",
            format!("let mut {y}: __m128i = core::mem::transmute::<[u32; 4], _>("),
            b,
            ");\n"
        ];
        for _ in 0..self.rng.usize(2..6) {
            let (to, from) = if self.chance(50) { (&x, &y) } else { (&y, &x) };
            let tag = self.tag();
            let (control, amount) = (self.rng.u32(..256), self.rng.u32(..20));
            let call = match self.rng.u32(..8) {
                0..4 => {
                    let operation = self.pick(&[
                        "add_epi32",
                        "sub_epi16",
                        "mullo_epi16",
                        "mulhi_epu16",
                        "madd_epi16",
                        "mul_epu32",
                        "sad_epu8",
                        "packs_epi16",
                        "packus_epi16",
                        "packs_epi32",
                        "unpackhi_epi8",
                        "unpacklo_epi64",
                        "avg_epu8",
                        "min_epi16",
                        "max_epu8",
                        "adds_epi8",
                        "subs_epu16",
                        "cmpgt_epi32",
                        "cmpeq_epi8",
                        "andnot_si128",
                        "xor_si128",
                        "sll_epi32",
                        "sra_epi16",
                        "srl_epi64",
                    ]);
                    format!("_mm_{operation}({to}, {from})")
                }
                4 => format!("_mm_shuffle_epi32::<{control}>({from})"),
                5 => format!("_mm_shufflehi_epi16::<{control}>({from})"),
                6 => {
                    let operation = self.pick(&[
                        "slli_epi16",
                        "srai_epi32",
                        "srli_epi64",
                        "slli_si128",
                        "srli_si128",
                    ]);
                    format!("_mm_{operation}::<{amount}>({from})")
                }
                _ => format!("_mm_set1_epi32(_mm_movemask_epi8({from}))"),
            };
            let shown = format!("log({tag}, core::mem::transmute::<_, [u64; 2]>({to}));\n");
            code.push(code![format!("{to} = {call};\n"), shown].removable());
        }
        code.push("}\n");
        code.removable()
    }
}

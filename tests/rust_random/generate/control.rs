//! Random values: where they come from, and how control flows to them.

use super::Generator;
use crate::code::{Code, code, joined};
use crate::types::{AdtKind, Home, Int, Ty};

impl Generator {
    /// A value of the type.
    pub(super) fn expr(&mut self, ty: &Ty, depth: u32) -> Code {
        let code = self.some_value(ty, depth);
        if *ty == Ty::Param {
            return code;
        }
        let (name, plain) = (self.type_name(ty), self.types.plain(ty));
        code.value(&name, &plain)
    }

    fn some_value(&mut self, ty: &Ty, depth: u32) -> Code {
        if depth == 0 || self.chance(10) {
            return self.leaf(ty);
        }
        let inner = depth - 1;
        match self.rng.u32(..100) {
            0..25 => self.leaf(ty),
            25..32 => self.called(ty, inner).unwrap_or_else(|| self.made(ty, inner)),
            32..38 => {
                let condition = self.expr(&Ty::Bool, inner);
                let (a, b) = (self.expr(ty, inner), self.expr(ty, inner));
                code!["(if ", condition, " { ", a, " } else { ", b, " })"]
            }
            38..46 => self.matched(ty, inner),
            46..49 => {
                let local = self.local();
                let other = self.value_type();
                let value = self.expr(&other, inner);
                let rest = self.within(|this| {
                    this.declare(&local, &other, false);
                    this.expr(ty, inner)
                });
                code![
                    "({ let ",
                    &local,
                    ": ",
                    self.type_name(&other),
                    " = ",
                    value,
                    "; ",
                    rest,
                    " })"
                ]
            }
            49..52 => {
                let option = Ty::Option(self.shared(ty.clone()));
                let value = self.expr(&option, inner);
                let other = self.expr(ty, inner);
                code!["(match ", value, " { Some(a) => a, None => ", other, " })"]
            }
            55..58 => {
                let condition = self.expr(&Ty::Bool, inner);
                let (a, b) = (self.expr(ty, inner), self.expr(ty, inner));
                let label = self.local();
                code![
                    format!("('{label}: {{ if "),
                    condition,
                    format!(" {{ break '{label} "),
                    a,
                    "; } ",
                    b,
                    " })"
                ]
            }
            52..55 => {
                let count = self.pick(&[1, 2, 3, 4, 7]);
                let array = self.expr(&Ty::Array(self.shared(ty.clone()), count), inner);
                let index = self.expr(&Ty::Int(Int::new(false, 0)), inner);
                if self.scope.quiet || self.chance(60) {
                    code![array, "[", index, format!(" % {count}]")]
                } else {
                    code![
                        array,
                        "[",
                        index,
                        format!(" & {}]", count.next_power_of_two() * 2 - 1)
                    ]
                }
            }
            _ => self.made(ty, inner),
        }
    }

    /// A value that needs no other: a local, a part of one, a literal.
    pub(super) fn leaf(&mut self, ty: &Ty) -> Code {
        let mut found = Vec::new();
        for var in &self.scope.vars {
            if var.ty == *ty {
                found.push(var.name.clone());
            } else {
                self.parts(&var.name, &var.ty, ty, 2, &mut found);
            }
        }
        if *ty == Ty::Param || !found.is_empty() && self.chance(75) {
            return self.pick(&found).into();
        }
        let literal = self.literal(ty);
        self.opaque(literal)
    }

    /// The places in a value that have the wanted type.
    fn parts(&self, path: &str, ty: &Ty, wanted: &Ty, depth: u32, found: &mut Vec<String>) {
        if depth == 0 {
            return;
        }
        // No reference may be made to a field of what is packed, and a method may make one.
        let packed = matches!(ty, Ty::Adt(id, _) if self.types.adts[*id].packed);
        for (name, field) in self.types.fields(ty) {
            let path = match packed {
                true => format!("({{ {path}.{name} }})"),
                false => format!("{path}.{name}"),
            };
            if field == *wanted {
                found.push(path);
            } else {
                self.parts(&path, &field, wanted, depth - 1, found);
            }
        }
        match ty {
            Ty::Array(item, count) if *count > 0 && **item == *wanted => {
                found.push(format!("{path}[{}]", count / 2))
            }
            Ty::Ref(target) if **target == *wanted => found.push(format!("(*{path})")),
            _ => {}
        }
    }

    /// A constant of the type.
    pub(super) fn literal(&mut self, ty: &Ty) -> Code {
        match ty {
            Ty::Int(int) => self.int_literal(*int),
            Ty::Float(bits) => self.float_literal(*bits),
            Ty::Char => self.char_literal(),
            Ty::Bool => self.pick(&["true", "false"]).into(),
            _ => self.composed(ty, 0, true),
        }
    }

    /// A value made in a way that its type has.
    fn made(&mut self, ty: &Ty, depth: u32) -> Code {
        match ty {
            Ty::Int(int) => self.int(*int, depth),
            Ty::Float(bits) => self.float(*bits, depth),
            Ty::Bool => self.bool(depth),
            Ty::Char => self.char(depth),
            Ty::NonZero(int) => self.nonzero(*int, depth),
            Ty::Simd(..) if !self.scope.constant => self.simd(ty, depth),
            _ => self.composed(ty, depth, false),
        }
    }

    /// A value made of others; if told so, of literals.
    pub(super) fn composed(&mut self, ty: &Ty, depth: u32, literal: bool) -> Code {
        let one = |this: &mut Generator, ty: &Ty| {
            if literal {
                this.literal(ty)
            } else {
                this.expr(ty, depth)
            }
        };
        let name = self.type_name(ty);
        match ty {
            Ty::Unit | Ty::Never => "()".into(),
            Ty::Ordering if literal || self.scope.constant => {
                let variant = self.pick(&["Less", "Equal", "Greater"]);
                code!["core::cmp::Ordering::", variant]
            }
            Ty::Ordering => {
                let int = Ty::Int(self.int_type());
                let (a, b) = (one(self, &int), one(self, &int));
                code![a, ".cmp(&", b, ")"]
            }
            Ty::NonZero(int) => {
                let bits = self.bits(*int);
                let shown = int.literal(bits);
                if shown == int.literal(0) {
                    return self.types.plain(ty).into();
                }
                code![format!(
                    "core::num::NonZero::<{}>::new({shown}).unwrap()",
                    int.name()
                )]
            }
            Ty::Tuple(all) => {
                let all: Vec<Code> = all.iter().map(|ty| code![one(self, ty), ", "]).collect();
                code!["(", all.into_iter().collect::<Code>(), ")"]
            }
            Ty::Array(item, count) if *count > 4 || self.rng.u32(..4) == 0 => {
                code!["[", one(self, item), format!("; {count}]")]
            }
            Ty::Array(_, 0) => format!("({} as {name})", "[]").into(),
            Ty::Array(item, count) => {
                let items: Vec<Code> = (0..*count).map(|_| one(self, item)).collect();
                code!["[", joined(items, ", "), "]"]
            }
            Ty::Option(inner) if self.types.inhabited(inner) && self.rng.u32(..3) > 0 => {
                code!["Some::<", self.type_name(inner), ">(", one(self, inner), ")"]
            }
            Ty::Option(inner) => code!["None::<", self.type_name(inner), ">"],
            Ty::Result(a, b) => {
                let ok = self.types.inhabited(a) && (!self.types.inhabited(b) || self.rng.bool());
                let types = format!("::<{}, {}>(", self.type_name(a), self.type_name(b));
                let (variant, inner) = if ok { ("Ok", a) } else { ("Err", b) };
                code![variant, types, one(self, inner), ")"]
            }
            Ty::Ref(target) => {
                let target_name = self.type_name(target);
                let value = self.constant_value(target);
                code!["({ static R: ", target_name, " = ", value, "; &R })"]
            }
            Ty::Slice(item) => {
                let count = self.rng.usize(0..5);
                let item_name = self.type_name(item);
                let items: Vec<Code> = (0..count).map(|_| self.constant_value(item)).collect();
                code![
                    "({ static R: [",
                    item_name,
                    format!("; {count}] = ["),
                    joined(items, ", "),
                    "]; &R as ",
                    name,
                    " })"
                ]
            }
            Ty::Str => {
                let text = self.pick(&[
                    "",
                    "a",
                    "abc",
                    "abd",
                    "hello",
                    "a longer text than the others",
                    "é",
                    "\\0x",
                ]);
                format!("\"{text}\"").into()
            }
            Ty::Simd(lane, count) => {
                let lanes: Vec<Code> = (0..*count).map(|_| one(self, lane)).collect();
                code!["core::simd::Simd::from_array([", joined(lanes, ", "), "])"]
            }
            Ty::Adt(id, argument) => {
                let adt = self.types.adts[*id].clone();
                match &adt.kind {
                    AdtKind::Struct(fields) => {
                        let mut all = Vec::new();
                        for (index, field) in fields.iter().enumerate() {
                            all.push(code![format!("f{index}: "), one(self, &field.with(argument))]);
                        }
                        code!["(", &adt.name, " { ", joined(all, ", "), " })"]
                    }
                    AdtKind::Enum(_) => {
                        let variants = self.types.variants(&adt, argument);
                        let variant = self.pick(&variants);
                        let fields: Vec<Code> = variant.fields.iter().map(|ty| one(self, ty)).collect();
                        let text = self.types.variant(&adt, argument, &variant, "\u{1}");
                        match text.split_once('\u{1}') {
                            Some((before, after)) => code![before, joined(fields, ", "), after],
                            None => text.into(),
                        }
                    }
                }
            }
            Ty::Int(_) | Ty::Float(_) | Ty::Bool | Ty::Char | Ty::Param => self.leaf(ty),
        }
    }

    /// A value computed at compile time.
    pub(super) fn constant_value(&mut self, ty: &Ty) -> Code {
        let mut scope = super::Scope::new(self.scope.home);
        (scope.constant, scope.quiet, scope.times) = (true, true, COMPILE_TIMES);
        self.apart(scope, |this| this.expr(ty, 1)).0
    }

    /// A call of a function that returns the type.
    pub(super) fn called(&mut self, ty: &Ty, depth: u32) -> Option<Code> {
        let fits = |function: &&super::Function| {
            (function.result == *ty)
                && !function.generic
                && !function.waits
                && (function.constant || !self.scope.constant)
                && (function.quiet || !self.scope.quiet)
                && (function.home == Home::Library || self.scope.home == Home::Binary)
                && function
                    .params
                    .iter()
                    .all(|ty| self.types.is_local(ty, self.scope.home))
                && self.scope.cost + function.cost * self.scope.times < super::COST
        };
        let all: Vec<super::Function> = self.functions.iter().filter(fits).cloned().collect();
        if all.is_empty() {
            return None;
        }
        let function = self.pick(&all);
        self.scope.cost += function.cost * self.scope.times;
        let arguments: Vec<Code> = function
            .params
            .iter()
            .map(|ty| self.expr(ty, depth.min(1)))
            .collect();
        Some(code![&function.name, "(", joined(arguments, ", "), ")"])
    }

    /// A value chosen by a `match`.
    fn matched(&mut self, ty: &Ty, depth: u32) -> Code {
        let mut scrutinee = match self.rng.u32(..10) {
            0..3 => Ty::Int(self.int_type()),
            3 => Ty::Str,
            4 => Ty::Char,
            5 => Ty::Array(self.shared(Ty::BYTE), 4),
            6 => {
                let inner = self.ty(1);
                Ty::Option(self.shared(inner))
            }
            _ => self.value_type(),
        };
        let of_enum = |this: &Generator, ty: &Ty| matches!(ty, Ty::Adt(id, _) if matches!(this.types.adts[*id].kind, AdtKind::Enum(_)));
        let locals: Vec<Ty> = self
            .scope
            .vars
            .iter()
            .map(|var| var.ty.clone())
            .filter(|ty| of_enum(self, ty))
            .collect();
        if !locals.is_empty() && self.chance(40) {
            scrutinee = self.pick(&locals);
        }
        let value = self.expr(&scrutinee, depth);
        let arms = match &scrutinee {
            Ty::Int(int) => self.int_arms(*int, ty, depth),
            Ty::Str if !self.scope.constant => {
                let texts = ["\"abc\"", "\"\"", "\"hello\"", "\"a\" | \"abd\""];
                let arms = texts
                    .into_iter()
                    .map(|text| (text.to_string(), Vec::new()))
                    .collect();
                self.arms(arms, ty, depth)
            }
            Ty::Char => {
                let arms =
                    ["'a'..='f' | 'Z'", "'\\0'..'\\u{e000}'"].map(|text| (text.to_string(), Vec::new()));
                self.arms(arms.into(), ty, depth)
            }
            Ty::Array(item, 4) => {
                let (a, b) = (self.local(), self.local());
                let bound = |name: &String| (name.clone(), (**item).clone());
                let arms = vec![
                    (format!("[{a} @ 0..10, .., {b}]"), vec![bound(&a), bound(&b)]),
                    (format!("[_, {a}, 7 | 9 | 200.., _]"), vec![bound(&a)]),
                ];
                let arms = if **item == Ty::BYTE { arms } else { Vec::new() };
                self.arms(arms, ty, depth)
            }
            Ty::Option(inner) => {
                let a = self.local();
                let arms = match self.types.inhabited(inner) {
                    true => vec![(format!("Some({a})"), vec![(a, (**inner).clone())])],
                    false => Vec::new(),
                };
                self.arms(arms, ty, depth)
            }
            Ty::Result(ok, error) => {
                let (a, b) = (self.local(), self.local());
                let mut arms = Vec::new();
                if self.types.inhabited(ok) {
                    arms.push((format!("Ok({a})"), vec![(a, (**ok).clone())]));
                }
                if self.types.inhabited(error) && self.chance(50) {
                    arms.push((format!("Err({b})"), vec![(b, (**error).clone())]));
                }
                self.arms(arms, ty, depth)
            }
            Ty::Adt(id, argument) if of_enum(self, &scrutinee) => {
                let adt = self.types.adts[*id].clone();
                let mut arms = Vec::new();
                for variant in self.types.variants(&adt, argument) {
                    let names: Vec<String> = variant.fields.iter().map(|_| self.local()).collect();
                    let names_text = names.join(", ");
                    let pattern = self.types.variant(&adt, argument, &variant, &names_text);
                    arms.push((pattern, names.into_iter().zip(variant.fields.clone()).collect()));
                }
                if self.chance(30) {
                    arms.truncate(arms.len() / 2);
                }
                self.arms(arms, ty, depth)
            }
            _ => {
                let a = self.local();
                self.arms(vec![(a.clone(), vec![(a, scrutinee.clone())])], ty, depth)
            }
        };
        code!["(match ", value, " { ", arms, " })"]
    }

    fn int_arms(&mut self, int: Int, ty: &Ty, depth: u32) -> Code {
        let mut arms = Vec::new();
        for _ in 0..self.rng.usize(1..5) {
            let (a, b) = (self.bits(int), self.bits(int));
            let (a_text, b_text) = (int.literal(a), int.literal(b));
            let plain = |text: &str| text.trim_matches(['(', ')']).to_string();
            let unused = 128 - int.width();
            let in_order = match int.signed {
                true => (a << unused) as i128 <= (b << unused) as i128,
                false => a << unused <= b << unused,
            };
            let pattern = match self.rng.u32(..4) {
                0 if in_order => format!("{}..={}", plain(&a_text), plain(&b_text)),
                1 => format!("{}..", plain(&a_text)),
                2 => format!("{} | {}", plain(&a_text), plain(&b_text)),
                _ => plain(&a_text),
            };
            arms.push((pattern, Vec::new()));
        }
        if self.chance(30) {
            let a = self.local();
            arms.push((format!("{a} if {a} & 1 == 0"), vec![(a, Ty::Int(int))]));
        }
        self.arms(arms, ty, depth)
    }

    /// Arms with what they bind, and one for all else.
    fn arms(&mut self, arms: Vec<(String, Vec<(String, Ty)>)>, ty: &Ty, depth: u32) -> Code {
        let mut code = Code::default();
        for (pattern, bound) in arms {
            let value = self.within(|this| {
                for (name, ty) in &bound {
                    this.declare(name, ty, false);
                }
                this.expr(ty, depth)
            });
            code.push(code![pattern, " => ", value, ", "].removable());
        }
        let other = self.expr(ty, depth);
        code.push(code!["_ => ", other]);
        code
    }
}

/// What runs at compile time is interpreted, and must not take long.
const COMPILE_TIMES: u64 = 20;

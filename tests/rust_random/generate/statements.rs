//! Random statements.

use super::Generator;
use crate::code::{Code, code};
use crate::types::{Int, Ty};

impl Generator {
    /// Statements of a block. What they declare stays visible to what follows.
    pub(super) fn statements(&mut self, count: usize) -> Code {
        (0..count).map(|_| self.statement()).collect()
    }

    pub(super) fn statement(&mut self) -> Code {
        self.scope.cost += self.scope.times;
        let nested = self.scope.depth < 3;
        let effects = !self.scope.constant;
        let code = match self.rng.u32(..100) {
            0..40 => self.declaration(),
            40..52 => match self.assignment() {
                Some(code) => code,
                None => self.declaration(),
            },
            52..60 if effects && !self.scope.vars.is_empty() => {
                let var = self.rng.usize(..self.scope.vars.len());
                let (name, tag) = (self.scope.vars[var].name.clone(), self.tag());
                code![format!("log({tag}, {name});\n")]
            }
            60..68 if nested => self.branch(),
            68..76 if nested && self.scope.times < 20 => self.repetition(),
            76..80 if effects => {
                let (tag, value) = (self.tag(), self.expr(&Ty::WORD, 1));
                let name = self.local();
                code![format!("let {name} = Guard({tag}, "), value, ");\n"]
            }
            80..84 if effects && nested => self.caught(),
            84..87 if effects && !self.scope.quiet => {
                let condition = self.expr(&Ty::Bool, 1);
                let what = match self.rng.u32(..4) {
                    0 => "std::panic::panic_any(77_u64)",
                    1 => "panic!(\"it does\")",
                    2 => "unreachable!()",
                    _ => "None::<u8>.expect(\"nothing\")",
                };
                code!["if ", condition, " { ", what, "; }\n"]
            }
            87..92 if self.scope.waits => self.wait(),
            92..95 if self.scope.in_loop && self.scope.depth > 0 => {
                let condition = self.expr(&Ty::Bool, 1);
                let what = self.pick(&["break", "continue"]);
                code!["if ", condition, " { ", what, "; }\n"]
            }
            95..97 if self.scope.result.is_some() => {
                let condition = self.expr(&Ty::Bool, 1);
                let result = self.scope.result.clone().unwrap_or(Ty::Unit);
                let value = self.expr(&result, 1);
                code!["if ", condition, " { return ", value, "; }\n"]
            }
            _ => self.declaration(),
        };
        code.removable()
    }

    fn declaration(&mut self) -> Code {
        let ty = self.value_type();
        let value = self.expr(&ty, 3);
        let (name, ty_name) = (self.local(), self.type_name(&ty));
        self.declare(&name, &ty, true);
        code![format!("let mut {name}: {ty_name} = "), value, ";\n"]
    }

    fn assignment(&mut self) -> Option<Code> {
        let places: Vec<(String, Ty)> = self.places();
        if places.is_empty() {
            return None;
        }
        let (place, ty) = self.pick(&places);
        let value = self.expr(&ty, 2);
        Some(match ty {
            Ty::Int(_) if self.chance(30) => {
                let operator = self.pick(&["^=", "|=", "&="]);
                code![place, " ", operator, " ", value, ";\n"]
            }
            Ty::Array(item, count) if count > 0 && self.chance(60) => {
                let index = self.expr(&Ty::Int(Int::new(false, 0)), 1);
                let value = self.expr(&item, 2);
                code![place, "[", index, format!(" % {count}] = "), value, ";\n"]
            }
            _ => code![place, " = ", value, ";\n"],
        })
    }

    /// The mutable locals and their fields.
    fn places(&self) -> Vec<(String, Ty)> {
        let mut places = Vec::new();
        for var in self
            .scope
            .vars
            .iter()
            .filter(|var| var.mutable && var.ty != Ty::Param)
        {
            places.push((var.name.clone(), var.ty.clone()));
            for (name, ty) in self.types.fields(&var.ty) {
                if ty != Ty::Param {
                    places.push((format!("{}.{name}", var.name), ty));
                }
            }
        }
        places
    }

    fn branch(&mut self) -> Code {
        let condition = self.expr(&Ty::Bool, 2);
        let (then, otherwise) = (self.rng.usize(1..3), self.rng.usize(0..3));
        let then = self.within(|this| this.statements(then));
        let otherwise = self.within(|this| this.statements(otherwise));
        let mut before = code!["if ", condition, " {\n"];
        before.push(then);
        before.push("} else {\n");
        Code::block(before, otherwise, "}\n")
    }

    fn repetition(&mut self) -> Code {
        let (name, count) = (self.local(), self.rng.u64(1..5));
        let statements = self.rng.usize(1..4);
        let constant = self.scope.constant;
        let body = self.within(|this| {
            this.scope.times *= count;
            this.scope.in_loop = true;
            if !constant {
                this.declare(&name, &Ty::Int(Int::new(false, 0)), false);
            }
            this.statements(statements)
        });
        if constant || self.chance(30) {
            // `continue` must not skip the step.
            let head = format!("let mut {name} = 0_usize;\nwhile {name} < {count} {{\n{name} += 1;\n");
            return Code::block(head, body, "}\n");
        }
        let head = match self.rng.u32(..3) {
            0 => format!("for {name} in (0..{count}_usize).rev() {{\n"),
            1 => format!("for {name} in bb(0_usize)..bb({count}) {{\n"),
            _ => format!("for {name} in 0..{count}_usize {{\n"),
        };
        Code::block(head, body, "}\n")
    }

    /// A closure whose panics are caught.
    pub(super) fn caught(&mut self) -> Code {
        let tag = self.tag();
        let result = self.value_type();
        let count = self.rng.usize(1..4);
        let (body, value) = self.within(|this| {
            (this.scope.quiet, this.scope.waits, this.scope.in_loop) = (false, false, false);
            this.scope.result = Some(result.clone());
            let body = this.statements(count);
            (body, this.expr(&result, 2))
        });
        let name = self.type_name(&result);
        let after = code![value, "\n});\n"];
        Code::block(format!("catch({tag}, || -> {name} {{\n"), body, after)
    }
}

//! Random traits with their objects, and closures.

use super::{Generator, Scope};
use crate::code::{Code, code, joined};
use crate::types::{Home, Ty};

impl Generator {
    /// A trait with a method that each type defines and one that it need not, and another on top of it.
    pub(super) fn object(&mut self) -> Code {
        let home = self.home();
        let (base, top) = (self.name("B"), self.name("T"));
        let mut scope = Scope::new(home);
        scope.quiet = self.chance(40);
        let quiet = scope.quiet;
        let (signature, _) = self.apart(scope.clone(), |this| {
            let params: Vec<Ty> = (0..this.rng.usize(0..3)).map(|_| this.value_type()).collect();
            (params, this.value_type(), this.value_type())
        });
        let (params, result, extra) = signature;
        let names: Vec<String> = params.iter().map(|_| self.local()).collect();
        let list: String = names
            .iter()
            .zip(&params)
            .map(|(name, ty)| format!(", mut {name}: {}", self.type_name(ty)))
            .collect();
        let declared: String = list.replace("mut ", "");
        let (result_name, extra_name) = (self.type_name(&result), self.type_name(&extra));
        let (default, _) = self.apart(scope.clone(), |this| this.body(&extra, 1));
        self.fixed_item(home, code![
            format!("pub trait {base}: Show {{\nfn number(&self) -> u32; fn first(&self{declared}) -> {result_name};\n"),
            format!("fn second(&self) -> {extra_name} {{\n"), default, "}\n",
            "fn ended(self: Box<Self>) -> u64;\n}\n",
            format!("pub trait {top}: {base} {{ fn above(&self) -> u32 {{ self.number().wrapping_mul(3) }} }}")
        ]);
        let mut types: Vec<Ty> = Vec::new();
        let mut code = Code::default();
        for _ in 0..self.rng.usize(2..4) {
            let own = if self.chance(30) { Home::Binary } else { home };
            let (ty, _) = self.apart(Scope::new(own), |this| this.value_type());
            // Of a trait and a type, one must be of the crate.
            let is_own = matches!(&ty, Ty::Adt(id, _) if self.types.adts[*id].home == own);
            let home = if is_own { own } else { home };
            if !self.types.is_local(&ty, home) {
                continue;
            }
            // Two implementations must not overlap.
            let overlaps = |other: &Ty| self.type_name(other) == self.type_name(&ty);
            if types.iter().any(overlaps) {
                continue;
            }
            let mut inner = scope.clone();
            inner.home = home;
            let ((first, second), _) = self.apart(inner, |this| {
                let me = this.local();
                this.declare(&me, &ty, true);
                for (name, ty) in names.iter().zip(&params) {
                    this.declare(name, ty, true);
                }
                let first = this.within(|this| this.body(&result, 2));
                this.scope.vars.truncate(1);
                let second = this.chance(50).then(|| this.within(|this| this.body(&extra, 1)));
                let start = format!("let mut {me} = *self;\n");
                (code![&start, first], second.map(|body| code![start, body]))
            });
            let name = self.type_name(&ty);
            let number = self.rng.u32(..1000);
            let inlining = self.pick(&["", "#[inline] ", "#[inline(never)] "]);
            let mut item = code![
                format!("impl {base} for {name} {{\nfn number(&self) -> u32 {{ {number} }}\n"),
                format!("{inlining}fn first(&self{list}) -> {result_name} {{\n"),
                first,
                "}\n"
            ];
            if let Some(second) = second {
                item.push(code![format!("fn second(&self) -> {extra_name} {{\n"), second, "}\n"].removable());
            }
            item.push("fn ended(self: Box<Self>) -> u64 { log(0, *self); 5 }\n}\n");
            item.push(format!("impl {top} for {name} {{}}"));
            self.item(home, item);
            types.push(ty);
        }
        let (generic, dynamic) = (self.name("w"), self.name("w"));
        let mut arguments = Vec::new();
        for name in &names {
            arguments.push(Code::from(name));
        }
        let arguments = joined(arguments, ", ").text();
        self.item(home, format!(
            "pub fn {generic}<A: {top} + Copy>(a: A{declared}) -> ({result_name}, {extra_name}, u32) {{ (a.first({arguments}), a.second(), a.above() ^ a.number()) }}\n\
             #[inline(never)] pub fn {dynamic}(a: &dyn {base}{declared}) -> ({result_name}, {extra_name}, u32) {{ (a.first({arguments}), a.second(), a.number()) }}"
        ).into());
        for ty in types {
            let value = self.expr(&ty, 2);
            let pass = |this: &mut Generator| -> Code {
                params.iter().map(|ty| code![", ", this.expr(ty, 1)]).collect()
            };
            let (a, b) = (pass(self), pass(self));
            let local = self.local();
            code.push(code![format!("let {local}: {} = ", self.type_name(&ty)), value, ";\n"].removable());
            code.push(self.logged(code![format!("{generic}({local}"), a, ")"], quiet));
            let object = self.pick(&[
                format!("&{local}"),
                format!("&{local} as &dyn {top}"),
                format!("&*Box::new({local})"),
                format!("&*(Box::new({local}) as Box<dyn {top}> as Box<dyn {base}>)"),
            ]);
            code.push(self.logged(code![format!("{dynamic}({object}"), b, ")"], quiet));
            code.push(self.logged(format!("(Box::new({local}) as Box<dyn {top}>).ended()"), quiet));
        }
        code
    }

    /// Closures, called in the ways there are.
    pub(super) fn closure(&mut self) -> Code {
        let (name, local) = (self.name("h"), self.local());
        let home = self.home();
        let (signature, _) = self.apart(Scope::new(home), |this| (this.value_type(), this.value_type()));
        let (param, result) = signature;
        let (param_name, result_name) = (self.type_name(&param), self.type_name(&result));
        let kind = self.pick(&["Fn", "FnMut", "FnOnce"]);
        let twice = kind != "FnOnce" && self.chance(50);
        let mutable = if kind == "FnMut" { "mut " } else { "" };
        let inlining = self.inlining();
        let again = if twice { "log(1, f(a));" } else { "" };
        self.item(home, format!(
            "{inlining}pub fn {name}<F: {kind}({param_name}) -> {result_name}>({mutable}f: F, a: {param_name}) -> {result_name} {{ {again} f(a) }}"
        ).into());
        let captured = self.value_type();
        let value = self.expr(&captured, 2);
        let mut code = Code::default();
        let captured_name = self.type_name(&captured);
        code.push(code![format!("let mut {local}: {captured_name} = "), value, ";\n"].removable());
        let quiet = self.chance(40);
        let argument = self.local();
        let body = self.within(|this| {
            (this.scope.quiet, this.scope.in_loop, this.scope.waits) = (quiet, false, false);
            this.declare(&local, &captured, kind != "Fn");
            this.declare(&argument, &param, true);
            if kind == "Fn" {
                this.scope
                    .vars
                    .iter_mut()
                    .for_each(|var| var.mutable = var.name == argument);
            }
            this.body(&result, 2)
        });
        let moves = if self.chance(40) { "move " } else { "" };
        let closure = code![
            format!("{moves}|mut {argument}: {param_name}| -> {result_name} {{\n"),
            body,
            "}"
        ];
        let value = self.expr(&param, 1);
        let (before, after) = match (self.rng.u32(..4), kind) {
            (0, "FnOnce") => {
                let head = format!("let f: Box<dyn FnOnce({param_name}) -> {result_name}> = Box::new(");
                (head, "); f(a)".into())
            }
            (0, _) => {
                let head = format!("let f: &mut dyn FnMut({param_name}) -> {result_name} = &mut ");
                (head, "; f(a)".into())
            }
            (1, "Fn") => {
                let head = format!("let f: Box<dyn Fn({param_name}) -> {result_name}> = Box::new(");
                (head, format!("); {name}(&*f, a)"))
            }
            (1, "FnMut") => ("let mut f = ".into(), format!("; {name}(&mut f, a)")),
            _ => (format!("{name}("), ", a)".into()),
        };
        // What the closure borrows cannot be used after it has been made.
        let call = code!["{ let a = ", value, "; ", before, closure, after, " }"];
        code.push(self.logged(call, quiet));
        if kind != "Fn" && moves.is_empty() {
            let tag = self.tag();
            code.push(code![format!("log({tag}, {local});\n")].removable());
        }
        code
    }
}

//! Random uses of memory: atomics, thread-locals, statics, moves and drops.

use super::{Generator, Scope};
use crate::code::{Code, code, joined};
use crate::types::{Int, Ty};

impl Generator {
    pub(super) fn memory(&mut self) -> Code {
        match self.rng.u32(..5) {
            0 | 1 => self.atomic(),
            2 => self.thread_local(),
            3 => self.static_item(),
            _ => self.copies(),
        }
    }

    fn atomic(&mut self) -> Code {
        let bits = self.pick(&[8, 16, 32, 64, 0]);
        let int = Int::new(self.chance(50), bits);
        let (home, name) = (self.home(), self.name("X"));
        let kind = match int.bits {
            0 => format!("Atomic{}size", if int.signed { 'I' } else { 'U' }),
            bits => format!("Atomic{}{bits}", if int.signed { 'I' } else { 'U' }),
        };
        let path = "std::sync::atomic";
        let start = self.int_literal(int);
        self.item(
            home,
            code![
                format!("pub static {name}: {path}::{kind} = {path}::{kind}::new("),
                start,
                ");"
            ],
        );
        let mut code = Code::default();
        for _ in 0..self.rng.usize(2..6) {
            let ty = Ty::Int(int);
            let (a, b) = (self.expr(&ty, 1), self.expr(&ty, 1));
            let order = self.pick(&["Relaxed", "Acquire", "Release", "AcqRel", "SeqCst"]);
            let order = format!("{path}::Ordering::{order}");
            let load = format!(
                "{path}::Ordering::{}",
                self.pick(&["Relaxed", "Acquire", "SeqCst"])
            );
            let value = match self.rng.u32(..4) {
                0 | 1 => {
                    let method = self.pick(&[
                        "swap",
                        "fetch_add",
                        "fetch_sub",
                        "fetch_and",
                        "fetch_or",
                        "fetch_xor",
                        "fetch_nand",
                        "fetch_min",
                        "fetch_max",
                    ]);
                    code![format!("{name}.{method}("), a, format!(", {order})")]
                }
                2 => {
                    let current = self.pick(&[format!("{name}.load({load})"), int.literal(0)]);
                    code![
                        format!("{name}.compare_exchange({current}, "),
                        a,
                        format!(", {order}, {load})")
                    ]
                }
                _ => code![
                    format!("{{ {name}.store("),
                    a,
                    format!(", {path}::Ordering::Release); {name}.load({load}).wrapping_add("),
                    b,
                    ") }"
                ],
            };
            code.push(self.logged(value, true));
        }
        code
    }

    fn thread_local(&mut self) -> Code {
        let (home, name) = (self.home(), self.name("L"));
        let ((ty, start), _) = self.apart(Scope::new(home), |this| {
            let ty = this.value_type();
            let start = this.constant_value(&ty);
            (ty, start)
        });
        let ty_name = self.type_name(&ty);
        let constant = self.pick(&["const ", ""]);
        self.item(home, code![
            format!("thread_local! {{ pub static {name}: std::cell::Cell<{ty_name}> = {constant}{{ std::cell::Cell::new("), start, ") } }"
        ]);
        let value = self.expr(&ty, 2);
        let first = self.logged(format!("{name}.get()"), true);
        let second = self.logged(code![format!("{name}.replace("), value, ")"], true);
        let third = self.logged(format!("std::thread::spawn(|| {{ let mut a = {name}.get(); std::mem::size_of_val(&a) as u64 }}).join().unwrap()"), true);
        let fourth = self.logged(format!("{name}.get()"), true);
        let rarely = self.chance(15);
        [
            first,
            second,
            if rarely { third } else { Code::default() },
            fourth,
        ]
        .into_iter()
        .collect()
    }

    fn static_item(&mut self) -> Code {
        let (home, name) = (self.home(), self.name("D"));
        let ((ty, value), _) = self.apart(Scope::new(home), |this| {
            let ty = this.value_type();
            let value = this.constant_value(&ty);
            (ty, value)
        });
        let ty_name = self.type_name(&ty);
        let section = self.pick(&["", "", "", "#[unsafe(link_section = \".data.random\")] "]);
        self.item(
            home,
            code![format!("{section}pub static {name}: {ty_name} = "), value, ";"],
        );
        let (a, b) = (
            self.logged(name.as_str(), true),
            self.logged(format!("*bb(&{name})"), true),
        );
        code![a, b]
    }

    /// Copies, swaps and comparisons of whole values.
    fn copies(&mut self) -> Code {
        let (ty, count) = (self.value_type(), self.rng.usize(1..5));
        let ty_name = self.type_name(&ty);
        let items: Vec<Code> = (0..count).map(|_| self.expr(&ty, 1)).collect();
        let value = self.expr(&ty, 1);
        let local = self.local();
        let mut body = code![
            format!("let mut {local}: [{ty_name}; {count}] = ["),
            joined(items, ", "),
            "];\n"
        ];
        for _ in 0..self.rng.usize(1..4) {
            let (a, b) = (self.rng.usize(..count), self.rng.usize(..count));
            let tag = self.tag();
            let statement = match self.rng.u32(..7) {
                0 => code![format!("{local}.swap(bb({a}), {b});\n")],
                1 => code![format!("{local}.reverse();\n")],
                2 => code![format!("{local}.rotate_left(bb({a}));\n")],
                3 => code![format!("{local}.copy_within({a}.., 0);\n")],
                4 => code![
                    format!("log({tag}, std::mem::replace(&mut {local}[{a}], "),
                    value.clone(),
                    "));\n"
                ],
                5 => code![format!(
                    "log({tag}, {local}.iter().rev().position(|a| *a == {local}[{b}]).unwrap_or(99));\n"
                )],
                _ => code![format!(
                    "log({tag}, unsafe {{ core::ptr::read_volatile(&raw const {local}[{a}]) }});\n"
                )],
            };
            body.push(statement.removable());
        }
        let tag = self.tag();
        code!["{\n", body, format!("log({tag}, {local});\n}}\n")].removable()
    }

    /// Values that say when they are dropped, moved here and there, with or without a panic.
    pub(super) fn drops(&mut self) -> Code {
        let home = self.home();
        let name = self.name("d");
        let mut scope = Scope::new(home);
        scope.quiet = false;
        let (ty, _) = self.apart(scope.clone(), |this| this.value_type());
        let loud = format!("Loud<{}>", self.type_name(&ty));
        let inlining = self.inlining();
        let (item, _) = self.apart(scope, |this| {
            let condition = this.expr(&Ty::Bool, 2);
            let after = this.pick(&[
                "let c = [a, b]; let [d, _] = c; d",
                "let mut v = vec![a]; v.push(b); v.truncate(1); v.pop().unwrap()",
                "let c = Box::new((a, b)); let d = c.0; d",
                "let mut o = Some(a); if bb(true) { o = Some(b); } o.take().unwrap()",
                "match (a, Some(b)) { (a, Some(b)) if b.0 & 1 == 0 => a, (_, Some(b)) => b, (a, None) => a }",
                "let r: Result<_, Loud<u8>> = (|| { if bb(false) { Err(Loud(900, 1_u8))? } Ok(a) })(); drop(b); r.ok().unwrap()",
            ]);
            let maybe = this.chance(60);
            let tag = this.tag();
            let guard = if maybe { code!["if ", condition, format!(" {{ let _b = b; std::panic::panic_any({tag}_u64); }}\n")].removable() } else { Code::default() };
            let head = format!("{inlining}pub fn {name}(a: {loud}, b: {loud}) -> {loud} {{\nlet _g = Guard({tag}, 3);\n");
            code![head, guard, after, "\n}"]
        });
        self.item(home, item);
        let mut code = Code::default();
        for _ in 0..2 {
            let (a, b, first, second) = (self.expr(&ty, 1), self.expr(&ty, 1), self.tag(), self.tag());
            code.push(self.logged(
                code![
                    format!("{name}(Loud({first}, "),
                    a,
                    format!("), Loud({second}, "),
                    b,
                    "))"
                ],
                false,
            ));
        }
        code
    }
}

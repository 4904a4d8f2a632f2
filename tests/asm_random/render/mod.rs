//! Prints programs as Rust.

mod asm;

use std::fmt::Write;

use crate::model::machine::TABLE;
use crate::program::*;

/// The whole program for some cases.
pub fn program(cases: &[&Case]) -> String {
    let mut text = head();
    for case in cases {
        text.push_str(&self::case(case));
    }
    text.push_str("fn main() {\n    run(&[");
    for case in cases {
        let _ = write!(text, "({0}, t{0} as fn()), ", case.id);
    }
    text.push_str("]);\n}\n");
    text
}

/// The lines of that program on which the cases begin, counted from 1.
pub fn starts(cases: &[&Case]) -> Vec<usize> {
    let mut line = head().lines().count() + 1;
    let mut start = |case: &&Case| {
        let start = line;
        line += self::case(case).lines().count();
        start
    };
    cases.iter().map(&mut start).collect()
}

/// What every program begins with.
fn head() -> String {
    let mut text = String::from(include_str!("../prelude.rs"));
    let table: Vec<_> = TABLE.iter().map(|word| format!("{word:#x}")).collect();
    let _ = writeln!(text, "static TABLE: [u64; 16] = [{}];\n", table.join(", "));
    text
}

/// A case's function, and the one that calls it.
pub fn case(case: &Case) -> String {
    let mut printer = Printer {
        case,
        text: String::new(),
        depth: 1,
        in_closure: case.shape == Shape::Closure,
    };
    printer.function();
    printer.caller();
    printer.text.push('\n');
    printer.text
}

/// The name of a type.
pub fn type_name(ty: Ty) -> String {
    match ty {
        Ty::I(bits) => format!("i{bits}"),
        Ty::U(bits) => format!("u{bits}"),
        Ty::F(bits) => format!("f{bits}"),
        Ty::Ptr => "*const u64".into(),
        Ty::Vector(bits, Lanes::Int) => format!("__m{bits}i"),
        Ty::Vector(bits, Lanes::Single) => format!("__m{bits}"),
        Ty::Vector(bits, Lanes::Double) => format!("__m{bits}d"),
    }
}

/// The name of a function that an asm calls.
pub fn callee_name(callee: Callee) -> &'static str {
    match callee {
        Callee::Mix => "mix",
        Callee::Note => "note",
        Callee::Maybe => "maybe",
        Callee::Negate => "negate",
    }
}

fn literal(ty: Ty, bits: Bits) -> String {
    let bits = ty.mask(bits);
    let name = type_name(ty);
    match ty {
        Ty::U(128) | Ty::I(128) => format!("(0x{:x}{:016x}_u128 as {name})", bits[1], bits[0]),
        Ty::U(_) => format!("{:#x}_{name}", bits[0]),
        Ty::I(size) => format!("({:#x}_u{size} as {name})", bits[0]),
        Ty::F(_) => format!("{name}::from_bits({:#x})", bits[0]),
        Ty::Ptr => format!("table({})", bits[0] as i64),
        Ty::Vector(size, _) => {
            let words: Vec<_> = bits[..ty.words()]
                .iter()
                .map(|word| format!("{word:#x}"))
                .collect();
            format!(
                "transmute::<[u64; {}], {name}>([{}])",
                size / 64,
                words.join(", ")
            )
        }
    }
}

/// An expression in Rust.
pub(crate) fn expr(expr: &Expr) -> String {
    let inner = |inner: &Expr| self::expr(inner);
    match expr {
        Expr::Lit(ty, bits) => literal(*ty, *bits),
        Expr::Var(var) => format!("v{var}"),
        Expr::Opaque(a) => format!("bb({})", inner(a)),
        Expr::Cast(ty, a) => format!("({} as {})", inner(a), type_name(*ty)),
        Expr::Reinterpret(ty @ Ty::F(_), a) => format!("{}::from_bits({})", type_name(*ty), inner(a)),
        Expr::Reinterpret(_, a) => format!("{}.to_bits()", inner(a)),
        Expr::Add(a, b) => format!("{}.wrapping_add({})", inner(a), inner(b)),
        Expr::Table(a) => format!("TABLE[{} as usize & 15]", inner(a)),
        Expr::Memory(index) => format!("memory[{index}]"),
        Expr::MemoryPtr => "&raw mut memory".into(),
        Expr::Fn(callee) => format!("{} as *const ()", callee_name(*callee)),
    }
}

struct Printer<'a> {
    case: &'a Case,
    text: String,
    depth: usize,
    in_closure: bool,
}

impl Printer<'_> {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{:1$}{line}", "", self.depth * 4);
    }

    fn expr(&self, expr: &Expr) -> String {
        self::expr(expr)
    }

    fn parameters(&self, prefix: &str) -> String {
        let parameter = |(var, ty): (usize, &Ty)| format!("{prefix}v{var}: {}", type_name(*ty));
        let all = self.case.vars[..self.case.params].iter().enumerate();
        all.map(parameter).collect::<Vec<_>>().join(", ")
    }

    fn function(&mut self) {
        let id = self.case.id;
        let parameters = self.parameters("mut ");
        if self.case.avx {
            let _ = writeln!(self.text, "#[target_feature(enable = \"avx\")]");
        }
        let head = match self.case.shape {
            Shape::Plain => "unsafe fn",
            Shape::InlineNever => "#[inline(never)]\nunsafe fn",
            Shape::InlineAlways => "#[inline(always)]\nunsafe fn",
            Shape::ExternC => "unsafe extern \"C\" fn",
            Shape::Async => "async unsafe fn",
            Shape::Drop => return self.destructor(),
            Shape::Closure => {
                let _ = writeln!(self.text, "fn t{id}() {{");
                let _ = writeln!(self.text, "    const K: i8 = {};", self.case.generic);
                self.line(&format!("let f = |{parameters}| -> u64 {{ unsafe {{"));
                self.body("0");
                self.line("} };");
                return;
            }
        };
        let _ = writeln!(
            self.text,
            "{head} f{id}<const K: i8>({parameters}) -> u64 {{ unsafe {{"
        );
        self.depth = 0;
        self.body("0");
        self.line("} }");
    }

    /// The fields are the parameters; the result goes into a cell.
    fn destructor(&mut self) {
        let id = self.case.id;
        let fields = self.parameters("");
        let _ = writeln!(
            self.text,
            "struct S{id}<'a, const K: i8> {{ result: &'a Cell<u64>, {fields} }}\n\
             impl<const K: i8> Drop for S{id}<'_, K> {{ fn drop(&mut self) {{ unsafe {{"
        );
        for var in 0..self.case.params {
            self.line(&format!("let mut v{var} = self.v{var};"));
        }
        self.depth = 0;
        self.body("()");
        self.line("} } }");
    }

    fn body(&mut self, end: &str) {
        self.depth += 1;
        self.line("let mut memory: [u64; 4] = [1, 2, 3, 4];");
        self.depth -= 1;
        self.stmts(&self.case.body);
        self.depth += 1;
        self.line(end);
        self.depth -= 1;
    }

    fn caller(&mut self) {
        let case = self.case;
        let id = case.id;
        if case.shape != Shape::Closure {
            let _ = writeln!(self.text, "fn t{id}() {{");
        }
        self.depth = 1;
        for call in &case.calls {
            let arguments: Vec<_> = call.arguments.iter().map(|a| self.expr(a)).collect();
            let list = arguments.join(", ");
            let generic = case.generic;
            let line = match case.shape {
                Shape::Closure => format!("unsafe {{ log(f({list})) }};"),
                Shape::Async => {
                    format!(
                        "unsafe {{ drive(f{id}::<{{ {generic} }}>({list}), {}) }};",
                        call.polls
                    )
                }
                Shape::Drop => {
                    let field = |(var, argument): (usize, &String)| format!("v{var}: {argument}");
                    let fields: Vec<_> = arguments.iter().enumerate().map(field).collect();
                    format!(
                        "let result = Cell::new(0); unsafe {{ drop(S{id}::<{{ {generic} }}> {{ \
                         result: &result, {} }}) }}; log(result.get());",
                        fields.join(", ")
                    )
                }
                _ => format!("unsafe {{ log(f{id}::<{{ {generic} }}>({list})) }};"),
            };
            self.line(&line);
        }
        let _ = writeln!(self.text, "}}");
    }

    fn stmts(&mut self, stmts: &[Stmt]) {
        self.depth += 1;
        for stmt in stmts {
            self.stmt(stmt);
        }
        self.depth -= 1;
    }

    fn block(&mut self, head: &str, stmts: &[Stmt], tail: &str) {
        self.line(head);
        self.stmts(stmts);
        self.line(tail);
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let(var, value) => {
                let ty = type_name(self.case.vars[*var]);
                self.line(&format!("let mut v{var}: {ty} = {};", self.expr(value)));
            }
            Stmt::Assign(var, value) => self.line(&format!("v{var} = {};", self.expr(value))),
            Stmt::Log(value) => self.line(&format!("log({});", self.expr(value))),
            Stmt::Asm(asm) => self.asm(asm),
            Stmt::Block(body) => self.block("{", body, "}"),
            Stmt::Loop(var, count, body) => {
                self.block(&format!("for mut v{var} in 0..bb({count}_u64) {{"), body, "}");
            }
            Stmt::If(value, mask, then, otherwise) => {
                let head = format!("if {} & {mask:#x} == 0 {{", self.expr(value));
                self.block(&head, then, "} else {");
                self.stmts(otherwise);
                self.line("}");
            }
            Stmt::Guard(asm, tag, value) => {
                let name = if *asm { "AsmGuard" } else { "Guard" };
                self.line(&format!("let _g{tag} = {name}({tag}, {});", self.expr(value)));
            }
            Stmt::Catch(body) => {
                let outer = std::mem::replace(&mut self.in_closure, true);
                self.line("match catch_unwind(AssertUnwindSafe(|| -> u64 { unsafe {");
                self.stmts(body);
                self.line("    0");
                self.line("} })) {");
                self.line("    Ok(value) => log(value),");
                self.line("    Err(_) => log_word(0xdead),");
                self.line("}");
                self.in_closure = outer;
            }
            Stmt::MayPanic(value) => self.line(&format!("may_panic({});", self.expr(value))),
            Stmt::Await => self.line("Yield(false).await;"),
            Stmt::Return(value) if self.case.shape == Shape::Drop && !self.in_closure => {
                self.line(&format!("self.result.set({});", self.expr(value)));
                self.line("return;");
            }
            Stmt::Return(value) => self.line(&format!("return {};", self.expr(value))),
            Stmt::Break => self.line("break;"),
            Stmt::Continue => self.line("continue;"),
        }
    }
}

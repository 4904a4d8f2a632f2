//! Prints an `asm!`, in Intel's syntax or AT&T's.

use super::{Printer, callee_name, expr, type_name};
use crate::program::*;

impl Printer<'_> {
    /// Prints an asm, and before it the declarations of the locals that it initializes.
    pub(super) fn asm(&mut self, asm: &Asm) {
        for operand in &asm.operands {
            if let Some(Place::Fresh(var)) = operand.role.place() {
                let ty = type_name(self.case.vars[var]);
                self.line(&format!("let mut v{var}: {ty};"));
            }
        }
        let names = names(asm);
        let text = Text { asm, names: &names };
        let mut lines: Vec<_> = asm.ops.iter().flat_map(|op| text.op(op)).collect();
        // Rust wants every operand mentioned, if only in a comment.
        for name in names.iter().filter(|name| !name.is_empty()) {
            let mentions = [format!("{{{name}}}"), format!("{{{name}:")];
            if !lines
                .iter()
                .any(|line| mentions.iter().any(|mention| line.contains(mention)))
            {
                lines.push(format!("/* {{{name}}} */"));
            }
        }
        let quoted: Vec<_> = match asm.joined {
            true => vec![format!("\"{}\"", lines.join("\\n"))],
            false if lines.is_empty() => vec!["\"\"".into()],
            false => lines.iter().map(|line| format!("\"{line}\"")).collect(),
        };
        self.line("asm!(");
        self.depth += 1;
        for line in quoted {
            self.line(&format!("{line},"));
        }
        // Rust wants explicit registers behind all the others.
        for explicit in [false, true] {
            for (operand, name) in asm.operands.iter().zip(&names) {
                if operand.reg.physical().is_some() == explicit {
                    self.operand(asm, operand, name);
                }
            }
        }
        if let Some(abi) = asm.clobber_abi {
            self.line(&format!("clobber_abi(\"{abi}\"),"));
        }
        let options = options(asm.options);
        if !options.is_empty() {
            self.line(&format!("options({}),", options.join(", ")));
        }
        self.depth -= 1;
        self.line(");");
    }

    fn operand(&mut self, asm: &Asm, operand: &Operand, name: &str) {
        let vars = &self.case.vars;
        let prefix = match asm.named && operand.reg.physical().is_none() {
            true => format!("{name} = "),
            false => String::new(),
        };
        let reg = register(operand);
        let to = |place: Place| place.var().map_or("_".into(), |var| format!("v{var}"));
        let late = |late: bool| if late { "late" } else { "" };
        let rest = match &operand.role {
            Role::In(input) => format!("in({reg}) {}", expr(input, vars)),
            Role::Out(is_late, place) => format!("{}out({reg}) {}", late(*is_late), to(*place)),
            Role::InOut(is_late, Expr::Var(var), Place::Existing(place)) if var == place => {
                format!("in{}out({reg}) v{var}", late(*is_late))
            }
            Role::InOut(is_late, input, place) => {
                format!(
                    "in{}out({reg}) {} => {}",
                    late(*is_late),
                    expr(input, vars),
                    to(*place)
                )
            }
            Role::Const(_, true) => "const K".into(),
            Role::Const(value, false) => format!("const {value}"),
            Role::SymFn(callee) => format!("sym {}", callee_name(*callee)),
            Role::SymTable => "sym TABLE".into(),
            Role::Label(body) => {
                self.line(&format!("{prefix}label {{ unsafe {{"));
                self.stmts(body);
                self.line("} },");
                return;
            }
        };
        self.line(&format!("{prefix}{rest},"));
    }
}

/// What operands are called in the text.
fn names(asm: &Asm) -> Vec<String> {
    let mut position = 0..;
    let name = |(slot, operand): (usize, &Operand)| match operand.reg.physical() {
        Some(_) => String::new(),
        None if asm.named => format!("o{slot}"),
        None => position
            .next()
            .map(|position: usize| position.to_string())
            .unwrap_or_default(),
    };
    asm.operands.iter().enumerate().map(name).collect()
}

fn register(operand: &Operand) -> String {
    match operand.reg {
        Reg::None => String::new(),
        Reg::Any => "reg".into(),
        Reg::Abcd => "reg_abcd".into(),
        Reg::Byte => "reg_byte".into(),
        Reg::Xmm => "xmm_reg".into(),
        Reg::Ymm => "ymm_reg".into(),
        Reg::Gpr(index) => format!("\"{}\"", sized(index, operand.ty.bits())),
        Reg::Low(index) => format!("\"{}\"", sized(index, 8)),
        Reg::NamedXmm(index) => format!("\"xmm{index}\""),
        Reg::NamedYmm(index) => format!("\"ymm{index}\""),
    }
}

fn sized(index: usize, w: u32) -> &'static str {
    let column = match w {
        64 => 0,
        32 => 1,
        16 => 2,
        _ => 3,
    };
    GPRS[index][column]
}

fn options(options: Options) -> Vec<&'static str> {
    let all = [
        (options.pure, "pure"),
        (options.nomem, "nomem"),
        (options.readonly, "readonly"),
        (options.preserves_flags, "preserves_flags"),
        (options.nostack, "nostack"),
        (options.att_syntax, "att_syntax"),
        (options.noreturn, "noreturn"),
        (options.may_unwind, "may_unwind"),
    ];
    all.into_iter()
        .filter_map(|(set, name)| set.then_some(name))
        .collect()
}

/// Writes instructions. Operands come in Intel's order, and are turned round for AT&T.
struct Text<'a> {
    asm: &'a Asm,
    names: &'a [String],
}

impl Text<'_> {
    fn att(&self) -> bool {
        self.asm.options.att_syntax
    }

    fn reg(&self, slot: Slot, w: u32) -> String {
        let modifier = match (self.asm.operands[slot].reg, w) {
            (Reg::Gpr(index) | Reg::Low(index), _) => return self.named(sized(index, w)),
            (Reg::NamedXmm(index) | Reg::NamedYmm(index), 256) => return self.named(&format!("ymm{index}")),
            (Reg::NamedXmm(index) | Reg::NamedYmm(index), _) => return self.named(&format!("xmm{index}")),
            (Reg::Byte, _) => "",
            (_, 8) => ":l",
            (_, 16) => ":x",
            (_, 32) => ":e",
            (_, 64) => ":r",
            (_, 128) => ":x",
            _ => ":y",
        };
        format!("{{{}{modifier}}}", self.names[slot])
    }

    fn named(&self, name: &str) -> String {
        if self.att() {
            format!("%{name}")
        } else {
            name.into()
        }
    }

    fn symbol(&self, slot: Slot) -> String {
        format!("{{{}}}", self.names[slot])
    }

    fn number(&self, number: impl std::fmt::Display) -> String {
        if self.att() {
            format!("${number}")
        } else {
            number.to_string()
        }
    }

    fn source(&self, src: Src, w: u32) -> String {
        match src {
            Src::Slot(slot) => self.reg(slot, w),
            Src::Imm(number) => self.number(number),
            Src::Const(slot) => self.number(self.symbol(slot)),
        }
    }

    fn memory(&self, base: Slot, index: Option<(Slot, u64)>, disp: i32) -> String {
        let base = self.reg(base, 64);
        if self.att() {
            let index = index.map_or(String::new(), |(slot, scale)| {
                format!(", {}, {scale}", self.reg(slot, 64))
            });
            return format!("{disp}({base}{index})");
        }
        let index = index.map_or(String::new(), |(slot, scale)| {
            format!(" + {}*{scale}", self.reg(slot, 64))
        });
        format!("[{base}{index} + {disp}]")
    }

    fn relative(&self, symbol: Slot, disp: i32) -> String {
        let symbol = self.symbol(symbol);
        if self.att() {
            format!("{symbol}+{disp}(%rip)")
        } else {
            format!("[rip + {symbol} + {disp}]")
        }
    }

    fn line(&self, name: &str, mut operands: Vec<String>) -> String {
        if self.att() {
            operands.reverse();
        }
        format!("{name} {}", operands.join(", "))
    }

    fn op(&self, op: &Op) -> Vec<String> {
        let r = |slot, w| self.reg(slot, w);
        let line = match *op {
            Op::Binary(name, w, d, s) => self.line(name, vec![r(d, w), self.source(s, w)]),
            Op::Unary(name, w, d) => self.line(name, vec![r(d, w)]),
            Op::Rotate(w, d, by) => self.line("rol", vec![r(d, w), self.number(by)]),
            Op::Lea {
                w,
                d,
                base,
                index,
                disp,
            } => self.line("lea", vec![r(d, w), self.memory(base, index, disp)]),
            Op::Extend {
                signed,
                from,
                w,
                d,
                s,
            } => self.line(&self.extend(signed, from, w), vec![r(d, w), r(s, from)]),
            Op::Swap(w, a, b) => self.line("xchg", vec![r(a, w), r(b, w)]),
            Op::Flag { w, a, b, cond, d } => {
                return vec![
                    self.compare(w, a, b),
                    self.line(&format!("set{}", suffix(cond)), vec![r(d, 8)]),
                ];
            }
            Op::Pick { w, a, b, cond, d, s } => {
                let name = format!("cmov{}", suffix(cond));
                return vec![self.compare(w, a, b), self.line(&name, vec![r(d, w), r(s, w)])];
            }
            Op::Push(d, s) => {
                return vec![
                    self.line("push", vec![r(s, 64)]),
                    self.line("pop", vec![r(d, 64)]),
                ];
            }
            Op::StackOffset(d) => {
                let stack = self.named("rsp");
                return vec![
                    self.line("mov", vec![r(d, 64), stack]),
                    self.line("and", vec![r(d, 64), self.number(15)]),
                ];
            }
            Op::TableAddress(d, symbol) => self.line("lea", vec![r(d, 64), self.relative(symbol, 0)]),
            Op::TableWord(d, symbol, index) => {
                self.line("mov", vec![r(d, 64), self.relative(symbol, index * 8)])
            }
            Op::Load(w, d, p, disp) => self.line("mov", vec![r(d, w), self.memory(p, None, disp)]),
            Op::Store(w, p, disp, s) => self.line("mov", vec![self.memory(p, None, disp), r(s, w)]),
            Op::Zero(d) => self.zero(d),
            Op::Call(_, through) => match &self.asm.operands[through].role {
                Role::SymFn(_) => format!("call {}", self.symbol(through)),
                _ if self.att() => format!("call *{}", r(through, 64)),
                _ => format!("call {}", r(through, 64)),
            },
            Op::Jump(label, condition) => return self.jump(label, condition),
            _ => self.vector(op),
        };
        vec![line]
    }

    fn vector(&self, op: &Op) -> String {
        let r = |slot, w| self.reg(slot, w);
        match *op {
            Op::Vector(name, d, s) => self.line(name, vec![r(d, 128), r(s, 128)]),
            Op::Shuffle(d, s, order) => self.line("pshufd", vec![r(d, 128), r(s, 128), self.number(order)]),
            Op::IntoVector(w, d, s) => self.line(transfer(w), vec![r(d, 128), r(s, w)]),
            Op::FromVector(w, d, s) => self.line(transfer(w), vec![r(d, w), r(s, 128)]),
            Op::Float(name, w, d, s) => {
                let name = format!("{name}{}", if w == 32 { "ss" } else { "sd" });
                self.line(&name, vec![r(d, 128), r(s, 128)])
            }
            Op::Wide(name, d, a, b) => self.line(name, vec![r(d, 256), r(a, 256), r(b, 256)]),
            Op::Insert(d, a, s, half) => self.line(
                "vinsertf128",
                vec![r(d, 256), r(a, 256), r(s, 128), self.number(half)],
            ),
            Op::Extract(d, s, half) => {
                self.line("vextractf128", vec![r(d, 128), r(s, 256), self.number(half)])
            }
            _ => unreachable!("all others are written by the caller"),
        }
    }

    fn zero(&self, d: Slot) -> String {
        match self.asm.operands[d].reg.bits() {
            8 => self.line("xor", vec![self.reg(d, 8); 2]),
            64 => self.line("xor", vec![self.reg(d, 32); 2]),
            128 => self.line("pxor", vec![self.reg(d, 128); 2]),
            _ => self.line("vxorps", vec![self.reg(d, 256); 3]),
        }
    }

    /// AT&T's names hold the sizes.
    fn extend(&self, signed: bool, from: u32, w: u32) -> String {
        let letter = |w| match w {
            8 => 'b',
            16 => 'w',
            32 => 'l',
            _ => 'q',
        };
        match (self.att(), signed, from) {
            (true, ..) => format!(
                "mov{}{}{}",
                if signed { 's' } else { 'z' },
                letter(from),
                letter(w)
            ),
            (_, true, 32) => "movsxd".into(),
            (_, true, _) => "movsx".into(),
            (_, false, _) => "movzx".into(),
        }
    }

    fn compare(&self, w: u32, a: Slot, b: Src) -> String {
        self.line("cmp", vec![self.reg(a, w), self.source(b, w)])
    }

    fn jump(&self, label: Slot, condition: Option<(u32, Slot, Src, Cond)>) -> Vec<String> {
        let label = self.symbol(label);
        match condition {
            Some((w, a, b, cond)) => vec![self.compare(w, a, b), format!("j{} {label}", suffix(cond))],
            None => vec![format!("jmp {label}")],
        }
    }
}

fn transfer(w: u32) -> &'static str {
    if w == 32 { "movd" } else { "movq" }
}

fn suffix(cond: Cond) -> &'static str {
    match cond {
        Cond::E => "e",
        Cond::Ne => "ne",
        Cond::B => "b",
        Cond::Ae => "ae",
        Cond::L => "l",
        Cond::G => "g",
    }
}

//! Makes random cases.

mod asm;
mod operations;
mod values;

use fastrand::Rng;

use crate::model::{check, expected};
use crate::program::*;

/// Makes a case from a seed.
pub fn case(seed: u64, id: usize) -> Case {
    let mut rng = Rng::with_seed(seed);
    let shape = match rng.u32(..20) {
        0..4 => Shape::Plain,
        4..9 => Shape::InlineNever,
        9..11 => Shape::InlineAlways,
        11..13 => Shape::ExternC,
        13..16 => Shape::Async,
        16..18 => Shape::Drop,
        _ => Shape::Closure,
    };
    let avx = matches!(shape, Shape::Plain | Shape::InlineNever | Shape::ExternC) && rng.u32(..4) == 0;
    let mut generator = Generator {
        avx,
        generic: rng.i8(..),
        vars: Vec::new(),
        ready: Vec::new(),
        in_loop: false,
        in_operand: false,
        can_await: shape == Shape::Async,
        caught: false,
        depth: 0,
        tags: 0,
        asms: 0,
        rng,
    };
    let mut case = generator.case(shape, id);
    if shape == Shape::ExternC && expected::expected(&case).escapes {
        // Such a function must not be left by a panic.
        case.body = vec![Stmt::Catch(case.body)];
    }
    if let Err(reason) = check::check(&case) {
        panic!(
            "case {id} of seed {seed} is not valid: {reason}\n{}",
            crate::render::case(&case)
        );
    }
    case
}

struct Generator {
    rng: Rng,
    avx: bool,
    generic: i8,
    /// The types of all locals.
    vars: Vec<Ty>,
    /// The locals that can be used here.
    ready: Vec<Var>,
    in_loop: bool,
    can_await: bool,
    in_operand: bool,
    /// Whether a panic is caught in this function.
    caught: bool,
    depth: u32,
    tags: u64,
    /// How many asms there are, so that there is at least one and no more than a few.
    asms: u32,
}

impl Generator {
    fn chance(&mut self, percent: u32) -> bool {
        self.rng.u32(..100) < percent
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.rng.usize(..list.len())]
    }

    fn local(&mut self, ty: Ty) -> Var {
        self.vars.push(ty);
        self.vars.len() - 1
    }

    fn case(&mut self, shape: Shape, id: usize) -> Case {
        let params = self.rng.usize(1..5);
        for _ in 0..params {
            // A word is what conditions and arguments are made of.
            let ty = if self.chance(40) {
                Ty::WORD
            } else {
                self.plain_type()
            };
            let var = self.local(ty);
            self.ready.push(var);
        }
        let count = self.rng.usize(2..7);
        let mut body = self.stmts(count);
        while self.asms == 0 {
            let asm = self.asm();
            body.push(asm);
        }
        for _ in 0..self.rng.usize(1..4) {
            body.push(self.log());
        }
        let result = self.word();
        body.push(Stmt::Return(result));
        let calls = (0..self.rng.usize(1..4))
            .map(|_| Call {
                arguments: (0..params).map(|var| self.argument(self.vars[var])).collect(),
                polls: if self.chance(30) { self.rng.u64(1..4) } else { 0 },
            })
            .collect();
        Case {
            id,
            shape,
            avx: self.avx,
            vars: std::mem::take(&mut self.vars),
            params,
            generic: self.generic,
            body,
            calls,
        }
    }

    fn argument(&mut self, ty: Ty) -> Expr {
        let literal = Expr::Lit(ty, self.bits(ty));
        if self.chance(60) {
            Expr::Opaque(Box::new(literal))
        } else {
            literal
        }
    }

    /// Statements of a scope: its locals are forgotten where it ends only if [`Self::scope`] is used.
    fn stmts(&mut self, count: usize) -> Vec<Stmt> {
        let mut stmts = Vec::new();
        for _ in 0..count {
            let stmt = self.stmt();
            let ends = matches!(stmt, Stmt::Return(_) | Stmt::Break | Stmt::Continue);
            let shown = match &stmt {
                Stmt::Asm(asm) => asm
                    .operands
                    .iter()
                    .filter_map(|o| o.role.place()?.var())
                    .collect(),
                _ => Vec::new(),
            };
            stmts.push(stmt);
            if ends {
                break;
            }
            for var in shown {
                if self.chance(60) {
                    stmts.push(Stmt::Log(Expr::Var(var)));
                }
            }
        }
        stmts
    }

    fn scope(&mut self, count: usize) -> Vec<Stmt> {
        let ready = self.ready.len();
        self.depth += 1;
        let stmts = self.stmts(count);
        self.depth -= 1;
        self.ready.truncate(ready);
        stmts
    }

    fn log(&mut self) -> Stmt {
        let var = self.rng.usize(..self.ready.len());
        Stmt::Log(Expr::Var(self.ready[var]))
    }

    fn stmt(&mut self) -> Stmt {
        let nested = self.depth < 3;
        match self.rng.u32(..100) {
            0..42 if self.asms < 6 => self.asm(),
            42..50 => {
                let ty = self.plain_type();
                let value = self.expr(ty);
                let var = self.local(ty);
                self.ready.push(var);
                Stmt::Let(var, value)
            }
            50..54 => {
                let var = self.rng.usize(..self.ready.len());
                let var = self.ready[var];
                Stmt::Assign(var, self.expr(self.vars[var]))
            }
            54..61 => {
                self.tags += 1;
                Stmt::Guard(self.chance(30), self.tags, self.word())
            }
            61..67 if nested => {
                let count = self.rng.usize(1..4);
                Stmt::Block(self.scope(count))
            }
            67..74 if nested => self.looped(),
            74..81 if nested => {
                let (then, otherwise) = (self.rng.usize(1..3), self.rng.usize(0..3));
                let mask = self.pick(&[1, 2, 3, 8, 1 << 63]);
                Stmt::If(self.word(), mask, self.scope(then), self.scope(otherwise))
            }
            81..88 if nested => self.catch(),
            88..91 if self.caught || self.chance(25) => Stmt::MayPanic(self.word()),
            91..96 if self.can_await => Stmt::Await,
            96..98 if self.depth > 0 => self.leave(),
            _ => self.log(),
        }
    }

    fn looped(&mut self) -> Stmt {
        let var = self.local(Ty::WORD);
        let ready = self.ready.len();
        self.ready.push(var);
        let outer = std::mem::replace(&mut self.in_loop, true);
        let count = self.rng.usize(1..4);
        let body = self.scope(count);
        self.in_loop = outer;
        self.ready.truncate(ready);
        Stmt::Loop(var, self.rng.u64(1..4), body)
    }

    fn catch(&mut self) -> Stmt {
        let outer = (self.in_loop, self.can_await, self.caught);
        (self.in_loop, self.can_await, self.caught) = (false, false, true);
        let count = self.rng.usize(1..5);
        let body = self.scope(count);
        (self.in_loop, self.can_await, self.caught) = outer;
        Stmt::Catch(body)
    }

    /// Leaves a scope, somehow.
    fn leave(&mut self) -> Stmt {
        if self.in_loop && self.chance(70) {
            return if self.chance(50) {
                Stmt::Break
            } else {
                Stmt::Continue
            };
        }
        Stmt::Return(self.word())
    }

    /// What stands behind a label.
    fn label(&mut self) -> Vec<Stmt> {
        let can_await = std::mem::replace(&mut self.can_await, false);
        let count = self.rng.usize(0..3);
        let mut body = self.scope(count);
        self.depth += 1;
        if self.chance(45) {
            body.push(self.leave());
        }
        self.depth -= 1;
        self.can_await = can_await;
        body
    }
}

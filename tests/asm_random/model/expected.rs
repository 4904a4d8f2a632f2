//! What a case prints, computed from its tree.

use super::machine::{Flow, Machine, TABLE};
use crate::program::*;

/// Logged where a panic is caught.
pub const CAUGHT: u64 = 0xdead;
/// Logged where a future is dropped before it is done.
pub const CANCELLED: u64 = 0xca;
/// Logged, with the tag added, by the destructor of a guard.
pub const DROPPED: u64 = 0xd000_0000;

/// What happens when a case runs.
pub struct Expected {
    /// The words that it logs.
    pub log: Vec<u64>,
    /// Whether it panics anywhere, so that it needs unwinding.
    pub panics: bool,
    /// Whether a panic leaves the function.
    pub escapes: bool,
}

impl Expected {
    /// The line that the case prints.
    pub fn line(&self) -> String {
        let words: Vec<_> = self.log.iter().map(|word| format!("{word:x}")).collect();
        words.join(" ")
    }
}

/// Runs a valid case.
pub fn expected(case: &Case) -> Expected {
    let mut run = Run {
        case,
        vars: Vec::new(),
        memory: [0; 4],
        log: Vec::new(),
        panics: false,
        pending: 0,
        polls: 0,
    };
    let mut escapes = false;
    for call in &case.calls {
        match run.call(call) {
            Exit::Panic => {
                run.log.push(CAUGHT);
                escapes = true;
                break;
            }
            exit => {
                if case.shape == Shape::Async && exit != Exit::Cancel {
                    run.log.push(run.pending);
                }
                run.log.push(if let Exit::Return(value) = exit {
                    value
                } else {
                    CANCELLED
                });
            }
        }
    }
    Expected {
        log: run.log,
        panics: run.panics,
        escapes,
    }
}

/// How a statement ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    Normal,
    Break,
    Continue,
    Return(u64),
    Panic,
    /// The future that it is in is dropped.
    Cancel,
}

struct Run<'a> {
    case: &'a Case,
    vars: Vec<Bits>,
    memory: Bits,
    log: Vec<u64>,
    panics: bool,
    pending: u64,
    polls: u64,
}

impl Run<'_> {
    fn call(&mut self, call: &Call) -> Exit {
        self.vars = vec![[0; 4]; self.case.vars.len()];
        self.memory = [1, 2, 3, 4];
        for (var, argument) in call.arguments.iter().enumerate() {
            self.vars[var] = self.eval(argument);
        }
        (self.pending, self.polls) = (0, call.polls);
        match self.block(&self.case.body) {
            Exit::Normal => Exit::Return(0),
            exit => exit,
        }
    }

    fn eval(&self, expr: &Expr) -> Bits {
        match expr {
            Expr::Lit(ty, bits) => ty.mask(*bits),
            Expr::Var(var) => self.vars[*var],
            Expr::Opaque(inner) | Expr::Reinterpret(_, inner) => self.eval(inner),
            Expr::Cast(ty, inner) => {
                let mut value = self.eval(inner);
                let from = self.ty(inner);
                if let Ty::I(bits @ ..64) = from {
                    value[0] = super::machine::signed(value[0], bits) as u64;
                }
                if matches!(from, Ty::I(..128)) && value[0] >> 63 == 1 {
                    value[1] = u64::MAX;
                }
                ty.mask(value)
            }
            Expr::Add(a, b) => {
                let wide = |bits: Bits| u128::from(bits[0]) | u128::from(bits[1]) << 64;
                let sum = wide(self.eval(a)).wrapping_add(wide(self.eval(b)));
                self.ty(a).mask([sum as u64, (sum >> 64) as u64, 0, 0])
            }
            Expr::Table(index) => [TABLE[self.eval(index)[0] as usize & 15], 0, 0, 0],
            Expr::Memory(index) => [self.memory[*index], 0, 0, 0],
            Expr::MemoryPtr | Expr::Fn(_) => [0; 4],
        }
    }

    fn word(&self, expr: &Expr) -> u64 {
        self.eval(expr)[0]
    }

    fn ty(&self, expr: &Expr) -> Ty {
        expr.ty(&self.case.vars)
    }

    fn panic(&mut self) -> Exit {
        self.panics = true;
        Exit::Panic
    }

    fn block(&mut self, stmts: &[Stmt]) -> Exit {
        let mut guards = Vec::new();
        let mut exit = Exit::Normal;
        for stmt in stmts {
            if let Stmt::Guard(asm, tag, expr) = stmt {
                let value = self.word(expr);
                let shown = if *asm {
                    value.wrapping_mul(3).wrapping_add(*tag)
                } else {
                    value
                };
                guards.push((*tag, shown));
                continue;
            }
            exit = self.stmt(stmt);
            if exit != Exit::Normal {
                break;
            }
        }
        for (tag, shown) in guards.into_iter().rev() {
            self.log.extend([DROPPED + tag, shown]);
        }
        exit
    }

    fn stmt(&mut self, stmt: &Stmt) -> Exit {
        match stmt {
            Stmt::Let(var, expr) | Stmt::Assign(var, expr) => self.vars[*var] = self.eval(expr),
            Stmt::Log(expr) => {
                let value = self.eval(expr);
                self.log.extend(&value[..self.ty(expr).words()]);
            }
            Stmt::Asm(asm) => return self.asm(asm),
            Stmt::Block(body) => return self.block(body),
            Stmt::Loop(var, count, body) => {
                for round in 0..*count {
                    self.vars[*var] = [round, 0, 0, 0];
                    match self.block(body) {
                        Exit::Normal | Exit::Continue => {}
                        Exit::Break => break,
                        exit => return exit,
                    }
                }
            }
            Stmt::If(expr, mask, then, otherwise) => {
                let taken = if self.word(expr) & mask == 0 {
                    then
                } else {
                    otherwise
                };
                return self.block(taken);
            }
            Stmt::Guard(..) => unreachable!("a block keeps its guards"),
            Stmt::Catch(body) => match self.block(body) {
                Exit::Panic => self.log.push(CAUGHT),
                Exit::Return(value) => self.log.push(value),
                _ => self.log.push(0),
            },
            Stmt::MayPanic(expr) if self.word(expr) & 3 == 3 => return self.panic(),
            Stmt::MayPanic(_) => {}
            Stmt::Await => {
                self.pending += 1;
                if self.pending == self.polls {
                    return Exit::Cancel;
                }
            }
            Stmt::Return(expr) => return Exit::Return(self.word(expr)),
            Stmt::Break => return Exit::Break,
            Stmt::Continue => return Exit::Continue,
        }
        Exit::Normal
    }

    fn asm(&mut self, asm: &Asm) -> Exit {
        let mut machine = Machine::new(asm, self.memory, |expr| self.eval(expr));
        let mut flow = Flow::Next;
        for op in &asm.ops {
            flow = machine.step(op).expect("only a checked program is run");
            if flow != Flow::Next {
                break;
            }
        }
        self.memory = machine.memory;
        self.log.append(&mut machine.log);
        if flow == Flow::Panic {
            return self.panic();
        }
        for (var, value) in machine.outputs() {
            self.vars[var] = value;
        }
        match flow {
            Flow::Jump(label) => match &asm.operands[label].role {
                Role::Label(body) => self.block(body),
                _ => unreachable!("only a checked program is run"),
            },
            _ => Exit::Normal,
        }
    }
}

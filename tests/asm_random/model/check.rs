//! Whether a program is valid Rust that breaks none of the rules of inline assembly.

use super::machine::{Invalid, Machine};
use super::{expected, rules};
use crate::program::*;

/// Checks a case.
pub fn check(case: &Case) -> Result<(), Invalid> {
    let mut ready = vec![false; case.vars.len()];
    ready[..case.params].fill(true);
    let scope = Scope {
        case,
        ready,
        in_loop: false,
        can_await: case.shape == Shape::Async,
    };
    scope.block(&case.body)?;
    if case.shape == Shape::ExternC && expected::expected(case).escapes {
        return Err("a panic leaves extern \"C\"");
    }
    Ok(())
}

/// Checks the asm itself, not what is around it.
pub fn check_asm(asm: &Asm) -> Result<(), Invalid> {
    rules::consistent(asm)?;
    let mut machine = Machine::new(asm, [0; 4], |_| [0; 4]);
    for op in &asm.ops {
        machine.step(op)?;
    }
    if asm.options.noreturn {
        Ok(())
    } else {
        machine.complete()
    }
}

/// Where a statement is.
#[derive(Clone)]
struct Scope<'a> {
    case: &'a Case,
    /// The locals that have a value.
    ready: Vec<bool>,
    in_loop: bool,
    can_await: bool,
}

impl Scope<'_> {
    /// Checks what comes later in a scope of its own.
    fn block(&self, stmts: &[Stmt]) -> Result<(), Invalid> {
        let mut inner = self.clone();
        stmts.iter().try_for_each(|stmt| inner.stmt(stmt))
    }

    fn expr(&self, expr: &Expr) -> Result<(), Invalid> {
        match expr {
            Expr::Var(var) if !self.ready[*var] => Err("no such local"),
            Expr::Opaque(a) | Expr::Cast(_, a) | Expr::Reinterpret(_, a) | Expr::Table(a) => self.expr(a),
            Expr::Add(a, b) => self.expr(a).and(self.expr(b)),
            _ => Ok(()),
        }
    }

    fn stmt(&mut self, stmt: &Stmt) -> Result<(), Invalid> {
        match stmt {
            Stmt::Let(var, expr) => {
                self.expr(expr)?;
                self.ready[*var] = true;
            }
            Stmt::Assign(var, expr) => {
                self.expr(&Expr::Var(*var))?;
                self.expr(expr)?;
            }
            Stmt::Log(expr) | Stmt::Guard(_, _, expr) | Stmt::MayPanic(expr) | Stmt::Return(expr) => {
                self.expr(expr)?;
            }
            Stmt::Asm(asm) => self.asm(asm)?,
            Stmt::Block(body) => self.block(body)?,
            Stmt::Loop(var, _, body) => {
                let mut inner = self.clone();
                inner.ready[*var] = true;
                inner.in_loop = true;
                inner.block(body)?;
            }
            Stmt::If(expr, _, then, otherwise) => {
                self.expr(expr)?;
                self.block(then).and(self.block(otherwise))?;
            }
            Stmt::Catch(body) => {
                let mut inner = self.clone();
                (inner.in_loop, inner.can_await) = (false, false);
                inner.block(body)?;
            }
            Stmt::Await if !self.can_await => return Err("nothing to await in"),
            Stmt::Break | Stmt::Continue if !self.in_loop => return Err("no loop to leave"),
            Stmt::Await | Stmt::Break | Stmt::Continue => {}
        }
        Ok(())
    }

    fn asm(&mut self, asm: &Asm) -> Result<(), Invalid> {
        check_asm(asm)?;
        for operand in &asm.operands {
            if operand.reg.bits() == 256 && !self.case.avx {
                return Err("no such registers");
            }
            if let Some(expr) = operand.role.input() {
                self.expr(expr)?;
            }
            if let Some(Place::Existing(var)) = operand.role.place() {
                self.expr(&Expr::Var(var))?;
            }
        }
        for operand in &asm.operands {
            if let Some(Place::Fresh(var)) = operand.role.place() {
                self.ready[var] = true;
            }
        }
        let mut inner = self.clone();
        inner.can_await = false;
        for operand in &asm.operands {
            if let Role::Label(body) = &operand.role {
                inner.block(body)?;
            }
        }
        Ok(())
    }
}

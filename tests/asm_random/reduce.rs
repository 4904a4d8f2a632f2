//! Cuts failing cases down.

use std::io;
use std::path::{Path, PathBuf};

use crate::model::check::check;
use crate::model::expected::expected;
use crate::program::*;
use crate::random::reduce::smallest;
use crate::{Failure, render, run};

/// How many programs are tried for one case.
const TRIES: usize = 400;

/// Cuts a failing case down, writes it to a file, and says which.
pub fn write(failure: &Failure, seed: u64) -> io::Result<PathBuf> {
    let case = reduce(failure)?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/asm-random");
    std::fs::create_dir_all(&folder)?;
    let outcome = run::run(&failure.backend, &failure.setting, &[&case])?.remove(0);
    let detail = outcome.shortened("// ");
    let text = format!(
        "// expected: {}: {}\n// {} says, with --edition=2024 {}:\n{detail}{}",
        case.id,
        expected(&case).line(),
        failure.backend.name,
        failure.setting.arguments().join(" "),
        render::program(&[&case])
    );
    let file = folder.join(match failure.backend.library {
        Some(_) => format!("{seed}.rs"),
        None => format!("{seed}-{}.rs", failure.backend.name),
    });
    std::fs::write(&file, text)?;
    Ok(file)
}

/// The smallest case found that fails in the same way.
fn reduce(failure: &Failure) -> io::Result<Case> {
    let fails = |case: &Case| -> io::Result<bool> {
        let outcome = run::run(&failure.backend, &failure.setting, &[case])?.remove(0);
        Ok(failure.outcome.is_like(&outcome))
    };
    let case = failure.case.clone();
    if !fails(&case)? {
        // It needs its neighbours; better the whole case than nothing.
        return Ok(case);
    }
    let valid = |smaller: &Case, case: &Case| {
        let unwinds = || failure.setting.abort && expected(smaller).panics;
        smaller != case && check(smaller).is_ok() && !unwinds()
    };
    let edits = |case: &Case, target| {
        let smaller = edited(case, target)?;
        Some(valid(&smaller, case).then_some(smaller))
    };
    smallest(case, TRIES, edits, fails)
}

/// The case with one of the many possible edits, counted through.
fn edited(case: &Case, target: usize) -> Option<Case> {
    let mut case = case.clone();
    let mut editor = Editor {
        left: target,
        done: false,
        vars: case.vars.clone(),
    };
    editor.case(&mut case);
    editor.done.then_some(case)
}

struct Editor {
    /// How many edits are passed over.
    left: usize,
    done: bool,
    vars: Vec<Ty>,
}

impl Editor {
    /// Whether the edit that could be made here is the one to make.
    fn here(&mut self) -> bool {
        if self.done {
            return false;
        }
        self.done = self.left == 0;
        self.left = self.left.saturating_sub(1);
        self.done
    }

    fn case(&mut self, case: &mut Case) {
        for index in (0..case.calls.len()).rev() {
            if case.calls.len() > 1 && self.here() {
                case.calls.remove(index);
                return;
            }
        }
        self.block(&mut case.body);
        if case.shape != Shape::InlineNever && self.here() {
            case.shape = Shape::InlineNever;
            return;
        }
        if case.avx && self.here() {
            case.avx = false;
            return;
        }
        if case.params > 1 && self.here() {
            // A parameter that is still used makes the case invalid, which is checked later.
            case.params -= 1;
            case.calls
                .iter_mut()
                .for_each(|call| call.arguments.truncate(case.params));
            return;
        }
        for call in &mut case.calls {
            call.arguments.iter_mut().for_each(|argument| self.expr(argument));
        }
    }

    fn block(&mut self, stmts: &mut Vec<Stmt>) {
        for index in (0..stmts.len()).rev() {
            if self.here() {
                stmts.remove(index);
                return;
            }
        }
        for index in 0..stmts.len() {
            let inner = match &mut stmts[index] {
                Stmt::Block(body) | Stmt::Loop(_, _, body) | Stmt::Catch(body) => Some(body.clone()),
                Stmt::If(_, _, then, otherwise) => Some([then.clone(), otherwise.clone()].concat()),
                _ => None,
            };
            if let Some(inner) = inner
                && self.here()
            {
                stmts.splice(index..=index, inner);
                return;
            }
            self.stmt(&mut stmts[index]);
        }
    }

    fn stmt(&mut self, stmt: &mut Stmt) {
        match stmt {
            Stmt::Let(_, expr) | Stmt::Assign(_, expr) | Stmt::Log(expr) | Stmt::Guard(_, _, expr) => {
                self.expr(expr)
            }
            Stmt::MayPanic(expr) | Stmt::Return(expr) => self.expr(expr),
            Stmt::Block(body) | Stmt::Loop(_, _, body) | Stmt::Catch(body) => self.block(body),
            Stmt::If(expr, _, then, otherwise) => {
                self.expr(expr);
                self.block(then);
                self.block(otherwise);
            }
            Stmt::Asm(asm) => self.asm(asm),
            Stmt::Await | Stmt::Break | Stmt::Continue => {}
        }
    }

    fn expr(&mut self, expr: &mut Expr) {
        let ty = expr.ty(&self.vars);
        if matches!(expr, Expr::MemoryPtr | Expr::Fn(_)) {
            return;
        }
        if !matches!(expr, Expr::Lit(..)) && self.here() {
            *expr = Expr::Lit(ty, [1, 0, 0, 0]);
        } else if let Expr::Opaque(inner) = expr
            && self.here()
        {
            *expr = (**inner).clone();
        }
    }

    fn asm(&mut self, asm: &mut Asm) {
        for index in (0..asm.ops.len()).rev() {
            if self.here() {
                asm.ops.remove(index);
                return;
            }
        }
        for slot in (0..asm.operands.len()).rev() {
            let mut unused = true;
            asm.ops
                .iter_mut()
                .for_each(|op| op.each_slot(|used| unused &= *used != slot));
            if unused && self.here() {
                asm.operands.remove(slot);
                let shift = |used: &mut Slot| *used -= usize::from(*used > slot);
                asm.ops.iter_mut().for_each(|op| op.each_slot(shift));
                return;
            }
        }
        for operand in &mut asm.operands {
            match &mut operand.role {
                Role::In(expr) | Role::InOut(_, expr, _) => self.expr(expr),
                Role::Label(body) => self.block(body),
                _ => {}
            }
        }
        let default = Options {
            may_unwind: asm.options.may_unwind,
            noreturn: asm.options.noreturn,
            ..Options::default()
        };
        if asm.options != default && self.here() {
            asm.options = default;
        } else if asm.options.may_unwind && self.here() {
            asm.options.may_unwind = false;
        } else if asm.clobber_abi.is_some() && self.here() {
            asm.clobber_abi = None;
        } else if asm.joined && self.here() {
            asm.joined = false;
        }
    }
}

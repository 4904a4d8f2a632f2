//! Random coroutines: async functions, generators, coroutine closures.

use super::{Function, Generator, Scope};
use crate::code::{Code, code, joined};
use crate::types::{Home, Ty};

impl Generator {
    /// Awaits something.
    pub(super) fn wait(&mut self) -> Code {
        let times = self.rng.u32(0..3);
        let waiting: Vec<Function> = self
            .functions
            .iter()
            .filter(|function| {
                function.waits
                    && (function.home == Home::Library || self.scope.home == Home::Binary)
                    && self.scope.cost + function.cost * self.scope.times < super::COST
            })
            .cloned()
            .collect();
        let local = self.local();
        if waiting.is_empty() || self.chance(40) {
            self.declare(&local, &Ty::Int(crate::types::Int::new(false, 32)), false);
            return code![format!("let {local} = Yield({times}).await;\n")];
        }
        let function = self.pick(&waiting);
        self.scope.cost += function.cost * self.scope.times;
        let arguments: Vec<Code> = function.params.iter().map(|ty| self.expr(ty, 1)).collect();
        self.declare(&local, &function.result, false);
        let ty = self.type_name(&function.result);
        let value = code![&function.name, "(", joined(arguments, ", "), ").await"]
            .value(&ty, &self.types.plain(&function.result));
        code![format!("let {local}: {ty} = "), value, ";\n"]
    }

    pub(super) fn coroutine(&mut self) -> Code {
        if self.chance(30) {
            return self.generator();
        }
        let home = self.home();
        let mut scope = Scope::new(home);
        scope.waits = true;
        let (name, inlining) = (
            self.name("a"),
            self.pick(&["", "", "#[inline] ", "#[inline(never)] "]),
        );
        let count = self.rng.usize(0..4);
        let ((params, result, item), inner) = self.apart(scope, |this| {
            let mut params = Vec::new();
            let mut list = Vec::new();
            for _ in 0..count {
                let (ty, local) = (this.value_type(), this.local());
                list.push(code![format!("mut {local}: {}", this.type_name(&ty))]);
                this.declare(&local, &ty, true);
                params.push(ty);
            }
            let result = this.value_type();
            let statements = this.rng.usize(1..6);
            this.scope.result = Some(result.clone());
            let wait = this.wait().removable();
            let body = code![wait, this.body(&result, statements)];
            let head = format!("{inlining}pub async fn {name}(");
            let item = code![
                head,
                joined(list, ", "),
                ") -> ",
                this.type_name(&result),
                " {\n",
                body,
                "}"
            ];
            (params, result, item)
        });
        self.item(home, item);
        let function = Function {
            name: name.clone(),
            home,
            params: params.clone(),
            result,
            constant: false,
            quiet: false,
            generic: false,
            waits: true,
            pointer: "",
            cost: inner.cost + 1,
        };
        self.functions.push(function);
        let mut code = Code::default();
        for _ in 0..self.rng.usize(1..4) {
            let (outer, inner) = (self.tag(), self.tag());
            let polls = self.pick(&[100, 100, 100, 1, 2, 3]);
            let arguments: Vec<Code> = params.iter().map(|ty| self.expr(ty, 1)).collect();
            let call = code![&name, "(", joined(arguments, ", "), ")"];
            let future = match self.rng.u32(..4) {
                0 => code!["Box::pin(", call, ")"],
                1 => code!["async { let a = ", call, ".await; Yield(1).await; a }"],
                _ => call,
            };
            code.push(
                code![
                    format!("catch({outer}, || drive({inner}, {polls}, "),
                    future,
                    "));\n"
                ]
                .removable(),
            );
        }
        code
    }

    /// A coroutine that yields values, or an iterator of `gen`.
    fn generator(&mut self) -> Code {
        let (yielded, result) = (self.value_type(), self.value_type());
        let iterates = self.chance(40);
        let mut scope = self.scope.clone();
        (scope.waits, scope.in_loop, scope.result, scope.quiet) = (false, false, None, false);
        scope.vars.iter_mut().for_each(|var| var.mutable = false);
        let ((body, value), _) = self.apart(scope, |this| {
            let mut body = Code::default();
            for _ in 0..this.rng.usize(1..4) {
                body.push(this.statement());
                let value = this.expr(&yielded, 2);
                body.push(code!["yield ", value, ";\n"].removable());
            }
            (body, this.expr(&result, 2))
        });
        let tag = self.tag();
        let first = self.expr(&yielded, 1);
        let made = if iterates {
            let ty = self.type_name(&yielded);
            code![
                "let mut made = gen move {\n",
                body,
                "yield ",
                first,
                ";\n};\n",
                format!("for _ in 0..3 {{ let item: Option<{ty}> = made.next(); log({tag}, item); }}\n")
            ]
        } else {
            code![
                "let mut made = #[coroutine] move || {\n",
                body,
                "yield ",
                first,
                ";\n",
                value,
                "\n};\n",
                "let mut made = std::pin::pin!(made);\n",
                "for _ in 0..9 {\nlet state = std::ops::Coroutine::resume(made.as_mut(), ());\n",
                "let ended = matches!(state, std::ops::CoroutineState::Complete(_));\n",
                format!("log({tag}, state);\nif ended {{ break; }}\n}}\n")
            ]
        };
        let outer = self.tag();
        code![format!("catch({outer}, || {{\n"), made, "});\n"].removable()
    }
}

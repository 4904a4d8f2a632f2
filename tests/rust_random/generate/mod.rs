//! Makes random programs of two crates. They are free of undefined behaviour and of what Rust leaves open: each
//! construct is, whatever the values are.

mod adts;
mod control;
mod coroutines;
mod functions;
mod ints;
mod library;
mod memory;
mod numbers;
mod objects;
mod statements;
mod types;
mod vectors;

use std::sync::Arc;

use fastrand::Rng;

use crate::code::{Code, code};
use crate::types::{Home, Ty, Types};

/// A program: items of a library, items of a binary, and what the binary does.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its number among those that are compiled together.
    pub id: usize,
    pub seed: u64,
    pub library: Code,
    pub binary: Code,
    pub main: Code,
}

/// Makes a program from a seed.
pub fn case(seed: u64, id: usize) -> Case {
    let mut generator = Generator {
        rng: Rng::with_seed(seed),
        id: format!("{id}"),
        types: Types::default(),
        functions: Vec::new(),
        library: Code::default(),
        binary: Code::default(),
        scope: Scope::new(Home::Binary),
        names: 0,
        tags: 0,
    };
    let main = generator.program();
    Case {
        id,
        seed,
        library: generator.library,
        binary: generator.binary,
        main,
    }
}

struct Generator {
    rng: Rng,
    /// What makes global names unique.
    id: String,
    types: Types,
    functions: Vec<Function>,
    library: Code,
    binary: Code,
    scope: Scope,
    names: u32,
    tags: u32,
}

/// A function that can be called.
#[derive(Clone)]
struct Function {
    name: String,
    home: Home,
    params: Vec<Ty>,
    result: Ty,
    /// Whether it is a `const fn`.
    constant: bool,
    /// Whether it never panics and has no effect.
    quiet: bool,
    /// Whether it has the type parameter `T`.
    generic: bool,
    /// Whether it is `async`.
    waits: bool,
    /// How it is written as the type of a pointer, up to its parameters.
    pointer: &'static str,
    /// How many statements it runs, roughly.
    cost: u64,
}

/// What code can use where it stands.
#[derive(Clone)]
struct Scope {
    home: Home,
    vars: Vec<Var>,
    /// Whether the code may be evaluated at compile time.
    constant: bool,
    /// Whether it must not panic.
    quiet: bool,
    /// Whether it can await.
    waits: bool,
    /// Whether it has a type parameter `T: Val`.
    generic: bool,
    /// What is returned by the function or the closure around.
    result: Option<Ty>,
    /// How often it runs.
    times: u64,
    /// How many statements have been run.
    cost: u64,
    /// Whether a loop is around.
    in_loop: bool,
    /// How deep in blocks it is.
    depth: u32,
}

#[derive(Clone)]
struct Var {
    name: String,
    ty: Ty,
    mutable: bool,
}

impl Scope {
    fn new(home: Home) -> Scope {
        Scope {
            home,
            vars: Vec::new(),
            constant: false,
            quiet: false,
            waits: false,
            generic: false,
            result: None,
            times: 1,
            cost: 0,
            in_loop: false,
            depth: 0,
        }
    }
}

/// More than this is not run by a call.
const COST: u64 = 1500;

impl Generator {
    fn chance(&mut self, percent: u32) -> bool {
        self.rng.u32(..100) < percent
    }

    fn pick<T: Clone>(&mut self, list: &[T]) -> T {
        list[self.rng.usize(..list.len())].clone()
    }

    /// A new name.
    fn name(&mut self, prefix: &str) -> String {
        self.names += 1;
        format!("{prefix}{}_{}", self.id, self.names)
    }

    fn local(&mut self) -> String {
        self.names += 1;
        format!("v{}", self.names)
    }

    fn tag(&mut self) -> u32 {
        self.tags += 1;
        self.tags
    }

    /// Adds an item to a crate.
    fn item(&mut self, home: Home, item: Code) {
        let item = code![item, "\n"].removable();
        match home {
            Home::Library => self.library.push(item),
            Home::Binary => self.binary.push(item),
        }
    }

    /// Adds to a crate what must stay as long as something is of it.
    fn fixed_item(&mut self, home: Home, item: impl Into<Code>) {
        let item = code![item, "\n"];
        match home {
            Home::Library => self.library.push(item),
            Home::Binary => self.binary.push(item),
        }
    }

    fn home(&mut self) -> Home {
        if self.chance(60) {
            Home::Library
        } else {
            Home::Binary
        }
    }

    /// Code that does not see the locals here.
    fn apart<R>(&mut self, scope: Scope, make: impl FnOnce(&mut Generator) -> R) -> (R, Scope) {
        let outer = std::mem::replace(&mut self.scope, scope);
        let made = make(self);
        (made, std::mem::replace(&mut self.scope, outer))
    }

    /// Code that has all that is here, and whose locals are gone after it.
    fn within<R>(&mut self, make: impl FnOnce(&mut Generator) -> R) -> R {
        let outer = self.scope.clone();
        self.scope.depth += 1;
        let made = make(self);
        let cost = self.scope.cost;
        self.scope = outer;
        self.scope.cost = cost;
        made
    }

    fn declare(&mut self, name: &str, ty: &Ty, mutable: bool) {
        self.scope.vars.push(Var {
            name: name.into(),
            ty: ty.clone(),
            mutable,
        });
    }

    fn type_name(&self, ty: &Ty) -> String {
        self.types.name(ty)
    }

    /// The whole program; what is returned is the body of its entry.
    fn program(&mut self) -> Code {
        for _ in 0..self.rng.usize(1..4) {
            self.adt();
        }
        let mut main = Code::default();
        for _ in 0..self.rng.usize(3..6) {
            let feature = match self.rng.u32(..100) {
                0..30 => self.constant_function(),
                30..58 => self.plain_function(),
                58..68 => self.generic_function(),
                68..74 => self.object(),
                74..79 => self.closure(),
                79..85 => self.coroutine(),
                85..89 => self.tail_call(),
                89..92 => self.memory(),
                92..96 => self.vector(),
                _ => self.drops(),
            };
            main.push(feature);
            if self.chance(40) {
                main.push(self.statement());
            }
        }
        main
    }

    /// A call of a function in a crate that logs its result, or what it panics with.
    fn logged(&mut self, value: impl Into<Code>, quiet: bool) -> Code {
        let tag = self.tag();
        let text = if quiet || self.chance(10) {
            code![format!("log({tag}, "), value, ");\n"]
        } else {
            code![format!("catch({tag}, || "), value, ");\n"]
        };
        text.removable()
    }

    fn shared(&self, ty: Ty) -> Arc<Ty> {
        Arc::new(ty)
    }
}

//! Random functions.

use super::{Function, Generator, Scope};
use crate::code::{Code, code, joined};
use crate::types::Ty;

/// Conventions, as they are written before `fn`, and whether a panic may leave the function.
const CONVENTIONS: [(&str, bool); 12] = [
    ("extern \"C\" ", false),
    ("extern \"C\" ", false),
    ("extern \"C-unwind\" ", true),
    ("extern \"system\" ", false),
    ("extern \"sysv64\" ", false),
    ("extern \"sysv64-unwind\" ", true),
    ("extern \"win64\" ", false),
    ("extern \"win64-unwind\" ", true),
    ("extern \"efiapi\" ", false),
    ("extern \"vectorcall\" ", false),
    ("extern \"rust-cold\" ", true),
    ("extern \"rust-preserve-none\" ", true),
];

impl Generator {
    pub(super) fn inlining(&mut self) -> &'static str {
        let all = [
            "",
            "",
            "",
            "#[inline] ",
            "#[inline] ",
            "#[inline(never)] ",
            "#[inline(never)] ",
            "#[inline(always)] ",
            "#[cold] ",
            "#[track_caller] ",
            "#[optimize(size)] ",
        ];
        self.pick(&all)
    }

    /// The parameters of a function in the scope of its body.
    fn parameters(&mut self, count: usize, allowed: &dyn Fn(&Generator, &Ty) -> bool) -> (Vec<Ty>, Code) {
        let mut types = Vec::new();
        let mut code = Vec::new();
        while types.len() < count {
            let ty = self.value_type();
            if !allowed(self, &ty) {
                continue;
            }
            let name = self.local();
            code.push(code![format!("mut {name}: {}", self.type_name(&ty))]);
            self.declare(&name, &ty, true);
            types.push(ty);
        }
        (types, joined(code, ", "))
    }

    fn result(&mut self, allowed: &dyn Fn(&Generator, &Ty) -> bool) -> Ty {
        loop {
            let ty = self.value_type();
            if allowed(self, &ty) {
                return ty;
            }
        }
    }

    /// Statements and the value after them.
    pub(super) fn body(&mut self, result: &Ty, count: usize) -> Code {
        self.scope.result = Some(result.clone());
        let statements = self.statements(count);
        let value = self.expr(result, 3);
        code![statements, value, "\n"]
    }

    /// A `const fn`, which is called at compile time and at run time.
    pub(super) fn constant_function(&mut self) -> Code {
        let home = self.home();
        let mut scope = Scope::new(home);
        (scope.constant, scope.quiet) = (true, true);
        let name = self.name("c");
        let inlining = self.inlining();
        let count = self.rng.usize(1..4);
        let ((params, result, item), scope) = self.apart(scope, |this| {
            let (params, list) = this.parameters(count, &|_, _| true);
            let result = this.value_type();
            let statements = this.rng.usize(0..5);
            let body = this.body(&result, statements);
            let head = format!("{inlining}pub const fn {name}(");
            let item = code![head, list, ") -> ", this.type_name(&result), " {\n", body, "}"];
            (params, result, item)
        });
        self.item(home, item);
        let function = Function {
            name: name.clone(),
            home,
            params: params.clone(),
            result: result.clone(),
            constant: true,
            quiet: true,
            generic: false,
            waits: false,
            pointer: "",
            cost: scope.cost + 1,
        };
        self.functions.push(function);
        let mut code = Code::default();
        for _ in 0..self.rng.usize(1..4) {
            let values: Vec<Code> = params.iter().map(|ty| self.literal(ty)).collect();
            let opaque = values.iter().zip(&params).map(|(value, ty)| {
                let value = value.clone().value(&self.types.name(ty), &self.types.plain(ty));
                code!["bb(", value, ")"]
            });
            let opaque = joined(opaque.collect::<Vec<_>>(), ", ");
            let tag = self.tag();
            let constant = self.name("K");
            let ty = self.type_name(&result);
            let values = joined(values, ", ");
            let text = match self.rng.u32(..4) {
                // The two have the same arguments, so that no edit may take one of them alone.
                0..3 => code![
                    format!("const {constant}: {ty} = {name}("),
                    values.text(),
                    format!(");\nsame({tag}, {constant}, {name}("),
                    opaque.text(),
                    "));\n"
                ],
                _ => code![format!("log({tag}, {name}("), opaque, "));\n"],
            };
            code.push(text.removable());
        }
        code
    }

    /// A function that may do anything, of any convention.
    pub(super) fn plain_function(&mut self) -> Code {
        let home = self.home();
        let (convention, unwinds) = if self.chance(40) {
            self.pick(&CONVENTIONS)
        } else {
            ("", true)
        };
        let mut scope = Scope::new(home);
        scope.quiet = !unwinds || self.chance(30);
        let name = self.name("f");
        let mut inlining = self.inlining();
        if !convention.is_empty() && inlining.contains("track_caller") {
            inlining = "#[inline(never)] ";
        }
        let exported = match self.rng.u32(..12) {
            0 => "#[unsafe(no_mangle)] ",
            _ => "",
        };
        let foreign = !convention.is_empty();
        let allowed = move |this: &Generator, ty: &Ty| !foreign || !this.types.has_simd(ty);
        let count = self.rng.usize(0..6);
        let ((params, result, item), inner) = self.apart(scope.clone(), |this| {
            let (params, list) = this.parameters(count, &allowed);
            // rustc itself does not compile a result without size that is returned by pointer.
            let result =
                this.result(&|this, ty| allowed(this, ty) && !(foreign && this.types.is_zero_sized(ty)));
            let statements = this.rng.usize(0..6);
            let body = this.body(&result, statements);
            let head = format!("{exported}{inlining}pub {convention}fn {name}(");
            let item = code![head, list, ") -> ", this.type_name(&result), " {\n", body, "}"];
            (params, result, item)
        });
        self.item(home, item);
        let function = Function {
            name,
            home,
            params,
            result,
            constant: false,
            quiet: scope.quiet,
            generic: false,
            waits: false,
            pointer: convention,
            cost: inner.cost + 1,
        };
        self.functions.push(function.clone());
        (0..self.rng.usize(1..4))
            .map(|_| {
                let call = self.call(&function);
                self.logged(call, function.quiet)
            })
            .collect()
    }

    /// A call, perhaps through a pointer.
    fn call(&mut self, function: &Function) -> Code {
        let arguments: Vec<Code> = function.params.iter().map(|ty| self.expr(ty, 1)).collect();
        let arguments = joined(arguments, ", ");
        if self.chance(25) {
            let params: Vec<String> = function.params.iter().map(|ty| self.type_name(ty)).collect();
            let pointer = format!(
                "{}fn({}) -> {}",
                function.pointer,
                params.join(", "),
                self.type_name(&function.result)
            );
            let table = self.chance(40);
            return match table {
                true => code![
                    format!(
                        "({{ static F: [{pointer}; 1] = [{}]; F[bb(0_usize)] }})(",
                        function.name
                    ),
                    arguments,
                    ")"
                ],
                false => code![format!("bb({} as {pointer})(", function.name), arguments, ")"],
            };
        }
        code![&function.name, "(", arguments, ")"]
    }

    /// A function with a type parameter, called with several types.
    pub(super) fn generic_function(&mut self) -> Code {
        let home = self.home();
        let mut scope = Scope::new(home);
        scope.generic = true;
        scope.quiet = self.chance(50);
        let quiet = scope.quiet;
        let (name, inlining) = (self.name("g"), self.inlining());
        let count = self.rng.usize(0..3);
        let ((params, result, item), inner) = self.apart(scope, |this| {
            let (a, b) = (this.local(), this.local());
            this.declare(&a, &Ty::Param, true);
            this.declare(&b, &Ty::Param, true);
            let (mut params, list) = this.parameters(count, &|_, _| true);
            params.splice(0..0, [Ty::Param, Ty::Param]);
            let result = match this.rng.u32(..5) {
                0 => Ty::Param,
                1 => Ty::Tuple(vec![Ty::Param, this.value_type()]),
                2 => Ty::Option(this.shared(Ty::Param)),
                _ => this.value_type(),
            };
            let statements = this.rng.usize(1..5);
            let body = this.body(&result, statements);
            let bounds = "Copy + Show + PartialEq + PartialOrd + 'static";
            let head = format!("{inlining}pub fn {name}<T: {bounds}>({a}: T, {b}: T, ");
            let item = code![head, list, ") -> ", this.type_name(&result), " {\n", body, "}"];
            (params, result, item)
        });
        self.item(home, item);
        let mut code = Code::default();
        for _ in 0..self.rng.usize(2..4) {
            let argument = self.value_type();
            let argument = Some(self.shared(argument));
            let params = params.iter().map(|ty| ty.with(&argument)).collect();
            let function = Function {
                name: name.clone(),
                home,
                params,
                result: result.with(&argument),
                constant: false,
                quiet,
                generic: false,
                waits: false,
                pointer: "",
                cost: inner.cost + 1,
            };
            self.functions.push(function.clone());
            let call = self.call(&function);
            code.push(self.logged(call, quiet));
        }
        code
    }

    /// Functions that call each other at their ends.
    pub(super) fn tail_call(&mut self) -> Code {
        let home = self.home();
        let (first, second) = (self.name("t"), self.name("t"));
        let count = self.rng.usize(1..4);
        let scope = |quiet| {
            let mut scope = Scope::new(home);
            scope.quiet = quiet;
            scope
        };
        let ((params, result), _) = self.apart(scope(true), |this| {
            let (params, _) = this.parameters(count, &|_, _| true);
            // LLVM puts a constant for a result that can have one value only, and then cannot compile the
            // call, with either backend.
            let result = this.result(&|this, ty| !this.types.is_zero_sized(ty));
            (params, result)
        });
        for (name, other) in [(&first, &second), (&second, &first)] {
            let (item, _) = self.apart(scope(false), |this| {
                let mut list = code!["left: u32"];
                for ty in &params {
                    let local = this.local();
                    list.push(format!(", mut {local}: {}", this.type_name(ty)));
                    this.declare(&local, ty, true);
                }
                let statements = this.rng.usize(0..3);
                let body = this.within(|this| this.statements(statements));
                let end = this.expr(&result, 2);
                let arguments: Vec<Code> = params.iter().map(|ty| code![", ", this.expr(ty, 2)]).collect();
                let arguments: Code = arguments.into_iter().collect();
                code![
                    format!("#[inline(never)] pub fn {name}("),
                    list,
                    ") -> ",
                    this.type_name(&result),
                    " {\n",
                    "if left == 0 { return ",
                    end,
                    "; }\n",
                    code!["{ ", body, " }\n"].removable(),
                    format!("become {other}(left - 1"),
                    arguments,
                    ")\n}"
                ]
            });
            self.item(home, item);
        }
        let left = self.rng.u32(1..40);
        let arguments: Vec<Code> = params.iter().map(|ty| code![", ", self.expr(ty, 1)]).collect();
        let call = code![
            format!("{first}(bb({left})"),
            arguments.into_iter().collect::<Code>(),
            ")"
        ];
        self.logged(call, false)
    }
}

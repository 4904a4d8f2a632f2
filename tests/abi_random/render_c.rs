//! A program's types and functions in C, and the C program that calls every function from every side.

use std::fmt::Write;

use crate::model::{Aggregate, Field, Function, Kind, Layout, Program, Type};

/// What all sides share: the harness's functions, and the types.
pub fn types(program: &Program) -> String {
    let mut text = String::from(
        "#include <stddef.h>\n\
         #ifdef __clang__\ntypedef __float128 f128;\n#else\ntypedef _Float128 f128;\n#endif\n\
         void abi_fill(unsigned function, unsigned slot, void *value);\n\
         void abi_check(unsigned function, unsigned slot, const void *value);\n\
         void abi_wide(unsigned function, unsigned slot, long long value);\n",
    );
    for bits in [8, 16, 32, 64] {
        let _ = writeln!(
            text,
            "typedef __INT{bits}_TYPE__ i{bits};\ntypedef __UINT{bits}_TYPE__ ui{bits};"
        );
    }
    for (element, name) in VECTORS {
        let _ = writeln!(
            text,
            "typedef {element} v_{name} __attribute__((vector_size(16)));"
        );
    }
    for (index, aggregate) in program.aggregates.iter().enumerate() {
        let types = [Type::Aggregate(index)];
        guarded(program, &mut text, types.iter(), |text| {
            declare(text, index, aggregate)
        });
    }
    text
}

const VECTORS: [(&str, &str); 10] = [
    ("i8", "i8"),
    ("ui8", "ui8"),
    ("i16", "i16"),
    ("ui16", "ui16"),
    ("i32", "i32"),
    ("ui32", "ui32"),
    ("i64", "i64"),
    ("ui64", "ui64"),
    ("float", "f32"),
    ("double", "f64"),
];

/// What `write` writes, for compilers that have all of `types`.
fn guarded<'a>(
    program: &Program,
    text: &mut String,
    types: impl Iterator<Item = &'a Type>,
    write: impl FnOnce(&mut String),
) {
    let types: Vec<&Type> = types.collect();
    // Macros that compilers define where they have `_Float16` and `__int128`.
    let not_everywhere = [
        ("__FLT16_MAX__", Type::Float(16)),
        ("__SIZEOF_INT128__", int128(true)),
        ("__SIZEOF_INT128__", int128(false)),
    ];
    let conditions: Vec<&str> = not_everywhere
        .iter()
        .filter(|(_, wanted)| types.iter().any(|ty| program.any(ty, &|part| part == wanted)))
        .map(|(name, _)| *name)
        .collect();
    for condition in &conditions {
        let _ = writeln!(text, "#ifdef {condition}");
    }
    write(text);
    for _ in conditions {
        text.push_str("#endif\n");
    }
}

fn int128(signed: bool) -> Type {
    Type::Int { bits: 128, signed }
}

fn declare(text: &mut String, index: usize, aggregate: &Aggregate) {
    if aggregate.kind == Kind::Transparent {
        let _ = writeln!(text, "typedef {} t{index};", name(&aggregate.fields[0].ty));
        return;
    }
    let word = if aggregate.kind == Kind::Union {
        "union"
    } else {
        "struct"
    };
    let (before, attribute, after) = match aggregate.layout {
        Layout::Natural => (String::new(), String::new(), ""),
        Layout::Packed(to) => (
            format!("#pragma pack(push, {to})\n"),
            String::new(),
            "#pragma pack(pop)\n",
        ),
        Layout::Aligned(to) => (String::new(), format!(" __attribute__((aligned({to})))"), ""),
    };
    let _ = write!(text, "{before}typedef {word}{attribute} {{");
    for (place, field) in aggregate.fields.iter().enumerate() {
        let _ = write!(text, " {} f{place}", name(&field.ty));
        if let Some(length) = field.array {
            let _ = write!(text, "[{length}]");
        }
        text.push(';');
    }
    let _ = write!(text, " }} t{index};\n{after}");
}

fn name(ty: &Type) -> String {
    match ty {
        Type::Int { bits: 128, signed } => if *signed { "__int128" } else { "unsigned __int128" }.to_owned(),
        Type::Int { bits, signed } => format!("{}i{bits}", if *signed { "" } else { "u" }),
        Type::Float(16) => "_Float16".to_owned(),
        Type::Float(32) => "float".to_owned(),
        Type::Float(64) => "double".to_owned(),
        Type::Float(_) => "f128".to_owned(),
        Type::Bool => "_Bool".to_owned(),
        Type::Pointer => "void *".to_owned(),
        Type::Enum(_) => "unsigned".to_owned(),
        Type::Vector(element) => match **element {
            Type::Float(bits) => format!("v_f{bits}"),
            ref int => format!("v_{}", name(int)),
        },
        Type::Aggregate(index) => format!("t{index}"),
    }
}

fn result(function: &Function) -> String {
    function.result.as_ref().map_or_else(|| "void".to_owned(), name)
}

/// The parameters, named if they are to be.
fn parameters(function: &Function, named: bool) -> String {
    let mut all: Vec<String> = (1..)
        .zip(&function.arguments)
        .map(|(slot, ty)| match named {
            true => format!("{} a{slot}", name(ty)),
            false => name(ty),
        })
        .collect();
    if function.variadic.is_some() {
        all.push("...".to_owned());
    }
    if all.is_empty() {
        all.push("void".to_owned());
    }
    all.join(", ")
}

/// The function's declaration, for people.
pub fn prototype(program: &Program, function: &Function) -> String {
    let mut text = String::new();
    let mut used: Vec<usize> = Vec::new();
    for ty in function.types() {
        collect(program, ty, &mut used);
    }
    used.sort_unstable();
    used.dedup();
    for index in used {
        declare(&mut text, index, &program.aggregates[index]);
    }
    let variadic: Vec<String> = function.variadic.iter().flatten().map(name).collect();
    let _ = writeln!(
        text,
        "{} f({}) {} // {:?}, passed as `...`: {}",
        result(function),
        parameters(function, false),
        function.convention.c,
        function.convention.rust,
        variadic.join(", "),
    );
    text
}

fn collect(program: &Program, ty: &Type, into: &mut Vec<usize>) {
    if let Type::Aggregate(index) = ty {
        into.push(*index);
        for field in &program.aggregates[*index].fields {
            collect(program, &field.ty, into);
        }
    }
}

/// Whether the value is also looked at as a number of 64 bits: what is beyond its own width in the register must be
/// what the convention says.
pub fn is_widened(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Int {
            bits: 8 | 16 | 32,
            ..
        } | Type::Bool
    )
}

/// One side: each function, and a caller for each. `SIDE` is defined as its name.
pub fn side(program: &Program) -> String {
    let mut text = String::from(
        "#include <stdarg.h>\n#include \"types.h\"\n\
         #define PASTE_(a, b) a##b\n#define PASTE(a, b) PASTE_(a, b)\n#define NAME(n) PASTE(SIDE, n)\n",
    );
    for (index, function) in program.functions.iter().enumerate() {
        guarded(program, &mut text, function.types(), |text| {
            callee(text, index, function);
            caller(text, index, function);
        });
    }
    text
}

fn check(text: &mut String, index: usize, slot: usize, ty: &Type, value: &str) {
    let _ = write!(text, "  abi_check({index}, {slot}, &{value});");
    if is_widened(ty) {
        let _ = write!(text, " abi_wide({index}, {slot}, (long long){value});");
    }
    text.push('\n');
}

fn callee(text: &mut String, index: usize, function: &Function) {
    let _ = writeln!(
        text,
        "{} {} NAME(_f{index})({}) {{",
        result(function),
        function.convention.c,
        parameters(function, true)
    );
    for (slot, ty) in (1..).zip(&function.arguments) {
        check(text, index, slot, ty, &format!("a{slot}"));
    }
    if let Some(variadic) = &function.variadic {
        let last = function.arguments.len();
        let _ = writeln!(text, "  va_list list; va_start(list, a{last});");
        for (slot, ty) in (last + 1..).zip(variadic) {
            let ty_name = name(ty);
            let _ = writeln!(text, "  {ty_name} a{slot} = va_arg(list, {ty_name});");
            check(text, index, slot, ty, &format!("a{slot}"));
        }
        text.push_str("  va_end(list);\n");
    }
    if function.result.is_some() {
        let _ = writeln!(
            text,
            "  {} r; abi_fill({index}, 0, &r); return r;",
            result(function)
        );
    }
    text.push_str("}\n");
}

fn caller(text: &mut String, index: usize, function: &Function) {
    let _ = writeln!(text, "void NAME(_call{index})(void *callee) {{");
    for (slot, ty) in (1..).zip(function.passed()) {
        let _ = writeln!(
            text,
            "  {} a{slot}; abi_fill({index}, {slot}, &a{slot});",
            name(ty)
        );
    }
    let arguments: Vec<String> = (1..=function.passed().count())
        .map(|slot| format!("a{slot}"))
        .collect();
    let result = result(function);
    let call = format!(
        "(({result} ({} *)({}))callee)({})",
        function.convention.c,
        parameters(function, false),
        arguments.join(", ")
    );
    match &function.result {
        Some(ty) => {
            let _ = writeln!(text, "  {result} r = {call};");
            check(text, index, 0, ty, "r");
        }
        None => {
            let _ = writeln!(text, "  {call};");
        }
    }
    text.push_str("}\n");
}

/// The program that calls each function of each of `sides` from each, and prints what did not arrive.
pub fn harness(program: &Program, sides: &[String]) -> String {
    let mut text = String::from("#include \"types.h\"\n");
    text.push_str("struct leaf { unsigned offset, size; int kind; };\n");
    text.push_str("struct value { const struct leaf *leaves; unsigned count, size; };\n");
    for (index, function) in program.functions.iter().enumerate() {
        guarded(program, &mut text, function.types(), |text| {
            let slots = std::iter::once(function.result.as_ref()).chain(function.passed().map(Some));
            let mut values = Vec::new();
            for (slot, ty) in slots.enumerate() {
                let Some(ty) = ty else {
                    values.push("{0, 0, 0}".to_owned());
                    continue;
                };
                let ty_name = name(ty);
                let mut leaves = Vec::new();
                find_leaves(program, ty, String::new(), &mut leaves);
                let rows: Vec<String> = leaves
                    .iter()
                    .map(|(path, kind)| leaf(&ty_name, path, *kind))
                    .collect();
                let _ = writeln!(
                    text,
                    "static const struct leaf leaves_{index}_{slot}[] = {{ {} }};",
                    rows.join(", ")
                );
                values.push(format!(
                    "{{leaves_{index}_{slot}, {}, sizeof({ty_name})}}",
                    rows.len()
                ));
            }
            let _ = writeln!(
                text,
                "static const struct value values_{index}[] = {{ {} }};",
                values.join(", ")
            );
        });
    }
    text.push_str(
        "static const struct function { const struct value *values; unsigned checks; } functions[] = {\n",
    );
    for (index, function) in program.functions.iter().enumerate() {
        guarded(program, &mut text, function.types(), |text| {
            let _ = writeln!(
                text,
                "  [{index}] = {{values_{index}, {}}},",
                function.types().count()
            );
        });
    }
    // An entry even if the last functions are left out.
    let _ = writeln!(text, "  [{}] = {{0, 0}},\n}};", program.functions.len());
    let _ = writeln!(text, "#define FUNCTIONS {}", program.functions.len());
    for side in sides {
        for index in 0..program.functions.len() {
            let _ = writeln!(
                text,
                "__attribute__((weak)) void {side}_f{index}(void), {side}_call{index}(void *);"
            );
        }
    }
    text.push_str("typedef void (*code)(void);\n");
    for (table, infix) in [("callees", "f"), ("callers", "call")] {
        let _ = writeln!(text, "static const code {table}[][FUNCTIONS] = {{");
        for side in sides {
            let names: Vec<String> = (0..program.functions.len())
                .map(|index| format!("(code){side}_{infix}{index}"))
                .collect();
            let _ = writeln!(text, "  {{ {} }},", names.join(", "));
        }
        text.push_str("};\n");
    }
    let names: Vec<String> = sides.iter().map(|side| format!("\"{side}\"")).collect();
    let _ = writeln!(
        text,
        "#define SIDES {}\nstatic const char *const sides[] = {{ {} }};",
        sides.len(),
        names.join(", ")
    );
    text.push_str(include_str!("harness.c"));
    text
}

/// How the bytes of a leaf are chosen: see `harness.c`.
fn leaf(ty: &str, path: &str, kind: i32) -> String {
    match path.strip_prefix('.') {
        None => format!("{{0, sizeof({ty}), {kind}}}"),
        Some(path) => format!("{{offsetof({ty}, {path}), sizeof((({ty} *)0)->{path}), {kind}}}"),
    }
}

fn find_leaves(program: &Program, ty: &Type, path: String, leaves: &mut Vec<(String, i32)>) {
    let Type::Aggregate(index) = ty else {
        let kind = match ty {
            Type::Bool => 2,
            Type::Enum(values) => i32::from(*values),
            Type::Float(_) => -1,
            Type::Int { signed: true, .. } => -2,
            _ => 0,
        };
        leaves.push((path, kind));
        return;
    };
    let aggregate = &program.aggregates[*index];
    let mut field = |place: usize, Field { ty, array }: &Field| {
        let path = match aggregate.kind {
            Kind::Transparent => path.clone(),
            _ => format!("{path}.f{place}"),
        };
        match array {
            Some(length) => {
                for at in 0..*length {
                    find_leaves(program, ty, format!("{path}[{at}]"), leaves);
                }
            }
            None => find_leaves(program, ty, path, leaves),
        }
    };
    match aggregate.kind {
        Kind::Union => field(aggregate.active, &aggregate.fields[aggregate.active]),
        _ => {
            for (place, one) in aggregate.fields.iter().enumerate() {
                field(place, one);
            }
        }
    }
}

//! A program's types and functions in Rust: a side of its own for each backend and level.

use std::fmt::Write;

use crate::model::{Aggregate, Function, Kind, Layout, Program, Type};
use crate::render_c::is_widened;

/// Without `core`, it compiles for every target.
const HEAD: &str = "#![feature(no_core, lang_items, rustc_attrs, decl_macro, repr_simd, f16, f128)]\n\
    #![feature(auto_traits)]\n\
    #![allow(warnings, internal_features)]\n\
    #![no_core]\n\
    #[path = \"minicore.rs\"] mod minicore;\n\
    use minicore::*;\n\
    impl Copy for i128 {} impl Copy for u128 {} impl Copy for f128 {}\n\
    impl<T: Copy, const N: usize> Copy for [T; N] {}\n\
    #[lang = \"freeze\"] unsafe auto trait Freeze {}\n\
    #[repr(C)] union Slot<T: Copy> { empty: (), value: T }\n\
    unsafe extern \"C\" {\n\
    \x20   fn abi_fill(function: u32, slot: u32, value: *mut u8);\n\
    \x20   fn abi_check(function: u32, slot: u32, value: *const u8);\n\
    \x20   fn abi_wide(function: u32, slot: u32, value: i64);\n\
    }\n";

/// The side called `side`.
pub fn side(program: &Program, side: &str) -> String {
    let mut text = HEAD.to_owned();
    for element in ["i8", "u8", "i16", "u16", "i32", "u32", "i64", "u64", "f32", "f64"] {
        let width: usize = element[1..].parse().unwrap_or(8);
        let lanes = 128 / width;
        let _ = writeln!(
            text,
            "#[repr(simd)] pub struct V{element}([{element}; {lanes}]); impl Copy for V{element} {{}}"
        );
    }
    for (index, aggregate) in program.aggregates.iter().enumerate() {
        declare(&mut text, index, aggregate);
    }
    for (index, function) in program.functions.iter().enumerate() {
        // A variadic function cannot be defined without `core`.
        if function.variadic.is_none() {
            callee(&mut text, side, index, function);
        }
        caller(&mut text, side, index, function);
    }
    text
}

fn declare(text: &mut String, index: usize, aggregate: &Aggregate) {
    let layout = match aggregate.layout {
        Layout::Natural => String::new(),
        Layout::Packed(to) => format!(", packed({to})"),
        Layout::Aligned(to) => format!(", align({to})"),
    };
    let (repr, word) = match aggregate.kind {
        Kind::Struct => ("C", "struct"),
        Kind::Union => ("C", "union"),
        Kind::Transparent => ("transparent", "struct"),
    };
    let _ = write!(text, "#[repr({repr}{layout})] pub {word} T{index} {{");
    for (place, field) in aggregate.fields.iter().enumerate() {
        let ty = name(&field.ty);
        let _ = match field.array {
            Some(length) => write!(text, " f{place}: [{ty}; {length}],"),
            None => write!(text, " f{place}: {ty},"),
        };
    }
    let _ = writeln!(text, " }} impl Copy for T{index} {{}}");
}

fn name(ty: &Type) -> String {
    match ty {
        Type::Int { bits, signed } => format!("{}{bits}", if *signed { 'i' } else { 'u' }),
        Type::Float(bits) => format!("f{bits}"),
        Type::Bool => "bool".to_owned(),
        Type::Pointer => "*mut u8".to_owned(),
        // An enum of Rust's would be one more type to copy; what is passed is this.
        Type::Enum(_) => "u32".to_owned(),
        Type::Vector(element) => format!("V{}", name(element)),
        Type::Aggregate(index) => format!("T{index}"),
    }
}

fn result(function: &Function) -> String {
    function.result.as_ref().map_or_else(|| "()".to_owned(), name)
}

fn check(text: &mut String, index: usize, slot: usize, ty: &Type, value: &str) {
    let _ = write!(
        text,
        "    abi_check({index}, {slot}, &raw const {value} as *const u8);"
    );
    if is_widened(ty) {
        let _ = write!(text, " abi_wide({index}, {slot}, {value} as i64);");
    }
    text.push('\n');
}

fn callee(text: &mut String, side: &str, index: usize, function: &Function) {
    let parameters: Vec<String> = (1..)
        .zip(&function.arguments)
        .map(|(slot, ty)| format!("a{slot}: {}", name(ty)))
        .collect();
    let _ = writeln!(
        text,
        "#[unsafe(no_mangle)] pub unsafe extern \"{}\" fn {side}_f{index}({}) -> {} {{ unsafe {{",
        function.convention.rust,
        parameters.join(", "),
        result(function)
    );
    for (slot, ty) in (1..).zip(&function.arguments) {
        check(text, index, slot, ty, &format!("a{slot}"));
    }
    if let Some(ty) = &function.result {
        let _ = writeln!(
            text,
            "    let mut r = Slot::<{}> {{ empty: () }}; abi_fill({index}, 0, &raw mut r as *mut u8); r.value",
            name(ty)
        );
    }
    text.push_str("} }\n");
}

fn caller(text: &mut String, side: &str, index: usize, function: &Function) {
    let mut parameters: Vec<String> = function.arguments.iter().map(name).collect();
    if function.variadic.is_some() {
        parameters.push("...".to_owned());
    }
    let _ = writeln!(
        text,
        "#[unsafe(no_mangle)] pub unsafe extern \"C\" fn {side}_call{index}(callee: unsafe extern \"{}\" fn({}) -> {}) \
         {{ unsafe {{",
        function.convention.rust,
        parameters.join(", "),
        result(function)
    );
    let mut arguments = Vec::new();
    for (slot, ty) in (1..).zip(function.passed()) {
        let _ = writeln!(
            text,
            "    let mut a{slot} = Slot::<{}> {{ empty: () }}; abi_fill({index}, {slot}, &raw mut a{slot} as *mut u8);",
            name(ty)
        );
        arguments.push(format!("a{slot}.value"));
    }
    let _ = writeln!(text, "    let r = callee({});", arguments.join(", "));
    if let Some(ty) = &function.result {
        check(text, index, 0, ty, "r");
    }
    text.push_str("} }\n");
}

//! Each kind of crate, and crates of different kinds together.

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::TempProject;

pub const CHECKS: &[(&str, Check)] = &[
    ("rlib and bin, generics across", rlib),
    ("dylib", dylib),
    ("cdylib exports what is public to C", cdylib),
    ("staticlib", staticlib),
    ("proc macro", proc_macro),
    ("names that mean something to LLVM, under LTO", odd_names),
    ("what nobody exports is local after LTO", internalized),
    (
        "negative discriminants, across crates of different levels",
        discriminants,
    ),
    ("rlib of the in-tree backend, and the other way round", mixed),
    ("a program is no larger than the in-tree backend's", size),
];

const LIBRARY: &str = "pub fn twice<T: Clone>(x: &T) -> (T, T) { (x.clone(), x.clone()) }\n\
    pub static WORDS: [&str; 2] = [\"left\", \"right\"];\n\
    thread_local! { pub static COUNT: std::cell::Cell<u32> = const { std::cell::Cell::new(1) } }\n\
    pub trait Speak { fn speak(&self) -> String { String::from(\"silence\") } }\n\
    #[inline(never)] pub fn speaker(n: u32) -> Box<dyn Speak> { struct N(u32); impl Speak for N { fn speak(&self) \
        -> String { self.0.to_string() } } Box::new(N(n)) }\n";
const USER: &str = "fn main() { let (a, b) = up::twice(&vec![1, 2]); up::COUNT.set(up::COUNT.get() + 1);\n\
    println!(\"{a:?}{b:?} {} {} {}\", up::WORDS[1], up::speaker(7).speak(), up::COUNT.get()); }\n";
const PRINTED: &str = "[1, 2][1, 2] right 7 2\n";

fn pair(kind: &str, flags: &[&str]) -> Result<(), Failed> {
    let shop = TempProject::with(&[("up.rs", LIBRARY), ("main.rs", USER)])?;
    let library = [&["up.rs", kind][..], flags].concat();
    shop.compile(&library)?;
    let program = [
        &["main.rs", "--extern=up", "-Clink-arg=-Wl,-rpath,$ORIGIN"][..],
        flags,
    ]
    .concat();
    shop.compile(&program)?;
    expect(&shop.run("main")?, PRINTED)
}

fn expect(printed: &str, expected: &str) -> Result<(), Failed> {
    match printed == expected {
        true => Ok(()),
        false => Err(format!("printed {printed:?}, not {expected:?}").into()),
    }
}

fn rlib() -> Result<(), Failed> {
    pair("--crate-type=rlib", &[])?;
    pair("--crate-type=rlib", &["-O"])
}

fn dylib() -> Result<(), Failed> {
    pair("--crate-type=dylib", &["-Cprefer-dynamic", "-Crpath"])
}

const C_LIBRARY: &str = "#[unsafe(no_mangle)] pub extern \"C\" fn triple(x: u32) -> u32 { helper(x) * 3 }\n\
    #[unsafe(no_mangle)] pub static LIMIT: u32 = 9;\n\
    #[inline(never)] pub fn helper(x: u32) -> u32 { std::hint::black_box(x) }\n";
const C_USER: &str = "#[link(name = \"up\")] unsafe extern \"C\" { fn triple(x: u32) -> u32; static LIMIT: u32; }\n\
    fn main() { unsafe { println!(\"{} {}\", triple(2), LIMIT) } }\n";

fn cdylib() -> Result<(), Failed> {
    let shop = TempProject::with(&[("up.rs", C_LIBRARY), ("main.rs", C_USER)])?;
    shop.compile(&["up.rs", "--crate-type=cdylib", "-O"])?;
    shop.compile(&["main.rs", "-Clink-arg=-Wl,-rpath,$ORIGIN"])?;
    expect(&shop.run("main")?, "6 9\n")?;
    // Rust's own names stay inside.
    let symbols = std::process::Command::new("nm")
        .args(["-D", "--defined-only"])
        .arg(shop.path("libup.so"))
        .output();
    match symbols {
        Ok(symbols) if String::from_utf8_lossy(&symbols.stdout).contains("helper") => {
            Err("`helper` is exported".into())
        }
        _ => Ok(()),
    }
}

fn staticlib() -> Result<(), Failed> {
    let shop = TempProject::with(&[("up.rs", C_LIBRARY), ("main.rs", C_USER)])?;
    shop.compile(&["up.rs", "--crate-type=staticlib"])?;
    shop.compile(&["main.rs", "-Clink-arg=-Wl,--allow-multiple-definition"])?;
    expect(&shop.run("main")?, "6 9\n")
}

/// In the notation of pass pipelines, `;` and `>` end a name.
fn odd_names() -> Result<(), Failed> {
    let names = ["foo;bar", "foo>bar", "operator<(int, int)", "a,b", "default<O3>"];
    let (mut library, mut user, mut calls) = (String::new(), String::new(), String::new());
    for (index, name) in names.iter().enumerate() {
        library += &format!(
            "#[unsafe(export_name = \"{name}\")] pub extern \"C\" fn f{index}() -> u32 {{ {index} + 3 }}\n"
        );
        user += &format!("#[link_name = \"{name}\"] fn f{index}() -> u32;\n");
        calls += &format!("print!(\"{{}} \", f{index}());\n");
    }
    let user = format!(
        "#[link(name = \"up\")] unsafe extern \"C\" {{ {user} }}\nfn main() {{ unsafe {{ {calls} }} }}\n"
    );
    let shop = TempProject::with(&[("up.rs", &library), ("main.rs", &user)])?;
    for lto in ["-Clto=fat", "-Clto=off"] {
        shop.compile(&["up.rs", "--crate-type=staticlib", lto])?;
        shop.compile(&["main.rs", "-Clink-arg=-Wl,--allow-multiple-definition"])?;
        expect(&shop.run("main")?, "3 4 5 6 7 ")?;
    }
    Ok(())
}

fn internalized() -> Result<(), Failed> {
    // In a library of its own, which does not know who will use it, and not within the crate, where rustc hides
    // what is not exported.
    let low = "#[inline(never)] pub fn reached(x: u32) -> u32 { x.rotate_left(3) ^ 7 }\n";
    let user = "#[unsafe(no_mangle)] pub extern \"C\" fn reaching(x: u32) -> u32 { low::reached(x) }\n";
    let shop = TempProject::with(&[("low.rs", low), ("up.rs", &format!("{C_LIBRARY}{user}"))])?;
    shop.compile(&["low.rs", "--crate-type=rlib", "-O"])?;
    shop.compile(&[
        "up.rs",
        "--extern=low",
        "--crate-type=cdylib",
        "-Clto=fat",
        "-O",
        "--emit=link=libup.so,llvm-ir=up.ll",
    ])?;
    let ir = shop.read("up.ll")?;
    let definition = |name: &str| {
        let mut lines = ir.lines().filter(|line| {
            line.starts_with("define ") || line.starts_with('@') && !line.contains(" external ")
        });
        lines.find(|line| line.contains(name)).map(str::to_owned)
    };
    for (name, is_local) in [
        ("@triple(", false),
        ("@LIMIT =", false),
        ("6helper", true),
        ("7reached", true),
    ] {
        let line = definition(name).ok_or_else(|| format!("no `{name}`"))?;
        if line.contains(" internal ") != is_local {
            return Err(format!("local should be {is_local}: {line}").into());
        }
    }
    Ok(())
}

const SIGNS: &str = "#[derive(Clone, Copy, PartialEq, Debug)] pub enum Sign { Neg = -1, Zero = 0, Pos = 1 }\n\
    #[repr(i128)] #[derive(Clone, Copy, PartialEq)] pub enum Wide { Low = i128::MIN, Minus = -2, High = 1 << 100 }\n\
    #[derive(Clone, Copy, PartialEq)] pub enum Nest { Of(Sign), Else(u8), Never(std::convert::Infallible) }\n\
    pub fn sign<T: PartialOrd + Default>(x: T) -> Sign { let zero = T::default();\n\
        if x < zero { Sign::Neg } else if x == zero { Sign::Zero } else { Sign::Pos } }\n\
    #[inline] pub fn wide(x: i32) -> Wide { match x { 0 => Wide::Low, 1 => Wide::Minus, _ => Wide::High } }\n\
    #[inline] pub fn nest(x: i32) -> Nest { if x < 0 { Nest::Of(sign(x)) } else { Nest::Else(x as u8) } }\n";
const SIGNS_USER: &str = "use up::*; use std::hint::black_box as bb;\nfn main() { for x in [-3, 0, 2] { let x = bb(x);\n\
    println!(\"{:?} {} {} {} {}\", sign(x), sign(x) == Sign::Neg, sign(x) as i8 == -1, wide(x) == Wide::Minus,\n\
        wide(x + 1) as i128);\n\
    println!(\"{} {}\", nest(x) == Nest::Of(Sign::Neg), matches!(nest(x), Nest::Else(0))); } }\n";

/// The levels decide in which of the crates a function is compiled, and with which constants it is compared.
fn discriminants() -> Result<(), Failed> {
    let shop = TempProject::with(&[("up.rs", SIGNS), ("main.rs", SIGNS_USER)])?;
    let high = 1_i128 << 100;
    let printed = format!(
        "Neg true true false {high}\ntrue false\nZero false false false -2\nfalse true\nPos false false false \
         {high}\nfalse false\n"
    );
    for library in ["-Copt-level=0", "-Copt-level=2"] {
        shop.compile(&["up.rs", "--crate-type=rlib", library])?;
        for program in ["-Copt-level=0", "-Copt-level=1", "-Copt-level=3"] {
            shop.compile(&["main.rs", "--extern=up", program])?;
            expect(&shop.run("main")?, &printed)?;
        }
    }
    Ok(())
}

fn proc_macro() -> Result<(), Failed> {
    let library = "use proc_macro::TokenStream;\n#[proc_macro] pub fn seven(_: TokenStream) -> TokenStream \
        { \"7_u32\".parse().unwrap() }\n";
    let user = "fn main() { println!(\"{}\", up::seven!()) }\n";
    let shop = TempProject::with(&[("up.rs", library), ("main.rs", user)])?;
    shop.compile(&["up.rs", "--crate-type=proc-macro", "--extern=proc_macro"])?;
    shop.compile(&["main.rs", "--extern=up"])?;
    expect(&shop.run("main")?, "7\n")
}

/// The in-tree backend: the same rustc, told of no other.
fn in_tree(shop: &TempProject, arguments: &[&str]) -> Result<(), Failed> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let status = std::process::Command::new(rustc)
        .current_dir(shop.path("."))
        .args(["--edition=2024", "-Awarnings", "-L."])
        .args(arguments)
        .status()?;
    match status.success() {
        true => Ok(()),
        false => Err("the in-tree backend failed".into()),
    }
}

fn mixed() -> Result<(), Failed> {
    for ours_first in [true, false] {
        let shop = TempProject::with(&[("up.rs", LIBRARY), ("main.rs", USER)])?;
        let (library, program) = (["up.rs", "--crate-type=rlib"], ["main.rs", "--extern=up"]);
        if ours_first {
            shop.compile(&library)?;
            in_tree(&shop, &program)?;
        } else {
            in_tree(&shop, &library)?;
            shop.compile(&program)?;
        }
        expect(&shop.run("main")?, PRINTED)?;
    }
    Ok(())
}

fn size() -> Result<(), Failed> {
    let shop = TempProject::with(&[(
        "main.rs",
        "fn main() { println!(\"{:?}\", std::env::args().count()) }\n",
    )])?;
    for level in ["-Copt-level=0", "-Copt-level=3", "-Copt-level=z"] {
        shop.compile(&["main.rs", level, "-o", "ours", "-Cstrip=symbols"])?;
        in_tree(&shop, &["main.rs", level, "-o", "theirs", "-Cstrip=symbols"])?;
        let length = |name: &str| std::fs::metadata(shop.path(name)).map(|data| data.len());
        let (ours, theirs) = (length("ours")?, length("theirs")?);
        // Sections are padded to pages: one page is no difference.
        if ours > theirs + 4096 {
            return Err(format!("{level}: {ours} bytes, in-tree {theirs}").into());
        }
    }
    Ok(())
}

//! Unwind edges: a call has one if what it calls can unwind, and only then.

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::{TempProject, holds, is_error};

pub const CHECKS: &[(&str, Check)] = &[
    ("what cannot unwind is called", called),
    ("what can unwind is invoked", invoked),
    ("all of the MIR's, where that is asked for", all),
    ("a value that means nothing", unknown),
    ("panics drop what in-tree's do", panics),
    ("a callee that begins to panic, incrementally", incremental),
];

/// `clean_…`: no call in it can unwind. `edge_…`: one call can, and something is to be dropped.
const SOURCE: &str = r#"
#![crate_type = "lib"]
pub struct Guard(pub u32);
impl Drop for Guard { #[inline(never)] fn drop(&mut self) { unsafe { TRACE = self.0 } } }
pub static mut TRACE: u32 = 0;

fn leaf(x: u32) -> u32 { x ^ 5 }
fn chain(x: u32) -> u32 { leaf(leaf(x)) }
extern "C" fn stops() -> ! { loop {} }
fn ends_well(x: u32) -> u32 { if x == 7 { stops() } else { x } }
fn generic<T: Copy>(x: &T) -> T { *x }
fn recursive(x: u32) -> u32 { if x < 2 { x } else { recursive(x - 2) } }
fn adds(x: u32) -> u32 { x + 1 }
fn indexes(x: &[u32]) -> u32 { x[0] }
fn panics() { panic!() }
struct Loud(u32);
impl Drop for Loud { fn drop(&mut self) { if self.0 == 3 { panic!() } } }
unsafe extern "C-unwind" { fn foreign(); }
#[unsafe(naked)] #[cfg(target_arch = "x86_64")]
extern "C-unwind" fn naked() { core::arch::naked_asm!("ret") }

#[unsafe(no_mangle)] pub fn clean_leaf(x: u32) -> u32 { let _g = Guard(1); leaf(x) }
#[unsafe(no_mangle)] pub fn clean_chain(x: u32) -> u32 { let _g = Guard(1); chain(x) }
#[unsafe(no_mangle)] pub fn clean_abort(x: u32) -> u32 { let _g = Guard(1); ends_well(x) }
#[unsafe(no_mangle)] pub fn clean_generic(x: u64) -> u64 { let _g = Guard(1); generic(&x) }
#[unsafe(no_mangle)] pub fn clean_drop(x: u32) { let _g = Guard(1); let _h = (Guard(x), [Guard(2), Guard(3)]); }
#[unsafe(no_mangle)] pub fn clean_closure(x: u32) -> u32 { let _g = Guard(1); (|y: u32| y ^ x)(2) }
#[unsafe(no_mangle)] pub fn clean_std(x: Option<u32>) -> bool { let _g = Guard(1); x.is_some() }

#[unsafe(no_mangle)] pub fn edge_add(x: u32) -> u32 { let _g = Guard(1); adds(x) }
#[unsafe(no_mangle)] pub fn edge_index(x: &[u32]) -> u32 { let _g = Guard(1); indexes(x) }
#[unsafe(no_mangle)] pub fn edge_panic() { let _g = Guard(1); panics() }
#[unsafe(no_mangle)] pub fn edge_pointer(f: fn()) { let _g = Guard(1); f() }
#[unsafe(no_mangle)] pub fn edge_virtual(f: &dyn Fn()) { let _g = Guard(1); f() }
#[unsafe(no_mangle)] pub fn edge_foreign() { let _g = Guard(1); unsafe { foreign() } }
#[unsafe(no_mangle)] pub fn edge_naked() { let _g = Guard(1); naked() }
#[unsafe(no_mangle)] pub fn edge_drop(x: u32) { let _g = Guard(1); let _l = Loud(x); }
#[unsafe(no_mangle)] pub fn edge_boxed(x: Box<dyn Send>) { let _g = Guard(1); drop(x) }
#[unsafe(no_mangle)] pub fn edge_recursive(x: u32) -> u32 { let _g = Guard(1); recursive(x) }
#[unsafe(no_mangle)] pub fn edge_closure(x: u32) -> u32 { let _g = Guard(1); (|y: u32| y + x)(2) }
#[unsafe(no_mangle)] pub fn edge_asm() {
    let _g = Guard(1);
    fn inside() { unsafe { core::arch::asm!("", options(may_unwind)) } }
    inside()
}
"#;

/// Each function of [`SOURCE`] with a name of its own, and its IR.
fn functions(flags: &[&str], edges: Option<&str>) -> Result<Vec<(String, String)>, Failed> {
    let project = TempProject::with(&[("a.rs", SOURCE)])?;
    let mut rustc = project.command_of("2024");
    rustc.args(["a.rs", "--emit=llvm-ir=a.ll"]).args(flags);
    rustc
        .arg("-Zunstable-options")
        .args(["-Zcrate-attr=feature(asm_unwind)"]);
    if let Some(edges) = edges {
        rustc.env("FIXED_UNWIND_EDGES", edges);
    }
    project.compile_by(&mut rustc)?;
    let ir = project.read("a.ll")?;
    let found: Vec<(String, String)> = ir
        .split("\ndefine ")
        .skip(1)
        .filter_map(|text| {
            let name = text.split_once('@')?.1.split('(').next()?;
            let body = text.split_once("\n}").map_or(text, |(body, _)| body);
            let is_ours = name.starts_with("clean_") || name.starts_with("edge_");
            is_ours.then(|| (name.to_owned(), body.to_owned()))
        })
        .collect();
    match found.len() {
        19 => Ok(found),
        count => Err(format!("{count} functions in:\n{ir}").into()),
    }
}

const SETTINGS: &[&[&str]] = &[&[], &["-g"], &["-Ccodegen-units=1"], &["-Cincremental=cache"]];

fn called() -> Result<(), Failed> {
    for flags in SETTINGS {
        for (name, ir) in functions(flags, None)? {
            let has_edge = ["invoke ", "landingpad", "No predecessors", "cleanup:"]
                .iter()
                .any(|word| ir.contains(word));
            if name.starts_with("clean_") && has_edge {
                return Err(
                    format!("{flags:?}: {name} has an unwind edge, or what is left of one:\n{ir}").into(),
                );
            }
        }
    }
    Ok(())
}

fn invoked() -> Result<(), Failed> {
    for flags in SETTINGS {
        for (name, ir) in functions(flags, None)? {
            if name.starts_with("edge_") && !(ir.contains("invoke ") && ir.contains("landingpad")) {
                return Err(format!("{flags:?}: {name} has no unwind edge:\n{ir}").into());
            }
        }
    }
    Ok(())
}

fn all() -> Result<(), Failed> {
    for (name, ir) in functions(&[], Some("all"))? {
        if !ir.contains("invoke ") && name != "clean_drop" {
            return Err(format!("{name} has no unwind edge:\n{ir}").into());
        }
    }
    Ok(())
}

fn unknown() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", "fn main() {}")])?;
    let mut rustc = project.command();
    rustc.arg("a.rs").env("FIXED_UNWIND_EDGES", "some");
    let run = crate::support::project::outcome(rustc.output()?);
    is_error(&run)?;
    holds(&run.stderr, "FIXED_UNWIND_EDGES")
}

/// Panics at every call of a deep chain, in clean-up as well, and in what a clean-up calls.
const PANICS: &str = r#"
use std::cell::Cell;
use std::panic::{catch_unwind, AssertUnwindSafe};
thread_local!(static COUNT: Cell<u32> = const { Cell::new(0) }; static AT: Cell<u32> = const { Cell::new(0) });
fn tick() { let n = COUNT.get() + 1; COUNT.set(n); if n == AT.get() { panic!("at {n}") } }
fn quiet(x: u32) -> u32 { x.wrapping_mul(3) }
struct Say(&'static str);
impl Drop for Say { fn drop(&mut self) { println!("drop {}", self.0) } }
struct Tick(&'static str);
impl Drop for Tick { fn drop(&mut self) { println!("tick {}", self.0); if !std::thread::panicking() { tick() } } }
struct Silent(u32);
impl Drop for Silent { fn drop(&mut self) { AT.set(AT.get() ^ (self.0 & 0)) } }
fn one(x: u32) -> u32 { let _a = Say("one"); let _s = Silent(x); let y = quiet(x); tick(); let _b = Tick("one"); quiet(y) }
fn two(x: u32) -> Result<u32, Box<str>> {
    let _v = vec![Say("two.0"), Say("two.1")];
    let y = one(x) ^ quiet(x);
    let _c = (|| { let _t = Tick("closure"); one(y) })();
    tick();
    if quiet(y) == 1 { Err("never".into()) } else { Ok(y) }
}
fn three() -> Option<u32> {
    let _o = Some(Say("three"));
    let b: Box<dyn Fn(u32) -> u32> = Box::new(|x| { let _s = Say("dyn"); tick(); quiet(x) });
    let x = two(b(1)).ok()?;
    let s: Vec<u32> = (0..3).map(|i| { let _m = Silent(i); tick(); quiet(i) }).collect();
    Some(x ^ s.len() as u32)
}
fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    for at in 0..16 {
        COUNT.set(0);
        AT.set(at);
        let r = catch_unwind(AssertUnwindSafe(three));
        println!("{at}: {:?} after {}", r.map_err(|e| e.downcast_ref::<String>().cloned()), COUNT.get());
    }
}
"#;

fn panics() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PANICS)])?;
    for flags in [
        &[][..],
        &["-g"],
        &["-Ccodegen-units=1"],
        &["-Coverflow-checks=no"],
        &["-O"],
    ] {
        let flags = [&["a.rs"], flags].concat();
        project.compile_by(project.in_tree().args(&flags))?;
        let theirs = project.run("a")?;
        project.compile(&flags)?;
        let ours = project.run("a")?;
        if ours != theirs {
            return Err(format!("{flags:?}: in-tree's prints\n{theirs}\nand ours\n{ours}").into());
        }
    }
    Ok(())
}

/// The callee is in another unit: its caller is not compiled anew, and must have been ready for this before.
fn incremental() -> Result<(), Failed> {
    let source = |body: &str| {
        format!(
            r#"
mod callee {{ #[inline(never)] pub fn f(x: u32) -> u32 {{ {body} }} }}
mod caller {{
    pub struct Say; impl Drop for Say {{ fn drop(&mut self) {{ println!("dropped") }} }}
    pub fn g(x: u32) -> u32 {{ let _s = Say; super::callee::f(x) }}
}}
fn main() {{ let x = std::env::args().count() as u32; println!("{{:?}}", std::panic::catch_unwind(|| caller::g(x)).is_ok()); }}
"#
        )
    };
    let project = TempProject::new()?;
    for (body, printed) in [
        ("x ^ 1", "dropped\ntrue"),
        ("if x == 1 { panic!() } x ^ 1", "dropped\nfalse"),
        ("x ^ 2", "dropped\ntrue"),
    ] {
        project.write("a.rs", &source(body))?;
        project.compile(&["a.rs", "-Cincremental=cache"])?;
        holds(&project.run("a")?, printed)?;
    }
    Ok(())
}

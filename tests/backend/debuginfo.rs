//! Functions, files and lines, as debuggers and backtraces see them.

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::{TempProject, holds};

pub const CHECKS: &[(&str, Check)] = &[
    ("a backtrace names functions, files and lines", backtrace),
    ("inlined functions too", inlined),
    ("naked functions have a subprogram and a line", naked),
];

const PROGRAM: &str = "mod inner {\n    #[inline(never)]\n    pub fn deep() {\n        \
    println!(\"{}\", std::backtrace::Backtrace::force_capture());\n    }\n    #[inline(always)]\n    pub fn wrapper() {\n        \
    deep();\n        std::hint::black_box(());\n    }\n}\nfn main() {\n    inner::wrapper();\n    \
    std::hint::black_box(());\n}\n";

fn trace(flags: &[&str]) -> Result<String, Failed> {
    let shop = TempProject::with(&[("trace.rs", PROGRAM)])?;
    shop.compile(&[&["trace.rs"], flags].concat())?;
    shop.run("trace")
}

fn backtrace() -> Result<(), Failed> {
    for level in ["-Cdebuginfo=1", "-Cdebuginfo=2"] {
        let printed = trace(&[level])?;
        for part in ["trace::inner::deep", "trace::main", "trace.rs:4", "trace.rs:13"] {
            holds(&printed, part)?;
        }
    }
    holds(&trace(&["-Cdebuginfo=line-tables-only"])?, "trace.rs:13")
}

fn inlined() -> Result<(), Failed> {
    let printed = trace(&["-Cdebuginfo=2", "-Copt-level=2"])?;
    for part in ["trace::inner::wrapper", "trace.rs:8", "trace.rs:13"] {
        holds(&printed, part)?;
    }
    Ok(())
}

/// rust-lang/rust#146736 and #152456.
fn naked() -> Result<(), Failed> {
    let source = "#[unsafe(naked)]\npub extern \"C\" fn bare() {\n    std::arch::naked_asm!(\"ret\")\n}\n";
    let shop = TempProject::with(&[("a.rs", source)])?;
    shop.compile(&["a.rs", "--crate-type=lib", "--emit=llvm-ir=a.ll", "-Cdebuginfo=2"])?;
    let ir = shop.read("a.ll")?;
    holds(&ir, "!DISubprogram(name: \"bare\"")?;
    holds(&ir, "!DILocation(line: 3")
}

//! Errors in assembly: they point at the line of the template that is wrong, wherever it is compiled.

use libtest_mimic::Failed;

use crate::Check;
use crate::support::project::{TempProject, holds, is_error};

pub const CHECKS: &[(&str, Check)] = &[
    ("in a program", program),
    ("in a library whose bitcode is kept", library),
    ("under fat LTO, the own and another crate's", fat_lto),
    ("in `global_asm!`", global),
    ("in `naked_asm!`", naked),
    ("in `naked_asm!` that describes its frame", naked_with_frame),
    ("too few registers", exhausted),
    ("what the assembler finds at the end", late),
    ("what the assembler finds at the end, under fat LTO", late_in_lto),
    ("a directive on which LLVM crashes", crash),
    ("an alignment that would take gigabytes", alignment),
    ("assembly for which the memory does not suffice", exhaustion),
    ("nothing is emitted after an error", nothing_emitted),
    ("cookies are the same from build to build", reproducible),
];

/// Compiles, and wants an error at `place` that speaks of `bogus`.
fn points_at(shop: &TempProject, arguments: &[&str], place: &str) -> Result<(), Failed> {
    let outcome = shop.rustc(arguments)?;
    is_error(&outcome)?;
    holds(&outcome.stderr, "bogus")?;
    holds(&outcome.stderr, &format!("--> {place}"))
}

const INLINE: &str = "pub fn f() -> u64 {\n    let x: u64;\n    unsafe {\n        std::arch::asm!(\n            \
    \"mov {0}, 1\",\n            \"bogus {0}\",\n            out(reg) x,\n        )\n    };\n    x\n}\nfn main() { f(); }\n";

fn program() -> Result<(), Failed> {
    let shop = TempProject::with(&[("a.rs", INLINE)])?;
    for level in ["-Copt-level=0", "-Copt-level=3"] {
        points_at(&shop, &["a.rs", level], "a.rs:6:14")?;
    }
    match shop.path("a").exists() {
        true => Err("a program was written".into()),
        false => Ok(()),
    }
}

fn library() -> Result<(), Failed> {
    let shop = TempProject::with(&[("a.rs", INLINE)])?;
    points_at(
        &shop,
        &["a.rs", "--crate-type=rlib", "-Cembed-bitcode=yes"],
        "a.rs:6:14",
    )
}

fn fat_lto() -> Result<(), Failed> {
    let main =
        "fn main() {\n    up::f();\n    unsafe { std::arch::asm!(\"nop\",\n        \"bogus_here\") }\n}\n";
    let shop = TempProject::with(&[("up.rs", INLINE), ("main.rs", main)])?;
    // With this flag, as cargo gives it, a library is bitcode only: its assembly is first read at the end.
    shop.compile(&["up.rs", "--crate-type=rlib", "-Clinker-plugin-lto", "-O"])?;
    let arguments = ["main.rs", "--extern=up", "-Clto=fat", "-O"];
    points_at(&shop, &arguments, "main.rs:4:10")?;
    points_at(&shop, &arguments, "up.rs:6:14")
}

fn global() -> Result<(), Failed> {
    let source =
        "std::arch::global_asm!(\n    \".globl f\",\n    \"f:\",\n    \"bogus eax\",\n);\nfn main() {}\n";
    let shop = TempProject::with(&[("a.rs", source)])?;
    points_at(&shop, &["a.rs"], "a.rs:4:6")?;
    points_at(&shop, &["a.rs", "-Clto=fat"], "a.rs:4:6")?;
    let twice = shop.rustc(&["a.rs", "--crate-type=rlib", "-Cembed-bitcode=yes"])?;
    match twice
        .stderr
        .matches("error: invalid instruction mnemonic")
        .count()
    {
        1 => Ok(()),
        count => Err(format!("reported {count} times:\n{}", twice.stderr).into()),
    }
}

fn naked() -> Result<(), Failed> {
    let source = "#[unsafe(naked)]\npub extern \"C\" fn f() {\n    std::arch::naked_asm!(\n        \"nop\",\n        \
        \"bogus rax\",\n        \"ret\",\n    )\n}\nfn main() { f() }\n";
    points_at(&TempProject::with(&[("a.rs", source)])?, &["a.rs"], "a.rs:5:10")
}

fn naked_with_frame() -> Result<(), Failed> {
    let source = "#[unsafe(naked)]\npub extern \"C\" fn f() {\n    std::arch::naked_asm!(\n        \".cfi_startproc\",\n        \
        \"bogus rax\",\n        \".cfi_endproc\",\n    )\n}\nfn main() { f() }\n";
    points_at(&TempProject::with(&[("a.rs", source)])?, &["a.rs"], "a.rs:5:10")
}

fn exhausted() -> Result<(), Failed> {
    let list: Vec<String> = (0..16).map(|n| format!("{{{n}}}")).collect();
    let operands = "in(reg) 1_u64, ".repeat(16);
    let source = format!(
        "fn main() {{\n    unsafe {{ std::arch::asm!(\"/* {} */\", {operands}) }}\n}}\n",
        list.join(" ")
    );
    let shop = TempProject::with(&[("a.rs", &source)])?;
    let outcome = shop.rustc(&["a.rs"])?;
    is_error(&outcome)?;
    holds(
        &outcome.stderr,
        "inline assembly requires more registers than available",
    )?;
    holds(&outcome.stderr, "--> a.rs:2:31")
}

/// Lines of assembly, and words of the error that the assembler finds when it is through. The first line is in
/// the third line of a file for `asm!`, in the second for `global_asm!`, in the fourth for `naked_asm!`.
const LATE: &[(&[&str], &str, Option<usize>)] = &[
    (&[".cfi_endproc"], "must appear between", None),
    (&[".cfi_startproc"], "frame", None),
    (&["jmp 7f"], "Undefined temporary symbol", None),
    (&[".if 1", "nop"], "unmatched .ifs", None),
    (
        &[".irp x,1,2", "bogus \\\\x", ".endr"],
        "invalid instruction mnemonic",
        None,
    ),
    (
        &[".long here - nowhere"],
        "can not be undefined in a subtraction",
        None,
    ),
    (&["nop", ".org 0"], "invalid .org offset", Some(1)),
];

/// The program with the lines in each kind of asm, and the line of the file that holds the first of them.
fn programs(lines: &[&str]) -> [(String, usize); 3] {
    let lines = lines
        .iter()
        .map(|line| format!("        \"{line}\",\n"))
        .collect::<String>();
    [
        (
            format!("fn main() {{\n    unsafe {{ std::arch::asm!(\n{lines}    ) }}\n}}\n"),
            3,
        ),
        (format!("std::arch::global_asm!(\n{lines});\nfn main() {{}}\n"), 2),
        (
            format!(
                "#[unsafe(naked)]\npub extern \"C\" fn f() {{\n    std::arch::naked_asm!(\n{lines}    )\n}}\n\
                 fn main() {{ f() }}\n"
            ),
            4,
        ),
    ]
}

fn late() -> Result<(), Failed> {
    for (lines, words, wrong) in LATE {
        for (source, first) in programs(lines) {
            let shop = TempProject::with(&[("a.rs", &source)])?;
            for level in ["-Cdebuginfo=0", "-Cdebuginfo=2"] {
                let run = shop.rustc(&["a.rs", level])?;
                is_error(&run)?;
                // The directive that opens a frame is in another frame already inside of a function.
                let place = format!("--> a.rs:{}:", first + wrong.unwrap_or(0));
                holds(&run.stderr, words)
                    .and_then(|()| holds(&run.stderr, &place))
                    .map_err(|failed| format!("{lines:?}, {level}: {failed:?}"))?;
            }
        }
    }
    // Of two symbols with one name, the second is wrong.
    for (source, first) in &programs(&["twice: nop", "nop", "twice: nop"])[1..] {
        let shop = TempProject::with(&[("a.rs", source)])?;
        let run = shop.rustc(&["a.rs", "-Anamed-asm-labels"])?;
        is_error(&run)?;
        holds(&run.stderr, &format!("--> a.rs:{}:", first + 2))?;
    }
    // Of several blocks, the one that is out of order.
    let source = "std::arch::global_asm!(\".globl one\", \"one:\", \".cfi_startproc\", \"ret\", \".cfi_endproc\");\n\
        std::arch::global_asm!(\".globl two\", \"two:\", \".cfi_startproc\", \"ret\");\nfn main() {}\n";
    let shop = TempProject::with(&[("a.rs", source)])?;
    let run = shop.rustc(&["a.rs"])?;
    is_error(&run)?;
    holds(&run.stderr, "--> a.rs:2:")
}

/// The library is bitcode only, so that its assembly is first read when the program is linked.
fn late_in_lto() -> Result<(), Failed> {
    let library = "#[inline(never)]\npub fn f() {\n    unsafe { std::arch::asm!(\n        \".cfi_endproc\"\n    ) }\n}\n";
    let shop = TempProject::with(&[("up.rs", library), ("main.rs", "fn main() { up::f(); }\n")])?;
    shop.compile(&["up.rs", "--crate-type=rlib", "-Clinker-plugin-lto", "-O"])?;
    let run = shop.rustc(&["main.rs", "--extern=up", "-Clto=fat", "-O"])?;
    is_error(&run)?;
    holds(&run.stderr, "must appear between")?;
    holds(&run.stderr, "--> up.rs:4:")
}

/// LLVM warns of the count by a pointer that is null where assembly is inline.
fn crash() -> Result<(), Failed> {
    for (source, first) in programs(&[".fill -1,1,1"]) {
        let shop = TempProject::with(&[("a.rs", &source)])?;
        let run = shop.rustc(&["a.rs"])?;
        is_error(&run)?;
        holds(&run.stderr, "it crashed (SIGSEGV)")?;
        if source.contains("std::arch::asm!") {
            holds(&run.stderr, "LLVM cannot compile `a::main`")?;
            holds(&run.stderr, "--> a.rs:1:1")?;
        } else {
            holds(&run.stderr, &format!("--> a.rs:{first}:"))?;
        }
        nothing_left(&shop)?;
    }
    // Of several blocks, the one that LLVM dies of, whatever syntax the one before is in.
    let source = "std::arch::global_asm!(\"one: mov %eax, %ecx\", options(att_syntax));\n\
        std::arch::global_asm!(\"two: mov eax, ecx\");\n\
        #[unsafe(naked)] pub extern \"C\" fn three() {\n    std::arch::naked_asm!(\".fill -1,1,1\")\n}\n\
        std::arch::global_asm!(\".globl four\", \"four: nop\");\nfn main() { three() }\n";
    let shop = TempProject::with(&[("a.rs", source)])?;
    for flags in [&["-Clto=off"][..], &["-Clto=fat"], &["--crate-type=rlib"]] {
        let run = shop.rustc(&[&["a.rs"], flags].concat())?;
        is_error(&run)?;
        holds(&run.stderr, "LLVM cannot assemble this: it crashed (SIGSEGV)")?;
        holds(&run.stderr, "--> a.rs:4:")?;
        nothing_left(&shop)?;
    }
    Ok(())
}

fn alignment() -> Result<(), Failed> {
    for (source, first) in programs(&[".p2align 64"]) {
        let shop = TempProject::with(&[("a.rs", &source)])?;
        let run = shop.rustc(&["a.rs"])?;
        is_error(&run)?;
        holds(&run.stderr, "invalid alignment value")?;
        holds(&run.stderr, &format!("--> a.rs:{first}:"))?;
        nothing_left(&shop)?;
    }
    Ok(())
}

/// No object of the module that could not be compiled. Its input is kept, where LLVM has failed on it.
fn nothing_left(shop: &TempProject) -> Result<(), Failed> {
    let names =
        std::fs::read_dir(shop.path("."))?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let is_output = |name: &String| name.contains("-cgu.0") && !name.contains(".failed.ll");
    match names.filter(is_output).collect::<Vec<_>>() {
        left if left.is_empty() => Ok(()),
        left => Err(format!("left behind: {left:?}").into()),
    }
}

fn exhaustion() -> Result<(), Failed> {
    let lines = format!(
        "\".rept 3000000\", \".ascii \\\"{}\\\"\", \".endr\"",
        "a".repeat(100)
    );
    let source = format!("fn main() {{ unsafe {{ std::arch::asm!({lines}) }} }}\n");
    let shop = TempProject::with(&[("a.rs", &source)])?;
    let rustc = shop.command();
    // In kilobytes: enough for rustc, and not for the text.
    let limited = std::process::Command::new("sh")
        .args(["-c", "ulimit -v 1500000; exec \"$@\"", "sh"])
        .arg(rustc.get_program())
        .args(rustc.get_args())
        .arg("a.rs")
        .current_dir(shop.path("."))
        .output()?;
    let run = crate::support::project::outcome(limited);
    is_error(&run)?;
    holds(&run.stderr, "LLVM cannot compile `a::main`")?;
    nothing_left(&shop)
}

fn nothing_emitted() -> Result<(), Failed> {
    let shop = TempProject::with(&[("a.rs", INLINE)])?;
    for emit in ["obj", "asm", "obj,asm,llvm-bc"] {
        let run = shop.rustc(&["a.rs", "--crate-type=lib", &format!("--emit={emit}")])?;
        is_error(&run)?;
        match run.stderr.matches("error: invalid instruction mnemonic").count() {
            1 => {}
            count => return Err(format!("--emit={emit}: reported {count} times").into()),
        }
        nothing_left(&shop)?;
        for name in ["a.o", "a.s"] {
            if shop.path(name).exists() {
                return Err(format!("--emit={emit} left {name}").into());
            }
        }
    }
    // Nor is it kept for the next build.
    let arguments = ["a.rs", "--crate-type=lib", "-Cincremental=cache"];
    for _ in 0..2 {
        points_at(&shop, &arguments, "a.rs:6:14")?;
    }
    Ok(())
}

fn reproducible() -> Result<(), Failed> {
    let source = INLINE.replace("bogus {0}", "inc {0}");
    let (first, second) = (
        TempProject::with(&[("a.rs", &source)])?,
        TempProject::with(&[("a.rs", &source)])?,
    );
    let arguments = ["a.rs", "--crate-type=lib", "--emit=llvm-bc=a.bc"];
    // Other files in the session move the file in rustc's memory.
    std::fs::write(first.path("other.rs"), "// something\n".repeat(1000))?;
    let moved = format!("{source}\n#[cfg(any())] mod other;\n");
    std::fs::write(second.path("a.rs"), &moved)?;
    std::fs::write(first.path("a.rs"), &moved)?;
    first.compile(&arguments)?;
    second.compile(&[&arguments[..], &["-Zthreads=2"]].concat())?;
    match std::fs::read(first.path("a.bc"))? == std::fs::read(second.path("a.bc"))? {
        true => Ok(()),
        false => Err("two builds of one source differ".into()),
    }
}

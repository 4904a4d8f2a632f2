//! Who broke it: `fixed blame` on faults that are put in, and where nothing is wrong.
//!
//! The command is put beside the backend with the faults, which it takes then.

mod crates;
#[path = "../support/mod.rs"]
mod support;

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed};
use serde_json::Value;

use support::faulty::{self, PROGRAM, line_of};
use support::project::{Outcome, TempProject, holds, outcome};
use support::toolchain::program;
use support::trials::{conclude, trial, trial_unless};

fn main() -> ExitCode {
    let mut trials: Vec<_> = INVALID
        .iter()
        .map(|&(fault, mark)| trial(format!("invalid: {fault}"), move || invalid(fault, mark)))
        .collect();
    trials.push(trial("a pass that crashes", crashes));
    trials.push(trial("a pass that never ends", hangs));
    trials.push(trial("a pass that breaks a function", breaks));
    trials.push(trial("a pass that miscompiles", miscompiles));
    trials.push(trial("constants that are unequal to themselves", discriminants));
    trials.push(trial("code generation of rustc's own backend", in_tree_crash));
    trials.push(trial("a fatal error of LLVM's", fatal_error));
    trials.push(trial("nothing is wrong", healthy));
    trials.push(trial("not before code generation", type_error));
    trials.push(trial("a build that fails without rustc", build_script));
    trials.push(trial("what is wrong with the command", usage));
    trials.push(trial("a different failure each time", unsteady));
    trials.push(trial("without LLVM's tools", without_tools));
    trials.push(trial_unless(not_root(), "a full disk", full_disk));
    trials.push(trial("stopped", stopped));
    // rustup installs this one for who asks for it; README says how.
    let is_absent = !has_toolchain(THEN);
    trials.push(trial("the compilers of then", compilers_of_then).with_ignored_flag(is_absent));
    trials.push(trial("a probe of 2022", probe));
    trials.extend(crates::trials());
    conclude(&Arguments::from_args(), trials)
}

/// Kinds of invalid IR, and the mark of the line that they belong to.
const INVALID: &[(&str, &str)] = &[
    ("missing-terminator", "XOR"),
    ("terminator-in-the-middle", "XOR"),
    ("operand-type", "XOR"),
    ("use-before-definition", "XOR"),
    ("phi-without-values", "XOR"),
    ("mismatched-call", "CALL"),
    ("foreign-argument", "XOR"),
    ("store-to-number", "XOR"),
    ("own-operand", "XOR"),
    ("branch-on-word", "BRANCH"),
    ("returned-byte", "END"),
    ("attribute", "FUNCTION"),
    ("debug-information", "CALL"),
];

/// The toolchain of the story.
const THEN: &str = "nightly-2022-04-10";

/// The command, beside the backend with faults.
fn command() -> Result<PathBuf, Failed> {
    static PLACED: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let place = || {
        let folder = faulty::backend().map_err(|why| why.message().unwrap_or_default().to_owned())?;
        let path = folder.with_file_name("fixed");
        let fresh = path.with_extension(std::process::id().to_string());
        let copied = std::fs::copy(env!("CARGO_BIN_EXE_fixed"), &fresh);
        copied
            .and_then(|_| std::fs::rename(&fresh, &path))
            .map_err(|why| why.to_string())?;
        Ok(path)
    };
    Ok(PLACED.get_or_init(place).clone()?)
}

/// `fixed blame` in the project's folder, with a fault put in.
fn blame(project: &TempProject, fault: &str, arguments: &[&str]) -> Result<Command, Failed> {
    let mut blame = program(&command()?);
    blame
        .current_dir(project.path(""))
        .env("FIXED_FAULT", fault)
        .env("NO_COLOR", "1")
        .arg("blame")
        .args(arguments);
    Ok(blame)
}

fn run(project: &TempProject, fault: &str, arguments: &[&str]) -> Result<Outcome, Failed> {
    Ok(outcome(blame(project, fault, arguments)?.output()?))
}

/// What was found, which must be complete.
fn findings(project: &TempProject, run: &Outcome, folder: &str) -> Result<Value, Failed> {
    if run.code != Some(0) {
        return Err(format!("ended with {:?}:\n{}{}", run.code, run.stdout, run.stderr).into());
    }
    let findings: Value = serde_json::from_str(&project.read(&format!("{folder}/blame.json"))?)?;
    is(&findings["complete"], true)?;
    let page = project.read(&format!("{folder}/README.md"))?;
    holds(&page, findings["answer"].as_str().unwrap_or("no answer"))?;
    Ok(findings)
}

fn is(value: &Value, wanted: impl Into<Value>) -> Result<(), Failed> {
    let wanted = wanted.into();
    match *value == wanted {
        true => Ok(()),
        false => Err(format!("it is {value}, not {wanted}").into()),
    }
}

fn has(value: &Value, part: &str) -> Result<(), Failed> {
    holds(value.as_str().unwrap_or_default(), part)
}

/// Fails unless nobody, or nothing, was found, and no folder left.
fn ends(project: &TempProject, run: &Outcome, code: i32, words: &str) -> Result<(), Failed> {
    if run.code != Some(code) {
        return Err(format!("ended with {:?}:\n{}{}", run.code, run.stdout, run.stderr).into());
    }
    holds(&format!("{}{}", run.stdout, run.stderr), words)?;
    let left = std::fs::read_dir(project.path(""))?
        .flatten()
        .map(|entry| entry.file_name());
    let left: Vec<_> = left
        .filter(|name| name.to_string_lossy().starts_with("blame-"))
        .collect();
    match left.is_empty() {
        true => Ok(()),
        false => Err(format!("{left:?} was left").into()),
    }
}

fn invalid(fault: &str, mark: &str) -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let run = run(&project, fault, &["--reduce", "20", "--", "rustc", "-g", "a.rs"])?;
    let findings = findings(&project, &run, "blame-a")?;
    is(&findings["culprit"], "rustc")?;
    is(&findings["manner"], "invalid-ir")?;
    is(&findings["function"]["name"], "a::faulty::<u32>")?;
    has(&findings["place"], &format!("a.rs:{}:", line_of(mark)))?;
    // LLVM drops debug information that is invalid when it reads a module, and takes a call of another type in a text for
    // what the text says.
    if !["debug-information", "mismatched-call"].contains(&fault) {
        let reduced = project.read("blame-a/reduced.ll")?;
        let functions = reduced.lines().filter(|line| line.starts_with("define ")).count();
        if functions > 2 || reduced.lines().count() > 60 {
            return Err(format!("this is not small:\n{reduced}").into());
        }
        holds(
            &project.read("blame-a/README.md")?,
            "opt -passes=verify -disable-output reduced.ll",
        )?;
    }
    // The user's folder is as it was.
    match project.path("a").exists() || project.path("a.o").exists() {
        true => Err("something was built beside the source".into()),
        false => Ok(()),
    }
}

fn pass(fault: &str, arguments: &[&str]) -> Result<(TempProject, Value), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let run = run(&project, fault, arguments)?;
    let findings = findings(&project, &run, "blame-a")?;
    is(&findings["culprit"], "pass")?;
    is(&findings["function"]["name"], "a::faulty::<u32>")?;
    has(&findings["place"], &format!("a.rs:{}", line_of("FUNCTION")))?;
    has(&findings["mir"], "BitXor")?;
    Ok((project, findings))
}

fn crashes() -> Result<(), Failed> {
    let (project, findings) = pass("pass-crashes", &["--", "rustc", "-O", "a.rs"])?;
    is(&findings["manner"], "crashes")?;
    has(&findings["pass"], "instcombine")?;
    if !findings["number"].is_u64() {
        return Err(format!("no number in {findings}").into());
    }
    // The fault is in this rustc only, and no other unit is compiled to find it.
    has(&findings["reproduce"], "FIXED_ONLY_UNIT=a.")?;
    holds(&project.read("blame-a/before.ll")?, "define internal")
}

fn hangs() -> Result<(), Failed> {
    let (_, findings) = pass("pass-hangs", &["--time-limit", "1", "--", "rustc", "-O", "a.rs"])?;
    is(&findings["manner"], "hangs")?;
    has(&findings["pass"], "instcombine")
}

fn breaks() -> Result<(), Failed> {
    let (project, findings) = pass("pass-breaks", &["--", "rustc", "-O", "-Zverify-llvm-ir", "a.rs"])?;
    is(&findings["manner"], "breaks")?;
    has(&findings["pass"], "AnnotationRemarks")?;
    holds(&project.read("blame-a/pass.diff")?, "+  unreachable")
}

fn miscompiles() -> Result<(), Failed> {
    let (project, findings) = pass("pass-miscompiles", &["--run", "./a", "--", "rustc", "-O", "a.rs"])?;
    is(&findings["manner"], "miscompiles")?;
    is(&findings["pass"], "sroa")?;
    holds(&project.read("blame-a/pass.diff")?, "store")
}

/// Two crates; in one of them, what is below zero is not what the other one takes it for.
fn discriminants() -> Result<(), Failed> {
    let package = |name: &str, more: &str| {
        format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n{more}")
    };
    let library = "
#[derive(Clone, Copy)]
pub enum Errno {
    Perm = -1,
    Fine = 0,
}
#[inline(never)]
pub fn check(n: usize) -> Errno {
    if n == 0 { Errno::Perm } else { Errno::Fine }
}
#[inline(never)]
pub fn twice(n: usize) -> usize {
    n * 2
}
";
    let main = "
fn main() {
    for n in 0..2 {
        println!(\"{}\", low::check(std::hint::black_box(n)) as i64 + low::twice(n) as i64);
    }
}
";
    let project = TempProject::with(&[
        (
            "Cargo.toml",
            &package("two", "[dependencies]\nlow = { path = \"low\" }\n[workspace]\n"),
        ),
        ("src/main.rs", main),
        ("low/Cargo.toml", &package("low", "")),
        ("low/src/lib.rs", library),
    ])?;
    let run = run(
        &project,
        "wide-constants",
        &["--run", "./two", "--", "cargo", "build"],
    )?;
    let findings = findings(&project, &run, "blame-low")?;
    is(&findings["culprit"], "rustc")?;
    is(&findings["crate"], "low")?;
    is(&findings["function"]["name"], "low::check")?;
    has(&findings["place"], "lib.rs:8")?;
    holds(&project.read("blame-low/built.diff")?, "-  store")?;
    match project.path("target").exists() {
        true => Err("something was built beside the source".into()),
        false => Ok(()),
    }
}

/// A bug of today that rustc's own backend dies of.
fn in_tree_crash() -> Result<(), Failed> {
    let source = include_str!("../asm/goto_output_int_in_xmm.rs");
    let project = TempProject::with(&[("goto.rs", source)])?;
    let run = run(
        &project,
        "",
        &[
            "--backend",
            "llvm",
            "--reduce",
            "5",
            "--",
            "rustc",
            "-O",
            "goto.rs",
        ],
    )?;
    let findings = findings(&project, &run, "blame-goto")?;
    is(&findings["culprit"], "pass")?;
    is(&findings["manner"], "crashes")?;
    let reduced = project.read("blame-goto/reduced.ll")?;
    holds(&reduced, "callbr")?;
    match reduced.lines().count() < 60 {
        true => Ok(()),
        false => Err(format!("this is not small:\n{reduced}").into()),
    }
}

fn fatal_error() -> Result<(), Failed> {
    let source = include_str!("../asm/goto_output_f16_in_gpr.rs");
    let project = TempProject::with(&[("goto.rs", source)])?;
    let run = run(&project, "", &["--backend", "llvm", "--", "rustc", "goto.rs"])?;
    let findings = findings(&project, &run, "blame-goto")?;
    is(&findings["culprit"], "pass")?;
    has(&findings["pass"], "Post-RA pseudo instruction expansion")?;
    has(&findings["message"], "Cannot emit physreg copy instruction")
}

fn healthy() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let built = run(&project, "", &["--", "rustc", "-O", "a.rs"])?;
    ends(
        &project,
        &built,
        1,
        "nobody is to blame: `rustc -O a.rs` succeeds",
    )?;
    let behaves = run(&project, "", &["--run", "./a", "--", "rustc", "-O", "a.rs"])?;
    ends(&project, &behaves, 1, "the program does the same")
}

fn type_error() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", "fn main() { let a: u8 = \"\"; }")])?;
    for backend in ["fixed", "llvm"] {
        let refused = run(&project, "", &["--backend", backend, "--", "rustc", "a.rs"])?;
        ends(&project, &refused, 1, "error[E0308]: mismatched types")?;
        holds(
            &refused.stdout,
            "nobody is to blame: rustc refuses the crate `a`; none of its code is wrong",
        )?;
    }
    Ok(())
}

fn build_script() -> Result<(), Failed> {
    let package = "[package]\nname = \"two\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
    let project = TempProject::with(&[
        ("Cargo.toml", package),
        ("build.rs", "fn main() { panic!(\"no such library\") }"),
        ("src/main.rs", "fn main() {}"),
    ])?;
    let failed = run(&project, "", &["--", "cargo", "build"])?;
    ends(&project, &failed, 1, "no such library")?;
    holds(&failed.stdout, "but no rustc fails in it")
}

fn usage() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let other = run(&project, "", &["--", "make", "all"])?;
    ends(&project, &other, 2, "`make` is neither rustc nor cargo")?;
    let absent = run(
        &project,
        "",
        &["--backend", "+nightly-2001-01-01", "--", "rustc", "a.rs"],
    )?;
    ends(&project, &absent, 2, "is not installed")?;
    project.write("taken/file", "")?;
    let taken = run(&project, "attribute", &["--out", "taken", "--", "rustc", "a.rs"])?;
    ends(&project, &taken, 2, "taken is there already")?;
    match std::fs::read_dir(project.path("taken"))?.count() {
        1 => Ok(()),
        _ => Err("something was written to a folder of others".into()),
    }
}

/// A rustc that is a script: what it does instead of compiling.
fn script(project: &TempProject, instead: &str) -> Result<String, Failed> {
    let rustc = support::toolchain::Toolchain::pinned()?.rustc();
    let text = format!(
        "#!/bin/sh\ncase \"$*\" in -vV|--version|-Zhelp) exec {0} \"$@\";; esac\n{instead}\nexec {0} \"$@\"\n",
        rustc.display()
    );
    project.write("compiler.sh", &text)?;
    let path = project.path("compiler.sh");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755))?;
    Ok(path.to_string_lossy().into_owned())
}

fn unsteady() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let count = project.path("count");
    let count = count.display();
    let instead = format!(
        "case \"$*\" in *a.rs*) echo >>{count}; if [ $(wc -l <{count}) = 1 ]; then kill -SEGV $$; else kill -ABRT $$; fi;; esac"
    );
    let rustc = script(&project, &instead)?;
    let failed = run(&project, "", &["--backend", &rustc, "--", "rustc", "a.rs"])?;
    ends(&project, &failed, 2, "fails differently each time")
}

fn without_tools() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let rustc = script(
        &project,
        "case \"$*\" in '--print sysroot') echo /nowhere; exit;; esac",
    )?;
    let backend = format!("{rustc} -Zcodegen-backend={}", faulty::backend()?.display());
    let run = run(
        &project,
        "missing-terminator",
        &["--backend", &backend, "--", "rustc", "a.rs"],
    )?;
    let findings = findings(&project, &run, "blame-a")?;
    is(&findings["culprit"], "rustc")?;
    holds(&findings["notes"].to_string(), "rustup component add llvm-tools")?;
    holds(&project.read("blame-a/module.ll")?, "define ")
}

fn not_root() -> Option<String> {
    let output = Command::new("id").arg("-u").output();
    let is_root = output.is_ok_and(|output| output.stdout == b"0\n");
    (!is_root).then(|| "only root can make a small disk".to_owned())
}

fn full_disk() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM), ("small/file", "")])?;
    let disk = project.path("small");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=16k", "tmpfs"])
        .arg(&disk)
        .status()?;
    if !mounted.success() {
        // Where namespaces forbid it, there is nothing to see.
        return Ok(());
    }
    let check = || {
        let mut full = blame(&project, "missing-terminator", &["--", "rustc", "a.rs"])?;
        let full = outcome(full.env("TMPDIR", &disk).output()?);
        if full.code != Some(2) {
            return Err(format!("ended with {:?}:\n{}", full.code, full.stderr).into());
        }
        holds(&full.stderr, "the disk is full")?;
        std::fs::remove_dir_all(project.path("blame-a")).or_else(absent)?;
        // Where the report is to go.
        let filling = std::fs::write(disk.join("filling"), vec![0; 1 << 17]);
        drop(filling);
        let out = disk.join("report");
        let out = out.to_string_lossy();
        let full = run(
            &project,
            "missing-terminator",
            &["--out", &out, "--", "rustc", "a.rs"],
        )?;
        ends(&project, &full, 2, "No space left on device")
    };
    let checked = check();
    Command::new("umount").arg(&disk).status()?;
    checked
}

fn absent(error: std::io::Error) -> std::io::Result<()> {
    match error.kind() {
        std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    }
}

/// What was found is kept, and nothing is left running.
fn stopped() -> Result<(), Failed> {
    let project = TempProject::with(&[("a.rs", PROGRAM)])?;
    let judge = "./a; sleep 1.789";
    let mut blame = blame(
        &project,
        "pass-miscompiles",
        &["--run", judge, "--", "rustc", "-O", "a.rs"],
    )?;
    let temporary = project.path("tmp");
    std::fs::create_dir(&temporary)?;
    blame
        .env("TMPDIR", &temporary)
        .stderr(Stdio::piped())
        .stdout(Stdio::null());
    let mut child = blame.spawn()?;
    let stderr = child.stderr.take().ok_or("the error output is a pipe")?;
    let mut lines = BufReader::new(stderr).lines();
    lines
        .by_ref()
        .map_while(Result::ok)
        .find(|line| line.contains("looking for the pass"))
        .ok_or("it did not come to the passes")?;
    let pid = child.id().to_string();
    Command::new("kill").args(["-INT", &pid]).status()?;
    let rest: Vec<String> = lines.map_while(Result::ok).collect();
    child.wait()?;
    holds(
        &rest.join("\n"),
        "stopped; what was found until now is in blame-a",
    )?;
    let page = project.read("blame-a/README.md")?;
    holds(&page, "The search has not come to its end")?;
    holds(&page, "function: `a::")?;
    let patience = Instant::now() + Duration::from_secs(10);
    while is_running("sleep 1.789") {
        if Instant::now() > patience {
            return Err("the program still runs".into());
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    match std::fs::read_dir(&temporary)?.count() {
        0 => Ok(()),
        _ => Err("temporary files are left".into()),
    }
}

fn is_running(words: &str) -> bool {
    let wanted: Vec<u8> = words
        .bytes()
        .map(|byte| if byte == b' ' { 0 } else { byte })
        .collect();
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut lines = processes.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    lines.any(|line| line.strip_suffix(&[0]) == Some(&wanted))
}

fn has_toolchain(name: &str) -> bool {
    let found = Command::new("rustup")
        .args(["which", "rustc", "--toolchain", name])
        .env("RUSTUP_AUTO_INSTALL", "0")
        .output();
    found.is_ok_and(|output| output.status.success())
}

/// The bug of 2022 by the compiler that had it.
fn compilers_of_then() -> Result<(), Failed> {
    for (name, function) in [
        ("story_drop", "story_drop::main"),
        ("story_async", "story_async::probe::{{closure}}"),
    ] {
        let source = std::fs::read_to_string(
            Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/asm/{name}.rs")),
        )?;
        let file = format!("{name}.rs");
        let project = TempProject::with(&[(&*file, &*source)])?;
        let toolchain = format!("+{THEN}");
        let run = run(
            &project,
            "",
            &["--backend", &toolchain, "--", "rustc", "--edition", "2021", &file],
        )?;
        let findings = findings(&project, &run, &format!("blame-{name}"))?;
        is(&findings["culprit"], "rustc")?;
        is(&findings["manner"], "invalid-ir")?;
        is(&findings["function"]["name"], function)?;
        has(&findings["rule"], "does not have terminator")?;
    }
    Ok(())
}

/// The program of the story: an async function with an asm, and the placement that broke it.
fn probe() -> Result<(), Failed> {
    let source = include_str!("../asm/story_async.rs");
    let project = TempProject::with(&[("story.rs", source)])?;
    let line = ["--reduce", "5", "--", "rustc", "--edition", "2021", "story.rs"];
    let mut blame = blame(&project, "", &line)?;
    blame.env("FIXED_ASM_LOWERING", "store-after-invoke");
    let run = outcome(blame.output()?);
    let findings = findings(&project, &run, "blame-story")?;
    is(&findings["culprit"], "rustc")?;
    is(&findings["function"]["name"], "story::probe::{closure#0}")?;
    has(&findings["place"], "story.rs:10:")?;
    has(&findings["mir"], "asm!(")
}

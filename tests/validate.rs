//! The command `fixed validate`: its matrix in every form, its exit status, and columns that cannot be filled.

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

use libtest_mimic::{Arguments, Failed};

use support::trials::{conclude, trial, trial_unless};

fn main() -> ExitCode {
    let trials = vec![
        trial("in-tree's bugs show, ours pass", matrix),
        trial("a compiler that is not there leaves the others", missing),
        trial(
            "a program that hangs, one that crashes, one that does not compile",
            outcomes,
        ),
        trial("what is required decides the status", required),
        trial(
            "a compiler that is not there is a status of its own, unless it is optional",
            optional,
        ),
        trial(
            "a compiler that hangs when it is asked for its version",
            hanging_compiler,
        ),
        trial("nothing is left of what hangs, floods or has children", clean_up),
        trial("signals leave no process and no folder", signals),
        trial("a full disk is no verdict", full_disk),
        trial("names are keys", names),
        trial("a narrow terminal", narrow),
        trial("the page", page),
        trial("rustc's own tests, in their revisions", suite),
        trial_unless(
            without_filecheck(),
            "rustc's own tests of IR and assembly",
            suite_output,
        ),
    ];
    conclude(&Arguments::from_args(), trials)
}

fn validate(arguments: &[&str]) -> Result<Output, Failed> {
    Ok(Command::new(env!("CARGO_BIN_EXE_fixed"))
        .arg("validate")
        .args(arguments)
        .output()?)
}

fn json(arguments: &[&str]) -> Result<serde_json::Value, Failed> {
    let output = validate(&[arguments, &["--json", "-"]].concat())?;
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn corpus(name: &str) -> String {
    format!("{}/tests/asm/{name}.rs", env!("CARGO_MANIFEST_DIR"))
}

fn outcome<'a>(matrix: &'a serde_json::Value, program: &str, compiler: &str, level: &str) -> &'a str {
    let programs = matrix["programs"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let row = programs.iter().find(|row| row["name"] == program);
    row.and_then(|row| row["cells"][compiler][level]["outcome"].as_str())
        .unwrap_or("absent")
}

fn expect(found: &str, wanted: &str) -> Result<(), Failed> {
    match found == wanted {
        true => Ok(()),
        false => Err(format!("found `{found}`, not `{wanted}`").into()),
    }
}

fn matrix() -> Result<(), Failed> {
    let matrix = json(&[
        &corpus("unwind_missing_call_site"),
        &corpus("story_drop"),
        "--levels",
        "0,2",
    ])?;
    expect(outcome(&matrix, "unwind_missing_call_site", "llvm", "2"), "abort")?;
    expect(outcome(&matrix, "unwind_missing_call_site", "fixed", "2"), "ok")?;
    expect(outcome(&matrix, "story_drop", "llvm", "0"), "ok")
}

fn missing() -> Result<(), Failed> {
    let arguments = [
        &corpus("story_drop"),
        "-c",
        "+no-such-toolchain",
        "-c",
        "no/such/rustc",
        "-c",
        "fixed",
    ];
    let matrix = json(&[&arguments[..], &["--levels", "0"]].concat())?;
    expect(
        outcome(&matrix, "story_drop", "+no-such-toolchain", "0"),
        "not-tried",
    )?;
    expect(outcome(&matrix, "story_drop", "no/such/rustc", "0"), "not-tried")?;
    expect(outcome(&matrix, "story_drop", "fixed", "0"), "ok")?;
    let why = matrix["compilers"][0]["error"].as_str().unwrap_or_default();
    match why.contains("rustup toolchain install no-such-toolchain") {
        true => Ok(()),
        false => Err(format!("no advice in `{why}`").into()),
    }
}

fn outcomes() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    for (name, source) in [
        ("hangs", "fn main() { loop {} }\n"),
        (
            "crashes",
            "fn main() { unsafe { std::ptr::null_mut::<u32>().write_volatile(1) } }\n",
        ),
        ("aborts", "fn main() { std::process::abort() }\n"),
        ("differs", "//@ stdout: one\nfn main() { println!(\"two\") }\n"),
        ("fails", "fn main() { nonsense }\n"),
        ("young", "//@ since: 9.99\nfn main() {}\n"),
        ("fine", "//@ stdout: three\nfn main() { println!(\"three\") }\n"),
    ] {
        std::fs::write(dir.path().join(name).with_extension("rs"), source)?;
    }
    let folder = dir.path().to_string_lossy();
    let matrix = json(&[&folder, "-c", "fixed", "--levels", "1", "--timeout", "5"])?;
    for (name, wanted) in [
        ("hangs", "timeout"),
        ("crashes", "signal"),
        ("aborts", "abort"),
        ("differs", "wrong-output"),
        ("fails", "diagnostic"),
        ("young", "skipped"),
        ("fine", "ok"),
    ] {
        expect(outcome(&matrix, name, "fixed", "1"), wanted).map_err(|why| format!("{name}: {why:?}"))?;
    }
    Ok(())
}

fn required() -> Result<(), Failed> {
    let program = corpus("unwind_missing_call_site");
    let common = [program.as_str(), "--levels", "1", "-c", "llvm", "-c", "fixed"];
    let by_default = validate(&common)?;
    let by_llvm = validate(&[&common[..], &["--require", "llvm"]].concat())?;
    let unknown = validate(&[&common[..], &["--require", "nobody"]].concat())?;
    match (
        by_default.status.code(),
        by_llvm.status.code(),
        unknown.status.code(),
    ) {
        (Some(0), Some(1), Some(1)) => Ok(()),
        codes => Err(format!("ended with {codes:?}").into()),
    }
}

/// A program for the shell, in the place of a compiler.
fn script(path: &Path, text: &str) -> Result<(), Failed> {
    std::fs::write(path, format!("#!/bin/sh\n{text}\n"))?;
    Ok(std::fs::set_permissions(
        path,
        std::os::unix::fs::PermissionsExt::from_mode(0o755),
    )?)
}

fn status(arguments: &[&str]) -> Result<Option<i32>, Failed> {
    Ok(validate(arguments)?.status.code())
}

fn optional() -> Result<(), Failed> {
    let program = corpus("story_drop");
    let common = [
        program.as_str(),
        "--levels",
        "0",
        "-c",
        "fixed",
        "-c",
        "no/such/rustc",
    ];
    let statuses = (
        status(&common)?,
        status(&[&common[..], &["--optional", "no/such/rustc"]].concat())?,
    );
    match statuses {
        (Some(2), Some(0)) => Ok(()),
        found => Err(format!("ended with {found:?}").into()),
    }
}

fn hanging_compiler() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let compiler = dir.path().join("rustc");
    script(&compiler, "sleep 1000 & sleep 1000")?;
    let path = compiler.to_string_lossy();
    let arguments = [
        &corpus("story_drop"),
        "--levels",
        "0",
        "--timeout",
        "1",
        "-c",
        &path,
    ];
    let matrix = json(&arguments)?;
    expect(outcome(&matrix, "story_drop", &path, "0"), "not-tried")?;
    let why = matrix["compilers"][0]["error"].as_str().unwrap_or_default();
    match why.contains("has not ended after 1 second") {
        true => Ok(()),
        false => Err(why.into()),
    }
}

/// The processes whose command lines hold `word`.
fn processes(word: &str) -> usize {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let lines = entries.filter_map(|entry| std::fs::read(entry.path().join("cmdline")).ok());
    lines
        .filter(|line| String::from_utf8_lossy(line).contains(word))
        .count()
}

fn clean_up() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    // A number that no other process sleeps for.
    let number = format!("1000{}", std::process::id());
    let sleep = format!("std::process::Command::new(\"sleep\").arg(\"{number}\").spawn().unwrap();");
    for (name, body) in [
        ("hangs", format!("{sleep} loop {{ std::thread::park() }}")),
        ("leaves", format!("{sleep} println!(\"one\")")),
        (
            "floods",
            "loop { println!(\"{}\", \"flood\".repeat(1000)) }".to_owned(),
        ),
    ] {
        let source = format!("//@ stdout: one\nfn main() {{ {body} }}\n");
        std::fs::write(dir.path().join(name).with_extension("rs"), source)?;
    }
    let folder = dir.path().to_string_lossy();
    let matrix = json(&[&folder, "-c", "fixed", "--levels", "0", "--timeout", "10"])?;
    for (name, wanted) in [("hangs", "timeout"), ("leaves", "ok"), ("floods", "wrong-output")] {
        expect(outcome(&matrix, name, "fixed", "0"), wanted).map_err(|why| format!("{name}: {why:?}"))?;
    }
    match processes(&number) {
        0 => Ok(()),
        count => Err(format!("{count} processes are left").into()),
    }
}

fn signals() -> Result<(), Failed> {
    for signal in ["INT", "TERM", "HUP"] {
        let dir = tempfile::tempdir()?;
        let temporary = dir.path().join("tmp");
        std::fs::create_dir(&temporary)?;
        let number = format!("2000{}", std::process::id());
        let compiler = dir.path().join("rustc");
        script(
            &compiler,
            &format!("[ $1 = --version ] && echo 'rustc 1.99.0' && exit\nsleep {number} & sleep {number}"),
        )?;
        let mut running = Command::new(env!("CARGO_BIN_EXE_fixed"))
            .args(["validate", &corpus("story_drop"), "-c"])
            .arg(&compiler)
            .env("TMPDIR", &temporary)
            .stderr(std::process::Stdio::null())
            .spawn()?;
        let start = std::time::Instant::now();
        while processes(&number) == 0 && start.elapsed().as_secs() < 30 {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        Command::new("sh")
            .args(["-c", &format!("kill -{signal} {}", running.id())])
            .status()?;
        let status = running.wait()?;
        // What is killed is gone only when the system comes to it, which may be later than the end of who killed it.
        let end = std::time::Instant::now();
        while processes(&number) != 0 && end.elapsed().as_secs() < 10 {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let left = (processes(&number), std::fs::read_dir(&temporary)?.count());
        if left != (0, 0) || status.success() {
            return Err(
                format!("{left:?} processes and folders are left after SIG{signal}, {status}").into(),
            );
        }
    }
    Ok(())
}

fn full_disk() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let compiler = dir.path().join("rustc");
    script(
        &compiler,
        "[ $1 = --version ] && echo 'rustc 1.99.0' && exit\necho 'error: No space left on device (os error 28)' >&2; exit 1",
    )?;
    let path = compiler.to_string_lossy();
    let arguments = [
        &corpus("story_drop"),
        "--levels",
        "0",
        "-c",
        &path,
        "--require",
        &path,
    ];
    expect(outcome(&json(&arguments)?, "story_drop", &path, "0"), "not-tried")?;
    match status(&arguments)? {
        Some(2) => {}
        code => return Err(format!("ended with {code:?}").into()),
    }
    // A real one, where that can be made.
    let disk = dir.path().join("disk");
    std::fs::create_dir(&disk)?;
    let mount = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=600k", "tmpfs"])
        .arg(&disk)
        .output();
    if !mount.is_ok_and(|output| output.status.success()) {
        eprintln!("note: no small disk can be made here; one was not tried");
        return Ok(());
    }
    let run = Command::new(env!("CARGO_BIN_EXE_fixed"))
        .args([
            "validate",
            &corpus("story_drop"),
            "--levels",
            "0",
            "-c",
            "llvm",
            "--json",
            "-",
        ])
        .env("TMPDIR", &disk)
        .output();
    Command::new("umount").arg(&disk).status()?;
    expect(
        outcome(&serde_json::from_slice(&run?.stdout)?, "story_drop", "llvm", "0"),
        "not-tried",
    )
}

fn names() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    for folder in ["one", "two"] {
        std::fs::create_dir(dir.path().join(folder))?;
        std::fs::write(dir.path().join(folder).join("a.rs"), "fn main() {}\n")?;
    }
    let paths =
        [dir.path().join("one"), dir.path().join("two")].map(|path| path.to_string_lossy().into_owned());
    let matrix = json(&[&paths[0], &paths[1], "-c", "fixed", "--levels", "0"])?;
    for path in &paths {
        expect(outcome(&matrix, &format!("{path}/a.rs"), "fixed", "0"), "ok")?;
    }
    let program = corpus("story_drop");
    for twice in [["-c", "fixed", "-c", "fixed"], ["-c", "fixed", "--levels", "0,0"]] {
        match status(&[&[program.as_str()], &twice[..]].concat())? {
            Some(1) => {}
            code => return Err(format!("{twice:?} ended with {code:?}").into()),
        }
    }
    Ok(())
}

/// In a terminal of twenty columns, which `script` makes.
fn narrow() -> Result<(), Failed> {
    let command = format!(
        "stty cols 20 rows 20; '{}' validate '{}' --levels 0 -c fixed",
        env!("CARGO_BIN_EXE_fixed"),
        corpus("story_drop")
    );
    let Ok(run) = Command::new("script")
        .args(["-qec", &command, "/dev/null"])
        .env("NO_COLOR", "1")
        .output()
    else {
        eprintln!("note: `script` is not installed; a narrow terminal was not tried");
        return Ok(());
    };
    let text = String::from_utf8_lossy(&run.stdout).into_owned();
    let table = text
        .lines()
        .map(|line| line.trim_end().rsplit('\r').next().unwrap_or_default());
    let table: Vec<&str> = table.filter(|line| line.starts_with(['│', '┌', '└'])).collect();
    match table.iter().all(|line| line.chars().count() <= 20) && !table.is_empty() {
        true => Ok(()),
        false => Err(format!("the table is not there, or wider than its terminal: {text}").into()),
    }
}

/// Writes a page into `dir`.
fn write_page(dir: &Path) -> Result<PathBuf, Failed> {
    let path = dir.join("matrix.html");
    let program = corpus("unwind_missing_call_site");
    validate(&[&program, "--levels", "0,2", "--html", &path.to_string_lossy()])?;
    Ok(path)
}

fn page() -> Result<(), Failed> {
    let dir = tempfile::tempdir()?;
    let written = std::fs::read_to_string(write_page(dir.path())?)?;
    // How it looks in a browser, `tests/pages` tests.
    for part in ["<script", " src=", "url(", "href=\"http", "<link"] {
        if written.contains(part) {
            return Err(format!("the page fetches or runs something: `{part}`").into());
        }
    }
    for part in [
        "data-compiler=\"fixed\"><span class=\"outcome\">ok</span></td>",
        "<summary>abort</summary>",
        "unwind_missing_call_site",
    ] {
        if !written.contains(part) {
            return Err(format!("`{part}` is not in the page: {written}").into());
        }
    }
    Ok(())
}

/// A folder of tests as rustc has them.
fn tests(files: &[(&str, &str)]) -> Result<tempfile::TempDir, Failed> {
    let dir = tempfile::tempdir()?;
    for (name, text) in files {
        let path = dir.path().join("tests").join(name);
        std::fs::create_dir_all(path.parent().ok_or("a test without a folder")?)?;
        std::fs::write(path, text)?;
    }
    Ok(dir)
}

/// What became of the tests, by name and compiler, with the status and what is printed for people.
fn run_suite(files: &[(&str, &str)]) -> Result<(serde_json::Value, Output), Failed> {
    let dir = tests(files)?;
    let folder = dir.path().display().to_string();
    let story = corpus("story_drop");
    let arguments = [
        &story, "--levels", "0", "--suite", &folder, "-c", "llvm", "-c", "fixed",
    ];
    let matrix = json(&arguments)?;
    Ok((
        matrix["tests"].clone(),
        validate(&[&arguments[..], &["--markdown"]].concat())?,
    ))
}

fn expect_tests(tests: &serde_json::Value, wanted: &[(&str, &str, &str)]) -> Result<(), Failed> {
    let found: Vec<(&str, &str, &str)> = tests
        .as_array()
        .into_iter()
        .flatten()
        .map(|row| {
            let outcome = |compiler: &str| row["cells"][compiler]["its own level"]["outcome"].as_str();
            let [llvm, fixed] = ["llvm", "fixed"].map(|name| outcome(name).unwrap_or("absent"));
            (row["name"].as_str().unwrap_or_default(), llvm, fixed)
        })
        .collect();
    match found == wanted {
        true => Ok(()),
        false => Err(format!("found {found:#?}").into()),
    }
}

/// An output of an asm goto that in-tree loses with optimisation.
const GOTO: &str = r#"//@ run-pass
//@ only-x86_64
//@ revisions: O0 O2
//@[O2] compile-flags: -Copt-level=2
//@ edition: 2021
#![feature(asm_goto_with_outputs)]
fn main() {
    let output: f32;
    let input = std::hint::black_box(1.0_f32);
    unsafe { std::arch::asm!("mov {0:e}, 0x3f000000", "jmp {1}", inout(reg) input => output, label {}) };
    assert_eq!((output, cfg!(o2)), (0.5, cfg!(o2)));
}
"#;

fn suite() -> Result<(), Failed> {
    let (tests, output) = run_suite(&[
        ("ui/asm/x86_64/goto.rs", GOTO),
        ("ui/asm/builds.rs", "//@ build-pass\nfn main() { panic!() }\n"),
        (
            "ui/asm/elsewhere.rs",
            "//@ run-pass\n//@ only-aarch64\nfn main() { panic!() }\n",
        ),
        ("ui/asm/error.rs", "//@ build-fail\nfn main() {}\n"),
        (
            "ui/asm/old.rs",
            "//@ run-pass\n#![feature(no_such_feature)]\nfn main() {}\n",
        ),
        ("ui/other/other.rs", "//@ run-pass\nfn main() { panic!() }\n"),
    ])?;
    expect_tests(
        &tests,
        &[
            ("ui/asm/builds.rs", "ok", "ok"),
            ("ui/asm/old.rs", "diagnostic", "diagnostic"),
            ("ui/asm/x86_64/goto.rs#O0", "ok", "ok"),
            ("ui/asm/x86_64/goto.rs#O2", "wrong-output", "ok"),
        ],
    )?;
    // What no compiler passes is nobody's failure, and is not shown either.
    let printed = String::from_utf8_lossy(&output.stdout);
    let shown =
        printed.contains("| ui/asm/x86_64/goto.rs#O2 | wrong output | ok |") && !printed.contains("old.rs");
    match shown && output.status.success() {
        true => Ok(()),
        false => Err(format!("{}: {printed}", output.status).into()),
    }
}

fn without_filecheck() -> Option<String> {
    let names = ["FileCheck", "FileCheck-23", "FileCheck-22"];
    let works = |name: &&str| Command::new(name).arg("--version").output().is_ok();
    let found = std::env::var_os("FILECHECK").is_some() || names.iter().any(works);
    (!found).then(|| "LLVM's `FileCheck` is not installed; `FILECHECK` can name one".to_owned())
}

const MINICORE: &str = "#![feature(no_core, lang_items)]\n#![no_core]\n#[lang = \"pointee_sized\"]\npub trait PointeeSized {}\n\
    #[lang = \"meta_sized\"]\npub trait MetaSized: PointeeSized {}\n#[lang = \"sized\"]\npub trait Sized: MetaSized {}\n";

fn suite_output() -> Result<(), Failed> {
    let ir = "//@ compile-flags: -Copt-level=1 --crate-type=lib\n// CHECK: call void asm {{.*}}\"nop\"\n\
        #[no_mangle]\npub fn f() { unsafe { std::arch::asm!(\"nop\") } }\n";
    let assembly = "//@ assembly-output: emit-asm\n//@ add-minicore\n//@ revisions: arm x86\n\
        //@[arm] compile-flags: --target=aarch64-unknown-linux-gnu\n//@[x86] compile-flags: --target=x86_64-unknown-linux-gnu\n\
        #![feature(no_core)]\n#![no_core]\n#![crate_type = \"rlib\"]\nextern crate minicore;\n// arm: ret\n// x86: no such text\n\
        #[no_mangle]\npub fn f() {}\n";
    let (tests, _) = run_suite(&[
        ("auxiliary/minicore.rs", MINICORE),
        ("codegen-llvm/asm/ir.rs", ir),
        ("codegen-llvm/asm-ir.rs", ir),
        ("codegen-llvm/not-asm.rs", ir),
        ("assembly-llvm/asm/text.rs", assembly),
    ])?;
    expect_tests(
        &tests,
        &[
            ("assembly-llvm/asm/text.rs#arm", "ok", "ok"),
            ("assembly-llvm/asm/text.rs#x86", "wrong-output", "wrong-output"),
            ("codegen-llvm/asm-ir.rs", "ok", "ok"),
            ("codegen-llvm/asm/ir.rs", "ok", "ok"),
        ],
    )
}

//! Stops and steps on the lines of assembly.

use std::path::{Path, PathBuf};

use libtest_mimic::Failed;
use object::{Object, ObjectSection, SectionKind};

use crate::support::{backend, rustc, without_core};
use crate::{compile, gdb};

/// With each of these, the lines are the same.
const SETTINGS: &[&str] = &[
    "-g",
    "-g -Zdwarf-version=5",
    "-g -Zdwarf-version=2",
    "-g -Copt-level=3",
    "-g -Copt-level=3 -Clto=thin",
    "-g -Ccodegen-units=4",
    "-g -Copt-level=3 -Clto=fat -Ccodegen-units=4",
    "-Cdebuginfo=line-tables-only",
    "-g -Csplit-debuginfo=packed",
    "-g -Zembed-source -Zdwarf-version=5",
];

/// The program.
pub fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/debuginfo/sources/asm_lines.rs")
}

/// The lines of the source that say `#asm`, and the number behind it.
pub fn marked(source: &Path) -> Result<Vec<(usize, usize)>, Failed> {
    let text = std::fs::read_to_string(source)?;
    let marked = text.lines().zip(1..).skip(1).filter_map(|(line, number)| {
        let (_, group) = line.split_once("#asm ")?;
        Some((number, group.trim().parse().ok()?))
    });
    Ok(marked.collect())
}

/// gdb stops at every marked line if told so, and steps from one to the next if told to stop at the first.
pub fn stops_and_steps() -> Result<(), Failed> {
    let source = source();
    let lines = marked(&source)?;
    let wanted: Vec<usize> = lines.iter().map(|&(line, _)| line).collect();
    let break_at = |line: usize| format!("break asm_lines.rs:{line}");
    let mut stops: Vec<String> = wanted.iter().map(|&line| break_at(line)).collect();
    stops.push("run".into());
    stops.extend(std::iter::repeat_n("continue".to_owned(), wanted.len()));

    let mut steps = Vec::new();
    let groups: Vec<&[(usize, usize)]> = lines.chunk_by(|one, other| one.1 == other.1).collect();
    steps.extend(groups.iter().map(|group| break_at(group[0].0)));
    for (index, group) in groups.iter().enumerate() {
        steps.push(if index == 0 { "run" } else { "continue" }.to_owned());
        steps.extend(std::iter::repeat_n("next".to_owned(), group.len() - 1));
    }
    for setting in SETTINGS {
        let folder = tempfile::tempdir()?;
        let program = folder.path().join("program");
        let flags: Vec<&str> = setting.split_whitespace().collect();
        compile(&source, &program, &flags, true)?;
        for commands in [&stops, &steps] {
            let commands: Vec<&str> = commands.iter().map(String::as_str).collect();
            let session = gdb::Session {
                program: &program,
                source: &source,
                commands: &commands,
                printers: false,
            };
            let printed = session.run()?;
            let seen: Vec<usize> = printed.lines().filter_map(shown_line).collect();
            if seen != wanted {
                return Err(format!("with {setting}, not {wanted:?} but {seen:?}:\n{printed}").into());
            }
        }
    }
    Ok(())
}

/// The number of the line that gdb shows where it has stopped.
fn shown_line(printed: &str) -> Option<usize> {
    let (number, _) = printed.split_once('\t')?;
    number.parse().ok()
}

/// Targets, and instructions of theirs; WebAssembly is not among them, whose asm has no lines of its own.
const TARGETS: &[(&str, &[&str])] = &[
    ("aarch64-apple-darwin", &["mov x0, x1", "nop"]),
    ("aarch64-unknown-linux-gnu", &["mov x0, x1", "nop"]),
    ("armv7-unknown-linux-gnueabihf", &["mov r0, r1", "add r0, r0, #1"]),
    ("i686-unknown-linux-gnu", &["mov eax, ecx", "nop"]),
    ("loongarch64-unknown-linux-gnu", &["move $a0, $a1", "nop"]),
    ("mips-unknown-linux-gnu", &["move $2, $3", "nop"]),
    ("mips64el-unknown-linux-gnuabi64", &["move $2, $3", "nop"]),
    ("powerpc-unknown-linux-gnu", &["mr 3, 4", "nop"]),
    ("powerpc64le-unknown-linux-gnu", &["mr 3, 4", "nop"]),
    ("riscv32imac-unknown-none-elf", &["mv a0, a1", "nop"]),
    (
        "riscv64gc-unknown-linux-gnu",
        &["mv a0, a1", "call elsewhere", "nop"],
    ),
    ("s390x-unknown-linux-gnu", &["lgr %r2, %r3", "nopr"]),
    ("sparc64-unknown-linux-gnu", &["nop", "nop"]),
    (
        "thumbv7em-none-eabi",
        &["itt eq", "moveq r0, r1", "addeq r0, r0, #1"],
    ),
    ("x86_64-apple-darwin", &["mov eax, ecx", "nop"]),
    ("x86_64-pc-windows-gnu", &["mov eax, ecx", "nop"]),
    ("x86_64-pc-windows-msvc", &["mov eax, ecx", "nop"]),
    ("x86_64-unknown-linux-gnux32", &["mov eax, ecx", "nop"]),
];

/// What `asm!` and `global_asm!` become is the same with and without lines.
pub fn same_code() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    for &(target, instructions) in TARGETS {
        let (source, program) = (folder.path().join("lines.rs"), folder.path().join("program.rs"));
        std::fs::write(&program, text_of(target, instructions))?;
        std::fs::write(&source, without_core(&program))?;
        let code = |level: &str| {
            let object = folder.path().join("lines.o");
            let output = rustc()
                .arg(&source)
                .current_dir(folder.path())
                .args([
                    "--edition=2021",
                    "-Awarnings",
                    "--crate-type=lib",
                    "-Cpanic=abort",
                    "-O",
                ])
                .args([level, "--target", target, "--emit=obj", "-o"])
                .arg(&object)
                .arg(format!("-Zcodegen-backend={}", backend().display()))
                .output()?;
            match output.status.success() {
                true => sections_of_code(&std::fs::read(&object)?),
                false => Err(String::from_utf8_lossy(&output.stderr).into_owned().into()),
            }
        };
        let without = code("-Cdebuginfo=0").map_err(|why| format!("{target}: {why:?}"))?;
        for level in [
            "-Cdebuginfo=2",
            "-Cdebuginfo=line-tables-only",
            "-Cdebuginfo=line-directives-only",
        ] {
            let with = code(level).map_err(|why| format!("{target}, {level}: {why:?}"))?;
            if with != without || without.is_empty() {
                return Err(format!("{target}, {level}: {without:02x?} became {with:02x?}").into());
            }
        }
    }
    Ok(())
}

fn text_of(target: &str, instructions: &[&str]) -> String {
    let quoted = |text: &&str| format!("{text:?},\n");
    let lines: String = instructions.iter().map(quoted).collect();
    let thumb = match target.starts_with("thumb") {
        true => "\".thumb\",\n\".thumb_func\",\n",
        false => "",
    };
    let outside = format!(
        "global_asm!(\n\".globl elsewhere\",\n{thumb}\"elsewhere:\",\n{lines});\n\
         global_asm!(\n{thumb}\"other: {}\",\n{});\n",
        instructions[0],
        instructions[1..].iter().map(quoted).collect::<String>()
    );
    format!(
        "use crate::minicore::*;\n{outside}\
         #[no_mangle]\npub fn within() {{ unsafe {{ asm!(\n{lines}); }} }}\n"
    )
}

/// The bytes of the sections that have code, by name.
fn sections_of_code(object: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Failed> {
    let file = object::File::parse(object)?;
    let code = file
        .sections()
        .filter(|section| section.kind() == SectionKind::Text);
    let sections: Result<Vec<_>, object::Error> = code
        .map(|section| Ok((section.name()?.to_owned(), section.data()?.to_vec())))
        .collect();
    Ok(sections?)
}

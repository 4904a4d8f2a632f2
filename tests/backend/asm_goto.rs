//! `asm goto` whose outputs take every register: it is accepted wherever the in-tree backend accepts it, and right.

use std::ops::RangeInclusive;
use std::process::Command;

use libtest_mimic::Failed;

use crate::Check;
use crate::support::directives;
use crate::support::project::TempProject;
use crate::support::toolchain;
use crate::support::trials::without_tool;

pub const CHECKS: &[(&str, Check)] = &[
    ("every register an output, on each target", accepted),
    (AARCH64.name, || right(&AARCH64)),
    (ARM.name, || right(&ARM)),
    (POWERPC.name, || right(&POWERPC)),
    (RISCV.name, || right(&RISCV)),
    (S390X.name, || right(&S390X)),
];

/// How the program is written for one target. What it is compiled, linked and run with stands at the head of the target's
/// program in `tests/targets`.
struct Target {
    name: &'static str,
    directives: &'static str,
    /// Puts `{v}` into the register `{o}`.
    set: &'static str,
    jump: &'static str,
    word: &'static str,
    /// How many outputs: the in-tree backend accepts up to the last number, at one level at least, but not more.
    outputs: RangeInclusive<usize>,
}

const AARCH64: Target = Target {
    name: "every register an output, run on AArch64",
    directives: include_str!("../targets/aarch64.rs"),
    set: "mov {o}, #{v}",
    jump: "b",
    word: "u64",
    outputs: 29..=31,
};
const ARM: Target = Target {
    name: "every register an output, run on Arm",
    directives: include_str!("../targets/arm.rs"),
    word: "u32",
    outputs: 12..=15,
    ..AARCH64
};
const POWERPC: Target = Target {
    name: "every register an output, run on PowerPC",
    directives: include_str!("../targets/powerpc64le.rs"),
    set: "li {o}, {v}",
    outputs: 28..=30,
    ..AARCH64
};
const RISCV: Target = Target {
    name: "every register an output, run on RISC-V",
    directives: include_str!("../targets/riscv64.rs"),
    set: "li {o}, {v}",
    jump: "j",
    outputs: 27..=29,
    ..AARCH64
};
const S390X: Target = Target {
    name: "every register an output, run on s390x",
    directives: include_str!("../targets/s390x.rs"),
    set: "lghi {o}, {v}",
    jump: "j",
    outputs: 13..=16,
    ..AARCH64
};
/// There is no C library for it to link with.
const LOONGARCH: Target = Target {
    name: "",
    directives: include_str!("../targets/loongarch64.rs"),
    set: "ori {o}, $zero, {v}",
    outputs: 26..=29,
    ..AARCH64
};
const TARGETS: [&Target; 6] = [&AARCH64, &ARM, &POWERPC, &RISCV, &S390X, &LOONGARCH];

/// What a check needs that is not here.
pub fn missing(name: &str) -> Option<String> {
    let target = TARGETS.iter().find(|target| target.name == name)?;
    target.one("run").split(' ').take(2).find_map(without_tool)
}

impl Target {
    /// The value of a directive of the target's program.
    fn one(&self, directive: &str) -> &'static str {
        directives(self.directives, directive)
            .first()
            .copied()
            .unwrap_or_default()
    }

    /// A program that returns 0 if each of `count` outputs has its value on the way that the asm leaves by, and that
    /// takes the label's if `jumps`.
    fn program(&self, count: usize, jumps: bool) -> String {
        let join = |part: &dyn Fn(usize) -> String, between: &str| {
            (0..count).map(part).collect::<Vec<_>>().join(between)
        };
        let word = self.word;
        let declarations = join(&|i| format!("let o{i}: {word};"), " ");
        let sets = join(
            &|i| {
                let line = self.set.replace("{o}", &format!("{{o{i}}}"));
                format!("\"{}\",", line.replace("{v}", &(i + 1).to_string()))
            },
            "\n",
        );
        let outputs = join(&|i| format!("o{i} = out(reg) o{i},"), " ");
        let names = join(&|i| format!("o{i},"), " ");
        let values = join(&|i| format!("{},", i + 1), " ");
        let jump = match jumps {
            true => format!("\"{} {{l}}\",", self.jump),
            false => format!("\".if 0\", \"{} {{l}}\", \".endif\",", self.jump),
        };
        let (here, there) = if jumps { (3, 0) } else { (0, 4) };
        format!(
            "#![feature(no_core, lang_items, rustc_attrs, decl_macro, f16)]\n\
             #![feature(asm_experimental_arch, asm_goto_with_outputs)]\n\
             #![allow(internal_features)]\n#![no_core]\n#![no_main]\n\
             #[path = \"minicore.rs\"] mod minicore; use minicore::*;\n\
             #[inline(never)] fn check() -> i32 {{\n{declarations}\nunsafe {{ asm!(\n{sets}\n{jump}\n{outputs}\n\
             l = label {{ return match ({names}) {{ ({values}) => {there}, _ => 1 }} }}) }}\n\
             match ({names}) {{ ({values}) => {here}, _ => 2 }}\n}}\n\
             #[unsafe(no_mangle)] extern \"C\" fn main() -> i32 {{ check() }}\n"
        )
    }

    /// Each program at each level, with what it is.
    fn programs(&self) -> impl Iterator<Item = (String, String, &'static str)> {
        self.outputs.clone().flat_map(move |count| {
            [false, true].into_iter().flat_map(move |jumps| {
                ["-Copt-level=0", "-Copt-level=3"].map(|level| {
                    let title = format!("{}: {count} outputs, {level}, jumps: {jumps}", self.one("target"));
                    (title, self.program(count, jumps), level)
                })
            })
        })
    }

    /// Compiles the project's program; whether it was accepted.
    fn compile(&self, project: &TempProject, ours: bool, level: &str) -> Result<bool, Failed> {
        let arguments = [
            "a.rs",
            "--crate-type=lib",
            "--emit=obj",
            "-Cpanic=abort",
            level,
            "--target",
            self.one("target"),
        ];
        let flags: Vec<&str> = self.one("flags").split_whitespace().collect();
        let outcome = project.rustc_by(ours, &[&arguments[..], &flags].concat())?;
        match outcome.code {
            Some(0) => Ok(true),
            _ if outcome.stderr.contains("requires more registers than available") => Ok(false),
            _ => Err(outcome.stderr.into()),
        }
    }
}

fn project(program: &str) -> Result<TempProject, Failed> {
    TempProject::with(&[
        ("a.rs", program),
        ("minicore.rs", include_str!("../targets/minicore.rs")),
    ])
}

fn accepted() -> Result<(), Failed> {
    for target in TARGETS {
        let mut most = 0;
        for (title, program, level) in target.programs() {
            let project = project(&program)?;
            if !target.compile(&project, false, level)? {
                continue;
            }
            most += 1;
            if !target.compile(&project, true, level)? {
                return Err(format!("{title}: rejected, but the in-tree backend accepts it").into());
            }
        }
        // Else nothing was tried, or there was room for more.
        if most == 0 || most == target.programs().count() {
            return Err(format!("{}: the in-tree backend accepted {most}", target.one("target")).into());
        }
    }
    Ok(())
}

fn right(target: &Target) -> Result<(), Failed> {
    let tools: Vec<&str> = target.one("run").split(' ').collect();
    let [linker, emulator, root] = tools[..] else {
        return Err("`run` names a linker, an emulator and a folder".into());
    };
    for (title, program, level) in target.programs() {
        let project = project(&program)?;
        if !target.compile(&project, true, level)? {
            continue;
        }
        let program = project.path("program");
        toolchain::run(
            Command::new(linker)
                .arg(project.path("a.o"))
                .arg("-o")
                .arg(&program),
        )?;
        let status = Command::new(emulator).args(["-L", root]).arg(&program).status()?;
        if !status.success() {
            return Err(format!("{title}: ended with {status}").into());
        }
    }
    Ok(())
}

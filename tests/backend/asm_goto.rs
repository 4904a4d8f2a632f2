//! `asm goto` whose outputs take every register: it is accepted wherever the in-tree backend accepts it, and right.

use std::ops::RangeInclusive;
use std::process::Command;

use libtest_mimic::Failed;

use crate::Check;
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

/// How the program is written, and run, for one target.
struct Target {
    name: &'static str,
    triple: &'static str,
    flags: &'static [&'static str],
    /// Puts `{v}` into the register `{o}`.
    set: &'static str,
    jump: &'static str,
    word: &'static str,
    /// How many outputs: the in-tree backend accepts up to the last number, at one level at least, but not more.
    outputs: RangeInclusive<usize>,
    /// The linker, the emulator, and the folder of the C library.
    tools: [&'static str; 3],
}

const AARCH64: Target = Target {
    name: "every register an output, run on AArch64",
    triple: "aarch64-unknown-linux-gnu",
    flags: &[],
    set: "mov {o}, #{v}",
    jump: "b",
    word: "u64",
    outputs: 29..=31,
    tools: ["aarch64-linux-gnu-gcc", "qemu-aarch64", "/usr/aarch64-linux-gnu"],
};
const ARM: Target = Target {
    name: "every register an output, run on Arm",
    triple: "armv7-unknown-linux-gnueabihf",
    flags: &["-Ctarget-feature=+neon"],
    set: "mov {o}, #{v}",
    jump: "b",
    word: "u32",
    outputs: 12..=15,
    tools: ["arm-linux-gnueabihf-gcc", "qemu-arm", "/usr/arm-linux-gnueabihf"],
};
const POWERPC: Target = Target {
    name: "every register an output, run on PowerPC",
    triple: "powerpc64le-unknown-linux-gnu",
    flags: &[],
    set: "li {o}, {v}",
    jump: "b",
    word: "u64",
    outputs: 28..=30,
    tools: [
        "powerpc64le-linux-gnu-gcc",
        "qemu-ppc64le",
        "/usr/powerpc64le-linux-gnu",
    ],
};
const RISCV: Target = Target {
    name: "every register an output, run on RISC-V",
    triple: "riscv64gc-unknown-linux-gnu",
    flags: &[],
    set: "li {o}, {v}",
    jump: "j",
    word: "u64",
    outputs: 27..=29,
    tools: ["riscv64-linux-gnu-gcc", "qemu-riscv64", "/usr/riscv64-linux-gnu"],
};
const S390X: Target = Target {
    name: "every register an output, run on s390x",
    triple: "s390x-unknown-linux-gnu",
    flags: &[],
    set: "lghi {o}, {v}",
    jump: "j",
    word: "u64",
    outputs: 13..=16,
    tools: ["s390x-linux-gnu-gcc", "qemu-s390x", "/usr/s390x-linux-gnu"],
};
const LOONGARCH: Target = Target {
    name: "",
    triple: "loongarch64-unknown-linux-gnu",
    flags: &[],
    set: "ori {o}, $zero, {v}",
    jump: "b",
    word: "u64",
    outputs: 26..=29,
    tools: ["", "", ""],
};
const TARGETS: [&Target; 6] = [&AARCH64, &ARM, &POWERPC, &RISCV, &S390X, &LOONGARCH];

/// What a check needs that is not here.
pub fn missing(name: &str) -> Option<String> {
    let target = TARGETS.iter().find(|target| target.name == name)?;
    target.tools[..2].iter().find_map(|tool| without_tool(tool))
}

impl Target {
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
                    let title = format!("{}: {count} outputs, {level}, jumps: {jumps}", self.triple);
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
            "--target",
            self.triple,
            level,
        ];
        let outcome = project.rustc_by(ours, &[&arguments[..], self.flags].concat())?;
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
            return Err(format!("{}: the in-tree backend accepted {most}", target.triple).into());
        }
    }
    Ok(())
}

fn right(target: &Target) -> Result<(), Failed> {
    let [linker, emulator, root] = target.tools;
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

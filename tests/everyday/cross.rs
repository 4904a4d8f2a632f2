//! A crate and its tests for other targets: built by cargo with both backends, run where something runs them, and
//! compared.

use std::process::Command;

use libtest_mimic::Failed;

use crate::Check;
use crate::project::{cache, cargo, clean, compiled_by, package, succeed};
use crate::support::project::{TempProject, holds};
use crate::support::trials::{without_std, without_tool};

pub const CHECKS: &[(&str, Check)] = &[
    ("aarch64-unknown-linux-gnu", || run(&AARCH64)),
    ("i686-unknown-linux-gnu", || run(&I686)),
    ("wasm32-wasip1", || run(&WASM)),
    ("x86_64-unknown-linux-musl", || run(&MUSL)),
    ("x86_64-pc-windows-gnu", || run(&WINDOWS)),
    ("thumbv7em-none-eabi", bare_metal),
];

struct Target {
    name: &'static str,
    linker: Option<&'static str>,
    /// What runs a program of it, and its arguments; nothing if this machine does by itself.
    runner: &'static [&'static str],
}

const AARCH64: Target = Target {
    name: "aarch64-unknown-linux-gnu",
    linker: Some("aarch64-linux-gnu-gcc"),
    runner: &["qemu-aarch64", "-L", "/usr/aarch64-linux-gnu"],
};
const I686: Target = Target {
    name: "i686-unknown-linux-gnu",
    // Debian's `gcc-multilib` would do, but cannot be installed beside the compilers for other processors.
    linker: Some("i686-linux-gnu-gcc"),
    // The loader of its C library: this machine runs it, while under `qemu-i386` threads hang, whoever compiled them.
    runner: &[
        "/usr/i686-linux-gnu/lib/ld-linux.so.2",
        "--library-path",
        "/usr/i686-linux-gnu/lib",
    ],
};
const WASM: Target = Target {
    name: "wasm32-wasip1",
    linker: None,
    runner: &["node", "--no-warnings", "run.mjs"],
};
const MUSL: Target = Target {
    name: "x86_64-unknown-linux-musl",
    linker: None,
    runner: &[],
};
const WINDOWS: Target = Target {
    name: "x86_64-pc-windows-gnu",
    linker: Some("x86_64-w64-mingw32-gcc"),
    // Debian's package `wine64` puts nothing into `PATH`; `wine` would add a script and 32-bit Windows.
    runner: &["/usr/lib/wine/wine64"],
};

/// Those with std.
const TARGETS: [Target; 5] = [AARCH64, I686, WASM, MUSL, WINDOWS];

/// What a check lacks on this machine.
pub fn missing(name: &str) -> Option<String> {
    if name == "thumbv7em-none-eabi" {
        return without_tool("qemu-system-arm");
    }
    if let Some(missing) = without_std(name) {
        return Some(missing);
    }
    let target = TARGETS.into_iter().find(|target| target.name == name)?;
    target
        .linker
        .into_iter()
        .chain(target.runner.first().copied())
        .find_map(without_tool)
}

const LIBRARY: &str = r#"
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;

/// Numbers, floats, strings and collections, as text that must be the same whoever has compiled it.
pub fn digest() -> String {
    let mut text = String::new();
    let mut state = 0x1234_5678_9abc_def0_u64;
    let mut map = BTreeMap::new();
    for round in 0..200_u32 {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let wide = u128::from(state) * 0xffff_ffff_ffff_ffc5;
        let float = f64::from(round).sqrt() * (state >> 40) as f64;
        let slot = map.entry((wide >> 64) as u64 % 17).or_insert(0_i64);
        *slot = slot.wrapping_add((float as i64).rotate_left(round % 64));
        if let Some(narrow) = u16::try_from(state >> 45).ok().and_then(|n| n.checked_add(500)) {
            write!(text, "{narrow:x}{:?} ", (narrow as f32 / 3.0).to_bits().leading_zeros()).unwrap();
        }
    }
    let names: HashMap<String, usize> = map.keys().map(|key| (format!("{key:>5}"), key.to_string().len())).collect();
    let total: usize = names.values().sum();
    write!(text, "{map:?} {total} {}", std::mem::size_of::<usize>()).unwrap();
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn same_twice() { assert_eq!(super::digest(), super::digest()); }
    #[test]
    fn sorted() { let mut v: Vec<i128> = (0..100).map(|n| (n * 7919) % 101 - 50).collect(); v.sort(); assert!(v.is_sorted()); }
    #[test]
    fn dispatch() {
        let shapes: [Box<dyn Fn(f32) -> f32>; 2] = [Box::new(|x| x * 2.0), Box::new(f32::sqrt)];
        assert_eq!(shapes.iter().map(|f| f(16.0)).collect::<Vec<_>>(), [32.0, 4.0]);
    }
    #[cfg(not(target_family = "wasm"))]
    #[test]
    fn threads_and_panics() {
        let threads: Vec<_> = (0..4_u64).map(|n| std::thread::spawn(move || n.pow(3))).collect();
        assert_eq!(threads.into_iter().map(|t| t.join().unwrap()).sum::<u64>(), 36);
        assert_eq!(std::thread::spawn(|| std::panic::resume_unwind(Box::new(5_u8))).join().unwrap_err().downcast_ref(), Some(&5_u8));
    }
}
"#;

/// Runs a program of WASI's, as `node run.mjs PROGRAM ARGUMENTS…`.
const NODE: &str = "import { WASI } from 'node:wasi';\nimport { readFile } from 'node:fs/promises';\n\
    const wasi = new WASI({ version: 'preview1', args: process.argv.slice(2), env: {} });\n\
    const module = await WebAssembly.compile(await readFile(process.argv[2]));\n\
    process.exitCode = wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject()));\n";

/// The library that std for Windows takes random numbers from, and that wine 8, Debian's, does not have; a newer wine
/// prefers its own.
const RANDOM: &str = r#"
#![no_std]
#[link(name = "advapi32", kind = "raw-dylib")]
unsafe extern "system" {
    fn SystemFunction036(buffer: *mut u8, length: u32) -> u8;
}
#[unsafe(no_mangle)]
unsafe extern "system" fn ProcessPrng(buffer: *mut u8, length: usize) -> i32 {
    unsafe { SystemFunction036(buffer, length as u32).into() }
}
#[unsafe(no_mangle)]
extern "system" fn DllMainCRTStartup(_: usize, _: u32, _: usize) -> i32 { 1 }
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
"#;

/// What programs for a target need beside the project's, compiled by rustc's own backend.
fn prepare(project: &TempProject, target: &Target) -> Result<(), Failed> {
    project.write("run.mjs", NODE)?;
    if target.name == WINDOWS.name {
        project.write("bcryptprimitives.rs", RANDOM)?;
        succeed(clean("rustc", project).args([
            "--edition=2024",
            "--crate-type=cdylib",
            "--target",
            target.name,
            "-Clinker=x86_64-w64-mingw32-gcc",
            "-Clink-arg=-nostartfiles",
            "-Cpanic=abort",
            "-O",
            "bcryptprimitives.rs",
        ]))?;
        std::fs::create_dir_all(wine())?;
    }
    Ok(())
}

/// Where wine keeps its Windows, which takes it seconds to make.
fn wine() -> std::path::PathBuf {
    cache().join("wine")
}

/// cargo, with this backend or with rustc's own, for a target.
fn cargo_for(project: &TempProject, target: &Target, ours: bool, arguments: &[&str]) -> Command {
    let mut command = match ours {
        true => cargo(project, arguments),
        false => clean("cargo", project),
    };
    if !ours {
        command.args(arguments);
    }
    command.args([
        "--target",
        target.name,
        "--target-dir",
        if ours { "ours" } else { "theirs" },
    ]);
    let variable = |part: &str| {
        format!(
            "CARGO_TARGET_{}_{part}",
            target.name.replace('-', "_").to_uppercase()
        )
    };
    if let Some(linker) = target.linker {
        command.env(variable("LINKER"), linker);
    }
    if !target.runner.is_empty() {
        let words: Vec<String> = target
            .runner
            .iter()
            .map(|word| match word.ends_with(".mjs") {
                true => project.path(word).display().to_string(),
                false => (*word).to_owned(),
            })
            .collect();
        command.env(variable("RUNNER"), words.join(" "));
    }
    if target.name == WINDOWS.name {
        command
            .env("WINEPREFIX", wine())
            .env("WINEPATH", format!("Z:{}", project.path(".").display()))
            .env("WINEDEBUG", "-all");
    }
    command
}

fn run(target: &Target) -> Result<(), Failed> {
    let project = package(&[])?;
    project.write("src/lib.rs", LIBRARY)?;
    project.write("src/main.rs", "fn main() { println!(\"{}\", user::digest()) }\n")?;
    prepare(&project, target)?;
    let program = match target.name {
        name if name.contains("windows") => "user.exe",
        name if name.contains("wasm") => "user.wasm",
        _ => "user",
    };
    for profile in ["dev", "release"] {
        let profile = format!("--profile={profile}");
        let printed = |ours| succeed(&mut cargo_for(&project, target, ours, &["run", "-q", &profile]));
        let (ours, theirs) = (printed(true)?.stdout, printed(false)?.stdout);
        if ours != theirs || ours.is_empty() {
            return Err(
                format!("{profile}: prints `{ours}`, but `{theirs}` with rustc's own backend").into(),
            );
        }
        let tested = succeed(&mut cargo_for(
            &project,
            target,
            true,
            &["test", "--lib", &profile],
        ))?;
        let count = if target.name.contains("wasm") { 3 } else { 4 };
        holds(&tested.stdout, &format!("test result: ok. {count} passed"))?;
    }
    match target.name != WASM.name {
        true => compiled_by(
            true,
            &project.path(&format!("ours/{}/debug/{program}", target.name)),
        ),
        false => Ok(()),
    }
}

const BARE: &str = r#"
#![no_std]
#![no_main]
use core::arch::asm;
use core::fmt::Write;

#[repr(C)]
struct Vectors { stack: usize, reset: extern "C" fn() -> ! }
#[used]
#[unsafe(link_section = ".vectors")]
static VECTORS: Vectors = Vectors { stack: 0x2001_0000, reset };

/// A call to the debugger, which the emulator answers (Arm, "Semihosting").
fn host(operation: usize, argument: usize) {
    unsafe { asm!("bkpt 0xab", inout("r0") operation => _, in("r1") argument) }
}
struct Host;
impl Write for Host {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        text.bytes().for_each(|byte| host(3, &raw const byte as usize));
        Ok(())
    }
}
#[unsafe(no_mangle)]
extern "C" fn reset() -> ! {
    let mut state = 1_u64;
    for round in 1..20_u32 {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(u64::from(round));
        let _ = writeln!(Host, "{round} {state:x} {:.3} {}", round as f32 / 7.0, state % 1000003);
    }
    host(0x18, 0x20026);
    loop {}
}
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! { host(0x18, 0x20023); loop {} }
"#;

const SCRIPT: &str = "ENTRY(reset)\nSECTIONS {\n.vectors 0 : { KEEP(*(.vectors)) }\n.text : { *(.text*) *(.rodata*) }\n\
    .data 0x20000000 : { *(.data*) *(.bss*) }\n/DISCARD/ : { *(.ARM.exidx*) }\n}\n";

fn bare_metal() -> Result<(), Failed> {
    const TARGET: Target = Target {
        name: "thumbv7em-none-eabi",
        linker: None,
        runner: &[
            "qemu-system-arm",
            "-M",
            "mps2-an386",
            "-display",
            "none",
            // What the program prints is to come out on standard output; by default it comes out on standard error.
            "-chardev",
            "stdio,id=out",
            "-semihosting-config",
            "enable=on,chardev=out",
            "-kernel",
        ],
    };
    let project = package(&[])?;
    let manifest = project.read("Cargo.toml")?
        + "[profile.dev]\npanic = \"abort\"\n[profile.release]\npanic = \"abort\"\n";
    project.write("Cargo.toml", &manifest)?;
    project.write("src/main.rs", BARE)?;
    project.write("link.x", SCRIPT)?;
    let flags = format!(
        "[build]\nrustflags = [\"-Clink-arg=-T{}\"]\n",
        project.path("link.x").display()
    );
    project.write(".cargo/config.toml", &flags)?;
    for profile in ["--profile=dev", "--profile=release"] {
        let printed = |ours| {
            succeed(&mut cargo_for(
                &project,
                &TARGET,
                ours,
                &["run", "-q", profile, "-Zbuild-std=core"],
            ))
        };
        let (ours, theirs) = (printed(true)?.stdout, printed(false)?.stdout);
        if ours != theirs || !ours.contains("19 ") {
            return Err(
                format!("{profile}: prints `{ours}`, but `{theirs}` with rustc's own backend").into(),
            );
        }
    }
    Ok(())
}

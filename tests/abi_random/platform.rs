//! The machines that programs are run for: compilers, linker, emulator, conventions.

use std::process::Command;

use crate::model::Convention;
use crate::support::trials::without_tool;

pub type Compiler = (&'static str, &'static [&'static str]);

pub struct Platform {
    pub name: &'static str,
    /// rustc's name of the target; the host's if empty.
    pub target: &'static str,
    /// C compilers and the flags that they take; those that are not here are left out.
    pub compilers: &'static [Compiler],
    pub emulator: Option<&'static str>,
    pub conventions: &'static [Convention],
}

const fn c(rust: &'static str) -> Convention {
    Convention {
        rust,
        c: "",
        wide: true,
        variadic: true,
    }
}

/// One that compilers agree on for what is as old as it.
const fn narrow(rust: &'static str, c: &'static str) -> Convention {
    Convention {
        rust,
        c,
        wide: false,
        variadic: false,
    }
}

pub const PLATFORMS: [Platform; 3] = [
    Platform {
        name: "x86_64",
        target: "",
        compilers: &[("cc", &[]), ("clang", &[])],
        emulator: None,
        conventions: &[
            c("C"),
            c("C-unwind"),
            Convention {
                rust: "sysv64",
                c: "__attribute__((sysv_abi))",
                wide: true,
                variadic: false,
            },
            // Not `efiapi`: rustc passes its arguments where Win64 has them, but takes structs apart as System V does,
            // and so agrees with no C compiler, except where the target is UEFI.
            narrow("win64", "__attribute__((ms_abi))"),
        ],
    },
    Platform {
        name: "aarch64",
        target: "aarch64-unknown-linux-gnu",
        compilers: &[("aarch64-linux-gnu-gcc", &["-static"])],
        emulator: Some("qemu-aarch64"),
        conventions: &[c("C"), c("C-unwind")],
    },
    Platform {
        name: "i686",
        target: "i686-unknown-linux-gnu",
        // Debian has either, not both.
        compilers: &[
            ("i686-linux-gnu-gcc", &["-static", "-msse2"]),
            ("cc", &["-m32", "-static", "-msse2"]),
        ],
        emulator: Some("qemu-i386"),
        conventions: &[
            c("C"),
            narrow("cdecl", "__attribute__((cdecl))"),
            narrow("stdcall", "__attribute__((stdcall))"),
            narrow("fastcall", "__attribute__((fastcall))"),
            narrow("thiscall", "__attribute__((thiscall))"),
        ],
    },
];

impl Platform {
    /// The compilers that make programs here; the first links.
    pub fn compilers(&self) -> impl Iterator<Item = Compiler> {
        self.compilers
            .iter()
            .copied()
            .filter(|&(compiler, flags)| makes_programs(compiler, flags))
    }

    /// Why it cannot be tested here, if so.
    pub fn missing(&self) -> Option<String> {
        if self.compilers().next().is_none() {
            return Some(format!("no C compiler for {}", self.name));
        }
        self.emulator.and_then(without_tool)
    }
}

fn makes_programs(compiler: &str, flags: &[&str]) -> bool {
    let compile = || -> std::io::Result<bool> {
        let dir = tempfile::tempdir()?;
        std::fs::write(dir.path().join("a.c"), "int main(void) { return 0; }\n")?;
        let output = Command::new(compiler)
            .current_dir(dir.path())
            .args(flags)
            .args(["a.c", "-o", "a"])
            .output()?;
        Ok(output.status.success())
    };
    compile().unwrap_or(false)
}

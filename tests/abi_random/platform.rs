//! The machines that programs are run for: compilers, linker, emulator, conventions.

use std::process::{Command, Stdio};

use crate::model::Convention;

pub struct Platform {
    pub name: &'static str,
    /// rustc's name of the target; the host's if empty.
    pub target: &'static str,
    /// C compilers, the first of which links.
    pub compilers: &'static [(&'static str, &'static [&'static str])],
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
        compilers: &[("i686-linux-gnu-gcc", &["-static", "-msse2"])],
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
    /// The first tool that it takes and that is not here.
    pub fn missing(&self) -> Option<&'static str> {
        let compiler = self.compilers[0].0;
        std::iter::once(compiler)
            .chain(self.emulator)
            .find(|tool| !is_here(tool))
    }
}

pub fn is_here(tool: &str) -> bool {
    Command::new(tool)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

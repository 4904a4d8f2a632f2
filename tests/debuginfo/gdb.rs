//! gdb, driven through a program.

use std::path::Path;
use std::process::Command;

use libtest_mimic::Failed;

use crate::support::rustc;

/// A session: stop at every line of `source` that says `#break`, run, and do what `commands` say. With `printers`,
/// values are shown by the pretty-printers that come with Rust.
pub struct Session<'a> {
    pub program: &'a Path,
    pub source: &'a Path,
    pub commands: &'a [&'a str],
    pub printers: bool,
}

impl Session<'_> {
    /// What gdb prints.
    pub fn run(&self) -> Result<String, Failed> {
        let text = std::fs::read_to_string(self.source)?;
        let name = self.source.file_name().unwrap_or_default().to_string_lossy();
        let printers = sysroot()?.join("lib/rustlib/etc");
        let mut script = "set charset UTF-8\nset print pretty off\nset width 0\nset confirm off\n\
                          set startup-with-shell off\nset style enabled off\nset debuginfod enabled off\n"
            .to_owned();
        if self.printers {
            script += &format!(
                "add-auto-load-safe-path {0}\nadd-auto-load-safe-path {1}\ndirectory {0}\n",
                printers.display(),
                self.program.display()
            );
        }
        script += &format!("file {}\nset language rust\n", self.program.display());
        for (index, line) in text.lines().enumerate() {
            if line.contains("#break") && !line.starts_with("//@") {
                script += &format!("break '{name}':{}\n", index + 1);
            }
        }
        for command in self.commands {
            script += &format!("{command}\n");
        }
        let file = self
            .program
            .with_extension(if self.printers { "printers.gdb" } else { "gdb" });
        std::fs::write(&file, script + "quit\n")?;
        let output = Command::new("gdb")
            .args(["-quiet", "-batch", "-nx"])
            .arg(format!("-command={}", file.display()))
            .env("PYTHONPATH", &printers)
            .env("LD_LIBRARY_PATH", sysroot()?.join("lib"))
            .current_dir(self.program.parent().unwrap_or(Path::new("/")))
            .output()?;
        let printed = [&output.stdout[..], &output.stderr[..]].concat();
        Ok(String::from_utf8_lossy(&printed).into_owned())
    }
}

/// What does not differ from run to run and from file to file: everything but addresses, process numbers and folders.
pub fn steady(printed: &str, folder: &Path) -> String {
    let printed = printed.replace(&*folder.to_string_lossy(), "");
    let mut steady = String::new();
    let mut rest = &*printed;
    while let Some(at) = rest.find("0x") {
        let digits = rest[at + 2..]
            .find(|c: char| !c.is_ascii_hexdigit())
            .unwrap_or(rest.len() - at - 2);
        steady += &rest[..at];
        // Numbers of a few digits are values.
        steady += if digits > 4 {
            "0x…"
        } else {
            &rest[at..at + 2 + digits]
        };
        rest = &rest[at + 2 + digits..];
    }
    steady += rest;
    let is_noise = |line: &&str| {
        ![
            "[Inferior",
            "[Thread debugging",
            "Using host",
            "warning: Missing auto-load",
            "of file ",
            "Use `info auto-load",
            "Producer is",
        ]
        .iter()
        .any(|start| line.starts_with(start))
    };
    steady.lines().filter(is_noise).collect::<Vec<_>>().join("\n")
}

pub fn sysroot() -> Result<std::path::PathBuf, Failed> {
    let output = rustc().args(["--print", "sysroot"]).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().into())
}

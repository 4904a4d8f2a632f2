//! Compiling every side of a program, running it, and telling whose fault a difference is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::Failed;

use crate::model::Program;
use crate::platform::{Compiler, Platform};
use crate::{render_c, render_rust, support};

/// The levels at which Rust sides are compiled, and their letters in names.
const LEVELS: [&str; 2] = ["0", "3"];
/// The levels at which C sides are compiled.
const C_LEVELS: [&str; 2] = ["0", "2"];

/// A value that did not arrive.
struct Wrong {
    caller: String,
    callee: String,
    function: usize,
    what: String,
}

/// Runs `program` in `folder`, which is empty, and fails if a value of this backend's was lost that in-tree's
/// would not have lost.
pub fn test(program: &Program, platform: &Platform, folder: &Path, verbose: bool) -> Result<(), Failed> {
    let job = Job {
        program,
        platform,
        folder,
    };
    let wrong = job.run()?;
    let is_ours = |one: &&Wrong| one.concerns_us() && !one.is_in_trees_too(&wrong);
    if verbose {
        print!("{}", describe(program, wrong.iter().filter(|one| !is_ours(one))));
    }
    match describe(program, wrong.iter().filter(is_ours)) {
        text if text.is_empty() => Ok(()),
        text => Err(text.into()),
    }
}

/// Each function, and some of what was lost in calls of it.
fn describe<'a>(program: &Program, wrong: impl Iterator<Item = &'a Wrong>) -> String {
    let mut functions: BTreeMap<usize, Vec<&Wrong>> = BTreeMap::new();
    for one in wrong {
        functions.entry(one.function).or_default().push(one);
    }
    let mut text = String::new();
    for (function, wrong) in functions {
        text.push_str(&render_c::prototype(program, &program.functions[function]));
        for one in wrong.iter().take(6) {
            text.push_str(&format!(
                "    {} calls {}: {}\n",
                one.caller, one.callee, one.what
            ));
        }
    }
    text
}

impl Wrong {
    /// `wrong CALLER CALLEE FUNCTION: WHAT`
    fn parse(line: &str) -> Option<Self> {
        let (place, what) = line.strip_prefix("wrong ")?.split_once(": ")?;
        let mut words = place.split(' ').map(str::to_owned);
        Some(Wrong {
            caller: words.next()?,
            callee: words.next()?,
            function: words.next()?.parse().ok()?,
            what: what.to_owned(),
        })
    }

    fn concerns_us(&self) -> bool {
        self.caller.starts_with("ours") || self.callee.starts_with("ours")
    }

    /// Whether the in-tree backend in our place loses something of the same function: then the compilers differ
    /// about the convention, and we side with rustc.
    fn is_in_trees_too(&self, all: &[Wrong]) -> bool {
        let instead = |side: &str| side.replace("ours", "llvm");
        let (caller, callee) = (instead(&self.caller), instead(&self.callee));
        all.iter()
            .any(|one| one.function == self.function && one.caller == caller && one.callee == callee)
    }
}

struct Job<'a> {
    program: &'a Program,
    platform: &'a Platform,
    folder: &'a Path,
}

impl Job<'_> {
    fn run(&self) -> Result<Vec<Wrong>, Failed> {
        self.write("types.h", &render_c::types(self.program))?;
        self.write("side.c", &render_c::side(self.program))?;
        self.write("minicore.rs", include_str!("../targets/minicore.rs"))?;
        let mut sides = Vec::new();
        for (backend, library) in [("ours", Some(support::backend())), ("llvm", None)] {
            for level in LEVELS {
                let side = format!("{backend}{level}");
                self.compile_rust(&side, library.as_deref(), level)?;
                sides.push(side);
            }
        }
        let compilers: Vec<Compiler> = self.platform.compilers().collect();
        for &(compiler, flags) in &compilers {
            for level in C_LEVELS {
                let side = format!("{}{level}", compiler.replace('-', "_"));
                let defined = format!("-DSIDE={side}");
                self.compile_c(compiler, flags, &["-c", "side.c", &defined], level, &side)?;
                sides.push(side);
            }
        }
        self.write("harness.c", &render_c::harness(self.program, &sides))?;
        let (compiler, flags) = *compilers.first().ok_or("no C compiler")?;
        let mut objects: Vec<String> = sides.iter().map(|side| format!("{side}.o")).collect();
        objects.push("harness.c".to_owned());
        // Without `core`, every Rust side has a personality of its own, which nothing calls.
        objects.push("-Wl,--allow-multiple-definition".to_owned());
        let inputs: Vec<&str> = objects.iter().map(String::as_str).collect();
        self.compile_c(compiler, flags, &inputs, "0", "program")?;
        let mut run = match self.platform.emulator {
            Some(emulator) => Command::new(emulator),
            None => Command::new(self.folder.join("program.o")),
        };
        if self.platform.emulator.is_some() {
            run.arg(self.folder.join("program.o"));
        }
        let output = run.output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        if !output.status.success() || !text.ends_with("done\n") {
            return Err(format!("the program ended with {}: {text}", output.status).into());
        }
        Ok(text.lines().filter_map(Wrong::parse).collect())
    }

    fn write(&self, name: &str, text: &str) -> std::io::Result<()> {
        fs::write(self.folder.join(name), text)
    }

    fn compile_rust(&self, side: &str, library: Option<&Path>, level: &str) -> Result<(), Failed> {
        let source = format!("{side}.rs");
        self.write(&source, &render_rust::side(self.program, side))?;
        let mut rustc = support::rustc();
        rustc
            .current_dir(self.folder)
            .args([&source, "--edition=2024", "--crate-type=lib", "--emit=obj"])
            .args(["-Cpanic=abort", "-Cdebug-assertions=off", "-Ccodegen-units=1"])
            .arg(format!("-Copt-level={level}"));
        if let Some(library) = library {
            rustc.arg(format!("-Zcodegen-backend={}", library.display()));
        }
        if !self.platform.target.is_empty() {
            rustc.args(["--target", self.platform.target]);
        }
        succeed(&mut rustc)
    }

    /// `SIDE.o`, be it an object or a program.
    fn compile_c(
        &self,
        compiler: &str,
        flags: &[&str],
        inputs: &[&str],
        level: &str,
        side: &str,
    ) -> Result<(), Failed> {
        let mut command = Command::new(compiler);
        command
            .current_dir(self.folder)
            .args(flags)
            .args(inputs)
            .args(["-w", "-fno-strict-aliasing", "-o"])
            .arg(PathBuf::from(side).with_extension("o"))
            .arg(format!("-O{level}"));
        succeed(&mut command)
    }
}

fn succeed(command: &mut Command) -> Result<(), Failed> {
    let output = command.output()?;
    match output.status.success() {
        true => Ok(()),
        false => Err(format!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr)).into()),
    }
}

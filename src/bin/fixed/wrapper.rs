//! This command in the place of rustc and rustdoc, where cargo starts it: it adds the backend, and becomes the
//! real one.
//!
//! `fixed cargo` names it as `RUSTC_WRAPPER` and `RUSTDOC`. Of the ways to add a flag to what cargo compiles, this
//! is the only one that leaves all of the user's in force:
//!
//! * cargo takes `rustflags` from one of several places (the environment, `target.*.rustflags`,
//!   `build.rustflags`) and ignores the others; whatever we set would replace the user's;
//! * the profile key `codegen-backend` adds to them, but takes only the name of a backend in the sysroot, says
//!   nothing to rustdoc, and must be repeated for every profile that a package may define;
//! * a wrapper sees each command after cargo has put it together. The flag goes before all others: rustc
//!   takes the last of several, so the profile key (`[profile.dev.build-override] codegen-backend = "llvm"`) and a
//!   flag of the user's win.
//!
//! It also says what the fingerprints must know. cargo does not look at a wrapper's flags, but it compiles
//! everything again when `rustc -vV` prints another text; so a line with the backend's identity is added. What cargo
//! remembers of `rustc -vV` it remembers by the wrapper's path, which the identity is a part of ([`crate::store`]).
//!
//! A wrapper of the user's (sccache) comes after this one, so that it sees the flag, as part of the compilation
//! that it remembers or sends away.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::compiler::{TOOLCHAIN, backend_flag};
use crate::{library, stand_in};

/// The names under which this command acts as a wrapper.
pub const RUSTC: &str = "fixed-rustc";
pub const RUSTDOC: &str = "fixed-rustdoc";

/// The user's own wrapper, which comes after this one.
pub const NEXT_RUSTC_WRAPPER: &str = "FIXED_RUSTC_WRAPPER";
/// The user's own rustdoc.
pub const NEXT_RUSTDOC: &str = "FIXED_RUSTDOC";

/// Acts as a wrapper, if this command was started by the name of one.
pub fn run_if_named() -> Option<Result<ExitCode>> {
    let mut arguments = std::env::args_os();
    let name = arguments.next()?;
    let name = Path::new(&name);
    let arguments: Vec<OsString> = arguments.collect();
    let run = match name.file_name()?.to_str()? {
        RUSTC => rustc,
        RUSTDOC => rustdoc,
        _ => return None,
    };
    Some(run(name, &arguments))
}

/// Whether `program` is this wrapper, of whichever build.
pub fn is_ours(program: &OsStr) -> bool {
    Path::new(program)
        .file_name()
        .is_some_and(|name| name == RUSTC || name == RUSTDOC)
}

/// `fixed-rustc [WORKSPACE_WRAPPER] RUSTC ARGUMENTS…`, as cargo calls a `RUSTC_WRAPPER`.
fn rustc(own: &Path, arguments: &[OsString]) -> Result<ExitCode> {
    let programs = arguments.iter().take_while(|word| !is_argument(word)).count();
    let (programs, arguments) = arguments.split_at(programs);
    let Some(compiler) = programs.last() else {
        bail!("{RUSTC} is for cargo, as RUSTC_WRAPPER; for rustc with the backend, there is `fixed rustc`");
    };
    check(Path::new(compiler))?;
    let wrapper = std::env::var_os(NEXT_RUSTC_WRAPPER).filter(|wrapper| !wrapper.is_empty());
    let mut words = wrapper.iter().chain(programs);
    let mut command = Command::new(words.next().unwrap_or(compiler));
    command.args(words);
    let library = own.with_file_name(library::NAME);
    if arguments == ["-vV"] {
        return version(command, &library);
    }
    command.arg(backend_flag(&library)?).args(arguments);
    become_(command)
}

/// `fixed-rustdoc ARGUMENTS…`, as cargo calls rustdoc, which compiles doctests with the backend that it is given.
fn rustdoc(own: &Path, arguments: &[OsString]) -> Result<ExitCode> {
    let program = std::env::var_os(NEXT_RUSTDOC).filter(|program| !program.is_empty());
    let program = program.unwrap_or_else(|| "rustdoc".into());
    check(Path::new(&program))?;
    let mut command = Command::new(program);
    if arguments != ["-vV"] {
        command.arg(backend_flag(&own.with_file_name(library::NAME))?);
    }
    command.args(arguments);
    become_(command)
}

fn is_argument(word: &OsStr) -> bool {
    matches!(word.as_encoded_bytes().first(), Some(b'-' | b'@'))
}

/// Prints what `rustc -vV` does, and the identity of the backend.
fn version(mut command: Command, library: &Path) -> Result<ExitCode> {
    command.arg("-vV").stderr(std::process::Stdio::inherit());
    let output = command.output();
    let output = output.with_context(|| format!("cannot run `{}`", command.get_program().display()))?;
    let mut stdout = std::io::stdout();
    stdout
        .write_all(&output.stdout)
        .context("cannot write to standard output")?;
    if !output.status.success() {
        return Ok(stand_in::exit_code(output.status, 1));
    }
    let identity = library
        .parent()
        .and_then(Path::file_name)
        .unwrap_or_default()
        .display();
    writeln!(stdout, "codegen-backend: fixed {identity}").context("cannot write to standard output")?;
    Ok(ExitCode::SUCCESS)
}

/// Says which toolchain to use if `compiler` belongs to another. The dynamic loader, which would find out
/// otherwise, only says which library it misses. What is not laid out like a toolchain is left to it.
fn check(compiler: &Path) -> Result<()> {
    let Ok(compiler) = compiler.canonicalize() else {
        return Ok(());
    };
    let Some(lib) = compiler
        .parent()
        .and_then(Path::parent)
        .map(|sysroot| sysroot.join("lib"))
    else {
        return Ok(());
    };
    if lib.join(env!("FIXED_DRIVER")).is_file() {
        return Ok(());
    }
    let is_driver = |name: OsString| name.to_string_lossy().starts_with("librustc_driver-");
    if std::fs::read_dir(lib)
        .is_ok_and(|mut names| names.any(|entry| entry.is_ok_and(|e| is_driver(e.file_name()))))
    {
        bail!(
            "the codegen backend `fixed` works with the rustc of the toolchain {TOOLCHAIN} only, and {} is another; \
             run cargo of that toolchain, or unset RUSTC_WRAPPER and RUSTDOC to compile with rustc's own backend",
            compiler.display()
        );
    }
    Ok(())
}

/// Becomes `command`: whoever waits for this process or sends it a signal reaches that one.
pub fn become_(mut command: Command) -> Result<ExitCode> {
    let error = command.exec();
    Err(error).with_context(|| format!("cannot run `{}`", command.get_program().display()))
}

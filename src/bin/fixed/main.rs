//! The command `fixed`: rustc and cargo with the backend loaded, and the proof that it works.

mod bench;
mod blame;
mod cargo;
mod compiler;
mod diff;
mod doctor;
mod explain;
mod html;
mod install;
mod library;
mod manual;
mod patched;
mod process;
mod program;
mod rustc;
mod shell;
mod stand_in;
mod store;
mod table;
mod validate;
mod wrapper;

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory, Parser, Subcommand};

/// Compile Rust with the codegen backend `fixed`, and compare it with rustc's own.
#[derive(Parser)]
#[command(
    name = "fixed",
    arg_required_else_help = true,
    max_term_width = 100,
    disable_version_flag = true,
    after_help = "Examples:
  fixed cargo test              test a package, compiled with the backend
  fixed rustc -O hello.rs       compile a program
  fixed validate                compare this backend with rustc's own on inline assembly
  fixed explain hello.rs        list the functions, to look at one in all of its forms
  fixed install                 make `-Zcodegen-backend=fixed` work in the toolchain
  fixed doctor                  see whether everything is there"
)]
struct Cli {
    /// Print the versions of this command, of the rustc and the LLVM that it is for, and where the backend is
    #[arg(short = 'V', long)]
    version: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Run the pinned rustc with the backend loaded
    ///
    /// All arguments are rustc's; `fixed rustc --help` is its help.
    #[command(
        disable_help_flag = true,
        after_help = "Examples:
  fixed rustc -O hello.rs
  FIXED_LOG=debug fixed rustc --emit=llvm-ir hello.rs"
    )]
    Rustc {
        /// Arguments for rustc
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Run the pinned cargo with the backend loaded
    ///
    /// All arguments are cargo's, and so is its configuration: flags, wrappers and profiles stay in force. Output
    /// goes to `target/fixed` of the workspace, unless you name another folder, so that it does not mix with what
    /// other backends compiled. After a rebuild of the backend, cargo compiles everything again. Host code can be
    /// left to rustc's own backend: `codegen-backend = "llvm"` in `[profile.dev.build-override]`.
    #[command(
        disable_help_flag = true,
        after_help = "Examples:
  fixed cargo build --release
  fixed cargo test --doc
  fixed cargo run -- --option-of-the-program"
    )]
    Cargo {
        /// Arguments for cargo
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<OsString>,
    },
    /// Compile and run the programs of tests/asm with rustc's own backend and with this one
    Validate(validate::Options),
    /// Compile a crate with two compilers and show, function by function, what differs in LLVM IR or assembly
    Diff(diff::Options),
    /// Show one function as Rust, MIR, LLVM IR before and after the passes, and assembly, linked line by line
    Explain(explain::Options),
    /// Find out who broke a build: rustc, or which pass of LLVM's, on which function
    ///
    /// The build is run as it is typed, in a folder of its own. What fails is narrowed down to crate, codegen unit, function
    /// and pass, its IR is reduced, and a folder is written with all that a bug report needs.
    Blame(blame::Options),
    /// Build rustc's own LLVM backend with patches applied, and print where it is
    Patched(patched::Options),
    /// Compare the speed of compilers, and of what they make, in one run
    Bench(bench::Options),
    /// Put the backend into a toolchain, so that `-Zcodegen-backend=fixed` works there
    #[command(after_help = "Examples:
  fixed install
  rustc +TOOLCHAIN -Zcodegen-backend=fixed hello.rs

In Cargo.toml:
  cargo-features = [\"codegen-backend\"]
  [profile.dev]
  codegen-backend = \"fixed\"")]
    Install(install::Options),
    /// Remove the backend from a toolchain
    Uninstall(install::Options),
    /// Look at everything that the backend and this command need, and say what mends it
    ///
    /// The status is 1 if the backend cannot be used, or is not the one that is meant.
    Doctor(doctor::Options),
    /// Print the completions for a shell
    #[command(after_help = "Examples:
  fixed completions bash > ~/.local/share/bash-completion/completions/fixed
  fixed completions zsh > ~/.zfunc/_fixed")]
    Completions(manual::Completions),
    /// Print the manual page
    #[command(after_help = "Examples:
  fixed man | man -l -
  fixed man ~/.local/share/man/man1")]
    Man(manual::Manual),
}

fn main() -> ExitCode {
    // cargo may start this command in both places, the second by way of the first.
    let wrapped = wrapper::run_if_named().or_else(|| blame::wrapped().or_else(diff::wrapped).map(Ok));
    match wrapped.unwrap_or_else(command) {
        Ok(code) => code,
        Err(error) => {
            print_error(&error);
            ExitCode::FAILURE
        }
    }
}

/// Shows an error as clap shows its own: in colour on a terminal, unless NO_COLOR is set.
fn print_error(error: &anyhow::Error) {
    let style = anstyle::AnsiColor::Red.on_default().bold();
    anstream::eprintln!("{style}error:{style:#} {error:#}");
}

fn command() -> Result<ExitCode> {
    let cli = Cli::parse();
    if cli.version {
        return manual::version();
    }
    match cli.command {
        None => {
            Cli::command().print_help()?;
            Ok(ExitCode::from(2))
        }
        Some(Command::Rustc { args }) => rustc::run(&args),
        Some(Command::Cargo { args }) => cargo::run(&args),
        Some(Command::Validate(options)) => validate::run(&options),
        Some(Command::Bench(options)) => bench::run(&options),
        Some(Command::Blame(options)) => blame::run(&options),
        Some(Command::Diff(options)) => diff::run(&options),
        Some(Command::Explain(options)) => explain::run(&options),
        Some(Command::Patched(options)) => patched::command(&options),
        Some(Command::Install(options)) => install::install(&options),
        Some(Command::Uninstall(options)) => install::uninstall(&options),
        Some(Command::Doctor(options)) => doctor::run(&options),
        Some(Command::Completions(options)) => manual::completions(&options),
        Some(Command::Man(options)) => manual::pages(&options),
    }
}

//! The command `fixed`: rustc and cargo with the backend loaded, and the proof that it works.

mod compiler;
mod diff;
mod patched;
mod program;
mod tools;
mod validate;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Compile Rust with the codegen backend `fixed`, and compare it with rustc's own.
#[derive(Parser)]
#[command(version, about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the pinned rustc with the backend loaded
    #[command(disable_help_flag = true)]
    Rustc {
        /// Arguments for rustc
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<std::ffi::OsString>,
    },
    /// Run the pinned cargo with the backend loaded
    ///
    /// Your own RUSTFLAGS stay in force. Output goes to target/fixed, so that it does not mix with what
    /// other backends compiled; after a rebuild of the backend, cargo compiles everything again.
    #[command(disable_help_flag = true)]
    Cargo {
        /// Arguments for cargo
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<std::ffi::OsString>,
    },
    /// Compile and run the programs of tests/asm with rustc's own backend and with this one
    Validate(validate::Options),
    /// Compile a crate with two compilers and show, function by function, what differs in LLVM IR or assembly
    Diff(diff::Options),
    /// Build rustc's own LLVM backend with patches applied, and print where it is
    #[command(hide = true)]
    Patched {
        /// The rustup toolchain whose backend it is
        #[arg(long, default_value = patched::DEFAULT_TOOLCHAIN)]
        toolchain: String,
        /// Only check that they apply and what comes of it is correct Rust; needs no headers
        #[arg(long)]
        check: bool,
        /// Patches, in the order to apply them
        #[arg(value_delimiter = ',')]
        patches: Vec<std::path::PathBuf>,
    },
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Rustc { args } => tools::rustc(&args),
        Command::Cargo { args } => tools::cargo(&args),
        Command::Validate(options) => validate::run(&options),
        Command::Diff(options) => diff::run(&options),
        Command::Patched {
            toolchain,
            check,
            patches,
        } => patched::command(&toolchain, &patches, check),
    };
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

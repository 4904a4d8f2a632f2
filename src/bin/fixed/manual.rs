//! What the command says about itself: its version, completions for shells, pages of the manual.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Args, CommandFactory};

use crate::{Cli, install, library};

/// The commit that the command was built from.
const COMMIT: Option<&str> = fixed_embed::commit!();

/// `fixed --version`.
pub fn version() -> Result<ExitCode> {
    println!(
        "fixed {} ({})",
        env!("CARGO_PKG_VERSION"),
        COMMIT.unwrap_or("unknown commit")
    );
    println!(
        "rustc: {} ({}), of {}",
        install::RELEASE,
        &install::COMMIT[..9],
        env!("FIXED_TOOLCHAIN")
    );
    println!("LLVM: {}", env!("FIXED_LLVM_VERSION"));
    match library::find() {
        Ok(path) => println!("library: {} ({})", path.display(), library::identity(&path)?),
        Err(error) => println!("library: {error:#}"),
    }
    Ok(ExitCode::SUCCESS)
}

#[derive(Args)]
pub struct Completions {
    /// The shell
    shell: clap_complete::Shell,
}

/// `fixed completions SHELL`.
pub fn completions(options: &Completions) -> Result<ExitCode> {
    clap_complete::generate(
        options.shell,
        &mut Cli::command(),
        "fixed",
        &mut std::io::stdout(),
    );
    Ok(ExitCode::SUCCESS)
}

#[derive(Args)]
pub struct Manual {
    /// Write a page for each subcommand too, into this folder
    folder: Option<PathBuf>,
}

/// `fixed man`.
pub fn pages(options: &Manual) -> Result<ExitCode> {
    match &options.folder {
        None => {
            let page = clap_mangen::Man::new(Cli::command());
            page.render(&mut std::io::stdout())
                .context("cannot write to standard output")?;
        }
        Some(folder) => {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot make the folder {}", folder.display()))?;
            clap_mangen::generate_to(Cli::command(), folder)
                .with_context(|| format!("cannot write pages to {}", folder.display()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

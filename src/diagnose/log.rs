//! What the backend does, step by step, on standard error, if `FIXED_LOG` asks for it.
//!
//! The variable takes what `tracing` takes: `debug`, or `fixed::asm=debug,fixed::back=info`. rustc's own
//! `RUSTC_LOG` does not reach here: its subscriber belongs to its own copy of `tracing`.

use std::io::IsTerminal;
use std::sync::Once;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::prelude::*;

/// The name of the variable.
const VARIABLE: &str = "FIXED_LOG";

/// Turns the log on, once in a process. An error says why the variable's value means nothing.
pub(crate) fn start_log() -> Result<(), String> {
    static STARTED: Once = Once::new();
    let Some(value) = std::env::var_os(VARIABLE) else {
        return Ok(());
    };
    let value = value.to_string_lossy();
    let filter: Targets = value
        .parse()
        .map_err(|why| format!("`{VARIABLE}` is `{value}`, which is no filter: {why}"))?;
    STARTED.call_once(|| {
        let lines = tracing_subscriber::fmt::layer()
            .with_writer(std::io::stderr)
            .without_time()
            .with_ansi(std::io::stderr().is_terminal())
            .with_filter(filter);
        tracing_subscriber::registry().with(lines).init();
    });
    Ok(())
}

//! Link-time optimisation: fat, where all modules become one, and thin, where each takes what it needs of others.

mod fat;
mod inputs;
mod thin;

pub(crate) use fat::run as run_fat;
pub(crate) use thin::{ACROSS_UNITS, optimize as optimize_thin, run as run_thin};

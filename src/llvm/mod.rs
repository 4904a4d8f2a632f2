//! LLVM functions that inkwell does not offer, as small safe functions over inkwell's types.
//!
//! This is the only room that names `llvm-sys`. A file holds one subject; nothing here knows rustc.

mod context;
mod funclet;
mod targets;

pub(crate) use context::set_discard_value_names;
pub(crate) use funclet::Funclet;

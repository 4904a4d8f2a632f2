//! What programs mean: which ones are valid, and what valid ones print.

pub mod check;
pub mod expected;
pub mod float;
pub mod machine;
pub mod rules;
mod vectors;

//! From MIR to LLVM IR: one module per codegen unit, a page per concept.

mod abi;
pub(crate) mod builder;
mod constants;
pub(crate) mod context;
mod coverage;
mod debuginfo;
mod functions;
mod intrinsics;
mod items;
mod statics;
mod types;
pub(crate) mod values;

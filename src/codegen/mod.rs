//! From MIR to LLVM IR: one module per codegen unit, a file per concept.

mod abi;
mod allocator;
mod attributes;
pub(crate) mod builder;
mod constant_stores;
mod constants;
pub(crate) mod context;
mod coverage;
mod debuginfo;
#[cfg(feature = "faults")]
mod faults;
mod function_attributes;
mod functions;
pub(crate) mod inheritance;
mod instrumentation;
mod intrinsics;
mod items;
mod layout;
pub(crate) use layout::LayoutExt;
mod linkage;
mod objective_c;
mod pointer_auth;
mod recording;
mod sanitizers;
mod statics;
mod types;
mod unit;
mod unwinding;
mod verification;

pub(crate) use allocator::allocator_module;
pub(crate) use intrinsics::replaced_intrinsics;
pub(crate) use unit::compile_unit;

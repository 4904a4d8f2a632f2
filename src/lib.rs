//! `fixed` is a codegen backend for rustc: it turns Rust's MIR into machine code through LLVM.
//!
//! rustc loads the library with `-Zcodegen-backend=libfixed.so`, calls
//! [`__rustc_codegen_backend`], and drives what that returns. The walk through the crate is one-way:
//!
//! * [`backend`] answers rustc: which features a target has, when to compile a codegen unit, when to link;
//! * [`codegen`] builds one LLVM module per codegen unit from MIR;
//! * [`asm`] lowers inline assembly, the part that the project exists for;
//! * [`diagnose`] checks modules and turns LLVM's words into rustc diagnostics;
//! * [`session`] is what all of these ask: the target and its machine, the settings, a module and its owner;
//! * [`back`] optimises modules and writes them out;
//! * [`freshness`] makes cargo and sccache notice another build of this library;
//! * [`llvm`] is the only place that calls LLVM's C interface directly.
#![feature(macro_metavar_expr_concat, rustc_private)]
#![allow(rustc::default_hash_types)]

extern crate measureme;
extern crate rustc_abi;
extern crate rustc_ast;
extern crate rustc_attr_ir;
extern crate rustc_codegen_ssa;
extern crate rustc_data_structures;
// Linked for its side effect: it makes the one `librustc_driver` that loads us provide all `rustc_*` crates.
extern crate rustc_driver;
extern crate rustc_errors;
extern crate rustc_fs_util;
extern crate rustc_hashes;
extern crate rustc_hir;
extern crate rustc_index;
extern crate rustc_metadata;
extern crate rustc_middle;
#[cfg(has_rustc_sanitizers)]
extern crate rustc_sanitizers;
extern crate rustc_session;
extern crate rustc_span;
extern crate rustc_structures;
extern crate rustc_symbol_mangling;
extern crate rustc_target;
extern crate smallvec;

mod asm;
mod back;
mod backend;
mod codegen;
mod compatibility;
mod diagnose;
mod llvm;
mod session;

use rustc_codegen_ssa::traits::CodegenBackend;

/// The entry point that rustc looks up in the library given with `-Zcodegen-backend`.
#[unsafe(no_mangle)]
pub fn __rustc_codegen_backend() -> Box<dyn CodegenBackend> {
    compatibility::check();
    Box::new(backend::FixedBackend)
}

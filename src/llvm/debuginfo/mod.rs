//! Debug information: the makers that inkwell has no method for. What LLVM-C lacks too is in
//! [`cxx::di_builder`](super::cxx).
//!
//! inkwell makes a builder (`LLVMCreateDIBuilder`) and a compile unit together, and its unit always has name tables.

mod scopes;
mod types;
mod variables;

use inkwell::debug_info::{DIType, DebugInfoBuilder};
use inkwell::module::Module;
use llvm_sys::debuginfo::{LLVMCreateDIBuilder, LLVMDIBuilderGetOrCreateArray};
use llvm_sys::prelude::LLVMMetadataRef;

pub(crate) use super::cxx::di_builder::{
    CompileUnit, Emission, Outline, Subprogram, SubprogramKind, compile_unit, complete, computed_subrange,
    declare_method, define_subprogram, encoded_discriminator, enumeration, scalable_vector,
    template_parameter, variant_member, variant_part,
};
pub(crate) use super::metadata::Metadata;
use super::safe::functions;
pub(crate) use scopes::*;
pub(crate) use types::*;
pub(crate) use variables::*;

functions! {
    /// A builder for `module` that has no compile unit yet.
    pub(crate) fn builder<'ll>(module: &Module<'ll>) -> DebugInfoBuilder<'ll> = LLVMCreateDIBuilder;

    fn list<'ll>(builder: &DebugInfoBuilder<'ll>, nodes: &[DIType<'ll>] as usize) -> Metadata<'ll>
        = LLVMDIBuilderGetOrCreateArray;
}

/// A list of nodes: the members of a type, its generic parameters, the enumerators of an enumeration.
#[derive(Clone, Copy)]
pub(crate) struct Nodes<'ll>(Metadata<'ll>);

impl<'ll> Nodes<'ll> {
    pub(crate) fn of(builder: &DebugInfoBuilder<'ll>, nodes: &[DIType<'ll>]) -> Self {
        Nodes(list(builder, nodes))
    }

    pub(super) fn raw(self) -> LLVMMetadataRef {
        self.0.raw()
    }
}

//! Debug information: the makers that inkwell has no method for. What LLVM-C lacks too is in
//! [`cxx::di_builder`](super::cxx).

mod scopes;
mod types;
mod variables;

use std::ptr::NonNull;

use inkwell::debug_info::{DIScope, DIType, DebugInfoBuilder};
use inkwell::module::Module;
use llvm_sys::debuginfo::{LLVMCreateDIBuilder, LLVMDIBuilderGetOrCreateArray};
use llvm_sys::prelude::{LLVMDIBuilderRef, LLVMMetadataRef};

pub(crate) use super::cxx::di_builder::{
    CompileUnit, Emission, Outline, Subprogram, SubprogramKind, compile_unit, complete, computed_subrange,
    declare_method, define_subprogram, encoded_discriminator, enumeration, scalable_vector,
    template_parameter, variant_member, variant_part,
};
pub(crate) use super::metadata::Metadata;
pub(crate) use scopes::*;
pub(crate) use types::*;
pub(crate) use variables::*;

/// A builder for `module` that has no compile unit yet; inkwell makes the two together, and its unit always has
/// name tables.
pub(crate) fn builder<'ll>(module: &Module<'ll>) -> DebugInfoBuilder<'ll> {
    // SAFETY: the module is alive, and outlives the builder, whose lifetime is the context's. inkwell's type is a
    // transparent wrapper of a non-null pointer, and disposes of the builder.
    unsafe {
        let raw: LLVMDIBuilderRef = LLVMCreateDIBuilder(module.as_mut_ptr());
        let raw = NonNull::new(raw).expect("LLVM makes a builder or aborts");
        std::mem::transmute::<NonNull<_>, DebugInfoBuilder<'ll>>(raw)
    }
}

/// A scope by its raw reference; inkwell wraps only those it makes itself.
///
/// # Safety
/// `raw` must be a live scope of the context that `'ll` stands for.
pub(super) unsafe fn wrap_scope<'ll>(raw: LLVMMetadataRef) -> DIScope<'ll> {
    let raw = NonNull::new(raw).expect("LLVM makes a scope or aborts");
    // SAFETY: `DIScope` is a transparent wrapper of such a pointer, and the caller vouches for it.
    unsafe { std::mem::transmute::<NonNull<_>, DIScope<'ll>>(raw) }
}

/// A type, or another node that stands in a list of a type's, by its raw reference.
///
/// # Safety
/// `raw` must be a live node of the context that `'ll` stands for.
pub(super) unsafe fn wrap_type<'ll>(raw: LLVMMetadataRef) -> DIType<'ll> {
    let raw = NonNull::new(raw).expect("LLVM makes a type or aborts");
    // SAFETY: `DIType` is a transparent wrapper of such a pointer, and the caller vouches for it.
    unsafe { std::mem::transmute::<NonNull<_>, DIType<'ll>>(raw) }
}

/// A list of nodes: the members of a type, its generic parameters, the enumerators of an enumeration.
#[derive(Clone, Copy)]
pub(crate) struct Nodes<'ll>(Metadata<'ll>);

impl<'ll> Nodes<'ll> {
    pub(crate) fn of(builder: &DebugInfoBuilder<'ll>, nodes: &[DIType<'ll>]) -> Self {
        // SAFETY: `DIType` is a transparent wrapper of a reference, so that the slice is an array of them, which
        // LLVM only reads.
        unsafe {
            Nodes(Metadata::wrap(LLVMDIBuilderGetOrCreateArray(
                builder.as_mut_ptr(),
                nodes.as_ptr().cast_mut().cast(),
                nodes.len(),
            )))
        }
    }

    pub(super) fn raw(self) -> LLVMMetadataRef {
        self.0.raw()
    }
}

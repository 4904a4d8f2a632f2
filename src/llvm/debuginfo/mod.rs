//! Debug information: the makers that inkwell has no method for. What LLVM-C lacks too is in
//! [`cxx::di_builder`](super::cxx).
//!
//! inkwell makes a builder (`LLVMCreateDIBuilder`) and a compile unit together, and its unit always has name tables.

mod scopes;
mod types;
mod variables;

use std::ptr::NonNull;

use inkwell::debug_info::{DIFile, DILocation, DIScope, DISubroutineType, DIType, DebugInfoBuilder};
use inkwell::module::Module;
use llvm_sys::debuginfo::{LLVMCreateDIBuilder, LLVMDIBuilderGetOrCreateArray};
use llvm_sys::prelude::{LLVMDIBuilderRef, LLVMMetadataRef};

pub(crate) use super::cxx::di_builder::{
    CompileUnit, Emission, Outline, Subprogram, SubprogramKind, compile_unit, complete, computed_subrange,
    declare_method, define_subprogram, encoded_discriminator, enumeration, scalable_vector,
    template_parameter, variant_member, variant_part,
};
pub(crate) use super::metadata::Metadata;
use super::safe::FromRaw;
pub(crate) use scopes::*;
pub(crate) use types::*;
pub(crate) use variables::*;

/// A builder for `module` that has no compile unit yet.
pub(crate) fn builder<'ll>(module: &Module<'ll>) -> DebugInfoBuilder<'ll> {
    // SAFETY: the module is alive, and outlives the builder, whose lifetime is the context's. inkwell's type is a
    // transparent wrapper of a non-null pointer as well, and disposes of the builder.
    unsafe {
        let raw: LLVMDIBuilderRef = LLVMCreateDIBuilder(module.as_mut_ptr());
        let raw = NonNull::new(raw).expect("LLVM makes a builder or aborts");
        std::mem::transmute::<NonNull<_>, DebugInfoBuilder<'ll>>(raw)
    }
}

/// Wraps raw references in inkwell's types, which are transparent wrappers of a non-null pointer. inkwell wraps only what
/// it makes itself.
macro_rules! wrappers {
    ($($wrap:ident: $ty:ident;)*) => { $(
        /// A node by its raw reference.
        ///
        /// # Safety
        /// `raw` must be a live node of this kind, of the context that `'ll` stands for.
        pub(super) unsafe fn $wrap<'ll>(raw: LLVMMetadataRef) -> $ty<'ll> {
            let raw = NonNull::new(raw).expect("LLVM makes a node or aborts");
            // SAFETY: such a pointer is what the type wraps, and the caller vouches for it.
            unsafe { std::mem::transmute::<NonNull<_>, $ty<'ll>>(raw) }
        }

        impl FromRaw<LLVMMetadataRef> for $ty<'_> {
            unsafe fn from_raw(raw: LLVMMetadataRef) -> Self {
                // SAFETY: promised by the caller.
                unsafe { $wrap(raw) }
            }
        }
    )* };
}

// A type is also an enumerator or a generic parameter, where it stands in a list of a type's.
wrappers! {
    wrap_file: DIFile;
    wrap_location: DILocation;
    wrap_scope: DIScope;
    wrap_signature: DISubroutineType;
    wrap_type: DIType;
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

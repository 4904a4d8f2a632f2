//! Files, blocks and the functions that they are in.

use std::ptr::NonNull;

use inkwell::debug_info::{DIFile, DILocation, DIScope, DISubroutineType, DIType, DebugInfoBuilder};
use inkwell::values::{AsValueRef, FunctionValue};
use llvm_sys::debuginfo::*;

pub(crate) use llvm_sys::debuginfo::LLVMChecksumKind as Checksum;

use super::wrap_scope;

/// The file `name` in `directory`, with the checksum of its text in hexadecimal and, which needs the checksum,
/// with the text itself.
pub(crate) fn file<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    name: &str,
    directory: &str,
    checksum: Option<(Checksum, String)>,
    text: Option<&str>,
) -> DIFile<'ll> {
    let Some((kind, checksum)) = checksum else {
        return builder.create_file(name, directory);
    };
    let text = text.unwrap_or_default();
    // SAFETY: the builder is live, and every text goes with its length; LLVM copies all of them. `DIFile` is a
    // transparent wrapper of a non-null pointer.
    unsafe {
        let raw = LLVMDIBuilderCreateFileWithChecksum(
            builder.as_mut_ptr(),
            name.as_ptr().cast(),
            name.len(),
            directory.as_ptr().cast(),
            directory.len(),
            kind,
            checksum.as_ptr().cast(),
            checksum.len(),
            text.as_ptr().cast(),
            text.len(),
        );
        let raw = NonNull::new(raw).expect("LLVM makes a file or aborts");
        std::mem::transmute::<NonNull<_>, DIFile<'ll>>(raw)
    }
}

/// Code of `file` within `scope` of another file: what a macro or an `include!` brings in.
pub(crate) fn scope_in_file<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    scope: DIScope<'ll>,
    file: DIFile<'ll>,
) -> DIScope<'ll> {
    // SAFETY: builder, scope and file are of one live module.
    unsafe {
        let (scope, file) = (scope.as_mut_ptr(), file.as_mut_ptr());
        wrap_scope(LLVMDIBuilderCreateLexicalBlockFile(
            builder.as_mut_ptr(),
            scope,
            file,
            0,
        ))
    }
}

/// The scope of `location`, told apart from others of the same line by `discriminator`, as LLVM encodes it.
pub(crate) fn discriminated_scope<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    location: DILocation<'ll>,
    discriminator: u32,
) -> DIScope<'ll> {
    let scope = location.get_scope().as_mut_ptr();
    // SAFETY: the scope is live, and so is its file; both are of the builder's module.
    unsafe {
        let file = LLVMDIScopeGetFile(scope);
        wrap_scope(LLVMDIBuilderCreateLexicalBlockFile(
            builder.as_mut_ptr(),
            scope,
            file,
            discriminator,
        ))
    }
}

/// The location at which the code of `location` was inlined, if it was.
pub(crate) fn inlined_at<'ll>(location: DILocation<'ll>) -> Option<DILocation<'ll>> {
    // SAFETY: the location is live; `DILocation` is a transparent wrapper of a non-null pointer.
    unsafe {
        let raw = NonNull::new(LLVMDILocationGetInlinedAt(location.as_mut_ptr()))?;
        Some(std::mem::transmute::<NonNull<_>, DILocation<'ll>>(raw))
    }
}

/// Says which subprogram the code of `function` is.
pub(crate) fn set_subprogram(function: FunctionValue<'_>, subprogram: DIScope<'_>) {
    // SAFETY: both are of one live module, and the scope is a subprogram.
    unsafe { LLVMSetSubprogram(function.as_value_ref(), subprogram.as_mut_ptr()) }
}

/// The type of a function: its result, absent for "nothing", then its arguments. An empty list says nothing of
/// either; inkwell's method would always put a result first.
pub(crate) fn subroutine_type<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    signature: &[Option<DIType<'ll>>],
) -> DISubroutineType<'ll> {
    // SAFETY: an optional `DIType` is a reference or null, so that the slice is an array of references, which LLVM
    // only reads. `DISubroutineType` is a transparent wrapper of a non-null pointer.
    unsafe {
        let raw = LLVMDIBuilderCreateSubroutineType(
            builder.as_mut_ptr(),
            std::ptr::null_mut(),
            signature.as_ptr().cast_mut().cast(),
            signature.len() as u32,
            LLVMDIFlagZero,
        );
        let raw = NonNull::new(raw).expect("LLVM makes a type or aborts");
        std::mem::transmute::<NonNull<_>, DISubroutineType<'ll>>(raw)
    }
}

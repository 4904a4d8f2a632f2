//! Files, blocks and the functions that they are in.
//!
//! inkwell gives functions only subprograms that it has made (`LLVMSetSubprogram`), and the type of a function always a
//! result (`LLVMDIBuilderCreateSubroutineType`).

use inkwell::debug_info::{DIFile, DILocation, DIScope, DISubroutineType, DIType, DebugInfoBuilder};
use inkwell::values::FunctionValue;
use llvm_sys::debuginfo::*;

pub(crate) use llvm_sys::debuginfo::LLVMChecksumKind as Checksum;

use super::{wrap_file, wrap_signature};
use crate::llvm::safe::functions;

functions! {
    /// The location at which the code of `location` was inlined, if it was.
    pub(crate) fn inlined_at<'ll>(location: DILocation<'ll>) -> Option<DILocation<'ll>> = LLVMDILocationGetInlinedAt;

    /// Says which subprogram the code of `function` is.
    pub(crate) fn set_subprogram(function: FunctionValue<'_>, subprogram: DIScope<'_>) = LLVMSetSubprogram;

    fn file_of<'ll>(scope: DIScope<'ll>) -> DIFile<'ll> = LLVMDIScopeGetFile;

    fn block_in_file<'ll>(
        builder: &DebugInfoBuilder<'ll>,
        scope: DIScope<'ll>,
        file: DIFile<'ll>,
        discriminator: u32
    ) -> DIScope<'ll> = LLVMDIBuilderCreateLexicalBlockFile;
}

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
    // SAFETY: the builder is live, and every text goes with its length; LLVM copies all of them.
    unsafe {
        wrap_file(LLVMDIBuilderCreateFileWithChecksum(
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
        ))
    }
}

/// Code of `file` within `scope` of another file: what a macro or an `include!` brings in.
pub(crate) fn scope_in_file<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    scope: DIScope<'ll>,
    file: DIFile<'ll>,
) -> DIScope<'ll> {
    block_in_file(builder, scope, file, 0)
}

/// The scope of `location`, told apart from others of the same line by `discriminator`, as LLVM encodes it.
pub(crate) fn discriminated_scope<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    location: DILocation<'ll>,
    discriminator: u32,
) -> DIScope<'ll> {
    let scope = location.get_scope();
    block_in_file(builder, scope, file_of(scope), discriminator)
}

/// The type of a function: its result, absent for "nothing", then its arguments. An empty list says nothing of
/// either.
pub(crate) fn subroutine_type<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    signature: &[Option<DIType<'ll>>],
) -> DISubroutineType<'ll> {
    // SAFETY: an optional `DIType` is a reference or null, so that the slice is an array of references, which LLVM
    // only reads.
    unsafe {
        wrap_signature(LLVMDIBuilderCreateSubroutineType(
            builder.as_mut_ptr(),
            std::ptr::null_mut(),
            signature.as_ptr().cast_mut().cast(),
            signature.len() as u32,
            LLVMDIFlagZero,
        ))
    }
}

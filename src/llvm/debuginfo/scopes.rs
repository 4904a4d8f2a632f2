//! Files, blocks and the functions that they are in.
//!
//! inkwell gives functions only subprograms that it has made (`LLVMSetSubprogram`), and the type of a function always a
//! result (`LLVMDIBuilderCreateSubroutineType`).

use inkwell::debug_info::{DIFile, DIFlags, DILocation, DIScope, DISubroutineType, DIType, DebugInfoBuilder};
use inkwell::values::FunctionValue;
use llvm_sys::debuginfo::*;

pub(crate) use llvm_sys::debuginfo::LLVMChecksumKind as Checksum;

use crate::llvm::safe::{functions, texts};

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

    fn file_with_checksum<'ll>(
        builder: &DebugInfoBuilder<'ll>,
        name: &str as usize,
        directory: &str as usize,
        kind: Checksum,
        checksum: &str as usize,
        text: &str as usize
    ) -> DIFile<'ll> = LLVMDIBuilderCreateFileWithChecksum;

    fn signature<'ll>(
        builder: &DebugInfoBuilder<'ll>,
        file: Option<DIFile<'ll>>,
        types: &[Option<DIType<'ll>>] as u32,
        flags: DIFlags
    ) -> DISubroutineType<'ll> = LLVMDIBuilderCreateSubroutineType;
}

texts! {
    /// The name of a file, as the line table has it.
    pub(crate) fn file_name(file: DIFile<'_>) = LLVMDIFileGetFilename;

    /// The folder of a file.
    pub(crate) fn file_directory(file: DIFile<'_>) = LLVMDIFileGetDirectory;

    /// The text of a file, if it is embedded.
    pub(crate) fn file_source(file: DIFile<'_>) = LLVMDIFileGetSource;
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
    file_with_checksum(builder, name, directory, kind, &checksum, text)
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
    self::signature(builder, None, signature, LLVMDIFlagZero)
}

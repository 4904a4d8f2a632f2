//! What LLVM-C's builder of debug information lacks: variants, template parameters, declarations of methods,
//! flags of subprograms, scoped enumerations, and the full choice for a compile unit.
//!
//! All of them are methods of `llvm::DIBuilder` with plain arguments. A `DINodeArray`, a `DITypeArray` and a
//! `DITemplateParameterArray` are one pointer in a class that is trivially copyable, so each is passed as that
//! pointer (Itanium C++ ABI, 3.1.2.3; `MDTupleTypedArrayWrapper` in `llvm/IR/Metadata.h`).

use std::mem::offset_of;
use std::ptr::{null, null_mut};

use inkwell::debug_info::{DIFile, DIFlags, DIScope, DISubroutineType, DIType, DebugInfoBuilder};
use inkwell::values::AsValueRef;
use llvm_sys::prelude::{LLVMDIBuilderRef, LLVMMetadataRef, LLVMValueRef};

use super::{Ref, layout};
use crate::llvm::Value;
use crate::llvm::debuginfo::{Metadata, Nodes, wrap_scope, wrap_type};

/// `llvm::DISourceLanguageName`.
#[repr(C)]
pub(super) struct SourceLanguage {
    version: u32,
    name: u16,
    has_version: bool,
    dialect: u16,
}

const _: () = {
    assert!(size_of::<SourceLanguage>() == layout::LANGUAGE_SIZE);
    assert!(offset_of!(SourceLanguage, name) == layout::LANGUAGE_NAME);
    assert!(offset_of!(SourceLanguage, has_version) == layout::LANGUAGE_HAS_VERSION);
    assert!(offset_of!(SourceLanguage, dialect) == layout::LANGUAGE_DIALECT);
    assert!(size_of::<LLVMMetadataRef>() == layout::NODES_SIZE);
    // An optional number is passed and returned as a `u64`: the number, and in its upper half whether it is there.
    assert!(size_of::<u64>() == layout::OPTIONAL_NUMBER_SIZE);
    assert!(layout::OPTIONAL_NUMBER_IS_THERE == 4);
};

impl SourceLanguage {
    /// `DW_LANG_Rust`, which DWARF numbers without a version.
    const RUST: Self = SourceLanguage {
        version: 0,
        name: 0x1c,
        has_version: false,
        dialect: 0,
    };
}

unsafe extern "C" {
    /// `DICompileUnit *llvm::DIBuilder::createCompileUnit(DISourceLanguageName Lang, DIFile *File,
    /// StringRef Producer, bool isOptimized, StringRef Flags, unsigned RV, StringRef SplitName,
    /// DICompileUnit::DebugEmissionKind Kind, uint64_t DWOId, bool SplitDebugInlining,
    /// bool DebugInfoForProfiling, DICompileUnit::DebugNameTableKind NameTableKind, bool RangesBaseAddress,
    /// StringRef SysRoot, StringRef SDK)`
    #[link_name = "_ZN4llvm9DIBuilder17createCompileUnitENS_20DISourceLanguageNameEPNS_6DIFileENS_9StringRefEbS4_jS4_NS_13DICompileUnit17DebugEmissionKindEmbbNS5_18DebugNameTableKindEbS4_S4_"]
    fn cxx_create_compile_unit(
        builder: LLVMDIBuilderRef,
        language: SourceLanguage,
        file: LLVMMetadataRef,
        producer: Ref<u8>,
        optimized: bool,
        flags: Ref<u8>,
        runtime_version: u32,
        split_name: Ref<u8>,
        kind: u32,
        dwo_id: u64,
        split_inlining: bool,
        for_profiling: bool,
        name_tables: u32,
        ranges_base_address: bool,
        sysroot: Ref<u8>,
        sdk: Ref<u8>,
    ) -> LLVMMetadataRef;

    /// `DISubprogram *llvm::DIBuilder::createFunction(DIScope *Scope, StringRef Name, StringRef LinkageName,
    /// DIFile *File, unsigned LineNo, DISubroutineType *Ty, unsigned ScopeLine, DINode::DIFlags Flags,
    /// DISubprogram::DISPFlags SPFlags, DITemplateParameterArray TParams, DISubprogram *Decl,
    /// DITypeArray ThrownTypes, DINodeArray Annotations, StringRef TargetFuncName, bool UseKeyInstructions)`
    #[link_name = "_ZN4llvm9DIBuilder14createFunctionEPNS_7DIScopeENS_9StringRefES3_PNS_6DIFileEjPNS_16DISubroutineTypeEjNS_6DINode7DIFlagsENS_12DISubprogram9DISPFlagsENS_24MDTupleTypedArrayWrapperINS_19DITemplateParameterEEEPSA_NSC_INS_6DITypeEEENSC_IS8_EES3_b"]
    fn cxx_create_function(
        builder: LLVMDIBuilderRef,
        scope: LLVMMetadataRef,
        name: Ref<u8>,
        linkage_name: Ref<u8>,
        file: LLVMMetadataRef,
        line: u32,
        ty: LLVMMetadataRef,
        scope_line: u32,
        flags: DIFlags,
        subprogram_flags: u32,
        template_parameters: LLVMMetadataRef,
        declaration: LLVMMetadataRef,
        thrown_types: LLVMMetadataRef,
        annotations: LLVMMetadataRef,
        target: Ref<u8>,
        key_instructions: bool,
    ) -> LLVMMetadataRef;

    /// `DISubprogram *llvm::DIBuilder::createMethod(DIScope *Scope, StringRef Name, StringRef LinkageName,
    /// DIFile *File, unsigned LineNo, DISubroutineType *Ty, unsigned VTableIndex, int ThisAdjustment,
    /// DIType *VTableHolder, DINode::DIFlags Flags, DISubprogram::DISPFlags SPFlags,
    /// DITemplateParameterArray TParams, DITypeArray ThrownTypes, bool UseKeyInstructions)`
    #[link_name = "_ZN4llvm9DIBuilder12createMethodEPNS_7DIScopeENS_9StringRefES3_PNS_6DIFileEjPNS_16DISubroutineTypeEjiPNS_6DITypeENS_6DINode7DIFlagsENS_12DISubprogram9DISPFlagsENS_24MDTupleTypedArrayWrapperINS_19DITemplateParameterEEENSE_IS8_EEb"]
    fn cxx_create_method(
        builder: LLVMDIBuilderRef,
        scope: LLVMMetadataRef,
        name: Ref<u8>,
        linkage_name: Ref<u8>,
        file: LLVMMetadataRef,
        line: u32,
        ty: LLVMMetadataRef,
        vtable_index: u32,
        this_adjustment: i32,
        vtable_holder: LLVMMetadataRef,
        flags: DIFlags,
        subprogram_flags: u32,
        template_parameters: LLVMMetadataRef,
        thrown_types: LLVMMetadataRef,
        key_instructions: bool,
    ) -> LLVMMetadataRef;

    /// `DICompositeType *llvm::DIBuilder::createVariantPart(DIScope *Scope, StringRef Name, DIFile *File,
    /// unsigned LineNumber, uint64_t SizeInBits, uint32_t AlignInBits, DINode::DIFlags Flags,
    /// DIDerivedType *Discriminator, DINodeArray Elements, StringRef UniqueIdentifier)`
    #[link_name = "_ZN4llvm9DIBuilder17createVariantPartEPNS_7DIScopeENS_9StringRefEPNS_6DIFileEjmjNS_6DINode7DIFlagsEPNS_13DIDerivedTypeENS_24MDTupleTypedArrayWrapperIS6_EES3_"]
    fn cxx_create_variant_part(
        builder: LLVMDIBuilderRef,
        scope: LLVMMetadataRef,
        name: Ref<u8>,
        file: LLVMMetadataRef,
        line: u32,
        size: u64,
        align: u32,
        flags: DIFlags,
        discriminator: LLVMMetadataRef,
        elements: LLVMMetadataRef,
        unique_id: Ref<u8>,
    ) -> LLVMMetadataRef;

    /// `DIDerivedType *llvm::DIBuilder::createVariantMemberType(DIScope *Scope, StringRef Name, DIFile *File,
    /// unsigned LineNo, uint64_t SizeInBits, uint32_t AlignInBits, uint64_t OffsetInBits,
    /// Constant *Discriminant, DINode::DIFlags Flags, DIType *Ty)`
    #[link_name = "_ZN4llvm9DIBuilder23createVariantMemberTypeEPNS_7DIScopeENS_9StringRefEPNS_6DIFileEjmjmPNS_8ConstantENS_6DINode7DIFlagsEPNS_6DITypeE"]
    fn cxx_create_variant_member(
        builder: LLVMDIBuilderRef,
        scope: LLVMMetadataRef,
        name: Ref<u8>,
        file: LLVMMetadataRef,
        line: u32,
        size: u64,
        align: u32,
        offset: u64,
        discriminant: LLVMValueRef,
        flags: DIFlags,
        ty: LLVMMetadataRef,
    ) -> LLVMMetadataRef;

    /// `DICompositeType *llvm::DIBuilder::createEnumerationType(DIScope *Scope, StringRef Name, DIFile *File,
    /// unsigned LineNumber, uint64_t SizeInBits, uint32_t AlignInBits, DINodeArray Elements,
    /// DIType *UnderlyingType, unsigned RunTimeLang, StringRef UniqueIdentifier, bool IsScoped,
    /// std::optional<uint32_t> EnumKind)`. The optional is a number and a flag, passed in one register.
    #[link_name = "_ZN4llvm9DIBuilder21createEnumerationTypeEPNS_7DIScopeENS_9StringRefEPNS_6DIFileEjmjNS_24MDTupleTypedArrayWrapperINS_6DINodeEEEPNS_6DITypeEjS3_bSt8optionalIjE"]
    fn cxx_create_enumeration(
        builder: LLVMDIBuilderRef,
        scope: LLVMMetadataRef,
        name: Ref<u8>,
        file: LLVMMetadataRef,
        line: u32,
        size: u64,
        align: u32,
        elements: LLVMMetadataRef,
        underlying: LLVMMetadataRef,
        runtime_language: u32,
        unique_id: Ref<u8>,
        scoped: bool,
        enum_kind: u64,
    ) -> LLVMMetadataRef;

    /// `DITemplateTypeParameter *llvm::DIBuilder::createTemplateTypeParameter(DIScope *Scope, StringRef Name,
    /// DIType *Ty, bool IsDefault)`
    #[link_name = "_ZN4llvm9DIBuilder27createTemplateTypeParameterEPNS_7DIScopeENS_9StringRefEPNS_6DITypeEb"]
    fn cxx_create_template_parameter(
        builder: LLVMDIBuilderRef,
        scope: LLVMMetadataRef,
        name: Ref<u8>,
        ty: LLVMMetadataRef,
        default: bool,
    ) -> LLVMMetadataRef;

    /// `void llvm::DIBuilder::replaceArrays(DICompositeType *&T, DINodeArray Elements, DINodeArray TParams)`
    #[link_name = "_ZN4llvm9DIBuilder13replaceArraysERPNS_15DICompositeTypeENS_24MDTupleTypedArrayWrapperINS_6DINodeEEES6_"]
    fn cxx_replace_arrays(
        builder: LLVMDIBuilderRef,
        composite: *mut LLVMMetadataRef,
        elements: LLVMMetadataRef,
        template_parameters: LLVMMetadataRef,
    );

    /// `DISubrange *llvm::DIBuilder::getOrCreateSubrange(Metadata *Count, Metadata *LowerBound,
    /// Metadata *UpperBound, Metadata *Stride)`
    #[link_name = "_ZN4llvm9DIBuilder19getOrCreateSubrangeEPNS_8MetadataES2_S2_S2_"]
    fn cxx_subrange(
        builder: LLVMDIBuilderRef,
        count: LLVMMetadataRef,
        lower: LLVMMetadataRef,
        upper: LLVMMetadataRef,
        stride: LLVMMetadataRef,
    ) -> LLVMMetadataRef;

    /// `DICompositeType *llvm::DIBuilder::createVectorType(uint64_t Size, uint32_t AlignInBits, DIType *Ty,
    /// DINodeArray Subscripts, Metadata *BitStride)`
    #[link_name = "_ZN4llvm9DIBuilder16createVectorTypeEmjPNS_6DITypeENS_24MDTupleTypedArrayWrapperINS_6DINodeEEEPNS_8MetadataE"]
    fn cxx_create_vector(
        builder: LLVMDIBuilderRef,
        size: u64,
        align: u32,
        ty: LLVMMetadataRef,
        subscripts: LLVMMetadataRef,
        bit_stride: LLVMMetadataRef,
    ) -> LLVMMetadataRef;

    /// `static std::optional<unsigned> llvm::DILocation::encodeDiscriminator(unsigned BD, unsigned DF,
    /// unsigned CI)`. The optional is a number and, in the byte behind it, whether there is one.
    #[link_name = "_ZN4llvm10DILocation19encodeDiscriminatorEjjj"]
    safe fn cxx_encode_discriminator(base: u32, duplication: u32, copy: u32) -> u64;
}

/// No text.
const NOTHING: Ref<u8> = Ref { data: null(), len: 0 };

/// How much of the debug information LLVM writes out (`DICompileUnit::DebugEmissionKind`).
#[derive(Clone, Copy)]
#[repr(u32)]
pub(crate) enum Emission {
    Full = layout::EMISSION_FULL as u32,
    LineTables = layout::EMISSION_LINES as u32,
    /// `.loc` and `.file` for the assembler, without a unit.
    LineDirectives = layout::EMISSION_DIRECTIVES as u32,
}

/// A compile unit, all of it.
pub(crate) struct CompileUnit<'a, 'll> {
    pub(crate) file: DIFile<'ll>,
    pub(crate) producer: &'a str,
    pub(crate) optimized: bool,
    /// The file that holds what is split off, or nothing.
    pub(crate) split_name: &'a str,
    pub(crate) split_inlining: bool,
    pub(crate) emission: Emission,
    /// Whether debuggers get an index of the names: `.debug_names`, or the `.debug_pubnames` of DWARF 4.
    pub(crate) name_tables: bool,
}

/// Makes the unit that everything else made with `builder` belongs to. Once per builder.
pub(crate) fn compile_unit<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    unit: &CompileUnit<'_, 'll>,
) -> DIScope<'ll> {
    let name_tables = match unit.name_tables {
        true => layout::NAME_TABLES_DEFAULT as u32,
        false => layout::NAME_TABLES_NONE as u32,
    };
    // SAFETY: builder and file are of one live module; texts are copied by their length.
    unsafe {
        wrap_scope(cxx_create_compile_unit(
            builder.as_mut_ptr(),
            SourceLanguage::RUST,
            unit.file.as_mut_ptr(),
            Ref::of(unit.producer),
            unit.optimized,
            NOTHING,
            0,
            Ref::of(unit.split_name),
            unit.emission as u32,
            0,
            unit.split_inlining,
            false,
            name_tables,
            false,
            NOTHING,
            NOTHING,
        ))
    }
}

/// What a subprogram is (`DISubprogram::DISPFlags`).
#[derive(Clone, Copy, Default)]
pub(crate) struct SubprogramKind {
    pub(crate) local_to_unit: bool,
    pub(crate) optimized: bool,
    /// Where debuggers stop for `start`.
    pub(crate) main: bool,
}

impl SubprogramKind {
    fn bits(self) -> u32 {
        let flags = [
            (self.local_to_unit, layout::SUBPROGRAM_LOCAL),
            (self.optimized, layout::SUBPROGRAM_OPTIMIZED),
            (self.main, layout::SUBPROGRAM_MAIN),
        ];
        let set = flags.into_iter().filter(|(on, _)| *on);
        set.map(|(_, bit)| bit as u32).sum()
    }
}

/// A function, a method or the declaration of one.
pub(crate) struct Subprogram<'a, 'll> {
    pub(crate) scope: DIScope<'ll>,
    pub(crate) name: &'a str,
    /// The symbol; empty where it is the name itself.
    pub(crate) linkage_name: &'a str,
    pub(crate) file: DIFile<'ll>,
    pub(crate) line: u32,
    pub(crate) ty: DISubroutineType<'ll>,
    pub(crate) flags: DIFlags,
    pub(crate) kind: SubprogramKind,
    pub(crate) template_parameters: Nodes<'ll>,
}

/// A definition, different from every other one. With `declaration`, it is that method's.
pub(crate) fn define_subprogram<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    subprogram: &Subprogram<'_, 'll>,
    declaration: Option<DIScope<'ll>>,
) -> DIScope<'ll> {
    // SAFETY: everything is of one live module, and of the kind that its inkwell type says; texts are copied.
    unsafe {
        wrap_scope(cxx_create_function(
            builder.as_mut_ptr(),
            subprogram.scope.as_mut_ptr(),
            Ref::of(subprogram.name),
            Ref::of(subprogram.linkage_name),
            subprogram.file.as_mut_ptr(),
            subprogram.line,
            subprogram.ty.as_mut_ptr(),
            subprogram.line,
            subprogram.flags,
            subprogram.kind.bits() | layout::SUBPROGRAM_DEFINITION as u32,
            subprogram.template_parameters.raw(),
            declaration.map_or(null_mut(), |declaration| declaration.as_mut_ptr()),
            null_mut(),
            null_mut(),
            NOTHING,
            false,
        ))
    }
}

/// The declaration of a method among the members of its type, which is `method.scope`.
pub(crate) fn declare_method<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    method: &Subprogram<'_, 'll>,
) -> DIScope<'ll> {
    // SAFETY: as for `define_subprogram`.
    unsafe {
        wrap_scope(cxx_create_method(
            builder.as_mut_ptr(),
            method.scope.as_mut_ptr(),
            Ref::of(method.name),
            Ref::of(method.linkage_name),
            method.file.as_mut_ptr(),
            method.line,
            method.ty.as_mut_ptr(),
            0,
            0,
            null_mut(),
            method.flags,
            method.kind.bits(),
            method.template_parameters.raw(),
            null_mut(),
            false,
        ))
    }
}

/// Where a type is declared, how large it is (in bits), and what names it across units.
pub(crate) struct Outline<'a, 'll> {
    pub(crate) scope: Option<DIScope<'ll>>,
    pub(crate) name: &'a str,
    pub(crate) file: DIFile<'ll>,
    pub(crate) line: u32,
    pub(crate) size: u64,
    pub(crate) align: u32,
    pub(crate) flags: DIFlags,
    pub(crate) unique_id: &'a str,
}

impl Outline<'_, '_> {
    pub(crate) fn raw_scope(&self) -> LLVMMetadataRef {
        self.scope.map_or(null_mut(), |scope| scope.as_mut_ptr())
    }
}

/// The part of a type that differs by the value of `tag`; its variants are put in later.
pub(crate) fn variant_part<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    outline: &Outline<'_, 'll>,
    tag: Option<DIType<'ll>>,
) -> DIType<'ll> {
    // SAFETY: as for `define_subprogram`.
    unsafe {
        wrap_type(cxx_create_variant_part(
            builder.as_mut_ptr(),
            outline.raw_scope(),
            Ref::of(outline.name),
            outline.file.as_mut_ptr(),
            outline.line,
            outline.size,
            outline.align,
            outline.flags,
            tag.map_or(null_mut(), |tag| tag.as_mut_ptr()),
            Nodes::of(builder, &[]).raw(),
            Ref::of(outline.unique_id),
        ))
    }
}

/// One variant of the variant part `outline.scope`, present where the tag is `tag`, an integer constant as wide as
/// the tag, or where it is none of the other variants'.
pub(crate) fn variant_member<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    outline: &Outline<'_, 'll>,
    tag: Option<Value<'ll>>,
    ty: DIType<'ll>,
) -> DIType<'ll> {
    // SAFETY: as for `define_subprogram`.
    unsafe {
        wrap_type(cxx_create_variant_member(
            builder.as_mut_ptr(),
            outline.raw_scope(),
            Ref::of(outline.name),
            outline.file.as_mut_ptr(),
            outline.line,
            outline.size,
            outline.align,
            0,
            tag.map_or(null_mut(), |tag| tag.as_value_ref()),
            outline.flags,
            ty.as_mut_ptr(),
        ))
    }
}

/// An enumeration whose enumerators are found within its own name only.
pub(crate) fn enumeration<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    outline: &Outline<'_, 'll>,
    enumerators: Nodes<'ll>,
    underlying: DIType<'ll>,
) -> DIType<'ll> {
    // SAFETY: as for `define_subprogram`.
    unsafe {
        wrap_type(cxx_create_enumeration(
            builder.as_mut_ptr(),
            outline.raw_scope(),
            Ref::of(outline.name),
            outline.file.as_mut_ptr(),
            outline.line,
            outline.size,
            outline.align,
            enumerators.raw(),
            underlying.as_mut_ptr(),
            0,
            Ref::of(outline.unique_id),
            true,
            0,
        ))
    }
}

/// The generic parameter `name`, which is `ty` here.
pub(crate) fn template_parameter<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    name: &str,
    ty: DIType<'ll>,
) -> DIType<'ll> {
    // SAFETY: as for `define_subprogram`. A parameter is no type, but is put only where LLVM wants any node.
    unsafe {
        wrap_type(cxx_create_template_parameter(
            builder.as_mut_ptr(),
            null_mut(),
            Ref::of(name),
            ty.as_mut_ptr(),
            false,
        ))
    }
}

/// Gives a composite type its members and generic parameters, once they are known.
pub(crate) fn complete<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    composite: DIType<'ll>,
    members: Nodes<'ll>,
    template_parameters: Nodes<'ll>,
) -> DIType<'ll> {
    let mut raw = composite.as_mut_ptr();
    // SAFETY: as for `define_subprogram`. LLVM may put another node in the place of this one, and says which.
    unsafe {
        cxx_replace_arrays(
            builder.as_mut_ptr(),
            &raw mut raw,
            members.raw(),
            template_parameters.raw(),
        );
        wrap_type(raw)
    }
}

/// The bounds of an array whose last index is computed by an expression.
pub(crate) fn computed_subrange<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    lower: Metadata<'ll>,
    upper: Metadata<'ll>,
) -> DIType<'ll> {
    let (lower, upper) = (lower.raw(), upper.raw());
    // SAFETY: as for `template_parameter`.
    unsafe {
        wrap_type(cxx_subrange(
            builder.as_mut_ptr(),
            null_mut(),
            lower,
            upper,
            null_mut(),
        ))
    }
}

/// A vector whose length is known at run time only. `bit_stride` is the distance of its elements in bits, where it
/// is not their size.
pub(crate) fn scalable_vector<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    align: u32,
    element: DIType<'ll>,
    subscripts: Nodes<'ll>,
    bit_stride: Option<Metadata<'ll>>,
) -> DIType<'ll> {
    // SAFETY: as for `define_subprogram`.
    unsafe {
        wrap_type(cxx_create_vector(
            builder.as_mut_ptr(),
            0,
            align,
            element.as_mut_ptr(),
            subscripts.raw(),
            bit_stride.map_or(null_mut(), |stride| stride.raw()),
        ))
    }
}

/// `base` as LLVM writes the number that tells apart the code of one line, or nothing if it is too large.
pub(crate) fn encoded_discriminator(base: u32) -> Option<u32> {
    let encoded = cxx_encode_discriminator(base, 0, 0);
    (encoded >> 32 & 1 == 1).then_some(encoded as u32)
}

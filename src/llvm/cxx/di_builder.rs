//! What LLVM-C's builder of debug information lacks: variants, template parameters, declarations of methods,
//! flags of subprograms, scoped enumerations, and the full choice for a compile unit.
//!
//! All of them are methods of `llvm::DIBuilder` with plain arguments. A `DINodeArray`, a `DITypeArray` and a
//! `DITemplateParameterArray` are one pointer in a class that is trivially copyable, so each is passed as that
//! pointer (Itanium C++ ABI, 3.1.2.3; `MDTupleTypedArrayWrapper` in `llvm/IR/Metadata.h`).

use std::mem::offset_of;

use inkwell::debug_info::{DIFile, DIFlags, DIScope, DISubroutineType, DIType, DebugInfoBuilder};

use super::{Ref, layout};
use crate::llvm::Value;
use crate::llvm::debuginfo::{Metadata, Nodes};
use crate::llvm::safe::Handle;

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
    assert!(size_of::<Handle<Nodes<'static>>>() == layout::NODES_SIZE);
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
    safe fn cxx_create_compile_unit<'ll>(
        builder: Handle<&DebugInfoBuilder<'ll>>,
        language: SourceLanguage,
        file: Handle<DIFile<'ll>>,
        producer: Ref<'_, u8>,
        optimized: bool,
        flags: Ref<'_, u8>,
        runtime_version: u32,
        split_name: Ref<'_, u8>,
        kind: u32,
        dwo_id: u64,
        split_inlining: bool,
        for_profiling: bool,
        name_tables: u32,
        ranges_base_address: bool,
        sysroot: Ref<'_, u8>,
        sdk: Ref<'_, u8>,
    ) -> Handle<DIScope<'ll>>;

    /// `DISubprogram *llvm::DIBuilder::createFunction(DIScope *Scope, StringRef Name, StringRef LinkageName,
    /// DIFile *File, unsigned LineNo, DISubroutineType *Ty, unsigned ScopeLine, DINode::DIFlags Flags,
    /// DISubprogram::DISPFlags SPFlags, DITemplateParameterArray TParams, DISubprogram *Decl,
    /// DITypeArray ThrownTypes, DINodeArray Annotations, StringRef TargetFuncName, bool UseKeyInstructions)`
    #[link_name = "_ZN4llvm9DIBuilder14createFunctionEPNS_7DIScopeENS_9StringRefES3_PNS_6DIFileEjPNS_16DISubroutineTypeEjNS_6DINode7DIFlagsENS_12DISubprogram9DISPFlagsENS_24MDTupleTypedArrayWrapperINS_19DITemplateParameterEEEPSA_NSC_INS_6DITypeEEENSC_IS8_EES3_b"]
    safe fn cxx_create_function<'ll>(
        builder: Handle<&DebugInfoBuilder<'ll>>,
        scope: Handle<DIScope<'ll>>,
        name: Ref<'_, u8>,
        linkage_name: Ref<'_, u8>,
        file: Handle<DIFile<'ll>>,
        line: u32,
        ty: Handle<DISubroutineType<'ll>>,
        scope_line: u32,
        flags: DIFlags,
        subprogram_flags: u32,
        template_parameters: Handle<Nodes<'ll>>,
        declaration: Handle<Option<DIScope<'ll>>>,
        thrown_types: Handle<Option<Nodes<'ll>>>,
        annotations: Handle<Option<Nodes<'ll>>>,
        target: Ref<'_, u8>,
        key_instructions: bool,
    ) -> Handle<DIScope<'ll>>;

    /// `DISubprogram *llvm::DIBuilder::createMethod(DIScope *Scope, StringRef Name, StringRef LinkageName,
    /// DIFile *File, unsigned LineNo, DISubroutineType *Ty, unsigned VTableIndex, int ThisAdjustment,
    /// DIType *VTableHolder, DINode::DIFlags Flags, DISubprogram::DISPFlags SPFlags,
    /// DITemplateParameterArray TParams, DITypeArray ThrownTypes, bool UseKeyInstructions)`
    #[link_name = "_ZN4llvm9DIBuilder12createMethodEPNS_7DIScopeENS_9StringRefES3_PNS_6DIFileEjPNS_16DISubroutineTypeEjiPNS_6DITypeENS_6DINode7DIFlagsENS_12DISubprogram9DISPFlagsENS_24MDTupleTypedArrayWrapperINS_19DITemplateParameterEEENSE_IS8_EEb"]
    safe fn cxx_create_method<'ll>(
        builder: Handle<&DebugInfoBuilder<'ll>>,
        scope: Handle<DIScope<'ll>>,
        name: Ref<'_, u8>,
        linkage_name: Ref<'_, u8>,
        file: Handle<DIFile<'ll>>,
        line: u32,
        ty: Handle<DISubroutineType<'ll>>,
        vtable_index: u32,
        this_adjustment: i32,
        vtable_holder: Handle<Option<DIType<'ll>>>,
        flags: DIFlags,
        subprogram_flags: u32,
        template_parameters: Handle<Nodes<'ll>>,
        thrown_types: Handle<Option<Nodes<'ll>>>,
        key_instructions: bool,
    ) -> Handle<DIScope<'ll>>;

    /// `DICompositeType *llvm::DIBuilder::createVariantPart(DIScope *Scope, StringRef Name, DIFile *File,
    /// unsigned LineNumber, uint64_t SizeInBits, uint32_t AlignInBits, DINode::DIFlags Flags,
    /// DIDerivedType *Discriminator, DINodeArray Elements, StringRef UniqueIdentifier)`
    #[link_name = "_ZN4llvm9DIBuilder17createVariantPartEPNS_7DIScopeENS_9StringRefEPNS_6DIFileEjmjNS_6DINode7DIFlagsEPNS_13DIDerivedTypeENS_24MDTupleTypedArrayWrapperIS6_EES3_"]
    safe fn cxx_create_variant_part<'ll>(
        builder: Handle<&DebugInfoBuilder<'ll>>,
        scope: Handle<Option<DIScope<'ll>>>,
        name: Ref<'_, u8>,
        file: Handle<DIFile<'ll>>,
        line: u32,
        size: u64,
        align: u32,
        flags: DIFlags,
        discriminator: Handle<Option<DIType<'ll>>>,
        elements: Handle<Nodes<'ll>>,
        unique_id: Ref<'_, u8>,
    ) -> Handle<DIType<'ll>>;

    /// `DIDerivedType *llvm::DIBuilder::createVariantMemberType(DIScope *Scope, StringRef Name, DIFile *File,
    /// unsigned LineNo, uint64_t SizeInBits, uint32_t AlignInBits, uint64_t OffsetInBits,
    /// Constant *Discriminant, DINode::DIFlags Flags, DIType *Ty)`
    #[link_name = "_ZN4llvm9DIBuilder23createVariantMemberTypeEPNS_7DIScopeENS_9StringRefEPNS_6DIFileEjmjmPNS_8ConstantENS_6DINode7DIFlagsEPNS_6DITypeE"]
    safe fn cxx_create_variant_member<'ll>(
        builder: Handle<&DebugInfoBuilder<'ll>>,
        scope: Handle<Option<DIScope<'ll>>>,
        name: Ref<'_, u8>,
        file: Handle<DIFile<'ll>>,
        line: u32,
        size: u64,
        align: u32,
        offset: u64,
        discriminant: Handle<Option<Value<'ll>>>,
        flags: DIFlags,
        ty: Handle<DIType<'ll>>,
    ) -> Handle<DIType<'ll>>;

    /// `DICompositeType *llvm::DIBuilder::createEnumerationType(DIScope *Scope, StringRef Name, DIFile *File,
    /// unsigned LineNumber, uint64_t SizeInBits, uint32_t AlignInBits, DINodeArray Elements,
    /// DIType *UnderlyingType, unsigned RunTimeLang, StringRef UniqueIdentifier, bool IsScoped,
    /// std::optional<uint32_t> EnumKind)`. The optional is a number and a flag, passed in one register.
    #[link_name = "_ZN4llvm9DIBuilder21createEnumerationTypeEPNS_7DIScopeENS_9StringRefEPNS_6DIFileEjmjNS_24MDTupleTypedArrayWrapperINS_6DINodeEEEPNS_6DITypeEjS3_bSt8optionalIjE"]
    safe fn cxx_create_enumeration<'ll>(
        builder: Handle<&DebugInfoBuilder<'ll>>,
        scope: Handle<Option<DIScope<'ll>>>,
        name: Ref<'_, u8>,
        file: Handle<DIFile<'ll>>,
        line: u32,
        size: u64,
        align: u32,
        elements: Handle<Nodes<'ll>>,
        underlying: Handle<DIType<'ll>>,
        runtime_language: u32,
        unique_id: Ref<'_, u8>,
        scoped: bool,
        enum_kind: u64,
    ) -> Handle<DIType<'ll>>;

    /// `DITemplateTypeParameter *llvm::DIBuilder::createTemplateTypeParameter(DIScope *Scope, StringRef Name,
    /// DIType *Ty, bool IsDefault)`
    #[link_name = "_ZN4llvm9DIBuilder27createTemplateTypeParameterEPNS_7DIScopeENS_9StringRefEPNS_6DITypeEb"]
    safe fn cxx_create_template_parameter<'ll>(
        builder: Handle<&DebugInfoBuilder<'ll>>,
        scope: Handle<Option<DIScope<'ll>>>,
        name: Ref<'_, u8>,
        ty: Handle<DIType<'ll>>,
        default: bool,
    ) -> Handle<DIType<'ll>>;

    /// `void llvm::DIBuilder::replaceArrays(DICompositeType *&T, DINodeArray Elements, DINodeArray TParams)`
    #[link_name = "_ZN4llvm9DIBuilder13replaceArraysERPNS_15DICompositeTypeENS_24MDTupleTypedArrayWrapperINS_6DINodeEEES6_"]
    safe fn cxx_replace_arrays<'ll>(
        builder: Handle<&DebugInfoBuilder<'ll>>,
        composite: &mut Handle<DIType<'ll>>,
        elements: Handle<Nodes<'ll>>,
        template_parameters: Handle<Nodes<'ll>>,
    );

    /// `DISubrange *llvm::DIBuilder::getOrCreateSubrange(Metadata *Count, Metadata *LowerBound,
    /// Metadata *UpperBound, Metadata *Stride)`
    #[link_name = "_ZN4llvm9DIBuilder19getOrCreateSubrangeEPNS_8MetadataES2_S2_S2_"]
    safe fn cxx_subrange<'ll>(
        builder: Handle<&DebugInfoBuilder<'ll>>,
        count: Handle<Option<Metadata<'ll>>>,
        lower: Handle<Option<Metadata<'ll>>>,
        upper: Handle<Option<Metadata<'ll>>>,
        stride: Handle<Option<Metadata<'ll>>>,
    ) -> Handle<DIType<'ll>>;

    /// `DICompositeType *llvm::DIBuilder::createVectorType(uint64_t Size, uint32_t AlignInBits, DIType *Ty,
    /// DINodeArray Subscripts, Metadata *BitStride)`
    #[link_name = "_ZN4llvm9DIBuilder16createVectorTypeEmjPNS_6DITypeENS_24MDTupleTypedArrayWrapperINS_6DINodeEEEPNS_8MetadataE"]
    safe fn cxx_create_vector<'ll>(
        builder: Handle<&DebugInfoBuilder<'ll>>,
        size: u64,
        align: u32,
        ty: Handle<DIType<'ll>>,
        subscripts: Handle<Nodes<'ll>>,
        bit_stride: Handle<Option<Metadata<'ll>>>,
    ) -> Handle<DIType<'ll>>;

    /// `static std::optional<unsigned> llvm::DILocation::encodeDiscriminator(unsigned BD, unsigned DF,
    /// unsigned CI)`. The optional is a number and, in the byte behind it, whether there is one.
    #[link_name = "_ZN4llvm10DILocation19encodeDiscriminatorEjjj"]
    safe fn cxx_encode_discriminator(base: u32, duplication: u32, copy: u32) -> u64;
}

/// No text.
const NOTHING: Ref<'static, u8> = Ref::EMPTY;

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
    cxx_create_compile_unit(
        builder.into(),
        SourceLanguage::RUST,
        unit.file.into(),
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
    )
    .get()
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
    cxx_create_function(
        builder.into(),
        subprogram.scope.into(),
        Ref::of(subprogram.name),
        Ref::of(subprogram.linkage_name),
        subprogram.file.into(),
        subprogram.line,
        subprogram.ty.into(),
        subprogram.line,
        subprogram.flags,
        subprogram.kind.bits() | layout::SUBPROGRAM_DEFINITION as u32,
        subprogram.template_parameters.into(),
        declaration.into(),
        None.into(),
        None.into(),
        NOTHING,
        false,
    )
    .get()
}

/// The declaration of a method among the members of its type, which is `method.scope`.
pub(crate) fn declare_method<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    method: &Subprogram<'_, 'll>,
) -> DIScope<'ll> {
    cxx_create_method(
        builder.into(),
        method.scope.into(),
        Ref::of(method.name),
        Ref::of(method.linkage_name),
        method.file.into(),
        method.line,
        method.ty.into(),
        0,
        0,
        None.into(),
        method.flags,
        method.kind.bits(),
        method.template_parameters.into(),
        None.into(),
        false,
    )
    .get()
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

/// The part of a type that differs by the value of `tag`; its variants are put in later.
pub(crate) fn variant_part<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    outline: &Outline<'_, 'll>,
    tag: Option<DIType<'ll>>,
) -> DIType<'ll> {
    cxx_create_variant_part(
        builder.into(),
        outline.scope.into(),
        Ref::of(outline.name),
        outline.file.into(),
        outline.line,
        outline.size,
        outline.align,
        outline.flags,
        tag.into(),
        Nodes::of(builder, &[]).into(),
        Ref::of(outline.unique_id),
    )
    .get()
}

/// One variant of the variant part `outline.scope`, present where the tag is `tag`, an integer constant as wide as
/// the tag, or where it is none of the other variants'.
pub(crate) fn variant_member<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    outline: &Outline<'_, 'll>,
    tag: Option<Value<'ll>>,
    ty: DIType<'ll>,
) -> DIType<'ll> {
    cxx_create_variant_member(
        builder.into(),
        outline.scope.into(),
        Ref::of(outline.name),
        outline.file.into(),
        outline.line,
        outline.size,
        outline.align,
        0,
        tag.into(),
        outline.flags,
        ty.into(),
    )
    .get()
}

/// An enumeration whose enumerators are found within its own name only.
pub(crate) fn enumeration<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    outline: &Outline<'_, 'll>,
    enumerators: Nodes<'ll>,
    underlying: DIType<'ll>,
) -> DIType<'ll> {
    cxx_create_enumeration(
        builder.into(),
        outline.scope.into(),
        Ref::of(outline.name),
        outline.file.into(),
        outline.line,
        outline.size,
        outline.align,
        enumerators.into(),
        underlying.into(),
        0,
        Ref::of(outline.unique_id),
        true,
        0,
    )
    .get()
}

/// The generic parameter `name`, which is `ty` here. It is no type, but is put only where LLVM wants any node.
pub(crate) fn template_parameter<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    name: &str,
    ty: DIType<'ll>,
) -> DIType<'ll> {
    cxx_create_template_parameter(builder.into(), None.into(), Ref::of(name), ty.into(), false).get()
}

/// Gives a composite type its members and generic parameters, once they are known.
pub(crate) fn complete<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    composite: DIType<'ll>,
    members: Nodes<'ll>,
    template_parameters: Nodes<'ll>,
) -> DIType<'ll> {
    let mut composite = composite.into();
    // LLVM may put another node in the place of this one, and says which.
    cxx_replace_arrays(
        builder.into(),
        &mut composite,
        members.into(),
        template_parameters.into(),
    );
    composite.get()
}

/// The bounds of an array whose last index is computed by an expression: no type, as a generic parameter.
pub(crate) fn computed_subrange<'ll>(
    builder: &DebugInfoBuilder<'ll>,
    lower: Metadata<'ll>,
    upper: Metadata<'ll>,
) -> DIType<'ll> {
    let (lower, upper) = (Some(lower).into(), Some(upper).into());
    cxx_subrange(builder.into(), None.into(), lower, upper, None.into()).get()
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
    cxx_create_vector(
        builder.into(),
        0,
        align,
        element.into(),
        subscripts.into(),
        bit_stride.into(),
    )
    .get()
}

/// `base` as LLVM writes the number that tells apart the code of one line, or nothing if it is too large.
pub(crate) fn encoded_discriminator(base: u32) -> Option<u32> {
    let encoded = cxx_encode_discriminator(base, 0, 0);
    (encoded >> 32 & 1 == 1).then_some(encoded as u32)
}

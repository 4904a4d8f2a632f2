//! What this folder relies on of LLVM's C++ objects: sizes, offsets, bits, enumerators, vtable slots.
//!
//! This is the one place for such numbers. Each stands beside the C++ expression that it is the value of;
//! `tests/backend/llvm_layout.rs` compiles those expressions with LLVM's own headers, and compares. A struct
//! of ours that mirrors a C++ class is compared with its rows here when it is compiled.

/// Defines a constant for each row, and the table of all rows.
macro_rules! layout {
    ($($name:ident = $value:literal : $kind:ident($($argument:literal),*);)*) => {
        $(pub(super) const $name: usize = $value;)*

        /// Every row: its name, its value, and the C++ expression.
        #[allow(dead_code)] // The test includes this file; the library needs no table.
        pub(super) const ROWS: &[(&str, usize, &str)] =
            &[$((stringify!($name), $value, layout!(@expression $kind $($argument),*))),*];
    };
    (@expression size $class:literal) => { concat!("sizeof(", $class, ")") };
    (@expression offset $class:literal, $member:literal) => { concat!("offsetof(", $class, ", ", $member, ")") };
    // The lowest bit of a bit-field, counted from the start of the object.
    (@expression bit $class:literal, $member:literal) => { concat!("FIRST_BIT(", $class, ", ", $member, ")") };
    (@expression value $constant:literal) => { concat!("size_t(", $constant, ")") };
    // Which virtual function it is, counted from 0.
    (@expression slot $function:literal) => { concat!("slot(&", $function, ")") };
}

layout! {
    // The standard library's string, and LLVM's views and texts.
    STRING_SIZE = 32: size("std::string");
    STRING_LENGTH = 8: offset("std::string", "_M_string_length");
    STRING_LOCAL = 16: offset("std::string", "_M_local_buf");
    STRING_REF_SIZE = 16: size("llvm::StringRef");
    ARRAY_REF_SIZE = 16: size("llvm::ArrayRef<int>");
    TWINE_SIZE = 40: size("llvm::Twine");
    TWINE_LEFT_KIND = 32: offset("llvm::Twine", "LHSKind");
    TWINE_RIGHT_KIND = 33: offset("llvm::Twine", "RHSKind");
    TWINE_EMPTY = 1: value("llvm::Twine::EmptyKind");
    TWINE_C_STRING = 3: value("llvm::Twine::CStringKind");
    BUFFER_SIZE = 32: size("llvm::SmallVector<char, 8>");
    BUFFER_LENGTH = 8: offset("BufferBase", "Size");
    BUFFER_CAPACITY = 16: offset("BufferBase", "Capacity");
    STREAM_SIZE = 56: size("llvm::raw_svector_ostream");
    STREAM_KIND = 8: offset("llvm::raw_svector_ostream", "Kind");
    STREAM_UNFLUSHED = 16: offset("llvm::raw_svector_ostream", "OutBufStart");
    STREAM_COLORS = 40: offset("llvm::raw_svector_ostream", "ColorEnabled");
    STREAM_MODE = 44: offset("llvm::raw_svector_ostream", "BufferMode");
    STREAM_IS_SMALL_VECTOR = 2: value("llvm::raw_ostream::OStreamKind::OK_SVecStream");
    STREAM_IS_UNBUFFERED = 0: value("llvm::raw_ostream::BufferKind::Unbuffered");

    // Diagnostics.
    DIAGNOSTIC_KIND = 8: offset("llvm::DiagnosticInfo", "Kind");
    DIAGNOSTIC_SEVERITY = 12: offset("llvm::DiagnosticInfo", "Severity");
    SEVERITY_ERROR = 0: value("llvm::DS_Error");
    SEVERITY_WARNING = 1: value("llvm::DS_Warning");
    SEVERITY_REMARK = 2: value("llvm::DS_Remark");
    SEVERITY_NOTE = 3: value("llvm::DS_Note");
    ASSEMBLER_ERROR = 0: value("llvm::SourceMgr::DK_Error");
    ASSEMBLER_WARNING = 1: value("llvm::SourceMgr::DK_Warning");
    ASSEMBLER_REMARK = 2: value("llvm::SourceMgr::DK_Remark");
    ASSEMBLER_NOTE = 3: value("llvm::SourceMgr::DK_Note");
    INLINE_ASM_SIZE = 40: size("llvm::DiagnosticInfoInlineAsm");
    INLINE_ASM_COOKIE = 16: offset("llvm::DiagnosticInfoInlineAsm", "LocCookie");
    INLINE_ASM_INSTRUCTION = 32: offset("llvm::DiagnosticInfoInlineAsm", "Instr");
    ASSEMBLER_SIZE = 56: size("llvm::DiagnosticInfoSrcMgr");
    ASSEMBLER_REPORT = 16: offset("llvm::DiagnosticInfoSrcMgr", "Diagnostic");
    ASSEMBLER_MODULE = 24: offset("llvm::DiagnosticInfoSrcMgr", "ModName");
    ASSEMBLER_IS_INLINE = 40: offset("llvm::DiagnosticInfoSrcMgr", "InlineAsmDiag");
    ASSEMBLER_COOKIE = 48: offset("llvm::DiagnosticInfoSrcMgr", "LocCookie");
    REPORT_LOCATION = 8: offset("llvm::SMDiagnostic", "Loc");
    REPORT_FILE = 16: offset("llvm::SMDiagnostic", "Filename");
    REPORT_LINE = 48: offset("llvm::SMDiagnostic", "LineNo");
    REPORT_COLUMN = 52: offset("llvm::SMDiagnostic", "ColumnNo");
    REPORT_KIND = 56: offset("llvm::SMDiagnostic", "Kind");
    REPORT_MESSAGE = 64: offset("llvm::SMDiagnostic", "Message");
    REPORT_LINE_TEXT = 96: offset("llvm::SMDiagnostic", "LineContents");
    REPORT_RANGES = 128: offset("llvm::SMDiagnostic", "Ranges");
    SOURCES_BUFFERS = 0: offset("llvm::SourceMgr", "Buffers");
    SOURCE_SIZE = 24: size("llvm::SourceMgr::SrcBuffer");
    SOURCE_TEXT = 0: offset("llvm::SourceMgr::SrcBuffer", "Buffer");
    ABOUT_FUNCTION = 16: offset("llvm::DiagnosticInfoWithLocationBase", "Fn");
    ABOUT_FILE = 24: offset("llvm::DiagnosticInfoWithLocationBase", "Loc.File");
    ABOUT_LINE = 32: offset("llvm::DiagnosticInfoWithLocationBase", "Loc.Line");
    ABOUT_COLUMN = 36: offset("llvm::DiagnosticInfoWithLocationBase", "Loc.Column");
    REMARK_PASS = 40: offset("llvm::DiagnosticInfoOptimizationBase", "PassName");
    KIND_GENERIC_WITH_LOCATION = 1: value("llvm::DK_GenericWithLoc");
    KIND_REGISTER_ALLOCATION = 3: value("llvm::DK_RegAllocFailure");
    KIND_RESOURCE_LIMIT = 4: value("llvm::DK_ResourceLimit");
    KIND_STACK_SIZE = 5: value("llvm::DK_StackSize");
    KIND_LINKER = 6: value("llvm::DK_Linker");
    KIND_REMARK = 14: value("llvm::DK_OptimizationRemark");
    KIND_REMARK_MISSED = 15: value("llvm::DK_OptimizationRemarkMissed");
    KIND_REMARK_FAILURE = 19: value("llvm::DK_OptimizationFailure");
    KIND_MACHINE_REMARK = 20: value("llvm::DK_MachineOptimizationRemark");
    KIND_MACHINE_REMARK_MISSED = 21: value("llvm::DK_MachineOptimizationRemarkMissed");
    KIND_MACHINE_REMARK_ANALYSIS = 22: value("llvm::DK_MachineOptimizationRemarkAnalysis");
    KIND_PROFILE = 24: value("llvm::DK_PGOProfile");
    KIND_UNSUPPORTED = 25: value("llvm::DK_Unsupported");

    // Debug information.
    LANGUAGE_SIZE = 12: size("llvm::DISourceLanguageName");
    LANGUAGE_NAME = 4: offset("llvm::DISourceLanguageName", "Name");
    LANGUAGE_HAS_VERSION = 6: offset("llvm::DISourceLanguageName", "HasVersion");
    LANGUAGE_DIALECT = 8: offset("llvm::DISourceLanguageName", "Dialect");
    NODES_SIZE = 8: size("llvm::DINodeArray");
    EMISSION_FULL = 1: value("llvm::DICompileUnit::FullDebug");
    EMISSION_LINES = 2: value("llvm::DICompileUnit::LineTablesOnly");
    EMISSION_DIRECTIVES = 3: value("llvm::DICompileUnit::DebugDirectivesOnly");
    NAME_TABLES_DEFAULT = 0: value("llvm::DICompileUnit::DebugNameTableKind::Default");
    NAME_TABLES_NONE = 2: value("llvm::DICompileUnit::DebugNameTableKind::None");
    SUBPROGRAM_LOCAL = 4: value("llvm::DISubprogram::SPFlagLocalToUnit");
    SUBPROGRAM_DEFINITION = 8: value("llvm::DISubprogram::SPFlagDefinition");
    SUBPROGRAM_OPTIMIZED = 16: value("llvm::DISubprogram::SPFlagOptimized");
    SUBPROGRAM_MAIN = 256: value("llvm::DISubprogram::SPFlagMainSubprogram");
    OPTIONAL_NUMBER_SIZE = 8: size("std::optional<unsigned>");
    OPTIONAL_NUMBER_IS_THERE = 4: offset("std::optional<unsigned>", "_M_payload._M_engaged");

    // Globals, names, and the record of running passes.
    GLOBAL_IS_DSO_LOCAL = 270: bit("llvm::GlobalValue", "IsDSOLocal");
    ATTRIBUTE_LIST_SIZE = 8: size("llvm::AttributeList");
    FUNCTION_ATTRIBUTES = 128: offset("llvm::Function", "AttributeSets");
    CALL_ATTRIBUTES = 72: offset("llvm::CallBase", "Attrs");
    MD5_SIZE = 16: size("llvm::MD5::MD5Result");
    SANITIZER_METADATA_SIZE = 4: size("llvm::GlobalValue::SanitizerMetadata");
    SANITIZER_NO_ADDRESS = 0: bit("llvm::GlobalValue::SanitizerMetadata", "NoAddress");
    SANITIZER_NO_HWADDRESS = 1: bit("llvm::GlobalValue::SanitizerMetadata", "NoHWAddress");
    MODULE_ASSEMBLY = 88: offset("llvm::Module", "GlobalScopeAsm");
    ASSEMBLY_PIECES_SIZE = 16: size("decltype(llvm::Module::GlobalScopeAsm)");
    ASSEMBLY_PIECE_SIZE = 96: size("llvm::Module::GlobalAsmFragment");
    ASSEMBLY_PIECE_TEXT = 0: offset("llvm::Module::GlobalAsmFragment", "Asm");
    MANGLER_SIZE = 24: size("llvm::Mangler");
    STACK_ENTRY_OUTER = 8: offset("llvm::PrettyStackTraceEntry", "NextEntry");
    STACK_ENTRY_PRINT = 2: slot("llvm::PrettyStackTraceEntry::print");

    // Passes: the builder of pipelines, profiles, watchers, plugins.
    PASS_BUILDER_MACHINE = 0: offset("llvm::PassBuilder", "TM");
    PASS_BUILDER_PROFILE = 40: offset("llvm::PassBuilder", "PGOOpt");
    PASS_BUILDER_CALLBACKS = 192: offset("llvm::PassBuilder", "PIC");
    MACHINE_REGISTERS_CALLBACKS = 14: slot("llvm::TargetMachine::registerPassBuilderCallbacks");
    PGO_OPTIONS_SIZE = 144: size("llvm::PGOOptions");
    PGO_OPTIONS_DISCRIMINATORS = 140: offset("llvm::PGOOptions", "DebugInfoForProfiling");
    OPTIONAL_PGO_OPTIONS_IS_THERE = 144: offset("std::optional<llvm::PGOOptions>", "_M_payload._M_engaged");
    PROFILE_NO_ACTION = 0: value("llvm::PGOOptions::NoAction");
    PROFILE_GENERATE = 1: value("llvm::PGOOptions::IRInstr");
    PROFILE_USE = 2: value("llvm::PGOOptions::IRUse");
    PROFILE_USE_SAMPLES = 3: value("llvm::PGOOptions::SampleUse");
    PROFILE_NO_CONTEXT = 0: value("llvm::PGOOptions::NoCSAction");
    PROFILE_COLD_AS_OTHERS = 0: value("llvm::PGOOptions::ColdFuncOpt::Default");
    CALLBACKS_BEFORE_PASS = 352: offset("llvm::PassInstrumentationCallbacks", "BeforeNonSkippedPassCallbacks");
    CALLBACKS_AFTER_PASS = 528: offset("llvm::PassInstrumentationCallbacks", "AfterPassCallbacks");
    CALLBACKS_AFTER_PASS_INVALIDATED = 704: offset("llvm::PassInstrumentationCallbacks", "AfterPassInvalidatedCallbacks");
    CALLBACKS_BEFORE_ANALYSIS = 880: offset("llvm::PassInstrumentationCallbacks", "BeforeAnalysisCallbacks");
    CALLBACKS_AFTER_ANALYSIS = 1056: offset("llvm::PassInstrumentationCallbacks", "AfterAnalysisCallbacks");
    CALLBACK_LIST_SIZE = 176: size("PassCallbacks");
    UNIQUE_FUNCTION_SIZE = 40: size("PassCallbacks::value_type");
    UNIQUE_FUNCTION_CALL = 24: offset("PassCallbacks::value_type", "CallPtr");
    UNIQUE_FUNCTION_DESTROY = 32: offset("PassCallbacks::value_type", "DestroyMovePtr");
    ANY_SIZE = 8: size("llvm::Any");
    ANY_VALUE = 8: offset("llvm::Any::StorageImpl<void *>", "Value");
    ANY_ID = 3: slot("llvm::Any::StorageBase::id");
    LOOP_BLOCKS = 32: offset("LoopParts", "Blocks");
    COMPONENT_NODES = 8: offset("llvm::LazyCallGraph::SCC", "Nodes");
    NODE_FUNCTION = 8: offset("llvm::LazyCallGraph::Node", "F");
    PLUGIN_SIZE = 80: size("llvm::PassPlugin");
    PLUGIN_FILE = 0: offset("llvm::PassPlugin", "Filename");
    PLUGIN_INFO = 40: offset("llvm::PassPlugin", "Info");
    PLUGIN_INFO_SIZE = 40: size("llvm::PassPluginLibraryInfo");
    PLUGIN_INFO_REGISTER = 24: offset("llvm::PassPluginLibraryInfo", "RegisterPassBuilderCallbacks");
    EXPECTED_PLUGIN_SIZE = 88: size("llvm::Expected<llvm::PassPlugin>");

    // Remarks, and who is told of diagnostics.
    HANDLER_SIZE = 32: size("llvm::DiagnosticHandler");
    HANDLER_CONTEXT = 8: offset("llvm::DiagnosticHandler", "DiagnosticContext");
    HANDLER_HAS_ERRORS = 16: offset("llvm::DiagnosticHandler", "HasErrors");
    HANDLER_CALLBACK = 24: offset("llvm::DiagnosticHandler", "DiagHandlerCallback");
    HANDLER_HANDLES = 2: slot("llvm::DiagnosticHandler::handleDiagnostics");
    HANDLER_ANALYSIS = 3: slot("llvm::DiagnosticHandler::isAnalysisRemarkEnabled");
    HANDLER_MISSED = 4: slot("llvm::DiagnosticHandler::isMissedOptRemarkEnabled");
    HANDLER_PASSED = 5: slot("llvm::DiagnosticHandler::isPassedOptRemarkEnabled");
    HANDLER_ANY = 6: value("slot(static_cast<bool (llvm::DiagnosticHandler::*)() const>(&llvm::DiagnosticHandler::isAnyRemarkEnabled))");
    REMARK_IS_ENABLED = 4: slot("llvm::DiagnosticInfoOptimizationBase::isEnabled");
    REMARK_STREAMER_SIZE = 72: size("llvm::remarks::RemarkStreamer");
    REMARK_EMITTER_SIZE = 8: size("llvm::LLVMRemarkStreamer");
    REMARKS_ARE_YAML = 2: value("llvm::remarks::Format::YAML");
    OPTIONAL_TEXT_SIZE = 24: size("std::optional<llvm::StringRef>");

    // Targets, and what a processor can do.
    TRIPLE_SIZE = 56: size("llvm::Triple");
    TARGET_NAME = 16: offset("llvm::Target", "Name");
    TARGET_MAKES_MACHINE = 96: offset("llvm::Target", "TargetMachineCtorFn");
    MACHINE_TARGET = 8: offset("llvm::TargetMachine", "TheTarget");
    MACHINE_TRIPLE = 928: offset("llvm::TargetMachine", "TargetTriple");
    MACHINE_CPU = 984: offset("llvm::TargetMachine", "TargetCPU");
    MACHINE_FEATURES = 1016: offset("llvm::TargetMachine", "TargetFS");
    MACHINE_LARGE_DATA_THRESHOLD = 1056: offset("llvm::TargetMachine", "LargeDataThreshold");
    MACHINE_ADDS_EMISSION = 17: slot("llvm::TargetMachine::addPassesToEmitFile");
    FILE_IS_OBJECT = 1: value("llvm::CodeGenFileType::ObjectFile");
    MACHINE_SUBTARGET = 1096: offset("llvm::TargetMachine", "STI");
    SUBTARGET_TRIPLE = 8: offset("llvm::MCSubtargetInfo", "TargetTriple");
    SUBTARGET_FEATURES = 144: offset("llvm::MCSubtargetInfo", "ProcFeatures");
    SUBTARGET_CPUS = 160: offset("llvm::MCSubtargetInfo", "ProcDesc");
    FEATURE_SIZE = 56: size("llvm::SubtargetFeatureKV");
    FEATURE_DESCRIPTION = 2: offset("llvm::SubtargetFeatureKV", "DescStrOff");
    CPU_SIZE = 104: size("llvm::SubtargetSubTypeKV");

    // The options of a target machine.
    OPTIONS_SIZE = 440: size("llvm::TargetOptions");
    OPTIONS_INIT_ARRAY = 160: bit("llvm::TargetOptions", "UseInitArray");
    OPTIONS_FUNCTION_SECTIONS = 162: bit("llvm::TargetOptions", "FunctionSections");
    OPTIONS_DATA_SECTIONS = 163: bit("llvm::TargetOptions", "DataSections");
    OPTIONS_UNIQUE_SECTION_NAMES = 166: bit("llvm::TargetOptions", "UniqueSectionNames");
    OPTIONS_TRAP_UNREACHABLE = 169: bit("llvm::TargetOptions", "TrapUnreachable");
    OPTIONS_NO_TRAP_AFTER_NORETURN = 170: bit("llvm::TargetOptions", "NoTrapAfterNoreturn");
    OPTIONS_EMULATED_TLS = 179: bit("llvm::TargetOptions", "EmulatedTLS");
    OPTIONS_STACK_SIZES = 182: bit("llvm::TargetOptions", "EmitStackSizeSection");
    OPTIONS_FLOAT_ABI = 92: offset("llvm::TargetOptions", "FloatABIType");
    OPTIONS_THREAD_MODEL = 100: offset("llvm::TargetOptions", "ThreadModel");
    OPTIONS_EXCEPTIONS = 116: offset("llvm::TargetOptions", "ExceptionModel");
    OPTIONS_VERBOSE = 971: bit("llvm::TargetOptions", "MCOptions.AsmVerbose");
    OPTIONS_KEEP_COMMENTS = 972: bit("llvm::TargetOptions", "MCOptions.PreserveAsmComments");
    OPTIONS_RELAX_RELOCATIONS = 124: offset("llvm::TargetOptions", "MCOptions.X86RelaxRelocations");
    OPTIONS_COMPRESSION = 152: offset("llvm::TargetOptions", "MCOptions.CompressDebugSections");
    OPTIONS_ABI_NAME = 160: offset("llvm::TargetOptions", "MCOptions.ABIName");
    OPTIONS_SPLIT_FILE = 224: offset("llvm::TargetOptions", "MCOptions.SplitDwarfFile");
    OPTIONS_OBJECT_NAME = 408: offset("llvm::TargetOptions", "ObjectFilenameForDebug");
    FLOAT_ABI_SOFT = 1: value("llvm::FloatABI::Soft");
    FLOAT_ABI_HARD = 2: value("llvm::FloatABI::Hard");
    FLOAT_ABI_DEFAULT = 0: value("llvm::FloatABI::Default");
    THREAD_MODEL_SINGLE = 1: value("llvm::ThreadModel::Single");
    EXCEPTIONS_WASM = 5: value("llvm::ExceptionHandling::Wasm");
    COMPRESSION_NONE = 0: value("llvm::DebugCompressionType::None");
    COMPRESSION_ZLIB = 1: value("llvm::DebugCompressionType::Zlib");
    COMPRESSION_ZSTD = 2: value("llvm::DebugCompressionType::Zstd");
    RELOCATION_STATIC = 0: value("llvm::Reloc::Static");
    RELOCATION_PIC = 1: value("llvm::Reloc::PIC_");
    RELOCATION_DYNAMIC_NO_PIC = 2: value("llvm::Reloc::DynamicNoPIC");
    RELOCATION_ROPI = 3: value("llvm::Reloc::ROPI");
    RELOCATION_RWPI = 4: value("llvm::Reloc::RWPI");
    RELOCATION_ROPI_RWPI = 5: value("llvm::Reloc::ROPI_RWPI");
    CODE_MODEL_TINY = 0: value("llvm::CodeModel::Tiny");
    CODE_MODEL_SMALL = 1: value("llvm::CodeModel::Small");
    CODE_MODEL_KERNEL = 2: value("llvm::CodeModel::Kernel");
    CODE_MODEL_MEDIUM = 3: value("llvm::CodeModel::Medium");
    CODE_MODEL_LARGE = 4: value("llvm::CodeModel::Large");
    LEVEL_NONE = 0: value("llvm::CodeGenOptLevel::None");
    LEVEL_LESS = 1: value("llvm::CodeGenOptLevel::Less");
    LEVEL_DEFAULT = 2: value("llvm::CodeGenOptLevel::Default");
    LEVEL_AGGRESSIVE = 3: value("llvm::CodeGenOptLevel::Aggressive");
    CHOICE_SIZE = 8: size("std::optional<llvm::Reloc::Model>");
    CHOICE_IS_MADE = 4: offset("std::optional<llvm::Reloc::Model>", "_M_payload._M_engaged");

    // Summaries, and what thin LTO decides from them.
    INDEX_SIZE = 616: size("llvm::ModuleSummaryIndex");
    INDEX_HAS_GLOBALS = 368: offset("llvm::ModuleSummaryIndex", "HaveGVs");
    INDEX_ENTRIES = 24: offset("llvm::ModuleSummaryIndex", "GlobalValueMap.Storage");
    INDEX_ENTRY_SIZE = 56: size("IndexEntry");
    INDEX_ENTRY_SUMMARIES = 24: offset("IndexEntry", "second.SummaryList");
    INDEX_HOLDER_SIZE = 656: size("llvm::ModuleSummaryIndexWrapperPass");
    INDEX_HOLDER_INDEX = 32: offset("llvm::ModuleSummaryIndexWrapperPass", "Index");
    DEQUE_SIZE = 80: size("std::deque<IndexEntry>");
    DEQUE_FINISH = 48: offset("std::deque<IndexEntry>", "_M_impl._M_finish");
    DEQUE_CHUNK = 9: value("std::__deque_buf_size(sizeof(IndexEntry))");
    PROFILE_SUMMARY_SIZE = 80: size("llvm::ProfileSummaryInfo");
    PROFILE_SUMMARY_SUMMARY = 8: offset("llvm::ProfileSummaryInfo", "Summary");
    MODULE_HASH_SIZE = 20: size("llvm::ModuleHash");
    SUMMARY_KIND = 8: offset("llvm::GlobalValueSummary", "Kind");
    SUMMARY_IS_FUNCTION = 1: value("llvm::GlobalValueSummary::FunctionKind");
    SUMMARY_FLAGS = 12: offset("llvm::GlobalValueSummary", "Flags");
    SUMMARY_FLAG_LINKAGE = 0: bit("llvm::GlobalValueSummary::GVFlags", "Linkage");
    SUMMARY_FLAG_LIVE = 7: bit("llvm::GlobalValueSummary::GVFlags", "Live");
    SUMMARY_FLAG_DSO_LOCAL = 8: bit("llvm::GlobalValueSummary::GVFlags", "DSOLocal");
    SUMMARY_ORIGINAL_NAME = 16: offset("llvm::GlobalValueSummary", "OriginalName");
    SUMMARY_MODULE = 24: offset("llvm::GlobalValueSummary", "ModulePath");
    SUMMARY_REFERENCES = 40: offset("llvm::GlobalValueSummary", "RefEdgeList");
    FUNCTION_SUMMARY_CALLS = 64: offset("llvm::FunctionSummary", "CallGraphEdgeList");
    CALL_SIZE = 16: size("llvm::FunctionSummary::EdgeTy");
    LINKAGE_AVAILABLE_EXTERNALLY = 1: value("llvm::GlobalValue::AvailableExternallyLinkage");
    LINKAGE_LINK_ONCE_ANY = 2: value("llvm::GlobalValue::LinkOnceAnyLinkage");
    LINKAGE_LINK_ONCE_ODR = 3: value("llvm::GlobalValue::LinkOnceODRLinkage");
    LINKAGE_WEAK_ANY = 4: value("llvm::GlobalValue::WeakAnyLinkage");
    LINKAGE_WEAK_ODR = 5: value("llvm::GlobalValue::WeakODRLinkage");
    LINKAGE_INTERNAL = 7: value("llvm::GlobalValue::InternalLinkage");
    LINKAGE_PRIVATE = 8: value("llvm::GlobalValue::PrivateLinkage");
    LINKAGE_EXTERNAL_WEAK = 9: value("llvm::GlobalValue::ExternalWeakLinkage");
    LINKAGE_COMMON = 10: value("llvm::GlobalValue::CommonLinkage");
    PREVAILING_UNKNOWN = 2: value("llvm::PrevailingType::Unknown");
    VALUE_INFO_SIZE = 8: size("llvm::ValueInfo");
    DENSE_MAP_SIZE = 24: size("DefinedByModule");
    DENSE_MAP_USED = 8: offset("DefinedByModule", "Used");
    DENSE_MAP_ENTRIES = 16: offset("DefinedByModule", "NumEntries");
    DENSE_MAP_BUCKETS = 20: offset("DefinedByModule", "NumBuckets");
    DENSE_MAP_BUCKET_SIZE = 40: size("DefinedByModule::value_type");
    DENSE_SET_BUCKET_SIZE = 8: size("llvm::detail::DenseSetPair<uint64_t>");
    DENSE_MAP_HASH_OF_5 = 3909793502: value("llvm::DenseMapInfo<uint64_t>::getHashValue(5)");
    SMALL_VECTOR_SIZE = 16: size("llvm::SmallVector<uint64_t, 0>");
    IMPORT_SIZE = 32: size("ImportTable::value_type");
    IMPORT_TABLE_VECTOR = 24: offset("ImportTable", "Vector");
    IMPORT_LIST_SIZE = 32: size("llvm::FunctionImporter::ImportMapTy");
    IMPORT_LIST_IMPORTS = 8: offset("llvm::FunctionImporter::ImportMapTy", "Imports");
    IMPORT_LISTS_SIZE = 96: size("llvm::FunctionImporter::ImportListsTy");
    IMPORT_LISTS_EMPTY = 40: offset("llvm::FunctionImporter::ImportListsTy", "EmptyList");
    IMPORT_LISTS_LISTS = 72: offset("llvm::FunctionImporter::ImportListsTy", "ListsImpl");
    FUNCTION_IMPORTER_SIZE = 48: size("llvm::FunctionImporter");
    FUNCTION_IMPORTER_LOADER = 8: offset("llvm::FunctionImporter", "ModuleLoader");
    FUNCTION_IMPORTER_CLEARS = 40: offset("llvm::FunctionImporter", "ClearDSOLocalOnDeclarations");
    STD_FUNCTION_SIZE = 32: size("std::function<void()>");
    STD_FUNCTION_MANAGER = 16: offset("std::_Function_base", "_M_manager");
    STD_FUNCTION_CLONE = 2: value("std::__clone_functor");
    EXPECTED_SIZE = 16: size("llvm::Expected<std::unique_ptr<int>>");
    ERROR_SIZE = 8: size("llvm::Error");
    FUNCTION_REF_SIZE = 16: size("llvm::function_ref<void()>");
    MEMORY_BUFFER_REF_SIZE = 32: size("llvm::MemoryBufferRef");
    PARSER_CALLBACKS_SIZE = 128: size("llvm::ParserCallbacks");
    LTO_CONFIG_SIZE = 1568: size("llvm::lto::Config");
    LTO_CONFIG_FROM_PREVAILING = 0: value("llvm::lto::Config::FromPrevailing");
    LTO_INFO_HAS_SUMMARY = 1: offset("llvm::BitcodeLTOInfo", "HasSummary");
}

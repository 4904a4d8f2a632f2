//! The part of thin LTO that looks at the summaries of all modules ("thin link"): what is alive, which copy of
//! a symbol counts, what each module imports from others, and what becomes global or local for that.
//!
//! The functions are those that LLVM's own LTO is made of (llvm/Transforms/IPO/FunctionImport.h, llvm/LTO/LTO.h).

use std::collections::{HashMap, HashSet};
use std::ffi::c_void;
use std::hash::Hasher;
use std::mem::{MaybeUninit, offset_of};

use super::calling::{Error, Expected, FunctionRef, InMemory};
use super::containers::{Bucket, DenseMap, Deque, SmallVector, Vector};
use super::summary::Index;
use super::{Ref, layout};
use crate::llvm::fatal::interruptible;
use crate::llvm::safe::Handle;

/// The name of a module, as the index holds it for as long as it lives.
type Name = Ref<'static, u8>;

/// `llvm::GlobalValue::GUID`: a hash of a symbol's name, and of its module's if it is local.
type Guid = u64;

/// `llvm::GlobalValueSummary`, the base of those of functions, variables and aliases.
#[repr(C)]
pub(super) struct Summary {
    vtable: *const c_void,
    kind: u32,
    flags: u32,
    original_name: Guid,
    module: Name,
    references: SmallVector<ValueInfo>,
    /// Of `llvm::FunctionSummary` only: the number of instructions, flags, and the calls.
    function: [MaybeUninit<u32>; 2],
}

/// `llvm::FunctionSummary::EdgeTy`
#[repr(C)]
struct Call {
    callee: ValueInfo,
    info: u64,
}

const _: () = {
    assert!(offset_of!(Summary, kind) == layout::SUMMARY_KIND);
    assert!(offset_of!(Summary, flags) == layout::SUMMARY_FLAGS);
    assert!(offset_of!(Summary, original_name) == layout::SUMMARY_ORIGINAL_NAME);
    assert!(offset_of!(Summary, module) == layout::SUMMARY_MODULE);
    assert!(offset_of!(Summary, references) == layout::SUMMARY_REFERENCES);
    assert!(size_of::<Summary>() == layout::FUNCTION_SUMMARY_CALLS);
    assert!(size_of::<Call>() == layout::CALL_SIZE);
    assert!(size_of::<Entry>() == layout::INDEX_ENTRY_SIZE);
    assert!(offset_of!(Entry, summaries) == layout::INDEX_ENTRY_SUMMARIES);
    assert!(size_of::<ImportList>() == layout::IMPORT_LIST_SIZE);
    assert!(size_of::<BufferRef>() == layout::MEMORY_BUFFER_REF_SIZE);
    assert!(size_of::<ValueInfo>() == layout::VALUE_INFO_SIZE);
    assert!(offset_of!(ImportLists, table) == layout::IMPORT_TABLE_VECTOR);
    assert!(offset_of!(ImportList, imports) == layout::IMPORT_LIST_IMPORTS);
    assert!(size_of::<ImportLists>() == layout::IMPORT_LISTS_SIZE);
    assert!(offset_of!(ImportLists, none) == layout::IMPORT_LISTS_EMPTY);
    assert!(offset_of!(ImportLists, lists) == layout::IMPORT_LISTS_LISTS);
    assert!(size_of::<Bucket<Import, u32>>() == layout::IMPORT_SIZE);
};

/// Values of `llvm::GlobalValue::LinkageTypes`.
mod linkage {
    use super::layout;
    pub(super) const AVAILABLE_EXTERNALLY: u32 = layout::LINKAGE_AVAILABLE_EXTERNALLY as u32;
    /// Those for which the linker takes the first definition that it meets.
    pub(super) const WEAK: [u32; 6] = [
        layout::LINKAGE_LINK_ONCE_ANY as u32,
        layout::LINKAGE_LINK_ONCE_ODR as u32,
        layout::LINKAGE_WEAK_ANY as u32,
        layout::LINKAGE_WEAK_ODR as u32,
        layout::LINKAGE_EXTERNAL_WEAK as u32,
        layout::LINKAGE_COMMON as u32,
    ];
    pub(super) const LOCAL: [u32; 2] = [layout::LINKAGE_INTERNAL as u32, layout::LINKAGE_PRIVATE as u32];
}

impl Summary {
    /// `GVFlags::Linkage`, four bits.
    fn linkage(&self) -> u32 {
        self.flags >> layout::SUMMARY_FLAG_LINKAGE & 0xf
    }

    fn has(&self, flag: usize) -> bool {
        self.flags >> flag & 1 == 1
    }

    fn is_local(&self) -> bool {
        linkage::LOCAL.contains(&self.linkage())
    }

    fn calls(&self) -> &[Call] {
        if self.kind != layout::SUMMARY_IS_FUNCTION as u32 {
            return &[];
        }
        // SAFETY: the calls follow in the summary of a function.
        unsafe { (*(&raw const *self).add(1).cast::<SmallVector<Call>>()).as_slice() }
    }
}

/// `llvm::ValueInfo`: a pointer to an entry of the index, with flags in its three lowest bits. Those say how it is
/// referred to (only read, only written), so that two of one entry may differ in them, and are equal all the same.
#[repr(transparent)]
#[derive(Copy, Clone)]
pub(super) struct ValueInfo(usize);

impl PartialEq for ValueInfo {
    fn eq(&self, other: &Self) -> bool {
        self.address() == other.address()
    }
}

impl Eq for ValueInfo {}

impl std::hash::Hash for ValueInfo {
    fn hash<H: std::hash::Hasher>(&self, hasher: &mut H) {
        self.address().hash(hasher);
    }
}

impl ValueInfo {
    fn address(self) -> usize {
        self.0 & !7
    }

    fn entry(&self) -> &Entry {
        // SAFETY: the index owns its entries, and nothing here outlives it.
        unsafe { &*std::ptr::with_exposed_provenance::<Entry>(self.address()) }
    }
}

/// An entry of the index: `std::pair<const GUID, GlobalValueSummaryInfo>`.
#[repr(C)]
struct Entry {
    guid: Guid,
    name: Ref<'static, u8>,
    summaries: Vector<Box<Summary>>,
    has_local: usize,
}

impl Entry {
    /// Each a `std::unique_ptr` that is not null: what a box is, but for who frees it.
    fn summaries(&self) -> impl Iterator<Item = &Summary> {
        self.summaries.as_slice().iter().map(|summary| &**summary)
    }

    /// The definition that a linker would take: the first strong one, else the first one.
    fn prevailing(&self) -> Option<&Summary> {
        let defines = |summary: &&Summary| summary.linkage() != linkage::AVAILABLE_EXTERNALLY;
        self.summaries()
            .filter(defines)
            .find(|summary| !linkage::WEAK.contains(&summary.linkage()))
            .or_else(|| self.summaries().find(defines))
    }
}

/// `llvm::GVSummaryMapTy`: what a module defines.
pub(super) type Definitions = DenseMap<Guid, *const Summary>;

/// A key of `llvm::FunctionImporter::ImportIDTable`: a symbol, and the module to import it from.
#[repr(C)]
struct Import {
    module: Name,
    guid: Guid,
}

/// `llvm::FunctionImporter::ImportMapTy`: what a module imports, by numbers in the table. A number is twice the
/// place in the table, plus one where a declaration will do.
#[repr(C)]
pub(super) struct ImportList {
    table: *const c_void,
    imports: DenseMap<u32, ()>,
}

/// `llvm::FunctionImporter::ImportListsTy`: the table, which is a `MapVector`, and the lists by module.
#[repr(C)]
struct ImportLists {
    places: DenseMap<Import, u32>,
    table: SmallVector<Bucket<Import, u32>>,
    none: ImportList,
    lists: DenseMap<Name, ImportList>,
}

impl ImportLists {
    fn new() -> Box<Self> {
        let mut lists = Box::new(ImportLists {
            places: DenseMap::default(),
            table: SmallVector::empty(),
            none: ImportList {
                table: std::ptr::null(),
                imports: DenseMap::default(),
            },
            lists: DenseMap::default(),
        });
        // The table is the first two members. LLVM gives its address to every list that it makes.
        lists.none.table = (&raw const *lists).cast();
        lists
    }

    fn of(&self, module: &str) -> &ImportList {
        let list = self
            .lists
            .iter()
            .find(|list| list.key.as_slice() == module.as_bytes());
        list.map_or(&self.none, |list| &list.value)
    }
}

impl Drop for ImportLists {
    fn drop(&mut self) {
        self.table.free();
    }
}

/// The C++ type is `DenseMap<StringRef, DenseSet<ValueInfo>>`: what others import from each module.
type ExportLists = DenseMap<Name, DenseMap<ValueInfo, ()>>;

/// `llvm::MemoryBufferRef`: a text, and what it is called.
#[repr(C)]
#[derive(Copy, Clone)]
pub(super) struct BufferRef<'a> {
    content: Ref<'a, u8>,
    name: Ref<'a, u8>,
}

/// `llvm::PrevailingType::Unknown`: that no linker has said which copy of a symbol counts.
const UNKNOWN: u32 = layout::PREVAILING_UNKNOWN as u32;

type IsPrevailing = extern "C" fn(&HashMap<Guid, *const Summary>, Guid, *const Summary) -> bool;
type Prevails = extern "C" fn(&(), Guid) -> u32;
type IsExported = extern "C" fn(&Exported, Name, ValueInfo) -> bool;
type NewLinkage = extern "C" fn(&(), Name, Guid, u32);

// All that works on what others have written may end in a fatal error of LLVM's, and unwinds then.
unsafe extern "C-unwind" {
    /// `Expected<BitcodeLTOInfo> llvm::getBitcodeLTOInfo(MemoryBufferRef Buffer)`
    #[link_name = "_ZN4llvm17getBitcodeLTOInfoENS_15MemoryBufferRefE"]
    safe fn cxx_lto_info(buffer: BufferRef<'_>) -> InMemory<Expected>;
    /// `Error llvm::readModuleSummaryIndex(MemoryBufferRef Buffer, ModuleSummaryIndex &CombinedIndex)`
    #[link_name = "_ZN4llvm22readModuleSummaryIndexENS_15MemoryBufferRefERNS_18ModuleSummaryIndexE"]
    safe fn cxx_read_summary(buffer: BufferRef<'_>, index: Handle<&Index>) -> Error;
    /// `GUID llvm::GlobalValue::getGUIDAssumingExternalLinkage(StringRef GlobalIdentifier)`
    #[link_name = "_ZN4llvm11GlobalValue30getGUIDAssumingExternalLinkageENS_9StringRefE"]
    safe fn cxx_guid(name: Ref<'_, u8>) -> Guid;
    /// `void llvm::computeDeadSymbolsWithConstProp(ModuleSummaryIndex &Index, const DenseSet<GUID>
    /// &GUIDPreservedSymbols, function_ref<PrevailingType(GUID)> isPrevailing, bool ImportEnabled)`
    #[link_name = "_ZN4llvm31computeDeadSymbolsWithConstPropERNS_18ModuleSummaryIndexERKNS_8DenseSetImNS_12DenseMapInfoImvEEEENS_12function_refIFNS_14PrevailingTypeEmEEEb"]
    safe fn cxx_compute_dead(
        index: Handle<&Index>,
        preserved: &DenseMap<Guid, ()>,
        prevails: FunctionRef<'_, Prevails>,
        propagate: bool,
    );
    /// `void llvm::ComputeCrossModuleImport(const ModuleSummaryIndex &Index, const DenseMap<StringRef,
    /// GVSummaryMapTy> &ModuleToDefinedGVSummaries, function_ref<bool(GUID, const GlobalValueSummary *)>
    /// isPrevailing, FunctionImporter::ImportListsTy &ImportLists, DenseMap<StringRef, ExportSetTy>
    /// &ExportLists)`
    #[link_name = "_ZN4llvm24ComputeCrossModuleImportERKNS_18ModuleSummaryIndexERKNS_8DenseMapINS_9StringRefENS3_ImPNS_18GlobalValueSummaryENS_12DenseMapInfoImvEENS_6detail12DenseMapPairImS6_EEEENS7_IS4_vEENSA_IS4_SC_EEEENS_12function_refIFbmPKS5_EEERNS_16FunctionImporter13ImportListsTyERNS3_IS4_NS_8DenseSetINS_9ValueInfoENS7_ISR_vEEEESD_NSA_IS4_ST_EEEE"]
    safe fn cxx_compute_imports(
        index: Handle<&Index>,
        defined: &DenseMap<Name, Definitions>,
        is_prevailing: FunctionRef<'_, IsPrevailing>,
        imports: &mut ImportLists,
        exports: &mut ExportLists,
    );
    /// `void llvm::thinLTOResolvePrevailingInIndex(const lto::Config &C, ModuleSummaryIndex &Index,
    /// function_ref<bool(GUID, const GlobalValueSummary *)> isPrevailing, function_ref<void(StringRef, GUID,
    /// GlobalValue::LinkageTypes)> recordNewLinkage, const DenseSet<GUID> &GUIDPreservedSymbols)`. Of the
    /// configuration it reads the visibility scheme only.
    #[link_name = "_ZN4llvm31thinLTOResolvePrevailingInIndexERKNS_3lto6ConfigERNS_18ModuleSummaryIndexENS_12function_refIFbmPKNS_18GlobalValueSummaryEEEENS6_IFvNS_9StringRefEmNS_11GlobalValue12LinkageTypesEEEERKNS_8DenseSetImNS_12DenseMapInfoImvEEEE"]
    safe fn cxx_resolve_prevailing(
        configuration: &Configuration,
        index: Handle<&Index>,
        is_prevailing: FunctionRef<'_, IsPrevailing>,
        new_linkage: FunctionRef<'_, NewLinkage>,
        preserved: &DenseMap<Guid, ()>,
    );
    /// `void llvm::thinLTOInternalizeAndPromoteInIndex(ModuleSummaryIndex &Index, function_ref<bool(StringRef,
    /// ValueInfo)> isExported, function_ref<bool(GUID, const GlobalValueSummary *)> isPrevailing,
    /// DenseSet<StringRef> *ExternallyVisibleSymbolNamesPtr)`
    #[link_name = "_ZN4llvm35thinLTOInternalizeAndPromoteInIndexERNS_18ModuleSummaryIndexENS_12function_refIFbNS_9StringRefENS_9ValueInfoEEEENS2_IFbmPKNS_18GlobalValueSummaryEEEEPNS_8DenseSetIS3_NS_12DenseMapInfoIS3_vEEEE"]
    safe fn cxx_internalize_and_promote(
        index: Handle<&Index>,
        is_exported: FunctionRef<'_, IsExported>,
        is_prevailing: FunctionRef<'_, IsPrevailing>,
        visible_names: Option<&DenseMap<Name, ()>>,
    );
}

/// `llvm::lto::Config`, of which one word is read: zero is `Config::FromPrevailing`, "as the copy that counts".
#[repr(C, align(16))]
struct Configuration([u8; layout::LTO_CONFIG_SIZE]);

const _: () = assert!(layout::LTO_CONFIG_FROM_PREVAILING == 0);

impl<'a> BufferRef<'a> {
    /// `content`, called `name`.
    pub(super) fn new(content: &'a [u8], name: &'a str) -> Self {
        BufferRef {
            content: content.into(),
            name: Ref::of(name),
        }
    }
}

/// A module that takes part: its name, which differs from all others', and its bitcode.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Participant<'a> {
    pub(crate) name: &'a str,
    pub(crate) bitcode: &'a [u8],
}

/// What was decided about all modules. The bitcode that it was decided from must live as long.
pub(crate) struct ThinLink {
    index: Index,
    defined: DenseMap<Name, Definitions>,
    imports: Box<ImportLists>,
}

// SAFETY: plain data of no thread; nothing changes it after it is made.
unsafe impl Send for ThinLink {}
// SAFETY: as above.
unsafe impl Sync for ThinLink {}

impl ThinLink {
    /// Decides, for `modules` in the order in which a linker would meet them. The symbols `preserved` are used
    /// from elsewhere. An error says which module it is about, and holds LLVM's words.
    pub(crate) fn new(modules: &[Participant<'_>], preserved: &[&str]) -> Result<Self, (usize, String)> {
        let index = Index::combined();
        for (number, module) in modules.iter().enumerate() {
            read_summary(&index, *module).map_err(|why| (number, why))?;
        }
        let guids: HashSet<Guid> = preserved.iter().map(|name| cxx_guid(Ref::of(name))).collect();
        let preserved = DenseMap::of(guids.into_iter().map(|guid| (guid, ())).collect());
        let defined = definitions(&index);
        let imports = decide(&index, &preserved, &defined);
        Ok(ThinLink {
            index,
            defined,
            imports,
        })
    }

    pub(super) fn index(&self) -> &Index {
        &self.index
    }

    /// What the module `name` defines, which may be nothing.
    pub(super) fn definitions(&self, name: &str) -> Option<&Definitions> {
        let of_module = |defined: &&Bucket<Name, Definitions>| defined.key.as_slice() == name.as_bytes();
        self.defined.iter().find(of_module).map(|defined| &defined.value)
    }

    pub(super) fn imports(&self, name: &str) -> &ImportList {
        self.imports.of(name)
    }

    /// Tells `hasher` all that decides what becomes of the module `name`, so that it need not be compiled again
    /// where the outcome is that of the last time. `digest` tells it what a module's bitcode is.
    pub(crate) fn hash(&self, name: &str, hasher: &mut dyn Hasher, digest: &dyn Fn(&str, &mut dyn Hasher)) {
        let list = self.imports(name);
        let mut imports: Vec<(String, Guid, bool)> = list
            .imports
            .iter()
            .map(|import| {
                let of = &self.imports.table.as_slice()[(import.key >> 1) as usize].key;
                (of.module.text(), of.guid, import.key & 1 == 1)
            })
            .collect();
        imports.sort_unstable();
        self.hash_module(name, hasher, digest);
        let mut source = None;
        for (module, guid, declaration) in &imports {
            if source != Some(module) {
                hasher.write(module.as_bytes());
                self.hash_module(module, hasher, digest);
                source = Some(module);
            }
            hasher.write_u64(*guid);
            hasher.write_u8((*declaration).into());
        }
    }

    /// What a module is, what was decided about what it defines, and which of what it refers to is near.
    fn hash_module(&self, name: &str, hasher: &mut dyn Hasher, digest: &dyn Fn(&str, &mut dyn Hasher)) {
        digest(name, hasher);
        let Some(defined) = self.definitions(name) else {
            return;
        };
        // SAFETY: the index owns the summaries.
        let mut defined: Vec<(Guid, &Summary)> = defined
            .iter()
            .map(|definition| unsafe { (definition.key, &*definition.value) })
            .collect();
        defined.sort_unstable_by_key(|(guid, _)| *guid);
        for (guid, summary) in defined {
            hasher.write_u64(guid);
            hasher.write_u32(summary.flags);
            let called = summary.calls().iter().map(|call| call.callee);
            for reference in summary.references.as_slice().iter().copied().chain(called) {
                for summary in reference.entry().summaries() {
                    hasher.write_u8(summary.has(layout::SUMMARY_FLAG_DSO_LOCAL).into());
                }
            }
        }
    }
}

fn read_summary(index: &Index, module: Participant<'_>) -> Result<(), String> {
    let buffer = BufferRef::new(module.bitcode, module.name);
    let facts = interruptible(|| cxx_lto_info(buffer)).get().into_result()?;
    // `BitcodeLTOInfo` is four times `bool`.
    if facts.addr().to_le_bytes()[layout::LTO_INFO_HAS_SUMMARY] & 1 == 0 {
        return Err("it has no summary for ThinLTO".to_owned());
    }
    interruptible(|| cxx_read_summary(buffer, index.into())).into_result()
}

/// The entries of the index. The map of them is its first member: a `DenseMap`, then the deque.
fn entries(index: &Index) -> impl Iterator<Item = &Entry> {
    let entries = index.as_ptr().wrapping_byte_add(layout::INDEX_ENTRIES);
    // SAFETY: the index is alive and not changed meanwhile.
    unsafe { &*entries.cast::<Deque<Entry>>() }.iter()
}

/// What each module defines.
fn definitions(index: &Index) -> DenseMap<Name, Definitions> {
    /// A module's name, and what it defines.
    type Defined = (Name, Vec<(Guid, *const Summary)>);
    let mut by_module: HashMap<&[u8], Defined> = HashMap::new();
    for entry in entries(index) {
        for summary in entry.summaries() {
            let (_, defined) = by_module
                .entry(summary.module.as_slice())
                .or_insert_with(|| (summary.module, Vec::new()));
            // Two symbols of a module whose hashes are the same.
            if defined.last().is_none_or(|&(guid, _)| guid != entry.guid) {
                defined.push((entry.guid, &raw const *summary));
            }
        }
    }
    let modules = by_module.into_values();
    DenseMap::of(
        modules
            .map(|(module, defined)| (module, DenseMap::of(defined)))
            .collect(),
    )
}

fn decide(
    index: &Index,
    preserved: &DenseMap<Guid, ()>,
    defined: &DenseMap<Name, Definitions>,
) -> Box<ImportLists> {
    let mut imports = ImportLists::new();
    let mut exports = ExportLists::default();
    let raw = Handle::from(index);
    // Not every user of a variable is known: modules without bitcode take part in the link too, so LLVM must
    // not take what the summaries say for all that reads or writes it (rust-lang/rust#60184).
    let propagate = false;
    let unknown = FunctionRef::new(unknown as Prevails, &());
    interruptible(|| cxx_compute_dead(raw, preserved, unknown, propagate));
    // A symbol with one definition needs no decision.
    let contested: HashMap<Guid, *const Summary> = entries(index)
        .filter(|entry| entry.summaries.as_slice().len() > 1)
        .map(|entry| {
            let prevailing = entry
                .prevailing()
                .map_or(std::ptr::null(), |summary| &raw const *summary);
            (entry.guid, prevailing)
        })
        .collect();
    let prevailing = FunctionRef::new(is_prevailing as IsPrevailing, &contested);
    interruptible(|| cxx_compute_imports(raw, defined, prevailing, &mut imports, &mut exports));
    let configuration = Configuration([0; layout::LTO_CONFIG_SIZE]);
    let linkage = FunctionRef::new(ignore_linkage as NewLinkage, &());
    interruptible(|| cxx_resolve_prevailing(&configuration, raw, prevailing, linkage, preserved));
    // What is global and alive stays global: what uses it may have no summary.
    let mut exported = Exported::default();
    for list in exports.iter() {
        let module = list.key.data.addr();
        exported
            .by_module
            .extend(list.value.iter().map(|export| (module, export.key)));
    }
    for entry in entries(index) {
        let stays = |summary: &Summary| !summary.is_local() && summary.has(layout::SUMMARY_FLAG_LIVE);
        if entry.summaries().any(stays) {
            exported.everywhere.insert(entry.guid);
        }
    }
    let is_exported = FunctionRef::new(is_exported as IsExported, &exported);
    interruptible(|| cxx_internalize_and_promote(raw, is_exported, prevailing, None));
    tracing::debug!(
        contested = contested.len(),
        imported = imports.table.as_slice().len(),
        "thin link"
    );
    imports
}

/// What must be reached from outside of its module.
#[derive(Default)]
struct Exported {
    /// By the address of the module's name, which the index holds once.
    by_module: HashSet<(usize, ValueInfo)>,
    everywhere: HashSet<Guid>,
}

extern "C" fn unknown(_: &(), _guid: Guid) -> u32 {
    UNKNOWN
}

extern "C" fn ignore_linkage(_: &(), _module: Name, _guid: Guid, _linkage: u32) {}

extern "C" fn is_prevailing(
    contested: &HashMap<Guid, *const Summary>,
    guid: Guid,
    summary: *const Summary,
) -> bool {
    contested
        .get(&guid)
        .is_none_or(|&prevailing| prevailing == summary)
}

extern "C" fn is_exported(exported: &Exported, module: Name, value: ValueInfo) -> bool {
    exported.everywhere.contains(&value.entry().guid)
        || exported.by_module.contains(&(module.data.addr(), value))
}

//! The summary of a module, by which ThinLTO decides without reading the module, and bitcode that holds one.
//!
//! LLVM-C writes bitcode without a summary, and a linker that finds none takes the module into regular LTO.

use std::cell::UnsafeCell;
use std::ffi::c_void;
use std::mem::{MaybeUninit, offset_of};

use inkwell::context::Context;
use inkwell::module::Module;

use super::calling::{NoFunction, StdFunction};
use super::layout;
use super::stream::{Out, collect_bytes};
use crate::llvm::fatal::interruptible;
use crate::llvm::safe::{Handle, Raw};

/// `llvm::ModuleSummaryIndexWrapperPass`: the one object with an index in it that LLVM's exported functions
/// can empty. Nothing of the pass before the index is used.
#[repr(C, align(8))]
struct Holder {
    pass: [usize; 4],
    index: IndexObject,
    /// Of `std::optional`: whether there is an index.
    engaged: bool,
}

const _: () = {
    assert!(size_of::<Holder>() == layout::INDEX_HOLDER_SIZE);
    assert!(offset_of!(Holder, index) == layout::INDEX_HOLDER_INDEX);
};

type IndexObject = UnsafeCell<[MaybeUninit<u8>; layout::INDEX_SIZE]>;

/// `llvm::ProfileSummaryInfo`, whose members are all empty when they are zero.
#[repr(C)]
struct ProfileSummary<'a, 'll> {
    module: Handle<&'a Module<'ll>>,
    summary: Option<&'a c_void>,
    thresholds: [usize; 5],
    cache: [usize; 3],
}

const _: () = {
    assert!(size_of::<ProfileSummary<'_, '_>>() == layout::PROFILE_SUMMARY_SIZE);
    assert!(offset_of!(ProfileSummary<'_, '_>, summary) == layout::PROFILE_SUMMARY_SUMMARY);
    assert!(size_of::<ModuleHash>() == layout::MODULE_HASH_SIZE);
};

/// `llvm::ModuleHash`
type ModuleHash = [u32; 5];

type StackSafetyOf = extern "C" fn(&&'static (), *const c_void) -> Option<&'static c_void>;

unsafe extern "C-unwind" {
    /// `ModuleSummaryIndex llvm::buildModuleSummaryIndex(const Module &M,
    /// std::function<BlockFrequencyInfo *(const Function &)> GetBFICallback, ProfileSummaryInfo *PSI,
    /// std::function<const StackSafetyInfo *(const Function &)> GetSSICallback)`
    #[link_name = "_ZN4llvm23buildModuleSummaryIndexERKNS_6ModuleESt8functionIFPNS_18BlockFrequencyInfoERKNS_8FunctionEEEPNS_18ProfileSummaryInfoES3_IFPKNS_15StackSafetyInfoES8_EE"]
    safe fn cxx_build_summary(
        result: &mut IndexObject,
        module: Handle<&Module<'_>>,
        frequencies: &mut NoFunction,
        profile: &mut ProfileSummary<'_, '_>,
        stack_safety: &mut StdFunction<'_, StackSafetyOf>,
    ) -> *mut c_void;
    /// `bool llvm::ModuleSummaryIndexWrapperPass::doFinalization(Module &M)`: `Index.reset();`
    #[link_name = "_ZN4llvm29ModuleSummaryIndexWrapperPass14doFinalizationERNS_6ModuleE"]
    fn cxx_end_index(holder: &mut Holder, module: Handle<Option<&Module<'_>>>) -> bool;
    /// `void llvm::ProfileSummaryInfo::refresh(std::unique_ptr<ProfileSummary> &&Other)`: reads the module's.
    #[link_name = "_ZN4llvm18ProfileSummaryInfo7refreshEOSt10unique_ptrINS_14ProfileSummaryESt14default_deleteIS2_EE"]
    safe fn cxx_read_profile(profile: &mut ProfileSummary<'_, '_>, other: &mut Option<&'static c_void>);
    /// `void llvm::WriteBitcodeToFile(const Module &M, raw_ostream &Out, bool ShouldPreserveUseListOrder,
    /// const ModuleSummaryIndex *Index, bool GenerateHash, ModuleHash *ModHash)`
    #[link_name = "_ZN4llvm18WriteBitcodeToFileERKNS_6ModuleERNS_11raw_ostreamEbPKNS_18ModuleSummaryIndexEbPSt5arrayIjLm5EE"]
    safe fn cxx_write_bitcode(
        module: Handle<&Module<'_>>,
        stream: Out<'_>,
        use_list_order: bool,
        index: Handle<&Index>,
        generate_hash: bool,
        hash: &mut ModuleHash,
    );
    /// `void llvm::writeThinLinkBitcodeToFile(const Module &M, raw_ostream &Out,
    /// const ModuleSummaryIndex &Index, const ModuleHash &ModHash)`
    #[link_name = "_ZN4llvm26writeThinLinkBitcodeToFileERKNS_6ModuleERNS_11raw_ostreamERKNS_18ModuleSummaryIndexERKSt5arrayIjLm5EE"]
    safe fn cxx_write_thin_link_bitcode(
        module: Handle<&Module<'_>>,
        stream: Out<'_>,
        index: Handle<&Index>,
        hash: &ModuleHash,
    );
}

/// `llvm::ModuleSummaryIndex`, at an address that stays: it points into itself.
pub(super) struct Index(Box<Holder>);

// SAFETY: an index is plain data, of no context and no thread.
unsafe impl Send for Index {}
// SAFETY: the functions that take it as `const` change nothing in it.
unsafe impl Sync for Index {}

impl Index {
    /// That of `module`, each of whose globals must have a name and a GUID (`name-anon-globals` and
    /// `assign-guid`), and no alias of an alias (`canonicalize-aliases`).
    fn of(module: &Module<'_>) -> Self {
        let mut holder = Box::new(Holder {
            pass: [0; 4],
            index: [MaybeUninit::uninit(); _].into(),
            engaged: true,
        });
        let mut profile = ProfileSummary {
            module: module.into(),
            summary: None,
            thresholds: [0; 5],
            cache: [0; 3],
        };
        // Stack safety is asked for where memory tagging of the stack is on; unknown is always a right answer.
        let mut stack_safety = StdFunction::new(unknown_stack_safety as StackSafetyOf, &());
        cxx_read_profile(&mut profile, &mut None);
        // The index is made where it stays.
        interruptible(|| {
            cxx_build_summary(
                &mut holder.index,
                module.into(),
                &mut NoFunction::default(),
                &mut profile,
                &mut stack_safety,
            )
        });
        Index(holder)
    }

    /// One of no module, to read those of many into.
    pub(super) fn combined() -> Self {
        let context = Context::create();
        let mut index = Index::of(&context.create_module("combined"));
        // `HaveGVs`, a `bool`. An index without globals may hold names instead, as those that are read from bitcode do.
        index.0.index.get_mut()[layout::INDEX_HAS_GLOBALS].write(0);
        index
    }

    pub(super) fn as_ptr(&self) -> *mut c_void {
        self.0.index.get().cast()
    }
}

// SAFETY: the object is alive for as long as the index, and whole.
unsafe impl Raw for &Index {
    type Raw = *mut c_void;
    fn raw(self) -> *mut c_void {
        self.as_ptr()
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        // After a fatal error of LLVM's, what it was working on is not to be touched.
        if std::thread::panicking() {
            return;
        }
        // SAFETY: the index is whole, and not used again; the function does not look at the module.
        unsafe { cxx_end_index(&mut self.0, None.into()) };
    }
}

extern "C" fn unknown_stack_safety(_: &&(), _function: *const c_void) -> Option<&'static c_void> {
    None
}

/// A module's bitcode with its summary, and what identifies the two.
pub(crate) struct Summarised {
    pub(crate) bitcode: Vec<u8>,
    /// The summary without the module, for a linker that only decides ("thin link").
    pub(crate) thin_link: Option<Vec<u8>>,
}

/// Writes the module with its summary, with or without a hash of its content. ThinLTO needs the hash: it is
/// what tells the local symbols of one module from those of another when they become global.
pub(crate) fn write_with_summary(module: &Module<'_>, with_hash: bool, with_thin_link: bool) -> Summarised {
    let index = Index::of(module);
    let (module, index) = (Handle::from(module), Handle::from(&index));
    let mut hash = ModuleHash::default();
    let bitcode = collect_bytes(|stream| {
        interruptible(|| cxx_write_bitcode(module, stream, false, index, with_hash, &mut hash));
    });
    let thin_link = with_thin_link.then(|| {
        collect_bytes(|stream| {
            interruptible(|| cxx_write_thin_link_bitcode(module, stream, index, &hash));
        })
    });
    Summarised { bitcode, thin_link }
}

//! The summary of a module, by which ThinLTO decides without reading the module, and bitcode that holds one.
//!
//! LLVM-C writes bitcode without a summary, and a linker that finds none takes the module into regular LTO.

use std::ffi::c_void;
use std::mem::{MaybeUninit, offset_of};

use inkwell::context::Context;
use inkwell::module::Module;
use llvm_sys::LLVMModule;

use super::calling::{StdFunction, no_function};
use super::layout;
use super::stream::{Stream, collect_bytes};
use crate::llvm::fatal::interruptible;

/// `llvm::ModuleSummaryIndexWrapperPass`: the one object with an index in it that LLVM's exported functions
/// can empty. Nothing of the pass before the index is used.
#[repr(C, align(8))]
struct Holder {
    pass: [usize; 4],
    index: MaybeUninit<[u8; layout::INDEX_SIZE]>,
    /// Of `std::optional`: whether there is an index.
    engaged: bool,
}

const _: () = {
    assert!(size_of::<Holder>() == layout::INDEX_HOLDER_SIZE);
    assert!(offset_of!(Holder, index) == layout::INDEX_HOLDER_INDEX);
};

/// `llvm::ProfileSummaryInfo`, whose members are all empty when they are zero.
#[repr(C)]
struct ProfileSummary {
    module: *const LLVMModule,
    summary: *const c_void,
    thresholds: [usize; 5],
    cache: [usize; 3],
}

const _: () = {
    assert!(size_of::<ProfileSummary>() == layout::PROFILE_SUMMARY_SIZE);
    assert!(offset_of!(ProfileSummary, summary) == layout::PROFILE_SUMMARY_SUMMARY);
    assert!(size_of::<ModuleHash>() == layout::MODULE_HASH_SIZE);
};

/// `llvm::ModuleHash`
type ModuleHash = [u32; 5];

type StackSafetyOf = unsafe extern "C" fn(*const c_void, *const c_void) -> *const c_void;

unsafe extern "C-unwind" {
    /// `ModuleSummaryIndex llvm::buildModuleSummaryIndex(const Module &M,
    /// std::function<BlockFrequencyInfo *(const Function &)> GetBFICallback, ProfileSummaryInfo *PSI,
    /// std::function<const StackSafetyInfo *(const Function &)> GetSSICallback)`
    #[link_name = "_ZN4llvm23buildModuleSummaryIndexERKNS_6ModuleESt8functionIFPNS_18BlockFrequencyInfoERKNS_8FunctionEEEPNS_18ProfileSummaryInfoES3_IFPKNS_15StackSafetyInfoES8_EE"]
    fn cxx_build_summary(
        result: *mut MaybeUninit<[u8; layout::INDEX_SIZE]>,
        module: *const LLVMModule,
        frequencies: *mut [usize; 4],
        profile: *mut ProfileSummary,
        stack_safety: *mut StdFunction<'_, StackSafetyOf>,
    ) -> *mut c_void;
    /// `bool llvm::ModuleSummaryIndexWrapperPass::doFinalization(Module &M)`: `Index.reset();`
    #[link_name = "_ZN4llvm29ModuleSummaryIndexWrapperPass14doFinalizationERNS_6ModuleE"]
    fn cxx_end_index(holder: *mut Holder, module: *const LLVMModule) -> bool;
    /// `void llvm::ProfileSummaryInfo::refresh(std::unique_ptr<ProfileSummary> &&Other)`: reads the module's.
    #[link_name = "_ZN4llvm18ProfileSummaryInfo7refreshEOSt10unique_ptrINS_14ProfileSummaryESt14default_deleteIS2_EE"]
    fn cxx_read_profile(profile: *mut ProfileSummary, other: *mut *const c_void);
    /// `void llvm::WriteBitcodeToFile(const Module &M, raw_ostream &Out, bool ShouldPreserveUseListOrder,
    /// const ModuleSummaryIndex *Index, bool GenerateHash, ModuleHash *ModHash)`
    #[link_name = "_ZN4llvm18WriteBitcodeToFileERKNS_6ModuleERNS_11raw_ostreamEbPKNS_18ModuleSummaryIndexEbPSt5arrayIjLm5EE"]
    fn cxx_write_bitcode(
        module: *const LLVMModule,
        stream: *mut Stream,
        use_list_order: bool,
        index: *const c_void,
        generate_hash: bool,
        hash: *mut ModuleHash,
    );
    /// `void llvm::writeThinLinkBitcodeToFile(const Module &M, raw_ostream &Out,
    /// const ModuleSummaryIndex &Index, const ModuleHash &ModHash)`
    #[link_name = "_ZN4llvm26writeThinLinkBitcodeToFileERKNS_6ModuleERNS_11raw_ostreamERKNS_18ModuleSummaryIndexERKSt5arrayIjLm5EE"]
    fn cxx_write_thin_link_bitcode(
        module: *const LLVMModule,
        stream: *mut Stream,
        index: *const c_void,
        hash: *const ModuleHash,
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
        let raw: *const LLVMModule = module.as_mut_ptr();
        let mut holder = Box::new(Holder {
            pass: [0; 4],
            index: MaybeUninit::uninit(),
            engaged: true,
        });
        let mut profile = ProfileSummary {
            module: raw,
            summary: std::ptr::null(),
            thresholds: [0; 5],
            cache: [0; 3],
        };
        // Stack safety is asked for where memory tagging of the stack is on; unknown is always a right answer.
        let mut stack_safety = StdFunction::new(unknown_stack_safety as StackSafetyOf, &());
        // SAFETY: the module is alive; the arguments outlive the call; the index is made where it stays.
        unsafe {
            cxx_read_profile(&raw mut profile, &mut std::ptr::null());
            interruptible(|| {
                cxx_build_summary(
                    &raw mut holder.index,
                    raw,
                    &mut no_function(),
                    &raw mut profile,
                    &raw mut stack_safety,
                );
            });
        }
        Index(holder)
    }

    /// One of no module, to read those of many into.
    pub(super) fn combined() -> Self {
        let context = Context::create();
        let mut index = Index::of(&context.create_module("combined"));
        let have_globals = index
            .0
            .index
            .as_mut_ptr()
            .cast::<u8>()
            .wrapping_add(layout::INDEX_HAS_GLOBALS);
        // SAFETY: `HaveGVs` is a `bool` within the index. An index without globals may hold names instead, as
        // those that are read from bitcode do.
        unsafe { *have_globals = 0 };
        index
    }

    pub(super) fn as_ptr(&self) -> *const c_void {
        self.0.index.as_ptr().cast()
    }

    pub(super) fn as_mut_ptr(&mut self) -> *mut c_void {
        self.0.index.as_mut_ptr().cast()
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        // After a fatal error of LLVM's, what it was working on is not to be touched.
        if std::thread::panicking() {
            return;
        }
        // SAFETY: the index is whole, and not used again; the function does not look at the module.
        unsafe { cxx_end_index(&raw mut *self.0, std::ptr::null()) };
    }
}

unsafe extern "C" fn unknown_stack_safety(
    _closure: *const c_void,
    _function: *const c_void,
) -> *const c_void {
    std::ptr::null()
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
    let raw: *const LLVMModule = module.as_mut_ptr();
    let mut hash = ModuleHash::default();
    // SAFETY: module and index are alive, and the stream is for the duration of the call.
    let bitcode = collect_bytes(|stream| unsafe {
        interruptible(|| cxx_write_bitcode(raw, stream, false, index.as_ptr(), with_hash, &mut hash));
    });
    // SAFETY: as above.
    let thin_link = with_thin_link.then(|| {
        collect_bytes(|stream| unsafe {
            interruptible(|| cxx_write_thin_link_bitcode(raw, stream, index.as_ptr(), &hash));
        })
    });
    Summarised { bitcode, thin_link }
}

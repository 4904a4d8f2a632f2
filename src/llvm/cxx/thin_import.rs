//! The part of thin LTO that changes one module as was decided for it: local symbols that others will use become
//! global, copies that do not count go, what is not used elsewhere becomes local, and what others define comes in.

use std::ffi::c_void;
use std::mem::offset_of;

use inkwell::context::{AsContextRef, Context};
use inkwell::module::Module;
use inkwell::targets::TargetMachine;
use llvm_sys::error::LLVMCreateStringError;
use llvm_sys::target_machine::LLVMOpaqueTargetMachine;
use llvm_sys::{LLVMContext, LLVMModule};

use super::calling::{Error, Expected, InMemory, StdFunction};
use super::containers::DenseMap;
use super::embedded::erase_named_metadata;
use super::thin_link::{BufferRef, Definitions, ImportList, ThinLink};
use super::{Ref, layout};
use crate::llvm::fatal::interruptible;

/// Returns its result in memory, as the C++ ABI has it for objects with a destructor: at the first argument.
type Load =
    unsafe extern "C-unwind" fn(*mut Expected, *const *const Loader<'_, '_>, *const Ref<u8>) -> *mut Expected;

/// `llvm::FunctionImporter`
#[repr(C)]
struct Importer<'a> {
    index: *const c_void,
    load: StdFunction<'a, Load>,
    clear_dso_local: bool,
}

/// `llvm::ParserCallbacks`: three `std::optional`s without a value, and a flag that is not set.
#[repr(C)]
struct NoCallbacks([usize; layout::PARSER_CALLBACKS_SIZE / size_of::<usize>()]);

const _: () = {
    assert!(size_of::<Importer<'static>>() == layout::FUNCTION_IMPORTER_SIZE);
    assert!(offset_of!(Importer<'static>, load) == layout::FUNCTION_IMPORTER_LOADER);
    assert!(offset_of!(Importer<'static>, clear_dso_local) == layout::FUNCTION_IMPORTER_CLEARS);
};

unsafe extern "C-unwind" {
    /// `void llvm::renameModuleForThinLTO(Module &M, const ModuleSummaryIndex &Index,
    /// bool ClearDSOLocalOnDeclarations, SetVector<GlobalValue *> *GlobalsToImport)`
    #[link_name = "_ZN4llvm22renameModuleForThinLTOERNS_6ModuleERKNS_18ModuleSummaryIndexEbPNS_9SetVectorIPNS_11GlobalValueENS_11SmallVectorIS7_Lj0EEENS_8DenseSetIS7_NS_12DenseMapInfoIS7_vEEEELj0EEE"]
    fn cxx_rename(
        module: *mut LLVMModule,
        index: *const c_void,
        clear_dso_local: bool,
        to_import: *const c_void,
    );
    /// `void llvm::thinLTOFinalizeInModule(Module &TheModule, const GVSummaryMapTy &DefinedGlobals,
    /// bool PropagateAttrs)`
    #[link_name = "_ZN4llvm23thinLTOFinalizeInModuleERNS_6ModuleERKNS_8DenseMapImPNS_18GlobalValueSummaryENS_12DenseMapInfoImvEENS_6detail12DenseMapPairImS4_EEEEb"]
    fn cxx_resolve(module: *mut LLVMModule, defined: *const Definitions, propagate_attributes: bool);
    /// `void llvm::thinLTOInternalizeModule(Module &TheModule, const GVSummaryMapTy &DefinedGlobals)`
    #[link_name = "_ZN4llvm24thinLTOInternalizeModuleERNS_6ModuleERKNS_8DenseMapImPNS_18GlobalValueSummaryENS_12DenseMapInfoImvEENS_6detail12DenseMapPairImS4_EEEE"]
    fn cxx_internalize(module: *mut LLVMModule, defined: *const Definitions);
    /// `Expected<bool> llvm::FunctionImporter::importFunctions(Module &M, const ImportMapTy &ImportList)`
    #[link_name = "_ZN4llvm16FunctionImporter15importFunctionsERNS_6ModuleERKNS0_11ImportMapTyE"]
    fn cxx_import(
        importer: *mut Importer<'_>,
        module: *mut LLVMModule,
        imports: *const ImportList,
    ) -> InMemory<Expected>;
    /// `Expected<std::unique_ptr<Module>> llvm::getLazyBitcodeModule(MemoryBufferRef Buffer,
    /// LLVMContext &Context, bool ShouldLazyLoadMetadata, bool IsImporting, ParserCallbacks Callbacks)`
    #[link_name = "_ZN4llvm20getLazyBitcodeModuleENS_15MemoryBufferRefERNS_11LLVMContextEbbNS_15ParserCallbacksE"]
    fn cxx_open_module(
        buffer: BufferRef,
        context: *mut LLVMContext,
        lazy_metadata: bool,
        importing: bool,
        callbacks: *const NoCallbacks,
    ) -> InMemory<Expected>;
    /// `Error llvm::Module::materializeMetadata()`
    #[link_name = "_ZN4llvm6Module19materializeMetadataEv"]
    fn cxx_read_metadata(module: *mut LLVMModule) -> Error;
    /// `Reloc::Model llvm::TargetMachine::getRelocationModel() const`
    #[link_name = "_ZNK4llvm13TargetMachine18getRelocationModelEv"]
    fn cxx_relocation_model(machine: *const LLVMOpaqueTargetMachine) -> u32;
    /// `void llvm::LLVMContext::enableDebugTypeODRUniquing()`
    #[link_name = "_ZN4llvm11LLVMContext26enableDebugTypeODRUniquingEv"]
    fn cxx_unify_debug_types(context: *mut LLVMContext);
}

/// Where the importer finds the other modules.
struct Loader<'a, 'll> {
    context: &'ll Context,
    bitcode_of: &'a dyn Fn(&str) -> Option<&'a [u8]>,
}

/// Makes types of one identity that come from several modules one type (LangRef, "DICompositeType").
pub(crate) fn unify_debug_types(context: &Context) {
    // SAFETY: the context is alive.
    unsafe { cxx_unify_debug_types(context.as_ctx_ref()) }
}

/// Whether a declaration must not count on its definition being near: it may come to lie in another shared
/// object once it is imported. ELF only: elsewhere nothing is interposed.
fn clears_dso_local(module: &Module<'_>, machine: &TargetMachine, is_elf: bool) -> bool {
    // SAFETY: the machine is alive.
    let model = unsafe { cxx_relocation_model(machine.as_mut_ptr()) };
    is_elf && model != layout::RELOCATION_STATIC as u32 && module.get_flag("PIE Level").is_none()
}

impl ThinLink {
    /// Makes the local symbols of a module global that others import, under names that no other module has.
    pub(crate) fn promote(&self, module: &Module<'_>, machine: &TargetMachine, is_elf: bool) {
        let clear = clears_dso_local(module, machine, is_elf);
        // SAFETY: module and index are alive.
        unsafe { interruptible(|| cxx_rename(module.as_mut_ptr(), self.index(), clear, std::ptr::null())) }
    }

    /// Gives the symbols of the module `name` the linkage that was decided for them.
    pub(crate) fn resolve(&self, module: &Module<'_>, name: &str) {
        let (none, propagate_attributes) = (DenseMap::default(), true);
        let defined = self.definitions(name).unwrap_or(&none);
        // SAFETY: module and definitions are alive.
        unsafe { interruptible(|| cxx_resolve(module.as_mut_ptr(), defined, propagate_attributes)) }
    }

    /// Makes local what no other module needs of the module `name`.
    pub(crate) fn internalize(&self, module: &Module<'_>, name: &str) {
        let none = DenseMap::default();
        let defined = self.definitions(name).unwrap_or(&none);
        // SAFETY: module and definitions are alive.
        unsafe { interruptible(|| cxx_internalize(module.as_mut_ptr(), defined)) }
    }

    /// Brings into the module `name` what was decided. `bitcode_of` gives a module's bitcode by its name.
    pub(crate) fn import<'a>(
        &self,
        context: &Context,
        module: &Module<'_>,
        machine: &TargetMachine,
        name: &str,
        is_elf: bool,
        bitcode_of: &'a dyn Fn(&str) -> Option<&'a [u8]>,
    ) -> Result<(), String> {
        let loader = Loader { context, bitcode_of };
        let mut importer = Importer {
            index: self.index(),
            load: StdFunction::new(load as Load, &loader),
            clear_dso_local: clears_dso_local(module, machine, is_elf),
        };
        let (raw, imports) = (module.as_mut_ptr(), self.imports(name));
        // SAFETY: all are alive throughout the call; the result is a `bool` or an error, which is ours.
        unsafe {
            interruptible(|| cxx_import(&raw mut importer, raw, imports))
                .get()
                .into_result()?
        };
        Ok(())
    }
}

/// Opens a module to import from. Functions and metadata are read when they are needed.
unsafe extern "C-unwind" fn load(
    result: *mut Expected,
    loader: *const *const Loader<'_, '_>,
    name: *const Ref<u8>,
) -> *mut Expected {
    // SAFETY: `import` lends the loader, and LLVM the name and the place of the result.
    unsafe {
        result.write(match open(&**loader, &String::from_utf8_lossy((*name).bytes())) {
            Ok(module) => Expected {
                content: module.cast(),
                has_error: 0,
            },
            Err(why) => Expected {
                content: LLVMCreateStringError(why.as_ptr()).cast(),
                has_error: 1,
            },
        });
    }
    result
}

fn open(loader: &Loader<'_, '_>, name: &str) -> Result<*mut LLVMModule, std::ffi::CString> {
    let words = |why: String| std::ffi::CString::new(format!("module \"{name}\": {why}")).unwrap_or_default();
    let bitcode = (loader.bitcode_of)(name).ok_or_else(|| words("not found".to_owned()))?;
    let buffer = BufferRef::new(bitcode, name);
    let callbacks = NoCallbacks([0; layout::PARSER_CALLBACKS_SIZE / size_of::<usize>()]);
    // SAFETY: bitcode and context are alive for as long as the module is; the results are ours.
    unsafe {
        let context = loader.context.as_ctx_ref();
        let opened = cxx_open_module(buffer, context, true, true, &callbacks).get();
        let module: *mut LLVMModule = opened.into_result().map_err(words)?.cast();
        cxx_read_metadata(module).into_result().map_err(words)?;
        // The importer brings all named metadata along, from each module anew: a custom section of WebAssembly
        // would come out twice, and who compiled the importing module is said there.
        let borrowed = std::mem::ManuallyDrop::new(Module::new(module));
        for list in [c"wasm.custom_sections", c"llvm.ident"] {
            erase_named_metadata(&borrowed, list);
        }
        Ok(module)
    }
}
